// A deployment that is asked 1,000 times, one request after the other: latencies as a client has them. A part of
// `./pipette bench`; by itself, on the dist/ that is there:
//
//   node benches/serving.mjs [--requests 1000]
//
// A model of the page's sample is registered and deployed by hand, as a person does it; then the page asks it with `fetch`, one
// row a request. The service worker's own latencies are those that the monitor shows.

import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launchBrowser, startServer } from "../tests/e2e/support/start.mjs";

/** What is promised of the median, in ms. */
const AIM = 5;
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

const csv = () => {
  const lines = Array.from({ length: 500 }, (_, i) => [5 + ((i * 37) % 97) / 3, 1 + ((i * 17) % 29) / 7]);
  return Buffer.from(["a,b,y", ...lines.map(([a, b]) => `${a},${b},${2 + 0.5 * a - b}`)].join("\n"));
};

/** Deploys a model in a new browser and asks it: `{ n, times, counted, version }`. */
export async function measureServing(url, { n = 1_000 } = {}) {
  const browser = await launchBrowser();
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
    return { n, times, counted, version: browser.version() };
  } finally {
    await browser.close();
  }
}

/** A table of what was measured, with what is promised. */
export function servingReport({ n, times, counted, version }) {
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
