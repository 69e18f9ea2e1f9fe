// A deployment that is asked 1,000 times, one request after the other: latencies as a client has them. A part of
// `./pipette bench`; by itself, on the dist/ that is there:
//
//   node benches/serving.mjs [--requests 1000]
//
// A model of a small file is registered and deployed by hand, as a person does it; then the page asks it with `fetch`, one row a
// request. The service worker's own latencies are those that the monitor shows. Then files of 100,000 and 1,000,000 rows are
// scored on the deployment's page: how long from the choice of the file to its download, and the tab's memory meanwhile.

import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launchBrowser, startServer } from "../tests/e2e/support/start.mjs";
import { samplePeak } from "./memory.mjs";

/** What is promised of the median, in ms. */
const AIM = 5;
/** Rows of the files that are scored. */
const SCORED = [100_000, 1_000_000];
const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1];

/** In the page: asks n times; the milliseconds of each request. */
async function asked({ address, n }) {
  const row = (i) => [5 + (i % 97) / 3, 1 + (i % 29) / 7];
  const times = [];
  for (let i = 0; i < n; i++) {
    const body = JSON.stringify({ dataframe_split: { columns: ["a", "b"], data: [row(i)] } });
    const began = performance.now();
    const answer = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body });
    await answer.text();
    times.push(performance.now() - began);
    if (!answer.ok) throw new Error(`request ${i} was refused: ${answer.status}`);
  }
  return times;
}

const line = (i) => {
  const [a, b] = [5 + ((i * 37) % 97) / 3, 1 + ((i * 17) % 29) / 7];
  return `${a},${b},${2 + 0.5 * a - b}\n`;
};
const lines = (from, to) => Array.from({ length: to - from }, (_, i) => line(from + i)).join("");
const csv = () => Buffer.from(`a,b,y\n${lines(0, 500)}`);

/** A file of so many rows. */
function write(file, n) {
  const handle = openSync(file, "w");
  writeSync(handle, "a,b,y\n");
  for (let from = 0; from < n; from += 50_000) writeSync(handle, lines(from, Math.min(n, from + 50_000)));
  closeSync(handle);
}

/** Scores a file on the deployment's page: `{ nRows, bytes, seconds, peakBytes }`. */
async function scored(page, folder, nRows) {
  const file = join(folder, `${nRows}.csv`);
  write(file, nRows);
  const memory = samplePeak();
  const began = performance.now();
  const download = page.waitForEvent("download", { timeout: 600_000 });
  await page.getByTestId("score-file").setInputFiles(file);
  await (await download).path(); // whole
  const seconds = (performance.now() - began) / 1000;
  return { nRows, bytes: statSync(file).size, seconds, peakBytes: memory.stop() };
}

/** Deploys a model in a new browser and asks it: `{ n, times, counted, files, version }`. */
export async function measureServing(url, { n = 1_000 } = {}) {
  const browser = await launchBrowser();
  const folder = mkdtempSync(join(tmpdir(), "pipette-score-"));
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.setDefaultTimeout(60_000);
    const handle = (name) => page.getByTestId(name);
    await page.goto(url);
    await page.waitForSelector("[data-testid=pipeline][data-status=completed]");
    await handle("csv-input").setInputFiles({ name: "serving.csv", mimeType: "text/csv", buffer: csv() });
    await page.waitForSelector('[data-testid=dataset][data-rows="500"]');
    await page.waitForSelector("[data-testid=pipeline][data-status=completed]");
    await page.goto(`${url}runs/${await handle("pipeline").getAttribute("data-run-id")}`);
    await handle("register").click();
    await handle("register-name").fill("bench");
    await handle("register-save").click();
    await handle("deploy").click();
    await page.locator('[data-reference="latest"]').check();
    await handle("deploy-save").click();
    const deployment = page.locator('[data-deployment="bench@latest"][data-status="ready"]').first();
    const address = await deployment.getAttribute("data-endpoint");
    await page.evaluate(asked, { address, n: 50 }); // the model is read and warm
    await handle("monitor-reset").click();
    await page.waitForSelector('[data-testid=monitor][data-requests="0"]');
    const times = await page.evaluate(asked, { address, n });
    await page.waitForSelector(`[data-testid=monitor][data-requests="${n}"]`); // none is lost
    const shown = (name) => page.locator(`[data-monitor=${name}]`).textContent();
    const counted = await Promise.all(["p50", "p95", "p99"].map(shown));
    const files = [];
    for (const nRows of SCORED) files.push(await scored(page, folder, nRows));
    return { n, times, counted, files, version: browser.version() };
  } finally {
    rmSync(folder, { recursive: true });
    await browser.close();
  }
}

/** A table of what was measured, with what is promised. */
export function servingReport({ n, times, counted, files, version }) {
  const machine = `${cpus().length} × ${cpus()[0].model.trim()}, load ${loadavg()[0].toFixed(1)} at the end`;
  const ms = (share) => `${percentile(times, share).toFixed(1)} ms`;
  return [
    `${n.toLocaleString("en")} requests of one row, one after the other; the aim is a median of ${AIM} ms. ${machine}. Chromium ${version}.`,
    [
      "|  | median | 95 % | 99 % | slowest |",
      "| --- | ---: | ---: | ---: | ---: |",
      `| fetch in the page | ${[0.5, 0.95, 0.99].map(ms).join(" | ")} | ${Math.max(...times).toFixed(1)} ms |`,
      `| within the service worker, as the monitor shows it | ${counted.join(" | ")} |  |`,
    ].join("\n"),
    "A file scored on the deployment's page, from its choice to the whole download; the tab's peak memory is that of all its workers.",
    [
      "| rows | file | time | rows a second | peak memory |",
      "| ---: | ---: | ---: | ---: | ---: |",
      ...files.map(
        ({ nRows, bytes, seconds, peakBytes }) =>
          `| ${nRows.toLocaleString("en")} | ${Math.round(bytes / 1e6)} MB | ${seconds.toFixed(2)} s | ${Math.round(nRows / seconds).toLocaleString("en")} | ${peakBytes === undefined ? "–" : `${Math.round(peakBytes / 1e6)} MB`} |`,
      ),
    ].join("\n"),
  ].join("\n\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values: options } = parseArgs({ options: { requests: { type: "string", default: "1000" } } });
  const server = await startServer();
  try {
    console.log(servingReport(await measureServing(server.url, { n: Number(options.requests) })));
  } finally {
    server.stop();
  }
}
