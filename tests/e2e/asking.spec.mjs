// What is asked with a choice: another pipeline, typed values, another metric to judge a sweep by.

import { readFileSync } from "node:fs";
import { expect, test } from "./support/page.mjs";

const read = (name) => JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url)));
const [golden, sweeps] = [read("analyses"), read("sweeps")];
const mixed = readFileSync(new URL("../cases/mixed.csv", import.meta.url));

// The plain pipeline of tests/python/analyses.py.
const plain = (...train) => ({
  pipette: 1,
  clean: [{ rule: "keep_numeric" }, { rule: "drop_missing" }],
  features: { target: "y" },
  train,
});
const linear = { estimator: "linear_regression" };
const ridge = { estimator: "ridge", params: { alpha: 3000 } };
const file = (spec) => ({ name: "p.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(spec)) });

async function begin(pipette, step, spec) {
  await pipette.open(`?step=${step}#p=${Buffer.from(JSON.stringify(spec)).toString("base64url")}`);
  await expect(pipette.error).toHaveAttribute("data-code", "pipeline.no_dataset");
  await pipette.upload({ name: "mixed.csv", mimeType: "text/csv", buffer: mixed });
  await expect(pipette.dataset).toHaveAttribute("data-name", "mixed.csv");
  await pipette.status("completed");
}

const value = async (locator) => Number(await locator.first().getAttribute("data-value"));

/** Expects the number of a handle, however long it takes to come. */
async function holds(locator, expected, relative) {
  await expect(async () => {
    const found = await value(locator);
    expect(Math.abs(found - expected) <= relative * Math.abs(expected), `${found}, not ${expected}`).toBe(true);
  }).toPass();
}

const answer = (page, kind) => page.locator(`[data-analysis="${kind}"]`);
const cell = (page, kind, table, name, column = 0) =>
  answer(page, kind).locator(`[data-numbers="${table}"] [data-name="${name}"] td`).nth(column);

test("the model is held against an earlier run on the same folds, and against another estimator", async ({ pipette, page }) => {
  await begin(pipette, "evaluate", plain(ridge));
  const before = await pipette.runId();
  const digest = await pipette.dataset.getAttribute("data-digest");
  await pipette.loadSpec(file({ ...plain(linear), dataset: { name: "mixed.csv", digest } }));
  await expect(async () => expect(await pipette.runId()).not.toBe(before)).toPass();
  await pipette.status("completed");

  await page.getByTestId("ask-more").getByText("Ask more").click();
  await pipette.setting("ask.compare.other").selectOption(`run:${before}`);
  await page.getByTestId("ask-compare").click();
  await expect(answer(page, "compare").getByTestId("answer")).toContainText(/linear regression/i);
  const { a, b, difference, se, p } = golden.compare;
  for (const fold of a.keys()) {
    await holds(cell(page, "compare", "folds", String(fold + 1), 0), a[fold], 1e-9);
    await holds(cell(page, "compare", "folds", String(fold + 1), 1), b[fold], 1e-9);
  }
  for (const [name, expected] of Object.entries({ difference, se, p })) {
    await holds(cell(page, "compare", "test", name), expected, 1e-7);
  }

  // Once asked, another choice is answered at once: another metric, another opponent.
  await pipette.setting("ask.compare.metric").selectOption("mae");
  await expect(async () => expect(await value(cell(page, "compare", "folds", "1"))).toBeLessThan(a[0])).toPass();
  await pipette.setting("ask.compare.other").selectOption("estimator:dummy_regressor");
  await expect(async () => expect(await value(cell(page, "compare", "test", "difference"))).toBeGreaterThan(3)).toPass();
});

test("values are typed in, and the prediction and its parts follow", async ({ pipette, page }) => {
  await begin(pipette, "evaluate", plain(linear));
  await page.getByTestId("ask-more").getByText("Ask more").click();
  const row = pipette.setting("ask.contributions.row");
  await row.fill(String(golden.contributions.row));
  await row.press("Enter");
  await page.getByTestId("ask-contributions").click();
  const prediction = cell(page, "contributions", "prediction", "prediction");
  await holds(prediction, golden.contributions.prediction, 1e-9);

  await page.getByTestId("ask-values").getByText("Type in other values").click();
  const x1 = pipette.setting("ask.contributions.values.x1");
  const seen = [];
  for (const typed of ["30", "40"]) {
    await x1.fill(typed);
    await x1.press("Enter");
    await expect(answer(page, "contributions").getByText("The settings have changed since")).toHaveCount(0);
    await expect(async () => {
      const now = [await value(prediction), await value(cell(page, "contributions", "parts", "x1"))];
      expect(now).not.toEqual(seen.at(-1) ?? [golden.contributions.prediction, golden.contributions.parts.x1]);
      // The other parts are those of the row.
      const others = Object.entries(golden.contributions.parts).reduce((sum, [name, part]) => (name === "x1" ? sum : sum + part), 0);
      expect(now[0]).toBeCloseTo(golden.contributions.baseline + now[1] + others, 8);
      seen.push(now);
    }).toPass();
  }
  await x1.fill("thirty");
  await x1.press("Enter");
  await expect(page.getByText("x1 is a number, such as 12.5.")).toBeVisible();
  await page.getByTestId("ask-values-clear").click();
  await holds(prediction, golden.contributions.prediction, 1e-9);

  // The model is linear: ten more of x1 are ten of its coefficients.
  await pipette.inspect("train");
  const coef = await pipette.coefficient("x1");
  expect(seen.at(-1)[0] - seen[0][0]).toBeCloseTo(10 * coef, 8);
});

test("a sweep is judged by the metric that is chosen, and chooses by it", async ({ pipette, page }) => {
  const { mae, rmse } = sweeps.numbers;
  const spec = {
    // The pipeline of tests/python/sweeps.py.
    ...plain({ estimator: "ridge", params: { alpha: rmse.params.map(({ alpha }) => alpha) } }),
    clean: [
      { rule: "drop_missing", columns: ["color", "x1", "x2", "x3", "k"] },
      { rule: "drop_columns", columns: ["size", "flag"] },
    ],
    features: { target: "y", columns: ["x1", "x2", "x3", "k"] },
  };
  await begin(pipette, "train", spec);
  const mean = (folds) => folds.reduce((sum, fold) => sum + fold, 0) / folds.length;
  const judged = async (by) => {
    for (const [place, folds] of by.scores.entries()) {
      await holds(page.locator(`[data-candidate="${place}"] [data-value]`), mean(folds), 1e-9);
    }
    await expect(page.locator('[data-best="true"]')).toHaveAttribute("data-candidate", String(by.best));
  };
  await judged(rmse);
  expect(mae.best, "the choice moves with the metric").not.toBe(rmse.best);
  await pipette.setting("evaluate.scoring").selectOption("mae");
  await judged(mae);
  await page.keyboard.press("Control+z");
  await judged(rmse);
});
