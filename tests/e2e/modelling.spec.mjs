// Encoders, estimators, folds and the regression report, on a foreign file.

import { readFileSync } from "node:fs";
import { expect, test } from "./support/page.mjs";

const golden = JSON.parse(readFileSync(new URL("../golden/modelling.json", import.meta.url)));
const mixed = readFileSync(new URL("../cases/mixed.csv", import.meta.url));
const numbers = ["x1", "x2", "x3", "k"];

// The pipeline of tests/python/modelling.py.
const spec = {
  pipette: 1,
  clean: [
    { rule: "drop_missing", columns: ["color"] },
    { rule: "drop_columns", columns: ["size", "flag"] },
  ],
  features: {
    target: "y",
    encoders: [
      { encoder: "simple_imputer", columns: numbers, strategy: "median" },
      { encoder: "standard_scaler", columns: numbers },
      { encoder: "one_hot_encoder", columns: ["color"], drop: "first" },
    ],
  },
};

async function begin(pipette, step) {
  await pipette.open(`?step=${step}#p=${Buffer.from(JSON.stringify(spec)).toString("base64url")}`);
  await expect(pipette.error).toHaveAttribute("data-code", "pipeline.no_dataset");
  await pipette.upload({ name: "mixed.csv", mimeType: "text/csv", buffer: mixed });
  await expect(pipette.dataset).toHaveAttribute("data-name", "mixed.csv");
  await pipette.status("completed");
}

const near = (found, expected, relative) => Math.abs(found - expected) <= relative * Math.abs(expected);

test("encoders are fitted, ridge is chosen, folds are drawn: the numbers are scikit-learn's", async ({ pipette, page }) => {
  await begin(pipette, "evaluate");
  expect(near(await pipette.metric("r2"), golden.ols.test.r2, 1e-9)).toBe(true);

  await pipette.inspect("train");
  await pipette.setting("train.0.estimator").selectOption("ridge");
  await pipette.setting("train.0.params.alpha").fill("10");
  await pipette.setting("train.0.params.alpha").press("Enter");
  await pipette.inspect("evaluate");
  await expect(async () => expect(near(await pipette.metric("r2"), golden.ridge.test.r2, 1e-9)).toBe(true)).toPass();

  await pipette.setting("evaluate.cv.kind").selectOption("k_fold");
  await pipette.setting("evaluate.cv.shuffle").check();
  const r2 = page.locator('[data-metric="r2"][data-split="cv"]').first();
  await expect(r2).toBeVisible();
  await expect(async () =>
    expect(near(Number(await r2.getAttribute("data-value")), golden.ridge.cv.r2, 1e-9)).toBe(true),
  ).toPass();
});

test("the regression report is read and copied", async ({ pipette, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await begin(pipette, "train");
  const report = page.getByTestId("report");
  await expect(report).toContainText("Durbin");
  await expect(page.locator("[data-coefficient=x1]").first()).toHaveAttribute("data-p", /\d/);
  await page.getByTestId("report-markdown").click();
  await expect(async () => expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\| *x1 *\|/)).toPass();
  await page.getByTestId("report-latex").click();
  await expect(async () => expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("\\toprule")).toPass();
  const open = page.locator("[data-open-row]").first();
  await open.click();
  const row = page.getByTestId("opened-row");
  await expect(row).toHaveAttribute("data-row", await open.getAttribute("data-open-row"));
  await expect(row.locator("[data-cell=y]")).toHaveText(/\d/);
  await expect(row.locator("[data-cell=x1]")).toHaveText(/\d|missing/);
  await open.click();
  await expect(row).toHaveCount(0);
});

test("a leak is seen and mended: the gaps are filled from training rows only", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  await pipette.inspect("clean");
  await expect(page.locator("[data-rule]").first()).toBeVisible();
  const before = await page.locator("[data-rule]").count();
  await page.getByTestId("fix-leak").first().click();
  await expect(page.locator("[data-rule]")).toHaveCount(before - 1);
  await pipette.status("completed");
  await pipette.inspect("train");
  await expect(page.locator('[data-setting="features.encoders"]')).toContainText(/missing/i);
});

test("a parameter that cannot be says so at its field", async ({ pipette, page }) => {
  await begin(pipette, "train");
  await pipette.setting("train.0.estimator").selectOption("lasso");
  const alpha = pipette.setting("train.0.params.alpha");
  await alpha.fill("much");
  await alpha.press("Enter");
  await expect(alpha).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("Type a number, such as 0.5 or 1e-3.")).toBeVisible();
});

test("a penalty slides by steps a hand can feel, and so does a whole number", async ({ pipette, page }) => {
  await begin(pipette, "train");
  await pipette.setting("train.0.estimator").selectOption("ridge");
  const alpha = pipette.setting("train.0.params.alpha");
  const slider = page.locator('[data-slider="train.0.params.alpha"]');
  await expect(alpha).toHaveValue("1.0");
  await slider.press("ArrowRight");
  await expect(alpha).toHaveValue("1.1");
  await slider.press("End");
  await expect(async () => expect(Number(await alpha.inputValue())).toBe(1e6)).toPass();
  await slider.press("Home");
  await expect(async () => expect(Number(await alpha.inputValue())).toBe(1e-6)).toPass();
  await pipette.status("completed");
  await pipette.setting("train.0.estimator").selectOption("random_forest_regressor");
  const depth = page.locator('[data-slider="train.0.params.max_depth"]');
  await depth.press("End");
  await expect(pipette.setting("train.0.params.max_depth")).toHaveValue("1000");
});

test("a column of true and false becomes the target: a logistic regression predicts it", async ({ pipette, page }) => {
  await pipette.open("?step=ingest");
  await pipette.status("completed");
  await pipette.upload({ name: "mixed.csv", mimeType: "text/csv", buffer: mixed });
  await expect(pipette.dataset).toHaveAttribute("data-name", "mixed.csv");
  await pipette.status("completed");
  await page.getByRole("button", { name: "More for flag" }).click();
  await page.getByRole("button", { name: "Use as target" }).click();
  await expect(pipette.column("flag")).toContainText("target");
  await pipette.inspect("evaluate");
  await expect(page.locator('[data-metric="accuracy"][data-split="test"]').first()).toBeVisible();
  await pipette.inspect("train");
  await expect(pipette.setting("train.0.estimator")).toHaveValue("logistic_regression");
  await expect(pipette.setting("features.target")).toHaveValue("flag");
  await page.keyboard.press("ControlOrMeta+z");
  await expect(pipette.setting("train.0.estimator")).toHaveValue("linear_regression");
});

test("folds that answer another question are pointed out, and one click ends it", async ({ pipette, page }) => {
  await begin(pipette, "evaluate");
  await pipette.setting("evaluate.cv.kind").selectOption("time_series_split");
  const doubt = page.getByTestId("folds-doubt");
  await expect(doubt).toContainText("shuffles");
  await doubt.getByRole("button").click();
  await expect(doubt).toHaveCount(0);
  await pipette.inspect("split");
  await expect(pipette.setting("split.shuffle")).not.toBeChecked();
  await pipette.status("completed");
});
