// Collects the Python that the page shows, with the page's own numbers, for tests/python/check_scripts.py.
//
//   node tests/e2e/scripts.mjs OUT FILE.csv FILE.csv+PIPELINE.json …

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { expect } from "@playwright/test";
import { PipettePage, STEPS } from "./support/page.mjs";
import { launchBrowser, startServer } from "./support/start.mjs";

const METRICS = ["r2", "rmse", "mae"];
const [out, ...files] = process.argv.slice(2);
const server = await startServer();
const browser = await launchBrowser();
mkdirSync(out, { recursive: true });

/** The page with a file open and its run ended. */
async function openFile(context, file, pipeline) {
  const pipette = new PipettePage(await context.newPage());
  const link = pipeline ? `#p=${readFileSync(pipeline).toString("base64url")}` : "";
  await pipette.page.goto(server.url + link);
  await pipette.ready();
  if (pipeline) await expect(pipette.error).toHaveAttribute("data-code", "pipeline.no_dataset");
  else await pipette.status("completed");
  await pipette.upload(file);
  await expect(pipette.dataset).toHaveAttribute("data-name", basename(file));
  await expect(pipette.pipeline).toHaveAttribute("data-status", /completed|failed/);
  return pipette;
}

/** The five snippets as they are shown, and the whole script as the button copies it. */
async function snippets(pipette) {
  const { page } = pipette;
  const shown = [];
  for (const step of STEPS) {
    await pipette.inspect(step);
    const fold = page.locator("details.python");
    if (!(await fold.evaluate((element) => element.open))) await fold.locator("summary").click();
    await expect(fold.locator("pre")).not.toBeEmpty();
    shown.push(await fold.locator("pre").innerText());
  }
  await page.getByRole("button", { name: "Copy the Python script" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("import pandas");
  return { snippets: shown, script: await page.evaluate(() => navigator.clipboard.readText()) };
}

async function numbers(pipette) {
  const { page } = pipette;
  const metrics = {};
  await pipette.inspect("evaluate");
  for (const part of ["test", "train"]) {
    for (const name of METRICS) metrics[`${part}.${name}`] = await pipette.metric(name, part);
  }
  await pipette.inspect("train");
  await expect(page.locator("[data-coefficient]").first()).toBeVisible();
  const pairs = (rows) => rows.map((row) => [row.dataset.coefficient, Number(row.dataset.value)]);
  return { metrics, coef: Object.fromEntries(await page.locator("[data-coefficient]").evaluateAll(pairs)) };
}

try {
  for (const argument of files) {
    const [file, pipeline] = argument.split("+");
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const pipette = await openFile(context, file, pipeline);
    const status = await pipette.pipeline.getAttribute("data-status");
    const result = status === "completed" ? await numbers(pipette) : {};
    const found = { name: basename(file), file: resolve(file), status, ...(await snippets(pipette)), ...result };
    const suffix = pipeline ? `-${basename(pipeline)}` : ".json";
    writeFileSync(join(out, `${found.name}${suffix}`), JSON.stringify(found, null, 1));
    console.log(found.name, status);
    await context.close();
  }
} finally {
  await browser.close();
  server.stop();
}
