// Comparison, models, pipelines, datasets: what a person keeps and decides with, by its handles.

import { expect, test } from "./support/page.mjs";

/** Three finished runs of the sample that differ in the share of test rows; their ids, oldest first. */
async function threeRuns(pipette) {
  await pipette.open("?step=split");
  await pipette.status("completed");
  const ids = [await pipette.runId()];
  for (const size of ["0.25", "0.3"]) {
    await pipette.setting("split.test_size").fill(size);
    await pipette.setting("split.test_size").press("Enter");
    await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", ids.at(-1));
    await pipette.status("completed");
    ids.push(await pipette.runId());
  }
  return ids;
}

/** Two finished runs over the same folds, the second without a feature; their ids. */
async function twoValidatedRuns(pipette) {
  await pipette.open("?step=evaluate");
  await pipette.status("completed");
  const first = await pipette.runId();
  await pipette.setting("evaluate.cv.kind").selectOption("k_fold");
  await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", first);
  await pipette.status("completed");
  const a = await pipette.runId();
  await pipette.inspect("train");
  await pipette.setting("train.0.estimator").selectOption("lasso");
  await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", a);
  await pipette.status("completed");
  return [a, await pipette.runId()];
}

async function register(page, id, name) {
  await page.goto(`runs/${id}`);
  await page.getByTestId("register").click();
  await page.getByTestId("register-name").fill(name);
  await page.getByTestId("register-save").click();
  await expect(page.locator(`header[data-model="${name}"]`)).toBeVisible();
}

/** Sets an alias by its dialog; with a note where the check refuses. */
async function setAlias(page, version, alias, note) {
  await page.locator(`[data-version="${version}"]`).getByTestId("set-alias").click();
  await page.getByTestId("alias-field").fill(alias);
  if (note) {
    await expect(page.getByTestId("promotion")).toHaveAttribute("data-passed", "false");
    await page.getByTestId("alias-note").fill(note);
  }
  await page.getByTestId("alias-save").click();
  await expect(page.locator(`[data-version="${version}"] [data-alias="${alias}"]`)).toBeVisible();
}

test("three runs are compared: values, differences, another baseline, one taken out", async ({ pipette, page }) => {
  const ids = await threeRuns(pipette);
  await page.goto(`compare?runs=${ids.join(",")}&base=${ids[0]}`);
  await expect(page.getByTestId("compare")).toHaveAttribute("data-runs", "3");
  // Other test rows: their metrics must not be played off against each other, and the page says so.
  await expect(page.getByTestId("compare-sentence")).toContainText("not comparable");
  const cell = (id) => page.locator(`[data-compare-metric="rmse"][data-run="${id}"]`);
  const values = await Promise.all(ids.map(async (id) => Number(await cell(id).getAttribute("data-value"))));
  expect(new Set(values).size).toBe(3);
  await expect(cell(ids[0])).toContainText("baseline");
  await expect(page.locator('[data-compare-metric][data-best="true"]')).toHaveCount(0);
  await expect(cell(ids[1])).not.toContainText(/better|worse/);
  await expect(page.locator('[data-compare-param="test_size"], [data-compare-param="split.test_size"]')).toContainText("0.25");
  await expect(page.getByTestId("compare-pipelines")).toContainText("0.25");
  await expect(page.getByTestId("compare-same-settings")).toHaveAttribute("data-count", /^[1-9]/);

  await page.locator(`[data-testid="compare-run"][data-run="${ids[1]}"] ~ *`).getByTestId("make-baseline").click();
  await expect(cell(ids[1])).toContainText("baseline");
  expect(page.url()).toContain(`base=${ids[1]}`);
  await page.locator(`[data-testid="compare-run"][data-run="${ids[2]}"] ~ *`).getByTestId("compare-remove").click();
  await expect(page.getByTestId("compare")).toHaveAttribute("data-runs", "2");
  await page.reload();
  await expect(cell(ids[1])).toContainText("baseline");
  await expect(cell(ids[2])).toHaveCount(0);
});

test("runs over the same folds get a verdict, and the comparison is copied as Markdown", async ({ pipette, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const [a, b] = await twoValidatedRuns(pipette);
  await page.goto(`compare?runs=${a},${b}`);
  const verdict = page.locator(`[data-testid="compare-verdict"][data-run="${b}"]`);
  await expect(verdict).toHaveAttribute("data-verdict", /^(better|worse|cannot tell)$/);
  await expect(verdict).toContainText("rmse");
  await expect(page.getByTestId("compare-pipelines")).toContainText("Trains");
  await page.getByTestId("compare-markdown").getByRole("button").click();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toMatch(/\| metric \|/);
  expect(text).toMatch(/\| rmse \|/);
  await page.getByTestId("compare-tsv").getByRole("button").click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("metric\trmse\t");
});

test("an empty comparison says how to begin, and a lost run is named", async ({ pipette, page }) => {
  await pipette.open("compare");
  await expect(page.getByTestId("compare")).toContainText("Nothing to compare yet");
  await page.goto(`compare?runs=${"0".repeat(32)}`);
  await expect(page.getByTestId("compare")).toContainText("not kept in this browser");
});

test("an alias that is protected is checked before it moves, and the focus stays where it was", async ({ pipette, page }) => {
  const ids = await threeRuns(pipette);
  await register(page, ids[0], "review-score");
  await register(page, ids[1], "review-score");
  await setAlias(page, 1, "staging");
  await page.locator('[data-protect="staging"]').check();
  await expect(page.getByTestId("toast-undo")).toBeVisible();
  // Other test rows: refused without a note.
  await setAlias(page, 2, "staging", "The newer data counts");
  await expect(page.locator('[data-version="2"] [data-alias="staging"]')).toBeVisible();
  await expect(page.locator('[data-log-alias="staging"]').first()).toContainText("Overruled");
  await expect(page.locator('[data-version="2"]').getByTestId("set-alias")).toBeFocused();
  // Undo by key is of the store on this page as well.
  await page.keyboard.press("ControlOrMeta+z");
  await expect(page.locator('[data-version="1"] [data-alias="staging"]')).toBeVisible();
});

test("@champion is set, moved with a note, rolled back and undone; after a reload all is there", async ({ pipette, page }) => {
  const ids = await threeRuns(pipette);
  await register(page, ids[0], "review-score");
  await register(page, ids[1], "review-score");
  await expect(page.locator("tr[data-version]")).toHaveCount(2);
  await setAlias(page, 1, "champion");
  // Other test rows: the check refuses, and a note overrules it.
  await setAlias(page, 2, "champion", "The newer data counts");
  await expect(page.locator('[data-version="1"] [data-alias="champion"]')).toHaveCount(0);
  await expect(page.locator('[data-log-alias="champion"]').first()).toContainText("The newer data counts");
  await page.locator('[data-roll-back="champion"]').click();
  await expect(page.locator('[data-version="1"] [data-alias="champion"]')).toBeVisible();
  await page.getByTestId("toast-undo").click();
  await expect(page.locator('[data-version="2"] [data-alias="champion"]')).toBeVisible();
  await page.reload();
  await expect(page.locator('[data-version="2"] [data-alias="champion"]')).toBeVisible();
  await expect(page.locator('[data-log-alias="champion"]')).toHaveCount(2);

  await page.goto("models");
  await expect(page.locator('tr[data-model="review-score"]')).toHaveAttribute("data-versions", "2");
  // Up the lineage: the run says what was made of it.
  await page.goto(`runs/${ids[0]}`);
  await expect(page.locator('[data-lineage-version="1"]')).toContainText("review-score, version 1");
});

test("a refused alias says why where it was written", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  await register(page, await pipette.runId(), "m");
  await page.locator('[data-version="1"]').getByTestId("set-alias").click();
  for (const [alias, why] of [["latest", "always means the newest"], ["v3", "version's number"], ["a b", "letters, digits"]]) {
    await page.getByTestId("alias-field").fill(alias);
    await page.getByTestId("alias-save").click();
    await expect(page.getByTestId("alias-refusal")).toContainText(why);
  }
});

test("a version is retired, brought back and removed, by keyboard alone", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  await register(page, await pipette.runId(), "m");
  const row = page.locator('[data-version="1"]');
  await row.locator("summary").focus();
  await page.keyboard.press("Enter");
  await row.getByTestId("retire").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("retire-note")).toBeFocused();
  await page.keyboard.type("Too old");
  await page.keyboard.press("Enter");
  await expect(row).toHaveAttribute("data-retired", "true");
  await row.locator("summary").focus();
  await page.keyboard.press("Enter");
  await row.getByTestId("bring-back").focus();
  await page.keyboard.press("Enter");
  await expect(row).not.toHaveAttribute("data-retired", "true");
  await row.locator("summary").focus();
  await page.keyboard.press("Enter");
  await row.getByTestId("version-delete").focus();
  await page.keyboard.press("Enter");
  await expect(row).toHaveCount(0);
  await page.getByTestId("toast-undo").focus();
  await page.keyboard.press("Enter");
  await expect(row).toBeVisible();
});

test("a run is named, noted and tagged on its page, and keeps it", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  await page.goto(`runs/${await pipette.runId()}`);
  await page.getByTestId("run-name").click();
  await page.getByTestId("run-name-field").fill("first light");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("first light");
  await page.getByTestId("run-note").click();
  await page.getByTestId("run-note-field").fill("Looks <b>fine</b>.\nTo be checked.");
  await page.getByTestId("run-note-save").click();
  await expect(page.getByTestId("run-note-text")).toHaveText("Looks <b>fine</b>.\nTo be checked.");
  await page.getByTestId("add-tag").click();
  await page.getByTestId("tag-field").fill("owner = ada");
  await page.keyboard.press("Enter");
  await expect(page.locator('[data-tag="owner"]')).toHaveAttribute("data-value", "ada");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("first light");
  await expect(page.locator('[data-tag="owner"]')).toBeVisible();
});

test("a pipeline is saved, its runs are counted, and its versions are told apart", async ({ pipette, page }) => {
  await pipette.open("?step=split");
  await pipette.status("completed");
  const first = await pipette.runId();
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await page.getByTestId("save-pipeline").click();
  await page.getByTestId("save-name").fill("orders");
  await page.getByTestId("save-save").click();
  const saved = page.locator('[data-pipeline="orders"]');
  await expect(saved).toHaveAttribute("data-runs", "0");
  await saved.getByTestId("run-saved").click();
  await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", first);
  await pipette.status("completed");
  await pipette.inspect("split");
  const before = await pipette.runId();
  await pipette.setting("split.test_size").fill("0.4");
  await pipette.setting("split.test_size").press("Enter");
  await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", before);
  await pipette.status("completed");
  await page.goto("pipelines");
  await expect(saved).toHaveAttribute("data-runs", "2");
  await page.getByTestId("save-pipeline").click();
  await expect(page.getByTestId("save-name")).toHaveValue("orders");
  await page.getByTestId("save-save").click();
  await expect(saved).toHaveAttribute("data-versions", "2");
  await saved.locator("details.tech summary").click();
  await expect(saved.locator('[data-pipeline-version="2"]')).toContainText("0.4");
});

test("two versions of a file: what changed is said", async ({ pipette, page }) => {
  const csv = (shift) =>
    ["a,b,y", ...Array.from({ length: 60 }, (_, i) => `${(i % 7) + shift},${i % 5},${i % 11}`)].join("\n");
  await pipette.open();
  await pipette.status("completed");
  for (const shift of [0, 5]) {
    const before = await pipette.runId();
    await pipette.upload({ name: "orders.csv", mimeType: "text/csv", buffer: Buffer.from(csv(shift)) });
    await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", before);
    await pipette.status("completed");
  }
  await page.goto("datasets");
  await expect(page.locator("[data-dataset]")).toHaveCount(3);
  await page.getByTestId("dataset-changes").click();
  await expect(page.locator('[data-drift-column="a"]')).toHaveAttribute("data-magnitude", "large");
  await expect(page.getByTestId("drift-sentence")).toContainText("a");
});

test("a version of a file is compared with any earlier one", async ({ pipette, page }) => {
  const csv = (shift) =>
    ["a,b,y", ...Array.from({ length: 60 }, (_, i) => `${(i % 7) + shift},${i % 5},${i % 11}`)].join("\n");
  await pipette.open();
  await pipette.status("completed");
  // The second and the third differ in the last row of a alone, the first is far from both.
  for (const text of [csv(0), csv(50), csv(50).replace(/[^\n]*$/, "51,4,4")]) {
    const before = await pipette.runId();
    await pipette.upload({ name: "orders.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", before);
    await pipette.status("completed");
  }
  await page.goto("datasets");
  await page.getByRole("button", { name: "What changed to version 3 of orders.csv" }).click();
  const drift = page.getByTestId("drift");
  await expect(drift.getByRole("heading")).toHaveText("From version 2 to 3 of orders.csv");
  await expect(page.getByTestId("drift-sentence")).toBeVisible();
  await expect(page.locator('[data-drift-column="a"][data-magnitude="large"]')).toHaveCount(0);
  const list = page.getByTestId("compared-with");
  await expect(list.locator("option")).toHaveCount(2);
  await list.selectOption({ index: 1 });
  await expect(drift.getByRole("heading")).toHaveText("From version 1 to 3 of orders.csv");
  await expect(page.locator('[data-drift-column="a"]')).toHaveAttribute("data-magnitude", "large");
  await expect(page).toHaveURL(/changes=.*&from=/);
  // The address says it: a link leads to the same comparison.
  await page.reload();
  await expect(drift.getByRole("heading")).toHaveText("From version 1 to 3 of orders.csv");
  await page.goto("datasets");
  // The second has one version before it: nothing to choose.
  await page.getByRole("button", { name: "What changed to version 2 of orders.csv" }).click();
  await expect(drift.getByRole("heading")).toHaveText("From version 1 to 2 of orders.csv");
  await expect(list).toHaveCount(0);
});

test.describe("on a telephone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("every place is in reach, and no page is wider than the window", async ({ pipette, page }) => {
    const ids = await threeRuns(pipette);
    for (const path of [`compare?runs=${ids.join(",")}`, "models", "pipelines", "datasets", `runs/${ids[0]}`]) {
      await page.goto(path);
      await pipette.ready();
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
    }
    await page.locator(".nav-more summary").tap();
    await page.getByRole("button", { name: /^Datasets/ }).tap();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Datasets");
  });
});
