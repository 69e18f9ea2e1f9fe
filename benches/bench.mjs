// ./pipette bench: the page (release, headless Chromium), the native program, and pandas + scikit-learn on the same
// files in the same run; then the page with ten thousand runs in its store. Prints tables, and writes them into
// docs/performance.md.
//
//   --quick            100,000 rows only, once; nothing is written
//   --rows 100000,…    other sizes
//   --repeat 3         how often; the median counts

import { execFileSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PipettePage, STEPS } from "../tests/e2e/support/page.mjs";
import { launchBrowser, startServer } from "../tests/e2e/support/start.mjs";
import { measureCancels } from "./cancel.mjs";
import { samplePeak } from "./memory.mjs";
import { measureRuns, runsReport } from "./runs.mjs";
import { measureServing, servingReport } from "./serving.mjs";
import { moveSlider } from "./slider.mjs";
import { FOLDS, PENALTIES, measureSweep } from "./sweep.mjs";

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rows: { type: "string" },
    repeat: { type: "string" },
  },
});
const SIZES = (options.rows ?? (options.quick ? "100000" : "100000,1000000")).split(",").map(Number);
const REPEAT = Number(options.repeat ?? (options.quick ? 1 : 3));
const WAIT_MS = 10 * 60_000;
const ATTACHED = { state: "attached" };
const COMPLETED = '[data-testid=pipeline][data-status="completed"]';
const CANCELS = 20; // moments of a run at which it is cancelled
const R2_TOLERANCE = 1e-9; // relative; both solve the same least squares on the same rows

const median = (values) => {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  if (!sorted.length) return undefined;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const say = (...words) => console.error("·", ...words);

// ── the three contenders ────────────────────────────────────────────────────────────────────────────────────────────

/** Opens the page in a browser that has never seen it, and leaves it when its first run (the sample) is done. */
async function openPage(url) {
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(url);
  await page.waitForSelector('html[data-ready="true"]', ATTACHED);
  await page.waitForSelector(COMPLETED, ATTACHED);
  return { browser, page, pipette: new PipettePage(page) };
}

/** The duration of the last measure of this name, in seconds; undefined if the page has none. */
const lastSeconds = (measures, name) => {
  const found = measures.filter((measure) => measure.name === name).at(-1);
  return found && found.duration / 1000;
};

/** The middle and the worst of several. */
const summary = (values) => ({ median: median(values), worst: Math.max(...values) });

async function measureFirstVisit(url) {
  const { browser, page, pipette } = await openPage(url);
  const measures = await pipette.measures();
  const version = browser.version();
  const slider = summary(await moveSlider({ page, pipette }));
  const sweep = await measureSweep({ page, pipette });
  await browser.close();
  return { startup: lastSeconds(measures, "pipette:startup"), sample: lastSeconds(measures, "pipette:run"), slider, sweep, version };
}

async function measurePage(url, file, nRows) {
  const { browser, page, pipette } = await openPage(url);
  const memory = samplePeak();
  const start = performance.now();
  await pipette.upload(file);
  await page.waitForSelector(`[data-testid=dataset][data-rows="${nRows}"]`, ATTACHED);
  await page.waitForSelector(COMPLETED, ATTACHED);
  const wall = (performance.now() - start) / 1000;
  const peakBytes = memory.stop();
  const measures = await pipette.measures();
  await pipette.inspect("evaluate");
  const r2 = await pipette.metric("r2");
  const slider = summary(await moveSlider({ page, pipette }));
  const sweep = await measureSweep({ page, pipette });
  await browser.close();
  const seconds = Object.fromEntries(STEPS.map((step) => [step, lastSeconds(measures, `pipette:step:${step}`)]));
  return { total: lastSeconds(measures, "pipette:run"), wall, seconds, peakBytes, r2, slider, sweep };
}

function measureNative(file) {
  const out = path("target/bench/run.json");
  const start = performance.now();
  execFileSync(path("target/compute/pipette"), ["run", file, "--out", out], { stdio: ["ignore", "ignore", "inherit"] });
  const total = (performance.now() - start) / 1000;
  const run = JSON.parse(readFileSync(out));
  const steps = Array.isArray(run.steps) ? Object.fromEntries(run.steps.map((step) => [step.name ?? step.step, step])) : run.steps;
  return { total, seconds: Object.fromEntries(STEPS.map((step) => [step, steps?.[step]?.seconds])) };
}

function measurePeer(file) {
  const env = { ...process.env }; // as a user would have it: no settings of the numerical libraries
  delete env.OPENBLAS_CORETYPE;
  delete env.OPENBLAS_L2_SIZE;
  const output = execFileSync(path("target/venv/bin/python"), [path("benches/peer.py"), file], { env, encoding: "utf8" });
  const { total, seconds, peak_bytes: peakBytes, r2_test: r2, versions } = JSON.parse(output);
  return { total, seconds, peakBytes, r2, versions };
}

function measurePeerSweep() {
  const file = path("data/olist_customers_dataset.csv");
  const asked = [path("benches/peer_sweep.py"), file, String(PENALTIES), String(FOLDS)];
  return JSON.parse(execFileSync(path("target/venv/bin/python"), asked, { encoding: "utf8" })).seconds;
}

// ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function dataFile(nRows) {
  mkdirSync(path("target/bench"), { recursive: true });
  const file = path(`target/bench/olist_${nRows}.csv`);
  const generator = path("data/make_olist.py");
  if (!existsSync(file) || statSync(file).mtimeMs < statSync(generator).mtimeMs) {
    say(`making ${nRows.toLocaleString("en")} rows`);
    execFileSync("python3", [generator, "--rows", String(nRows), "--out", file], { stdio: "ignore" });
  }
  return file;
}

/** Reads a file once, so that every contender finds it in the system's cache. */
function warm(file) {
  const buffer = Buffer.alloc(1 << 22);
  const handle = openSync(file);
  while (readSync(handle, buffer)) continue;
  closeSync(handle);
}

// ── the report ──────────────────────────────────────────────────────────────────────────────────────────────────────

const seconds = (value) =>
  value === undefined ? "–" : value < 0.0995 ? `${(value * 1000).toFixed(value < 0.00995 ? 1 : 0)} ms` : `${value.toFixed(2)} s`;
const megabytes = (value) => (value === undefined ? "–" : `${Math.round(value / 1e6)} MB`);
const ratio = (a, b) => (a === undefined || b === undefined ? "–" : `${(a / b).toFixed(2)} ×`);

function table(header, rows) {
  const all = [header, header.map((_, i) => (i ? "---:" : "---")), ...rows];
  return all.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Medians over the repeats, for each number of a nested result. */
function medians(results) {
  const first = results[0];
  if (first === undefined) return {};
  const keys = Object.keys(first);
  return Object.fromEntries(
    keys.map((key) => {
      const values = results.map((result) => result[key]);
      const isNested = typeof values[0] === "object" && values[0] !== null;
      return [key, isNested ? medians(values) : typeof values[0] === "string" ? values[0] : median(values)];
    }),
  );
}

function sizeTable({ nRows, bytes, page, native, peer }) {
  const line = (what, pick, show = seconds) => [
    what,
    show(pick(page)),
    show(pick(native)),
    show(pick(peer)),
    ratio(pick(page), pick(peer)),
  ];
  const rows = [
    line("**whole run**", (r) => r.total),
    ...STEPS.map((step) => line(step, (r) => r.seconds?.[step])),
    line("peak memory", (r) => r.peakBytes, megabytes),
  ];
  const title = `**${nRows.toLocaleString("en")} rows, ${megabytes(bytes)}.** From the file's drop to the last number on the screen: ${seconds(page.wall)}.`;
  return `${title}\n\n${table(["", "page", "native program", "pandas + scikit-learn", "page ÷ pandas"], rows)}`;
}

/** Moves of a slider: the answer of the sample and of each size. */
function sliderTable({ first, sizes }) {
  const line = (what, slider) => [what, seconds(slider?.median), seconds(slider?.worst)];
  const rows = [line("sample, 5,000 rows", first.slider), ...sizes.map(({ nRows, page }) => line(`${nRows.toLocaleString("en")} rows`, page.slider))];
  return `**Ridge's alpha moved on its slider.** From the move to the new metrics on the screen.\n\n${table(["", "median move", "slowest move"], rows)}`;
}

/** Sweeps of the sample and of each size; scikit-learn's of the sample alone, as it takes that long. */
function sweepTable({ first, sizes, peerSweep }) {
  const line = (what, sweep, peer) => [what, seconds(sweep?.first), seconds(sweep?.again), seconds(peer), peer === undefined ? "–" : `${Math.round(peer / sweep.first)} ×`];
  const rows = [line("sample, 5,000 rows", first.sweep, peerSweep), ...sizes.map(({ nRows, page }) => line(`${nRows.toLocaleString("en")} rows`, page.sweep))];
  const head = ["", "page, R factors made", "page, R factors in memory", "GridSearchCV", "GridSearchCV ÷ page"];
  return `**A sweep of ${PENALTIES.toLocaleString("en")} penalties of ridge regression over ${FOLDS} folds.** The step that trains.\n\n${table(head, rows)}`;
}

function cancelSentence(cancels, nRows) {
  const times = cancels.map((cancel) => cancel.milliseconds);
  const slowest = cancels.reduce((a, b) => (a.milliseconds > b.milliseconds ? a : b));
  return `**Cancel** of a run of ${nRows.toLocaleString("en")} rows, at ${cancels.length} moments spread over it, from the click to the status: median ${Math.round(median(times))} ms, longest ${Math.round(slowest.milliseconds)} ms (in ${slowest.step}).`;
}

function report({ first, sizes, versions, cancels, peerSweep }) {
  const cpu = cpus();
  const machine = `${cpu.length} × ${cpu[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, load ${loadavg()[0].toFixed(1)} at the end`;
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Medians of ${REPEAT}. ${machine}. Chromium ${first.version}, ${software.join(", ")}.`,
    table(["", "page"], [
      ["start-up: navigation → ready", seconds(first.startup)],
      ["sample run: 5,000 rows", seconds(first.sample)],
    ]),
    ...sizes.map(sizeTable),
    sliderTable({ first, sizes }),
    sweepTable({ first, sizes, peerSweep }),
    ...(cancels.length ? [cancelSentence(cancels, sizes.at(-1).nRows)] : []),
  ].join("\n\n");
}

/** Replaces what stands between the markers of a part of docs/performance.md. */
function writeReport(part, text) {
  const file = path("docs/performance.md");
  const document = readFileSync(file, "utf8");
  const pattern = new RegExp(`(<!-- ${part}:begin -->\\n)[\\s\\S]*(<!-- ${part}:end -->)`);
  if (!pattern.test(document)) throw new Error(`docs/performance.md has lost its ${part} markers`);
  writeFileSync(file, document.replace(pattern, (_, begin, end) => `${begin}\n${text}\n\n${end}`));
  say(`${part}: written to ${file}`);
}

function expectSameFit(page, peer) {
  if (Math.abs(page.r2 - peer.r2) <= R2_TOLERANCE * Math.abs(peer.r2)) return;
  throw new Error(`the page's test R² is ${page.r2}, scikit-learn's ${peer.r2}: not the same job`);
}

// ── the run ─────────────────────────────────────────────────────────────────────────────────────────────────────────

if (loadavg()[0] > 1) say(`the machine is busy (load ${loadavg()[0].toFixed(1)}): ratios hold better than seconds`);
const server = await startServer();
try {
  const visits = [];
  for (let i = 0; i < REPEAT; i++) visits.push(await measureFirstVisit(server.url));
  const first = medians(visits);
  say(`start-up ${seconds(first.startup)}, sample run ${seconds(first.sample)}, a slider's move ${seconds(first.slider.median)}`);

  const sizes = [];
  let versions = {};
  for (const nRows of SIZES) {
    const file = dataFile(nRows);
    warm(file);
    const results = { page: [], native: [], peer: [] };
    for (let i = 0; i < REPEAT; i++) {
      results.peer.push(measurePeer(file));
      results.page.push(await measurePage(server.url, file, nRows));
      results.native.push(measureNative(file));
      const [page, native, peer] = [results.page, results.native, results.peer].map((list) => list.at(-1));
      say(
        `${nRows.toLocaleString("en")} rows, ${i + 1} of ${REPEAT}: page ${seconds(page.total)}, native ${seconds(native.total)}, pandas + scikit-learn ${seconds(peer.total)}`,
      );
      expectSameFit(page, peer);
    }
    versions = results.peer[0].versions;
    const entry = Object.fromEntries(Object.entries(results).map(([who, list]) => [who, medians(list)]));
    sizes.push({ nRows, bytes: statSync(file).size, ...entry });
  }

  const largest = sizes.at(-1);
  const cancels = await measureCancels(server.url, dataFile(largest.nRows), largest.page.total, CANCELS);
  for (const { step, milliseconds } of cancels) say(`cancelled in ${step}: ${Math.round(milliseconds)} ms`);
  const runs = await measureRuns(server.url, { passes: options.quick ? 1 : 7 });
  const serving = await measureServing(server.url, { n: options.quick ? 100 : 1_000 });
  const result = { first, sizes, versions, cancels, runs, serving, peerSweep: measurePeerSweep() };
  writeFileSync(path("target/bench/results.json"), JSON.stringify(result, null, 2));
  const [text, ofRuns, ofServing] = [report(result), runsReport(runs), servingReport(serving)];
  console.log(`\n${text}\n\n${ofRuns}\n\n${ofServing}\n`);
  if (!options.quick && !options.rows) {
    writeReport("bench", text);
    writeReport("bench-runs", ofRuns);
    writeReport("bench-serving", ofServing);
  }
} finally {
  server.stop();
}
