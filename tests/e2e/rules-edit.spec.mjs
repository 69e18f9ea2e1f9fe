// Cleaning rules by hand: search, fill in, preview, add; suggestions; leaks.

import { expect, test } from "./support/page.mjs";

const rows = (n, line) => Array.from({ length: n }, (_, index) => line(index)).join("\n");
const gappy = {
  name: "gappy.csv",
  mimeType: "text/csv",
  buffer: Buffer.from("x,z,y\n" + rows(60, (i) => `${i % 7 === 3 ? "" : i},${(i * 13) % 17},${2 * i + 1}`)),
};

async function openClean(pipette) {
  await pipette.open();
  await pipette.status("completed");
  await pipette.upload(gappy);
  await expect(pipette.dataset).toHaveAttribute("data-rows", "60");
  await pipette.inspect("clean");
}

async function choose(pipette, page, words, kind) {
  const field = pipette.setting("clean.new.rule");
  await field.fill(words);
  await expect(page.locator(`[data-rule-kind="${kind}"][role=option]`)).toBeVisible();
  await field.press("Enter");
  await expect(field).toHaveAttribute("data-value", kind);
}

test("a rule is found by its words and by keys, and Escape leaves it as it was", async ({ pipette, page }) => {
  await openClean(pipette);
  const field = pipette.setting("clean.new.rule");
  await field.click();
  await expect(page.getByRole("listbox", { name: "Rules" })).toBeVisible();
  await field.press("Escape");
  await expect(page.getByRole("listbox", { name: "Rules" })).toBeHidden();
  await expect(field).toHaveAttribute("data-value", "fill_missing");
  await choose(pipette, page, "winsor", "clip_outliers");
  await expect(pipette.setting("clean.new.factor")).toBeVisible();
  await expect(pipette.setting("clean.new.threshold")).toHaveCount(0);
  await pipette.setting("clean.new.method").selectOption("z_score");
  await expect(pipette.setting("clean.new.threshold")).toBeVisible();
  await expect(pipette.setting("clean.new.factor")).toHaveCount(0);
});

test("an expression is marked where it is wrong, previewed when it is right, and added", async ({ pipette, page }) => {
  await openClean(pipette);
  await choose(pipette, page, "keep rows", "filter_rows");
  const add = page.getByTestId("add-rule");
  await expect(add).toHaveAttribute("aria-disabled", "true");
  const text = pipette.setting("clean.new.expression");
  await text.fill("z > zz");
  await text.blur();
  await expect(page.locator(".caret")).toHaveText(/z > zz\n\s{4}\^\^/);
  await text.fill("z > 3");
  await text.blur();
  await expect(add).not.toHaveAttribute("aria-disabled", "true");
  const counts = page.getByTestId("preview-counts").first();
  await expect(counts).toHaveText(/rows go/);
  await add.click();
  await expect(page.locator('[data-rule="0"], [data-rule]').last()).toContainText("z > 3");
});

test("a suggestion is added once; a leaking filling is fitted on the training rows instead", async ({ pipette, page }) => {
  await openClean(pipette);
  const fill = page.locator('li[data-rule-kind="fill_missing"]').getByTestId("suggestion");
  // What the first guess for this file does by itself is up to it: only where it leaves the gap is there something to add.
  if (await fill.count()) {
    await fill.first().click();
    await expect(fill).toHaveCount(0);
  }
  const fix = page.getByTestId("fix-leak");
  await expect(fix).toBeVisible();
  await fix.click();
  await expect(fix).toHaveCount(0);
  await pipette.status("completed");
  const spec = JSON.parse((await pipette.download("spec-download")).text);
  expect(spec.features.encoders[0]).toMatchObject({ encoder: "simple_imputer", columns: ["x"] });
});
