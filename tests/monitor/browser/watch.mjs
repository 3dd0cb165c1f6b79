// Watches the live page in Chromium while the test changes the world behind it:
//   node watch.mjs CHROMIUM MODULES URL [PICTURES]
// Says `loaded`, `updated`, `lost` and `back` on lines of their own as it sees them, then its findings as one line of JSON.
import { createRequire } from "node:module";
import path from "node:path";

const [chromium, modules, url, pictures] = process.argv.slice(2);
const require = createRequire(path.join(modules, "index.js"));
const playwright = require("playwright-core");
const AXE = require.resolve("axe-core");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const QUIET = ["no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync"];
const PATIENCE = { timeout: 90_000 };
const NAME = '<img src=x onerror="document.title=1">Tea & "co"';

const findings = [];
const found = (rule, details = {}) => findings.push({ rule, ...details });
const browser = await playwright.chromium.launch({ executablePath: chromium, args: QUIET.map((name) => `--${name}`) });
await live();
await looks();
await zooms();
await browser.close();
console.log(JSON.stringify(findings));

async function live() {
  const page = await browser.newPage({ locale: "zh-CN" });
  page.on("pageerror", (error) => found("error", { message: error.message }));
  page.on("console", (message) => /Content Security Policy/.test(message.text()) && found("policy", { message: message.text() }));
  page.on("request", (request) => request.url().startsWith(url) || found("request", { address: request.url() }));
  await page.goto(url);
  await page.waitForSelector("#results tbody tr", PATIENCE);
  const names = await page.locator("tbody th a").allTextContents();
  if (!names.includes(NAME)) found("a name is not shown as it is", { names });
  if (await page.locator("main img").count()) found("a name became an element");
  await keyboard(page);
  await page.fill("#search", "wine");
  await page.waitForFunction(() => document.querySelectorAll("#results tbody tr").length === 1, null, PATIENCE);
  if (await page.evaluate(() => document.activeElement.id) !== "search") found("searching loses the cursor");
  await page.fill("#search", "");
  await page.waitForFunction(() => document.querySelectorAll("#results tbody tr").length > 1, null, PATIENCE);
  const before = await page.locator(".headline").textContent();
  const reading = await reader();
  console.log("loaded");
  await page.waitForFunction((text) => document.querySelector(".headline").textContent !== text, before, PATIENCE);
  await reading();
  console.log("updated");
  await page.waitForSelector(".live.lost", PATIENCE);
  console.log("lost");
  await page.waitForSelector(".live:not(.lost)", PATIENCE);
  console.log("back");
  await page.close();
}

// Somebody reads an account, half way down, while something new comes in.
async function reader() {
  const page = await browser.newPage({ locale: "en", viewport: { width: 900, height: 500 } });
  await page.goto(url + "#/tea");
  page.on("console", (message) => /Content Security Policy/.test(message.text()) && found("policy", { message: message.text() }));
  await page.waitForSelector(".u-over", PATIENCE);
  const alerts = await page.locator(".alert").count();
  await page.locator("a.back").focus();
  await page.evaluate(() => scrollTo(0, 300));
  const top = await page.evaluate(() => scrollY);
  return async () => {
    await page.waitForFunction((count) => document.querySelectorAll(".alert").length !== count, alerts, PATIENCE);
    const now = await page.evaluate(() => ({ top: scrollY, held: document.activeElement.className }));
    if (now.held !== "back") found("news take the focus from an account", now);
    if (now.top !== top) found("news scroll an account", { ...now, before: top });
    await page.close();
  };
}

async function keyboard(page) {
  await page.keyboard.press("Tab");
  if (await page.evaluate(() => document.activeElement.id) !== "skip") found("the first stop is not the link to the content");
  await page.locator('[data-focus="sort-business"]').focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector('th[aria-sort="descending"] [data-focus="sort-business"]', PATIENCE);
  if (await page.evaluate(() => document.activeElement.dataset.focus) !== "sort-business") found("sorting loses the focus");
  await page.locator("tbody th a").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector(".score", PATIENCE);
  if (await page.evaluate(() => document.activeElement.id) !== "main") found("an account does not take the focus");
  await page.goBack();
  await page.waitForSelector("#results tbody tr", PATIENCE);
}

async function looks() {
  for (const locale of ["zh-CN", "en"]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1200, 390]) {
        const context = await browser.newContext({ bypassCSP: true, locale, colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" });
        const page = await context.newPage();
        for (const [name, hash] of [["board", ""], ["account", "#/tea"]]) {
          await page.goto("about:blank");
          await page.goto(url + hash);
          await page.waitForSelector(hash ? ".u-over" : "#results tbody tr", PATIENCE);
          await check(page, { name, locale, colorScheme, width });
          if (pictures) await page.screenshot({ path: path.join(pictures, `${name}-${locale}-${width}-${colorScheme}.png`), fullPage: true });
        }
        await context.close();
      }
    }
  }
}

// Days are chosen with the mouse, by keys and by buttons; every history of the account follows, and news do not undo it.
async function zooms() {
  const page = await browser.newPage({ bypassCSP: true, locale: "en", viewport: { width: 1200, height: 900 } });
  page.on("pageerror", (error) => found("error", { message: error.message }));
  await page.goto(url + "#/tea");
  await page.waitForSelector('[data-focus="plot-gmv"] .u-over', PATIENCE);
  const pressed = () => page.locator('.spans [aria-pressed="true"]').allTextContents();
  const plots = await page.locator(".u-over").count();
  if ((await pressed()).join() !== Array(plots).fill("All").join()) found("not everything is shown at first", { pressed: await pressed() });
  const over = page.locator('[data-focus="plot-gmv"] .u-over');
  await over.evaluate((element) => element.scrollIntoView({ block: "center" }));
  const box = await over.boundingBox();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 40, { steps: 4 });
  await page.mouse.up();
  if ((await pressed()).length) found("dragging does not zoom every history", { pressed: await pressed() });
  const plot = page.locator('[data-focus="plot-gmv"]');
  await plot.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  const reading = await page.locator("figure", { has: plot }).locator(".reading").textContent();
  if (!reading.includes("Apr 29, 2026")) found("keys do not go from day to day", { reading });
  await page.keyboard.press("0");
  if ((await pressed()).length !== plots) found("nought does not show everything again", { pressed: await pressed() });
  await page.locator('[data-focus="span-gmv-30"]').click();
  await page.locator('[data-focus="table-gmv"]').click();
  await page.waitForSelector('[data-focus="numbers-gmv"] tbody tr', PATIENCE);
  if (await page.locator('[data-focus="numbers-gmv"] tbody tr').count() !== 40) found("the table has other days than the line");
  await check(page, { name: "zoomed", locale: "en" });
  await page.close();
}

async function check(page, where) {
  const language = await page.evaluate(() => document.documentElement.lang);
  if (language !== where.locale) found("language", where);
  const by = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (by > 0) found("wider than the window", { ...where, by });
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values } }), RULES);
  for (const { id, nodes } of violations) {
    const first = nodes.slice(0, 4).map((node) => `${node.html.slice(0, 140)} | ${[...node.any, ...node.all, ...node.none][0]?.message ?? ""}`);
    found(id, { ...where, nodes: first });
  }
}
