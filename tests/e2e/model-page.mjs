// Fills in the form of exported model pages in Chromium: `node model-page.mjs FILE.html ROWS.json …`, pairs of a page and the rows
// to type into it. Prints for each pair what the page predicted. Fails where a page says anything on its console, sends a
// request, does not warn of a value that training never had, or runs what stands in a column's name.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { launchBrowser } from "./support/start.mjs";

function demand(is, what) {
  if (!is) throw new Error(what);
}

async function check(context, file, rows) {
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => request.url().startsWith("file:") || said.push(`request ${request.url()}`));
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector("html[data-ready=true]");
  const fields = await page.locator("[data-input]").all();
  const names = await Promise.all(fields.map((field) => field.getAttribute("data-input")));
  for (const name of names) demand((await page.getByLabel(name, { exact: true }).count()) === 1, `${name} has no label`);
  const output = page.getByTestId("prediction");
  demand((await output.getAttribute("data-value")) !== null, "no prediction for typical values");
  demand((await page.getByTestId("warnings").locator("li").count()) === 0, "a warning for typical values");
  const predictions = [];
  for (const row of rows) {
    for (const [place, field] of fields.entries()) {
      const value = String(row[names[place]] ?? "").replace(/^(\d+-\d\d-\d\d)$/, "$1T00:00").replace(/^(\d+-\d\d-\d\d) /, "$1T");
      if ((await field.evaluate((element) => element.tagName)) === "SELECT") await field.selectOption(value);
      else await field.fill(value);
    }
    predictions.push(Number(await output.getAttribute("data-value")));
  }
  for (const field of fields) {
    const isNumber = (await field.getAttribute("type")) === "number";
    if (!isNumber && (await field.getAttribute("list")) === null) continue;
    await field.fill(isNumber ? "1e15" : "never seen");
    demand((await page.getByTestId("warnings").locator("li").count()) > 0, "no warning for a value that is new");
    break;
  }
  demand((await page.evaluate(() => globalThis.broken)) === undefined, "a column's name ran as a script");
  demand(said.length === 0, `${file}: ${said.join("; ")}`);
  if (process.env.PICTURE) {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${process.env.PICTURE}-${colorScheme}.png`, fullPage: true });
    }
  }
  await page.close();
  return predictions;
}

const browser = await launchBrowser();
try {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 } });
  const all = [];
  for (let place = 2; place + 1 < process.argv.length; place += 2) {
    const [file, rows] = process.argv.slice(place, place + 2);
    all.push(await check(context, file, JSON.parse(readFileSync(rows, "utf8"))));
  }
  console.log(JSON.stringify(all));
} finally {
  await browser.close();
}
