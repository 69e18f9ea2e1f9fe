// A sweep: lists of values, further estimators, the heat map, and a candidate taken as a run.

import { readFileSync } from "node:fs";
import { expect, test } from "./support/page.mjs";

const golden = JSON.parse(readFileSync(new URL("../golden/sweeps.json", import.meta.url)));
const mixed = readFileSync(new URL("../cases/mixed.csv", import.meta.url));

// The pipeline of tests/python/sweeps.py.
const spec = {
  pipette: 1,
  clean: [
    { rule: "drop_missing", columns: ["color", "x1", "x2", "x3", "k"] },
    { rule: "drop_columns", columns: ["size", "flag"] },
  ],
  features: { target: "y", columns: ["x1", "x2", "x3", "k"] },
  train: [{ estimator: "ridge" }],
};

async function begin(pipette) {
  await pipette.open(`?step=train#p=${Buffer.from(JSON.stringify(spec)).toString("base64url")}`);
  await expect(pipette.error).toHaveAttribute("data-code", "pipeline.no_dataset");
  await pipette.upload({ name: "mixed.csv", mimeType: "text/csv", buffer: mixed });
  await expect(pipette.dataset).toHaveAttribute("data-name", "mixed.csv");
  await pipette.status("completed");
}

const rmse = (folds) => folds.reduce((sum, mse) => sum + Math.sqrt(mse), 0) / folds.length;
const near = (found, expected, relative) => Math.abs(found - expected) <= relative * Math.abs(expected);

async function fill(field, text) {
  await field.fill(text);
  await field.press("Enter");
}

test("lists are tried, the numbers are scikit-learn's, and a candidate is taken as a run", async ({ pipette, page }) => {
  await begin(pipette);
  await page.getByText("Try several and keep the best").click();
  await fill(pipette.setting("train.0.values.alpha"), "0.01 to 10000 in 4");
  await fill(pipette.setting("train.0.values.fit_intercept"), "on, off");
  await expect(page.getByTestId("sweep-plan")).toContainText("8 candidates");
  const rows = page.locator("[data-candidate]");
  await expect(rows).toHaveCount(8);
  for (const [place, folds] of golden.ridge.mse.entries()) {
    const shown = Number(await page.locator(`[data-candidate="${place}"] [data-value]`).getAttribute("data-value"));
    expect(near(shown, rmse(folds), 1e-9), `${place}`).toBe(true);
  }
  await expect(page.locator('[data-best="true"]')).toHaveAttribute("data-candidate", String(golden.ridge.best));

  const other = golden.ridge.best === 4 ? 2 : 4;
  const parent = await pipette.runId();
  await page.locator(`[data-candidate="${other}"]`).getByRole("button").click();
  await expect(page.getByTestId("sweep")).toHaveCount(0);
  await pipette.status("completed");
  await expect(async () => expect(await pipette.runId()).not.toBe(parent)).toPass();
  await pipette.inspect("evaluate");
  await expect(async () => expect(near(await pipette.metric("rmse", "cv"), rmse(golden.ridge.mse[other]), 1e-9)).toBe(true)).toPass();

  await page.getByRole("link", { name: "Runs" }).click();
  // What a sweep tried stands below it, folded.
  const row = pipette.runRow(parent);
  await expect(row).toHaveAttribute("data-children", "8");
  await row.locator(".fold").click();
  await expect(page.locator("[data-run][data-child]")).toHaveCount(8);
});

test("several estimators compete, and a value that cannot be says so at its field", async ({ pipette, page }) => {
  await begin(pipette);
  await page.getByText("Try several and keep the best").click();
  await pipette.setting("train.add").selectOption("lasso");
  await expect(page.locator("[data-candidate]")).toHaveCount(2);
  const alpha = pipette.setting("train.1.values.alpha");
  await fill(alpha, "0.1, -1");
  await expect(page.getByText(/-1: At least/)).toBeVisible();
  await fill(alpha, "0.1, 1, 10");
  await expect(page.locator("[data-candidate]")).toHaveCount(4);
  await fill(pipette.setting("search.n_iter"), "2");
  await expect(page.locator("[data-candidate]")).toHaveCount(2);
  await page.getByTestId("train-remove-1").click();
  await expect(page.locator("[data-candidate]")).toHaveCount(0);
  await pipette.status("completed");
});

test("values of an encoder are tried, and the candidate that is taken has the one that was chosen", async ({ pipette, page }) => {
  const columns = ["x1", "x2", "x3", "k"];
  const encoders = [
    { encoder: "standard_scaler", columns },
    { encoder: "polynomial_features", columns, include_bias: false },
  ];
  const polynomial = { ...spec, features: { ...spec.features, encoders } };
  await pipette.open(`?step=train#p=${Buffer.from(JSON.stringify(polynomial)).toString("base64url")}`);
  await expect(pipette.error).toHaveAttribute("data-code", "pipeline.no_dataset");
  await pipette.upload({ name: "mixed.csv", mimeType: "text/csv", buffer: mixed });
  await expect(pipette.dataset).toHaveAttribute("data-name", "mixed.csv");
  await pipette.status("completed");
  await page.getByText("Try several and keep the best").click();
  await page.getByTestId("sweep-encoder-1").locator("summary").click();
  await fill(pipette.setting("train.0.values.alpha"), "0.01, 1, 100");
  await fill(pipette.setting("features.encoders.1.values.degree"), "1 to 30 in 2");
  await expect(page.getByTestId("sweep-encoder-1")).toContainText("20");
  await fill(pipette.setting("features.encoders.1.values.degree"), "1, 2, 3");
  await expect(page.getByTestId("sweep-plan")).toContainText("9 candidates");
  await expect(page.locator("[data-candidate]")).toHaveCount(9);
  for (const [place, folds] of golden.degrees.mse.entries()) {
    const shown = Number(await page.locator(`[data-candidate="${place}"] [data-value]`).getAttribute("data-value"));
    expect(near(shown, rmse(folds), 1e-9), `${place}`).toBe(true);
  }
  await expect(page.locator('[data-best="true"]')).toHaveAttribute("data-candidate", String(golden.degrees.best));
  await expect(page.locator('[data-encoder="1"]')).toContainText("Tries degree 1, 2, 3.");
  // The third degree with the strongest penalty.
  await page.locator('[data-candidate="8"]').getByRole("button").click();
  await expect(page.getByTestId("sweep")).toHaveCount(0);
  await pipette.status("completed");
  await expect(page.locator('[data-encoder="1"]')).toContainText("up to degree 3.");
  await expect(page.locator('[data-encoder="1"]')).not.toContainText("Tries");
  await pipette.inspect("evaluate");
  await expect(async () => expect(near(await pipette.metric("rmse", "cv"), rmse(golden.degrees.mse[8]), 1e-9)).toBe(true)).toPass();
});
