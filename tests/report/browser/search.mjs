// Uses the archive as a reader does and reports what it shows, as one JSON document:
//   node search.mjs CHROMIUM MODULES INDEX
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [chromium, modules, index] = process.argv.slice(2);
const playwright = createRequire(path.join(modules, "index.js"))("playwright-core");
const browser = await playwright.chromium.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
const told = { errors: [] };
page.on("pageerror", (error) => told.errors.push(String(error)));
page.on("console", (message) => message.type() === "error" && told.errors.push(message.text()));
await page.goto(pathToFileURL(path.resolve(index)).href);

const state = () =>
  page.evaluate(() => ({
    shown: document.querySelectorAll("#found tr").length,
    newest: !document.getElementById("newest").hidden,
    said: document.getElementById("said").textContent,
  }));
async function search(words) {
  await page.fill("#words", words);
  return state();
}

told.initially = await state();
told.tea = await search("YUNLAN");
told["two words"] = await search("tea 云岚");
told.nonsense = await search("no such thing");
told.hostile = await search("<script>");
told.hostile.tags = await page.evaluate(() => document.querySelectorAll("#found script, #found img").length);
await page.fill("#words", "");
await page.selectOption("#verdict", "act");
told.act = await state();
await page.selectOption("#verdict", "");
await page.fill("#words", "tea 云岚");
await page.click("#found a");
told.opened = await page.textContent("h1");

const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
await plain.goto(pathToFileURL(path.resolve(index)).href);
told["without scripts"] = await plain.locator("main a").count();
await browser.close();
console.log(JSON.stringify(told));
