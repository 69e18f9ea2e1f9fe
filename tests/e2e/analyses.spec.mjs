// Questions about a pipeline: the path scrubbed and its alpha used, each question asked once, a leak held beside its remedy.

import { readFileSync } from "node:fs";
import { expect, test } from "./support/page.mjs";

const read = (name) => JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url)));
const [golden, questions] = [read("analyses"), read("questions")];
const mixed = readFileSync(new URL("../cases/mixed.csv", import.meta.url));

// The plain pipeline of tests/python/analyses.py.
const plain = (estimator) => ({
  pipette: 1,
  clean: [{ rule: "keep_numeric" }, { rule: "drop_missing" }],
  features: { target: "y" },
  train: [{ estimator }],
});

async function begin(pipette, step, spec) {
  await pipette.open(`?step=${step}#p=${Buffer.from(JSON.stringify(spec)).toString("base64url")}`);
  await expect(pipette.error).toHaveAttribute("data-code", "pipeline.no_dataset");
  await pipette.upload({ name: "mixed.csv", mimeType: "text/csv", buffer: mixed });
  await expect(pipette.dataset).toHaveAttribute("data-name", "mixed.csv");
  await pipette.status("completed");
}

const value = async (locator) => Number(await locator.first().getAttribute("data-value"));
const near = (found, expected, relative = 1e-9) => Math.abs(found - expected) <= relative * Math.abs(expected);

/** Expects the number of a handle, however long it takes to come. */
async function holds(locator, expected, relative) {
  await expect(async () => {
    const found = await value(locator);
    expect(near(found, expected, relative), `${found}, not ${expected}`).toBe(true);
  }).toPass();
}

test("the path is scrubbed on the page, and an alpha is used", async ({ pipette, page }) => {
  await begin(pipette, "train", plain("ridge"));
  await page.getByTestId("path-show").click();
  const slider = page.getByTestId("path-alpha");
  await expect(slider).toBeVisible();
  const at = (name) => page.locator(`[data-path="${name}"]`);
  for (const [place, expected] of Object.entries(questions.path)) {
    await slider.fill(place);
    await holds(at("alpha"), expected.alpha);
    // Nothing is asked of the worker: the numbers are there.
    for (const name of ["cv_rmse", "test_rmse", "test_r2"]) {
      expect(near(await value(at(name)), expected[name], 1e-8), `${place} ${name}`).toBe(true);
    }
    for (const [name, coef] of Object.entries(expected.coef)) {
      const found = await value(page.locator(`[data-path-coefficient="${name}"]`));
      expect(near(found, coef, 1e-7), `${place} ${name}`).toBe(true);
    }
  }
  // By the keyboard, one penalty a key.
  await slider.fill("39");
  await slider.press("ArrowRight");
  await holds(at("alpha"), questions.path[40].alpha);
  await expect(slider).toHaveAttribute("aria-valuetext", /alpha .*, error .*, 4 of 4 coefficients/);

  await page.getByTestId("path-use").click();
  await pipette.status("completed");
  await holds(page.locator('[data-coefficient="x1"]'), questions.path[40].coef.x1, 1e-8);
  await expect(page.getByTestId("path-use")).toBeDisabled();
  expect(await slider.inputValue(), "the slider keeps its place").toBe("40");
  await pipette.inspect("evaluate");
  await expect(async () => {
    expect(near(await pipette.metric("rmse"), questions.path[40].test_rmse, 1e-8)).toBe(true);
  }).toPass();
});

test("each question is asked once and answered with scikit-learn's numbers", async ({ pipette, page }) => {
  await begin(pipette, "evaluate", plain("linear_regression"));
  await page.getByTestId("ask-more").getByText("Ask more").click();
  const section = (kind) => page.locator(`[data-analysis="${kind}"]`);
  const row = (kind, table, name) => section(kind).locator(`[data-numbers="${table}"] [data-name="${name}"]`);
  const ask = async (kind) => {
    await page.getByTestId(`ask-${kind}`).click();
    await expect(section(kind).getByTestId("answer")).toBeVisible();
    await expect(section(kind).locator("figure.plot svg").first()).toBeVisible();
  };

  await ask("learning_curve");
  const curve = golden.learning_curve.plain;
  for (const [place, size] of curve.sizes.entries()) {
    for (const [column, name] of ["train rmse", "test rmse", "train r2", "test r2"].entries()) {
      const cell = row("learning_curve", "sizes", size).locator("td").nth(column);
      await holds(cell, curve[name].mean[place], 1e-8);
    }
  }

  await ask("bootstrap");
  const { coef, lo, hi, r2 } = questions.bootstrap;
  for (const name of Object.keys(coef)) {
    const cells = row("bootstrap", "coefficients", name).locator("td");
    for (const [column, expected] of [coef[name], lo[name], hi[name]].entries()) {
      await holds(cells.nth(column), expected, 1e-7);
    }
  }
  for (const [column, expected] of r2.entries()) {
    await holds(row("bootstrap", "metrics", "r2").locator("td").nth(column), expected, 1e-7);
  }

  await ask("permutation_importance");
  for (const [name, mean] of Object.entries(questions.permutation_importance)) {
    await holds(row("permutation_importance", "importances", name), mean, 1e-7);
  }

  await pipette.setting("ask.partial_dependence.feature").selectOption("x3");
  await ask("partial_dependence");
  const points = section("partial_dependence").locator('[data-numbers="points"] tbody tr');
  await expect(points).toHaveCount(questions.partial_dependence.x.length);
  await holds(points.first(), questions.partial_dependence.y[0], 1e-8);
  await holds(points.last(), questions.partial_dependence.y.at(-1), 1e-8);
  // Another column asks by itself.
  await pipette.setting("ask.partial_dependence.feature").selectOption("k");
  await expect(points).toHaveCount(golden.partial_dependence.few.x.length);
  await holds(points.first(), golden.partial_dependence.few.y[0], 1e-8);

  const number = pipette.setting("ask.contributions.row");
  await number.fill(String(golden.contributions.row));
  await number.press("Enter");
  await ask("contributions");
  for (const name of ["prediction", "baseline", "actual"]) {
    await holds(row("contributions", "prediction", name), golden.contributions[name], 1e-9);
  }
  for (const [name, part] of Object.entries(golden.contributions.parts)) {
    await holds(row("contributions", "parts", name), part, 1e-8);
  }
  await page.getByTestId("next-row").click();
  await expect(async () => {
    expect(near(await value(row("contributions", "prediction", "actual")), golden.contributions.actual)).toBe(false);
  }).toPass();
  await expect(number).toHaveValue(String(golden.contributions.row + 1));
  await number.fill("100000");
  await number.press("Enter");
  await expect(number).toHaveAttribute("aria-invalid", "true");

  // The code is there for each.
  await section("learning_curve").getByText("The same in Python").click();
  await expect(section("learning_curve").locator("pre code")).toContainText("learning_curve(");
});

test("an answer to other settings says so", async ({ pipette, page }) => {
  await begin(pipette, "evaluate", plain("linear_regression"));
  await page.getByTestId("ask-more").getByText("Ask more").click();
  await page.getByTestId("ask-learning_curve").click();
  const section = page.locator('[data-analysis="learning_curve"]');
  await expect(section.getByTestId("answer")).toBeVisible();
  await pipette.inspect("split");
  await pipette.setting("split.random_state").fill("7");
  await pipette.setting("split.random_state").press("Enter");
  await pipette.status("completed");
  await pipette.inspect("evaluate");
  // It is open, for something was asked.
  await expect(section.getByText("The settings have changed since")).toBeVisible();
  await page.getByTestId("ask-learning_curve").click();
  await expect(section.getByText("The settings have changed since")).toHaveCount(0);
});

test("a leak is held beside its remedy before the rule is moved", async ({ pipette, page }) => {
  const spec = { ...plain("linear_regression"), clean: [{ rule: "keep_numeric" }, { rule: "fill_missing", strategy: "median" }] };
  await begin(pipette, "clean", spec);
  await page.getByTestId("compare-leak").click();
  const leak = page.locator('[data-analysis="leak"]');
  const [now, then] = golden.leak;
  for (const name of ["r2", "rmse"]) {
    const cells = leak.locator(`[data-name="${name}"] td`);
    await holds(cells.nth(0), now[name]);
    await holds(cells.nth(1), then[name]);
    await expect(cells.nth(2)).toContainText("worse");
  }
  await page.getByTestId("mend-leak").click();
  await pipette.status("completed");
  await expect(page.getByTestId("compare-leak")).toHaveCount(0);
  await pipette.inspect("evaluate");
  await expect(async () => expect(near(await pipette.metric("r2"), then.r2)).toBe(true)).toPass();
});

test("the profile says how each column goes with the target", async ({ pipette, page }) => {
  await begin(pipette, "ingest", plain("linear_regression"));
  const cell = page.locator('[data-column="x1"] [data-correlation]');
  await expect(async () => {
    const found = Number(await cell.getAttribute("data-correlation"));
    expect(near(found, golden.correlations.x1.pearson)).toBe(true);
  }).toPass();
});

test("a model of two classes has its matrix and its own baseline; a forest its importances", async ({ pipette, page }) => {
  await begin(pipette, "evaluate", {
    ...plain("logistic_regression"),
    clean: [{ rule: "drop_missing" }, { rule: "drop_columns", columns: ["color", "size"] }],
    features: { target: "flag" },
  });
  await expect(page.getByTestId("confusion")).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Always the most frequent", exact: true })).toBeVisible();
  let [right, all] = [0, 0];
  for (const cell of await page.getByTestId("confusion").locator("td[data-actual]").all()) {
    const n = await value(cell);
    all += n;
    if ((await cell.getAttribute("data-actual")) === (await cell.getAttribute("data-predicted"))) right += n;
  }
  expect(near(await pipette.metric("accuracy"), right / all, 1e-12)).toBe(true);

  await pipette.inspect("train");
  await pipette.setting("train.0.estimator").selectOption("random_forest_regressor");
  await expect(page.getByTestId("importances")).toBeVisible();
  let sum = 0;
  for (const line of await page.locator("[data-importance]").all()) sum += await value(line);
  expect(near(sum, 1, 1e-12)).toBe(true);
});
