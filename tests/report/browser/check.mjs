// Opens pages in Chromium and reports what a reader would suffer from, as one JSON document:
//   node check.mjs CHROMIUM MODULES [--pictures FOLDER] FILE…
// Each file is looked at light and dark, at 1200, 700 and 390 pixels. A finding is an axe-core violation of WCAG 2.0 or 2.1
// A or AA, a page wider than its window, a script, a request to anywhere, or a picture that did not load.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [chromium, modules, ...rest] = process.argv.slice(2);
const pictures = rest[0] === "--pictures" ? rest.splice(0, 2)[1] : null;
const require = createRequire(path.join(modules, "index.js"));
const playwright = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core"), "utf-8") + ";undefined";
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const QUIET = ["no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync"];

const findings = [];
const browser = await playwright.chromium.launch({ executablePath: chromium, args: QUIET.map((name) => `--${name}`) });
for (const file of rest) await read(file);
await browser.close();
console.log(JSON.stringify(findings, null, 1));

async function read(file) {
  const found = (rule, details) => findings.push({ file: path.basename(file), rule, ...details });
  const page = await browser.newPage();
  page.on("request", (request) => /^https?:/.test(request.url()) && found("request", { address: request.url() }));
  await page.goto(pathToFileURL(path.resolve(file)).href);
  const broken = await page.evaluate(() => [...document.images].filter((image) => !image.naturalWidth).map((image) => image.src));
  for (const source of broken) found("broken picture", { source });
  if (await page.evaluate(() => document.scripts.length)) found("script", {});
  await page.evaluate(axe);
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1200, 700, 390]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await look(page, { colorScheme, width }, found);
      if (pictures) await page.screenshot({ path: path.join(pictures, `${path.basename(file)}-${width}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.close();
}

async function look(page, where, found) {
  const by = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (by > 0) found("wider than the window", { ...where, by });
  const { violations } = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values } }), RULES);
  for (const { id, nodes } of violations) {
    const first = nodes.slice(0, 5).map((node) => `${node.html.slice(0, 160)} | ${[...node.any, ...node.all, ...node.none][0]?.message ?? ""}`);
    found(id, { ...where, nodes: first });
  }
}
