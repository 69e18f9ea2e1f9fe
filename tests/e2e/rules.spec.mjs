// The pipeline edited by hand: rules, features, target, split; and the pipeline as a file and as a link.

import { expect, test } from "./support/page.mjs";

const N = 30;
/** `a` misses 3 cells, `b` 2 in other rows, `t` is text with 1 gap in a row where `a` has one too. */
const TABLE = [
  "a,b,t,y",
  ...Array.from({ length: N }, (_, i) =>
    [i % 10 === 4 ? "" : (i * 7) % 11, i % 15 === 7 ? "" : (i * 5) % 13, i === 4 ? "" : `w${i % 3}`, i * 1.5 + 0.25].join(","),
  ),
  "",
].join("\n");
const FILE = { name: "rules.csv", mimeType: "text/csv", buffer: Buffer.from(TABLE) };
const CLEAN = [
  { rule: "fill_missing", columns: ["a"], strategy: "median" },
  { rule: "keep_numeric" },
  { rule: "drop_missing" },
];
const json = (value) => ({
  name: "pipeline.json",
  mimeType: "application/json",
  buffer: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
});

/** The page on our file with these rules, a step open. The pipeline comes first, by a link, and is kept for the file. */
async function begin(pipette, step, spec = {}) {
  const text = JSON.stringify({ pipette: 1, clean: CLEAN, features: { target: "y" }, ...spec });
  await pipette.open(`?step=${step}#p=${Buffer.from(text).toString("base64url")}`);
  await expect(pipette.error).toHaveAttribute("data-code", "pipeline.no_dataset");
  await pipette.upload(FILE);
  await expect(pipette.dataset).toHaveAttribute("data-name", FILE.name);
  await expect(pipette.step(step)).toHaveAttribute("aria-current", "step");
}

const rule = (page, n) => page.locator(`[data-rule="${n - 1}"]`);
const button = (page, name) => page.getByRole("button", { name, exact: true });

/** Says of each rule what must stand there, then that undo and redo bring the other and this. */
async function expectUndoable(page, before, after) {
  await after();
  await button(page, "Undo").click();
  await before();
  await button(page, "Redo").click();
  await after();
}

const rules =
  (page, ...texts) =>
  async () => {
    await expect(page.locator("[data-rule]")).toHaveCount(texts.length);
    for (const [i, text] of texts.entries()) await expect(rule(page, i + 1)).toContainText(text);
  };

test("each rule says what it does and what it did", async ({ pipette, page }) => {
  await begin(pipette, "clean");
  await rules(page, /Fill missing a with the median.*3 cells/s, /Keep.*−1 column/s, /Drop rows.*−2 rows/s)();
  await expect(rule(page, 1)).toContainText("leaks");
  await expect(page.getByText(/3 cells were filled, 2 rows/)).toBeVisible();
});

test("a rule's fields are edited one by one, each to be undone and redone", async ({ pipette, page }) => {
  await begin(pipette, "clean");
  const first = (text) => async () => expect(rule(page, 1)).toContainText(text);
  await button(page, "Edit rule 1").click();
  await pipette.setting("clean.0.strategy").selectOption("mean");
  await expectUndoable(page, first(/with the median/), first(/with the mean/));

  await pipette.setting("clean.0.strategy").selectOption("constant");
  await expect(page.getByText("Type the value to fill with.")).toBeVisible();
  await pipette.setting("clean.0.fill_value").fill("7");
  await pipette.setting("clean.0.fill_value").press("Enter");
  await expectUndoable(page, first(/with the mean/), first(/with 7/));
  await expect(rule(page, 1)).not.toContainText("leaks");

  const columns = pipette.setting("clean.0.columns");
  await columns.locator("input[value=b]").check();
  await expectUndoable(page, first(/3 cells/), first(/5 cells/));
  await expect(rule(page, 3)).toContainText("no change");
  await columns.getByRole("button", { name: "None" }).click();
  await expect(page.getByText("Choose at least one column, or all of them.")).toBeVisible();
  await columns.getByRole("button", { name: "All" }).click();
  await expect(page.getByText("Choose at least one column, or all of them.")).toBeHidden();
});

/** Chooses another kind of rule by its words. */
async function chooseKind(pipette, setting, words, kind) {
  await pipette.setting(setting).fill(words);
  await pipette.setting(setting).press("Enter");
  await expect(pipette.setting(setting)).toHaveAttribute("data-value", kind);
}

test("another kind of rule is chosen", async ({ pipette, page }) => {
  await begin(pipette, "clean");
  await button(page, "Edit rule 1").click();
  await chooseKind(pipette, "clean.0.rule", "drop_missing", "drop_missing");
  await expectUndoable(page, rules(page, "Fill missing", "Keep", "Drop"), rules(page, "Drop", "Keep", "Drop"));
  await expect(pipette.setting("clean.0.strategy")).toHaveCount(0);

  await chooseKind(pipette, "clean.new.rule", "drop_columns", "drop_columns");
  const add = page.getByTestId("add-rule");
  await expect(add).toHaveAttribute("aria-disabled", "true");
  await expect(page.locator("#add-rule-why")).toContainText("Not yet");
  await pipette.setting("clean.new.columns").locator("input[value=b]").check();
  await expect(add).not.toHaveAttribute("aria-disabled", "true");
  await add.click();
  await rules(page, "Drop", "Keep", "Drop", /Drop b.*−1 column/s)();
});

test("rules are added, switched off and removed, each to be undone and redone", async ({ pipette, page }) => {
  await begin(pipette, "clean");
  const three = rules(page, "Fill missing", "Keep", "Drop");
  await three();
  await pipette.setting("clean.new.columns.all").uncheck();
  await expect(page.getByTestId("add-rule")).toHaveAttribute("aria-disabled", "true");
  await pipette.setting("clean.new.columns").locator("input[value=b]").check();
  await page.getByTestId("add-rule").click();
  await expectUndoable(page, three, rules(page, "Fill missing", "Keep", "Drop", /Fill missing b.*no change/s));

  await page.getByRole("switch", { name: "Rule 4 on" }).uncheck({ force: true });
  const off = async () => expect(rule(page, 4)).toContainText("off");
  await expectUndoable(page, async () => expect(rule(page, 4)).toContainText("no change"), off);

  await button(page, "Remove rule 4").click();
  await expectUndoable(page, off, three);
  await pipette.status("completed");
});

test("two removals in quick succession are two to undo", async ({ pipette, page }) => {
  await begin(pipette, "clean");
  await rules(page, "Fill missing", "Keep", "Drop")();
  await button(page, "Remove rule 1").click();
  await button(page, "Remove rule 1").click();
  await rules(page, "Drop")();
  await button(page, "Undo").click();
  await rules(page, "Keep", "Drop")();
});

test("rules are moved by keyboard, and the focus goes with them", async ({ pipette, page }) => {
  await begin(pipette, "clean");
  const before = rules(page, "Fill missing", "Keep", "Drop");
  await button(page, "Move rule 1 down").focus();
  await page.keyboard.press("Enter");
  await expect(button(page, "Move rule 2 down")).toBeFocused();
  await expectUndoable(page, before, rules(page, "Keep", "Fill missing", "Drop"));
  await expect(button(page, "Move rule 1 up")).toBeDisabled();
  await expect(button(page, "Move rule 3 down")).toBeDisabled();
});

test("a rule is dragged to another place by the mouse", async ({ pipette, page }) => {
  await begin(pipette, "clean");
  const before = rules(page, "Fill missing", "Keep", "Drop");
  await before();
  await rule(page, 3).locator(".grip").dragTo(rule(page, 1));
  await expectUndoable(page, before, rules(page, "Drop", "Fill missing", "Keep"));
  await pipette.status("completed");
});

test("a rule for a column that an earlier one dropped is an error that names both", async ({ pipette, page }) => {
  const clean = [{ rule: "drop_columns", columns: ["b"] }, { rule: "fill_missing", columns: ["b"], strategy: "mean" }, ...CLEAN];
  await begin(pipette, "clean", { clean });
  await pipette.status("failed");
  await expect(pipette.error).toHaveAttribute("data-code", "clean.unknown_column");
  await expect(pipette.error).toContainText(/Rule 2 names the column "b", but rule 1 has dropped it/);
  await pipette.expectSteps({ clean: "failed", split: "skipped" });
  await button(page, "Move rule 2 up").click();
  await pipette.status("completed");
  await expect(pipette.error).toBeHidden();
});

test("a feature is taken off, and the last one is kept", async ({ pipette, page }) => {
  await begin(pipette, "train");
  await expect(page.locator("[data-coefficient]")).toHaveCount(3);
  await pipette.setting("features.columns.chosen").check();
  const picker = pipette.setting("features.columns");
  await picker.locator("input[value=b]").uncheck();
  await expect(page.locator("[data-coefficient]")).toHaveCount(2);
  await expect(page.locator('[data-coefficient="b"]')).toHaveCount(0);
  await picker.locator("input[value=a]").uncheck();
  await expect(page.getByText("Choose at least one column to predict from.")).toBeVisible();
  await pipette.setting("features.columns.all").check();
  await expect(page.locator("[data-coefficient]")).toHaveCount(3);
});

test("a column of the profile becomes the target, or is dropped", async ({ pipette, page }) => {
  await begin(pipette, "ingest");
  await button(page, "More for t").click();
  await expect(button(page, "Use as target")).toBeDisabled(); // text
  await button(page, "More for b").click();
  await button(page, "Use as target").click();
  await expect(pipette.column("b")).toContainText("target");
  await pipette.inspect("train");
  await expect(pipette.setting("features.target")).toHaveValue("b");
  await expect(page.locator('[data-coefficient="y"]')).toBeVisible();

  await pipette.inspect("ingest");
  await button(page, "More for a").click();
  await button(page, "Drop this column").click();
  await pipette.inspect("clean");
  await expect(rule(page, 4)).toContainText("Drop a");
});

test("the split takes a count, a seed and strata, and refuses what is neither", async ({ pipette, page }) => {
  await begin(pipette, "split", { clean: [{ rule: "drop_missing" }], features: { target: "y", columns: ["a", "b"] } });
  const result = page.getByRole("region", { name: "Result of split" });
  await pipette.setting("split.test_size").fill("6");
  await pipette.setting("split.test_size").press("Enter");
  const testRow = result.getByRole("row", { name: /^Test/ });
  await expect(testRow).toContainText(/Test\s*6/);
  await expect(pipette.step("split")).toHaveAttribute("data-reason", /from 0.2 to 6/);

  const firstRows = await testRow.innerText();
  await pipette.setting("split.random_state").fill("43");
  await pipette.setting("split.random_state").press("Enter");
  await expect(pipette.step("split")).toHaveAttribute("data-reason", /random_state changed from 42 to 43/);
  await expect(testRow).not.toHaveText(firstRows);

  await pipette.setting("split.stratify").selectOption("t");
  await expect(pipette.step("split")).toHaveAttribute("data-reason", /stratify/);
  await pipette.status("completed");
  await pipette.setting("split.shuffle").uncheck(); // in the file's order shares cannot be kept
  await expect(pipette.setting("split.stratify")).toHaveValue("");
  await pipette.status("completed");

  for (const wrong of ["1.5", "0", "-1", "1000", "a half"]) {
    await pipette.setting("split.test_size").fill(wrong);
    await pipette.setting("split.test_size").press("Enter");
    await expect(pipette.setting("split.test_size"), wrong).toHaveAttribute("aria-invalid", "true");
  }
  await pipette.setting("split.random_state").fill("-3");
  await pipette.setting("split.random_state").press("Enter");
  await expect(pipette.setting("split.random_state")).toHaveAttribute("aria-invalid", "true");
});

test("a pipeline file comes back as it was saved; a wrong one changes nothing", async ({ pipette, page }) => {
  await begin(pipette, "clean");
  await rules(page, "Fill missing", "Keep", "Drop")();
  await pipette.status("completed");
  const saved = await pipette.download("spec-download");
  await button(page, "Remove rule 1").click();
  await rules(page, "Keep", "Drop")();
  await pipette.loadSpec(json(saved.text));
  await rules(page, "Fill missing", "Keep", "Drop")();
  expect((await pipette.download("spec-download")).text).toBe(saved.text);

  const WRONG = {
    "not JSON": /pipeline/i,
    '{"pipette": 99}': /99/,
    '{"pipette": 1, "clean": [{"rule": "drop_colums", "columns": ["a"]}]}': /drop_colums/,
    '{"pipette": 1, "train": [{"estimator": "random_forest"}]}': /random_forest/,
    '{"pipette": 1, "split": {"test_size": "much"}}': /pipeline file/,
  };
  for (const [text, words] of Object.entries(WRONG)) {
    await pipette.loadSpec(json(text));
    await expect(pipette.error, text).toContainText(words);
    await rules(page, "Fill missing", "Keep", "Drop")();
  }
});

test("a link in a fresh browser asks for the file, and goes on with the link's pipeline", async ({ pipette, page, browser, baseURL }) => {
  await begin(pipette, "clean");
  await rules(page, "Fill missing", "Keep", "Drop")();
  await pipette.status("completed");
  await pipette.inspect("evaluate");
  const score = await pipette.metric("r2");
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(new URL(page.url(), baseURL).href);
  await expect(other.getByTestId("error")).toHaveAttribute("data-code", "pipeline.file_needed");
  await expect(other.getByTestId("error")).toContainText("rules.csv");
  await other.getByTestId("csv-input").setInputFiles(FILE);
  await expect(other.getByTestId("pipeline")).toHaveAttribute("data-status", "completed");
  await expect(other.locator('[data-metric="r2"][data-split="test"]').first()).toHaveAttribute("data-value", String(score));
  await other.locator('[data-step="clean"]').click();
  await rules(other, "Fill missing", "Keep", "Drop")();
  await context.close();
});

test("a link that is cut off is said to be, and the sample runs meanwhile", async ({ pipette }) => {
  await pipette.open("#p=eyJwaXBldHRlIjoxLCJjbGVhbi");
  await expect(pipette.error).toHaveAttribute("data-code", "link.damaged");
  await expect(pipette.error).toContainText(/link is damaged.*copy the whole address/i);
  await pipette.status("completed");
  await expect(pipette.error).toBeVisible();
  // It goes with the next change.
  await pipette.inspect("split");
  await pipette.setting("split.random_state").fill("7");
  await pipette.setting("split.random_state").press("Enter");
  await expect(pipette.error).toHaveCount(0);
});

test("a link to a pipeline that is not ours is refused with its reason", async ({ pipette }) => {
  const spec = Buffer.from(JSON.stringify({ pipette: 1, no_such_field: 2 })).toString("base64url");
  await pipette.open(`#p=${spec}`);
  await expect(pipette.error).toHaveAttribute("data-code", "link.refused");
  await expect(pipette.error).toContainText("no_such_field");
});
