// A column that a rule, the target, a feature or an encoder names and that is no longer there: a message at its field, and a
// way on.

import { expect, test } from "./support/page.mjs";

const buffer = Buffer.from("x,z,y\n" + Array.from({ length: 40 }, (_, i) => `${i},${(i * 7) % 11},${2 * i + 1}`).join("\n"));

const CASES = [
  {
    what: "a rule",
    step: "clean",
    spec: { clean: [{ rule: "drop_missing" }, { rule: "fill_missing", strategy: "mean", columns: ["gone"] }], features: { target: "y" } },
    code: "clean.unknown_column",
    at: (page) => page.locator('[data-rule="1"]'),
    mend: (page) => page.getByLabel("Remove rule 2").click(),
  },
  {
    what: "an expression",
    step: "clean",
    spec: { clean: [{ rule: "filter_rows", expression: "gone > 3" }], features: { target: "y" } },
    code: /^clean\./,
    at: (page) => page.locator('[data-rule="0"]'),
    mend: (page) => page.getByLabel("Remove rule 1").click(),
  },
  {
    what: "the target",
    step: "train",
    spec: { features: { target: "gone" } },
    code: "features.target_missing",
    at: (page) => page,
    mend: (_, pipette) => pipette.setting("features.target").selectOption("y"),
  },
  {
    what: "a feature",
    step: "train",
    spec: { features: { target: "y", columns: ["x", "gone"] } },
    code: "features.feature_missing",
    at: (page) => page,
    mend: (page) => page.getByRole("checkbox", { name: /^gone/ }).click(),
  },
  {
    what: "an encoder",
    step: "train",
    spec: { features: { target: "y", encoders: [{ encoder: "standard_scaler", columns: ["x"] }, { encoder: "standard_scaler", columns: ["gone"] }] } },
    code: "features.encoder_column_missing",
    at: (page) => page.locator('[data-encoder="1"]'),
    mend: (page) => page.getByLabel("Remove encoder 2").click(),
  },
];

for (const { what, step, spec, code, at, mend } of CASES) {
  test(`${what} that names a column that is gone says so at its field`, async ({ pipette, page }) => {
    await pipette.open(`?step=${step}`);
    await pipette.status("completed");
    await pipette.upload({ name: "few.csv", mimeType: "text/csv", buffer });
    await expect(pipette.dataset).toHaveAttribute("data-rows", "40");
    await pipette.status("completed");
    const dataset = { name: "few.csv", digest: await pipette.dataset.getAttribute("data-digest") };
    const whole = { pipette: 1, ...spec, dataset };
    await pipette.loadSpec({ name: "p.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(whole)) });
    await pipette.status("failed");
    await expect(pipette.error).toHaveAttribute("data-code", code);
    await expect(page.getByTestId("field-error")).toHaveCount(1);
    await expect(at(page).getByTestId("field-error")).toContainText("gone");
    await mend(page, pipette);
    await pipette.status("completed");
    await expect(page.getByTestId("field-error")).toHaveCount(0);
  });
}
