// The Runs page with 10,000 runs of 20 metrics in a real IndexedDB: loading, sorting, filtering, scrolling. A part of
// `./pipette bench`; by itself, on the dist/ that is there:
//
//   node benches/runs.mjs [--runs 10000] [--passes 7]
//
// Writes the rows as the store does (src/tracking/row_text.rs), opens the page anew, and prints medians as a table.
// Loading is the page's own measure `pipette:runs`: from asking the worker until the rows are on the screen. The others
// begin with the event and end when the frame after the change has been handed over.

import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launchBrowser, startServer } from "../tests/e2e/support/start.mjs";

/** What is promised, in ms. */
const AIMS = { load: 300, sort: 100, "sort by name": 100, filter: 100, "filter by two": 100, scroll: 100 };
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** In the page: writes n rows, a tenth of them parents. */
async function fill(n) {
  const open = indexedDB.open("pipette");
  const database = await new Promise((resolve, reject) => {
    open.onsuccess = () => resolve(open.result);
    open.onerror = () => reject(open.error);
  });
  let seed = 42;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const hex = (i) => i.toString(16).padStart(32, "0");
  const store = database.transaction("rows", "readwrite").objectStore("rows");
  const start = 1700000000000;
  for (let i = 0; i < n; i++) {
    const [alpha, time] = [10 ** (6 * random() - 3), start + i * 1000];
    const lines = [["1", hex(i), `run-${i}`, "0", "F", time, time + 800, "a", "", 0, 0]];
    for (const [key, value] of [["alpha", alpha], ["model_name", i % 3 ? "Ridge" : "Lasso"], ["target", "y"], ["test_size", 0.2], ["random_state", 42]]) {
      lines.push(["p", key, value]);
    }
    for (const name of ["r2", "rmse", "mae", "mse", "medae", "max_error", "mape", "adj_r2", "explained_variance", "bias"]) {
      lines.push(["m", name, "t", random()], ["m", `training_${name}`, "r", random()]);
    }
    // Nine of ten belong to the one before the next ten.
    if (i % 10) lines.push(["t", "mlflow.parentRunId", hex(i - (i % 10))]);
    lines.push(["t", "mlflow.runName", `run-${i}`], ["d", "data.csv", "0123456789abcdef".repeat(4), 5000, 8, 100000]);
    store.put(lines.map((line) => line.join("\t") + "\n").join(""), hex(i));
  }
  await new Promise((resolve, reject) => {
    store.transaction.oncomplete = resolve;
    store.transaction.onerror = () => reject(store.transaction.error);
  });
  database.close();
}

/** In the page: from an act until the table has changed and a frame after it was made, in ms. */
async function timed([act, argument]) {
  const body = document.querySelector(".table-runs tbody");
  const changed = new Promise((resolve) => {
    const observer = new MutationObserver(() => (observer.disconnect(), resolve()));
    observer.observe(body, { childList: true, subtree: true, characterData: true, attributes: true });
  });
  performance.mark("begin");
  if (act === "sort") document.querySelector(`[data-sort="${argument}"]`).click();
  if (act === "scroll") document.querySelector(".runs-scroll").scrollTop = argument;
  if (act === "search") {
    const field = document.querySelector("#q");
    field.value = argument;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  await changed;
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.measure("act", "begin").duration;
}

/** Fills the store of a new browser with `n` runs and measures the page `passes` times: `{ n, passes, times, version }`. */
export async function measureRuns(url, { n = 10_000, passes = 7 } = {}) {
  const browser = await launchBrowser();
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.setDefaultTimeout(120_000);
    const ready = () => page.waitForSelector("html[data-ready=true]", { state: "attached" });
    await page.goto(url);
    await ready();
    await page.waitForSelector("[data-testid=pipeline][data-status=completed]");
    await page.evaluate(fill, n);
    const times = { load: [], sort: [], "sort by name": [], filter: [], "filter by two": [], scroll: [] };
    const act = async (name, ...what) => {
      times[name].push(await page.evaluate(timed, what));
      await page.waitForTimeout(400); // what the act leaves behind, such as the address, is not the next one's
    };
    for (let pass = 0; pass < passes; pass++) {
      await page.goto(`${url}runs?exp=all`);
      await ready();
      await page.waitForSelector("[data-run]");
      await page.waitForFunction(() => performance.getEntriesByName("pipette:runs").length > 0);
      const load = await page.evaluate(() => performance.getEntriesByName("pipette:runs").map(({ duration, detail }) => ({ duration, rows: detail.rows }))[0]);
      if (load.rows < n) throw new Error(`only ${load.rows} of ${n} runs were read`);
      times.load.push(load.duration);
      await page.waitForTimeout(600);
      await act("sort", "sort", "metrics.rmse");
      await act("sort by name", "sort", "run_name");
      await act("filter", "search", "metrics.rmse < 0.5");
      await act("filter by two", "search", "metrics.rmse < 0.5 and params.alpha > 1");
      await act("scroll", "scroll", 20_000);
    }
    return { n, passes, times, version: browser.version() };
  } finally {
    await browser.close();
  }
}

/** A table of what was measured, with what is promised. */
export function runsReport({ n, passes, times, version }) {
  const machine = `${cpus().length} × ${cpus()[0].model.trim()}, load ${loadavg()[0].toFixed(1)} at the end`;
  const line = ([name, values]) => `| ${name} | ${median(values).toFixed(0)} ms | ${Math.max(...values).toFixed(0)} ms | ${AIMS[name]} ms |`;
  return [
    `${n.toLocaleString("en")} runs of 20 metrics, a tenth of them parents. Medians of ${passes}. ${machine}. Chromium ${version}.`,
    ["|  | median | slowest | aim |", "| --- | ---: | ---: | ---: |", ...Object.entries(times).map(line)].join("\n"),
  ].join("\n\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values: options } = parseArgs({
    options: { runs: { type: "string", default: "10000" }, passes: { type: "string", default: "7" } },
  });
  const server = await startServer();
  try {
    console.log(runsReport(await measureRuns(server.url, { n: Number(options.runs), passes: Number(options.passes) })));
  } finally {
    server.stop();
  }
}
