// The page with a real MLflow server as its experiment tracker, for tests/python/export_live.py, which has the server: this
// script says on stdout when it is to start or stop and when to look what it has, and goes on when it reads "done".
//
//   PIPETTE_LIVE_DIST=… PIPETTE_LIVE_URL=… PIPETTE_LIVE_EXPERIMENT=… node live.mjs DATA.csv RUNS.json

import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { launchBrowser, startServer } from "./support/start.mjs";
import { PipettePage } from "./support/page.mjs";

const [csv, runsFile] = process.argv.slice(2);
const { PIPETTE_LIVE_DIST: dist, PIPETTE_LIVE_URL: url, PIPETTE_LIVE_EXPERIMENT: experiment } = process.env;
const answers = createInterface({ input: process.stdin });
const heard = answers[Symbol.asyncIterator]();
const PATIENCE = 120_000;

const note = (words) => console.log(`note ${words}`);
async function ask(words) {
  console.log(words);
  await heard.next();
}

function must(holds, words) {
  if (!holds) throw new Error(words);
}

const server = await startServer(dist);
const browser = await launchBrowser();
const context = await browser.newContext({ baseURL: server.url, acceptDownloads: true });
const page = await context.newPage();
page.setDefaultTimeout(PATIENCE);
page.on("pageerror", (error) => note(`exception: ${error}`));
const pipette = new PipettePage(page);
const ids = [];

const settled = (status) => page.locator(`[data-testid=pipeline][data-status=${status}]`).waitFor();
const standing = (attribute) => page.locator(`[data-testid=tracker-status]${attribute}`).waitFor();

/** Opens the dialog above the runs. */
async function openTracker() {
  await page.goto("runs");
  await page.getByTestId("tracker").click();
}

/** Changes the test's share of rows, and waits for the run of it. */
async function run(share) {
  await page.goto("");
  await settled("completed");
  const before = await pipette.runId();
  await pipette.inspect("split");
  const field = page.locator('[data-setting="split.test_size"]');
  await field.fill(String(share));
  await field.press("Enter");
  await page.locator(`[data-testid=pipeline][data-status=completed]:not([data-run-id="${before}"])`).waitFor();
  ids.push(await pipette.runId());
}

/** The runs as the page gives them out. */
async function write(n_children) {
  const runs = [];
  for (const id of ids) {
    await page.goto(`runs/${id}`);
    await page.getByTestId("run-json").first().waitFor();
    // Without what its steps left: that is for `pipette score`, not for MLflow.
    const { outputs: _, ...record } = JSON.parse((await pipette.download("run-json")).text);
    runs.push(record);
  }
  writeFileSync(runsFile, JSON.stringify({ runs, n_children }));
}

try {
  console.log(`origin ${new URL(server.url).origin}`);
  await heard.next();
  await page.goto("");
  await settled("completed");

  // A server that this build does not permit is refused where it is entered, and named in a command.
  await openTracker();
  await page.getByTestId("tracker-url").fill("http://127.0.0.1:9");
  const blocked = await page.getByTestId("tracker-blocked").innerText();
  must(blocked.includes("PIPETTE_CONNECT=http://127.0.0.1:9"), `what to do is not said: ${blocked}`);
  must(await page.getByTestId("tracker-save").isDisabled(), "a server that cannot be reached can be saved");
  await page.getByTestId("tracker-url").fill(url);
  must((await page.getByTestId("tracker-blocked").count()) === 0, "the permitted server is refused");
  await page.getByTestId("tracker-experiment").fill(experiment);
  await page.getByTestId("tracker-save").click();
  await page.getByTestId("tracker-stop").waitFor();

  // Nobody is there: the file that is opened now is run, and waits; the tab is closed and opened again.
  await page.goto("");
  await settled("completed");
  const sample = await pipette.runId();
  await pipette.upload(csv);
  await page.locator(`[data-testid=pipeline][data-status=completed]:not([data-run-id="${sample}"])`).waitFor();
  ids.push(await pipette.runId());
  await openTracker();
  await standing('[data-waiting="1"]');
  must((await page.getByTestId("tracker-error").getAttribute("data-code")) === "tracker.away", "it is not said why");
  await page.reload();
  await page.getByTestId("tracker").click();
  await standing('[data-waiting="1"]');
  note("a run waits while the server is away, and after a reload");

  await ask("start");
  // Without a click: the next try comes by itself.
  await standing('[data-waiting="0"]:not([data-logged="0"])');
  note("it is logged when the server is there, without being asked");
  await run(0.3);
  await openTracker();
  await standing('[data-waiting="0"]');
  await write(0);
  await ask("check");

  await ask("stop");
  await run(0.35);
  await openTracker();
  await standing('[data-waiting="1"]');
  await ask("start");
  await page.getByTestId("tracker-send").click();
  await standing('[data-waiting="0"]');
  await write(0);
  await ask("check");
  note("away, and back: each run once");
} finally {
  await browser.close();
  server.stop();
  // Else this script waits for another answer, and the test for this script.
  answers.close();
}
