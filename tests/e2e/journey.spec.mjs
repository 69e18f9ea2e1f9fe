// The main journey: first visit, a change, a reload, a file of one's own. Numbers are checked against scikit-learn's.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { METRICS, STEPS, expect, test } from "./support/page.mjs";

const root = new URL("../..", import.meta.url).pathname;
const golden = JSON.parse(readFileSync(`${root}tests/golden/sample.json`, "utf8"));
const all = (status) => Object.fromEntries(STEPS.map((step) => [step, status]));

/** Relative closeness, for numbers that are not 0. */
function expectClose(actual, expected, what, relative = 1e-9) {
  expect(Math.abs(actual - expected), `${what}: ${actual} is not ${expected}`).toBeLessThanOrEqual(
    relative * Math.abs(expected),
  );
}

async function firstVisit(pipette) {
  await pipette.open();
  await pipette.status("completed");
}

test("a first visit shows a finished run of the sample, with scikit-learn's numbers", async ({ pipette }) => {
  await firstVisit(pipette);
  await pipette.expectSteps(all("completed"));
  await expect(pipette.dataset).toHaveAttribute("data-rows", "5000");
  await expect(pipette.dataset).toHaveAttribute("data-columns", "33");
  for (const split of ["test", "train"]) {
    for (const name of METRICS) {
      expectClose(await pipette.metric(name, split), golden.metrics[split][name], `${split} ${name}`);
    }
  }
  await pipette.inspect("train");
  expectClose(await pipette.coefficient("(intercept)"), golden.intercept, "intercept");
  for (const [name, value] of Object.entries(golden.coefficients)) {
    expectClose(await pipette.coefficient(name), value, `coefficient of ${name}`);
  }
});

test("a changed setting runs only what depends on it, and says why", async ({ pipette }) => {
  await firstVisit(pipette);
  await pipette.inspect("split");
  await pipette.setting("split.test_size").fill("0.25");
  await pipette.setting("split.test_size").press("Enter");
  const expected = { ingest: "cached", clean: "cached", split: "completed", train: "completed", evaluate: "completed" };
  await pipette.expectSteps(expected);
  await pipette.status("completed");
  await expect(pipette.step("split")).toHaveAttribute("data-reason", "split.test_size changed from 0.2 to 0.25.");
  await expect(pipette.step("train")).toHaveAttribute("data-reason", "Split gave another result.");
  await expect(pipette.step("ingest")).toHaveAttribute("data-reason", /^Same settings and same inputs as in /);

  // Undo takes the setting back, and everything is found again; redo likewise.
  await pipette.page.locator("body").press("ControlOrMeta+z");
  await expect(pipette.setting("split.test_size")).toHaveValue("0.2");
  await pipette.expectSteps(all("cached"));
  await pipette.page.locator("body").press("ControlOrMeta+Shift+z");
  await expect(pipette.setting("split.test_size")).toHaveValue("0.25");
});

test("after a reload the history is there and the same spec is cached in every step", async ({ pipette, page }) => {
  await firstVisit(pipette);
  const id = await pipette.runId();
  await page.reload();
  await pipette.ready();
  await pipette.status("completed");
  await pipette.expectSteps(all("cached"));
  await pipette.runButton.click();
  await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", id);
  await pipette.status("completed");
  await pipette.expectSteps(all("cached"));
  await page.getByRole("link", { name: "Runs" }).click();
  await expect(pipette.runRow(id)).toBeVisible();
  await expect(pipette.runRows()).toHaveCount(2);
});

test("a run has a page of its own, can be taken out and reproduced", async ({ pipette, page }) => {
  await firstVisit(pipette);
  const id = await pipette.runId();
  await page.getByRole("link", { name: "Runs" }).click();
  await pipette.runRow(id).getByRole("link").first().click();
  await expect(page).toHaveURL(new RegExp(`/runs/${id}`));
  expectClose(await pipette.metric("r2"), golden.metrics.test.r2, "r2 on the run page");
  const run = JSON.parse((await pipette.download("run-json")).text);
  expect(run.run.id).toBe(id);
  expect(run.spec.features.target).toBe("review_score");
  expect(run.steps.map((step) => step.status)).toEqual(STEPS.map(() => "completed"));
  expectClose(run.model.intercept, golden.intercept, "intercept in run.json");
  await page.getByRole("button", { name: /reproduce/i }).click();
  await pipette.status("completed");
  await pipette.expectSteps(all("cached"));
});

test("the headless runner and the page agree to the last bits", async ({ pipette, page }, testInfo) => {
  await firstVisit(pipette);
  const id = await pipette.runId();
  const spec = (await pipette.download("spec-download")).text;
  await page.getByRole("link", { name: "Runs" }).click();
  await pipette.runRow(id).getByRole("link").first().click();
  const here = JSON.parse((await pipette.download("run-json")).text);
  const specFile = testInfo.outputPath("pipeline.json");
  const runFile = testInfo.outputPath("run.json");
  (await import("node:fs")).writeFileSync(specFile, spec);
  const binary = process.env.PIPETTE_BIN ?? `${root}target/compute/pipette`;
  const sample = `${root}data/olist_customers_dataset.csv`;
  execFileSync(binary, ["run", sample, "--pipeline", specFile, "--out", runFile]);
  const native = JSON.parse(readFileSync(runFile, "utf8"));
  expect(native.dataset.digest).toBe(here.dataset.digest);
  // wasm has no fused multiply-add, and neither does the native build: the same operations in the same order.
  native.model.coef.forEach((value, index) => expectClose(here.model.coef[index], value, `coef ${index}`, 1e-13));
  const value = (run, metric) =>
    run.metrics.find((other) => other.name === metric.name && other.split === metric.split).value;
  for (const metric of native.metrics) expectClose(value(here, metric), metric.value, metric.name, 1e-13);
});

test("a file of one's own gets a sensible first spec and runs", async ({ pipette }) => {
  await firstVisit(pipette);
  await pipette.upload(`${root}tests/cases/mixed.csv`);
  await expect(pipette.dataset).toHaveAttribute("data-digest", /^blake3:/);
  await expect(pipette.dataset).not.toHaveAttribute("data-rows", "5000");
  await pipette.status("completed");
  await pipette.expectSteps(all("completed"));
});

test("a file with the same columns keeps the spec", async ({ pipette }) => {
  await firstVisit(pipette);
  await pipette.upload(`${root}tests/cases/olist.csv`);
  await expect(pipette.pipeline).toHaveAttribute("data-status", "completed");
  // scikit-learn's R² for this file with the course's rules: tests/golden/olist.json.
  const olist = JSON.parse(readFileSync(`${root}tests/golden/olist.json`, "utf8"));
  await expect.poll(() => pipette.metric("r2")).toBeCloseTo(olist.metrics.test.r2, 12);
});

test("the pipeline is saved, loaded, and travels in the URL", async ({ pipette, page, context }) => {
  await firstVisit(pipette);
  await pipette.inspect("split");
  await pipette.setting("split.random_state").fill("7");
  await pipette.setting("split.random_state").press("Enter");
  await expect(pipette.step("split")).toHaveAttribute("data-reason", /random_state changed from 42 to 7/);
  await pipette.status("completed");
  const saved = await pipette.download("spec-download");
  const spec = JSON.parse(saved.text);
  expect(spec.split.random_state).toBe(7);

  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.locator("html")).toHaveAttribute("data-ready", "true");
  await expect(other.locator('[data-setting="split.random_state"]')).toHaveValue("7");
  await other.close();

  spec.split.random_state = 11;
  const buffer = Buffer.from(JSON.stringify(spec));
  await pipette.loadSpec({ name: "pipeline.json", mimeType: "application/json", buffer });
  await expect(pipette.setting("split.random_state")).toHaveValue("11");
  await pipette.status("completed");

  const wrong = Buffer.from('{"pipette": 1, "colour": "red"}');
  await pipette.loadSpec({ name: "pipeline.json", mimeType: "application/json", buffer: wrong });
  await expect(pipette.error).toContainText("colour");
  await expect(pipette.error).toHaveAttribute("data-code", "pipeline.unreadable_spec");
  await expect(pipette.setting("split.random_state")).toHaveValue("11");
});

test("measures of start-up and every step are there for whoever times the page", async ({ pipette }) => {
  await firstVisit(pipette);
  await expect
    // The runs are read again after each change: how often is not this test's matter.
    .poll(async () => (await pipette.measures()).map((measure) => measure.name).filter((name) => name !== "pipette:runs").sort())
    .toEqual(["pipette:run", "pipette:startup", ...STEPS.map((step) => `pipette:step:${step}`)].sort());
  const ingest = (await pipette.measures()).find((measure) => measure.name === "pipette:step:ingest");
  expect(ingest.detail.rows).toBe(5000);
});
