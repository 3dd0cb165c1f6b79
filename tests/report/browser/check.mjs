// Opens pages in Chromium and reports what a reader would suffer from, as one JSON document:
//   node check.mjs CHROMIUM MODULES [--pictures FOLDER] FILE…
// Each file is opened light and dark, at 1200 and 390 pixels. A finding is an axe-core violation of WCAG 2.0 or 2.1 A/AA,
// a page wider than its window, a script or a request to anywhere, or a picture that did not load.
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [chromium, modules, ...rest] = process.argv.slice(2);
const pictures = rest[0] === "--pictures" ? rest.splice(0, 2)[1] : null;
const require = createRequire(path.join(modules, "index.js"));
const playwright = require("playwright-core");
const axe = require.resolve("axe-core");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const findings = [];
const browser = await playwright.chromium.launch({ executablePath: chromium, args: QUIET });
for (const file of rest) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1200, 390]) {
      const where = { file: path.basename(file), colorScheme, width };
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const abroad = [];
      page.on("request", (request) => /^https?:/.test(request.url()) && abroad.push(request.url()));
      await page.goto(pathToFileURL(path.resolve(file)).href);
      if (pictures) await page.screenshot({ path: path.join(pictures, `${where.file}-${width}-${colorScheme}.png`), fullPage: true });
      const seen = await page.evaluate(() => ({
        over: document.documentElement.scrollWidth - innerWidth,
        scripts: document.scripts.length,
        broken: [...document.images].filter((image) => !image.naturalWidth).map((image) => image.src),
      }));
      if (seen.over > 0) findings.push({ ...where, rule: "wider than the window", by: seen.over });
      if (seen.scripts) findings.push({ ...where, rule: "script", count: seen.scripts });
      for (const source of seen.broken) findings.push({ ...where, rule: "broken picture", source });
      for (const address of abroad) findings.push({ ...where, rule: "request", address });
      await page.addScriptTag({ path: axe });
      const { violations } = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values } }), RULES);
      for (const { id, nodes } of violations) findings.push({ ...where, rule: id, nodes: nodes.slice(0, 5).map((node) => `${node.html.slice(0, 160)} | ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""}`) });
      await page.close();
    }
  }
}
await browser.close();
console.log(JSON.stringify(findings, null, 1));
