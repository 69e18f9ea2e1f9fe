// A pipeline for a foreign file, built from nothing with ten rules: once by mouse, once by keyboard alone. What each rule
// did is compared with what plain JavaScript makes of the same file.

import { expect, test } from "./support/page.mjs";
import { Keys, Mouse } from "./support/hands.mjs";
import { RULES, messy } from "./support/messy.mjs";

/** How each rule's form is filled in, by whichever hand. */
const FILL_IN = {
  clean_text: async (hand) => {
    await hand.columns("clean.new.columns", ["city"]);
    await hand.tick("clean.new.trim", true);
    await hand.choose("clean.new.case", "lower");
  },
  replace_values: async (hand) => {
    await hand.columns("clean.new.columns", ["city"]);
    await hand.pair("clean.new.pairs", "nyc", "new york");
  },
  drop_duplicates: async () => {},
  drop_mostly_missing: async (hand) => hand.type("clean.new.threshold", "0.5"),
  drop_constant: async () => {},
  fill_missing: async (hand) => {
    await hand.columns("clean.new.columns", ["price"]);
    await hand.choose("clean.new.strategy", "median");
  },
  drop_missing: async (hand) => hand.columns("clean.new.columns", ["weight"]),
  filter_rows: async (hand) => hand.type("clean.new.expression", "price > 0"),
  derive_column: async (hand) => {
    await hand.type("clean.new.name", "per_kg");
    await hand.type("clean.new.expression", "price / weight");
  },
  days_between: async (hand) => {
    await hand.choose("clean.new.start", "bought");
    await hand.choose("clean.new.end", "sent");
    await hand.type("clean.new.name", "wait");
  },
};

async function build(pipette, page, hand) {
  const { file, effects, weights, n } = messy();
  // A pipeline without a rule, that holds before the first one and after the last.
  const spec = { pipette: 1, clean: [], features: { target: "y", columns: ["number"] } };
  await pipette.open(`#p=${Buffer.from(JSON.stringify(spec)).toString("base64url")}`);
  await expect(pipette.error).toHaveAttribute("data-code", "pipeline.no_dataset");
  await pipette.upload(file);
  await expect(pipette.dataset).toHaveAttribute("data-name", file.name);
  await pipette.status("completed");

  await hand.open("clean");
  for (const [i, kind] of RULES.entries()) {
    await hand.rule(kind);
    await FILL_IN[kind](hand);
    await expect(page.getByTestId("add-rule"), kind).not.toHaveAttribute("aria-disabled", "true");
    await hand.press("add-rule");
    const line = page.locator(`[data-rule="${i}"]`);
    await expect(line, kind).toHaveAttribute("data-rows-after", String(effects[i].rows));
    await expect(line, kind).toHaveAttribute("data-columns-after", String(effects[i].columns));
    if (effects[i].cells !== undefined) await expect(line, kind).toHaveAttribute("data-cells", String(effects[i].cells));
    await pipette.status("completed");
  }
  await expect(page.locator("[data-rule]")).toHaveCount(10);

  // The made columns hold what the target was made of, to the last filled cell.
  await hand.open("train");
  await hand.tick("features.columns.chosen", true);
  await hand.columns("features.columns", ["per_kg", "wait"]);
  await expect(page.locator("[data-coefficient]")).toHaveCount(3);
  await pipette.status("completed");
  for (const [name, weight] of Object.entries(weights)) {
    expect(Math.abs((await pipette.coefficient(name)) - weight), name).toBeLessThan(1e-9);
  }
  const saved = JSON.parse((await pipette.download("spec-download")).text);
  expect(saved.clean.map((rule) => rule.rule)).toEqual(RULES);
  const result = page.getByText(new RegExp(`^LinearRegression on ${Math.floor(n * 0.8)} rows`));
  await expect(result).toBeVisible();
}

test("ten rules by mouse", async ({ pipette, page }) => {
  await build(pipette, page, new Mouse(page, pipette));
});

test("the same ten rules by keyboard alone", async ({ pipette, page }) => {
  test.slow();
  await build(pipette, page, new Keys(page, pipette));
});
