// A sweep of 30 runs, for the tests of the pages of runs.

import { readFileSync } from "node:fs";
import { expect } from "./page.mjs";

const mixed = readFileSync(new URL("../../cases/mixed.csv", import.meta.url));

const spec = {
  pipette: 1,
  clean: [
    { rule: "drop_missing", columns: ["color", "x1", "x2", "x3", "k"] },
    { rule: "drop_columns", columns: ["size", "flag"] },
  ],
  features: { target: "y", columns: ["x1", "x2", "x3", "k"] },
  train: [{ estimator: "ridge" }],
};

/** Runs a sweep of 30 values of alpha and goes to the Runs page; gives the sweep's id. */
export async function sweep(pipette, page) {
  await pipette.open(`?step=train#p=${Buffer.from(JSON.stringify(spec)).toString("base64url")}`);
  await expect(pipette.error).toHaveAttribute("data-code", "pipeline.no_dataset");
  await pipette.upload({ name: "mixed.csv", mimeType: "text/csv", buffer: mixed });
  await expect(pipette.dataset).toHaveAttribute("data-name", "mixed.csv");
  await pipette.status("completed");
  const before = await pipette.runId();
  await page.getByText("Try several and keep the best").click();
  const alpha = pipette.setting("train.0.values.alpha");
  await alpha.fill("0.01 to 10000 in 30");
  await alpha.press("Enter");
  await expect(page.locator("[data-candidate]")).toHaveCount(30);
  await pipette.status("completed");
  const id = await pipette.runId();
  expect(id).not.toBe(before);
  await page.getByRole("link", { name: "Runs" }).click();
  await expect(pipette.runRow(id)).toHaveAttribute("data-children", "30");
  return id;
}

/** A server without routes answers 404 with the page itself, as GitHub Pages does. */
export function forgiveRoutes(watch) {
  watch.forgive(/^404: .*\/runs(\?.*)?$/);
  watch.forgive(/^error: Failed to load resource: .* 404/);
}
