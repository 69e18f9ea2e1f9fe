// The Runs page: a sweep of 30 runs, found, nested, selected, tagged, deleted, taken back, moved, and all there after a reload.

import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./support/page.mjs";
import { forgiveRoutes, sweep } from "./support/sweep.mjs";

// The table is virtual: high enough for all thirty to be there.
test.use({ viewport: { width: 1280, height: 1700 } });

const search = (page) => page.locator("#q");
const found = (page, n) => expect(page.getByTestId("runs-found")).toHaveAttribute("data-value", String(n));
const children = (page) => page.locator("[data-run][data-child]");
const names = (rows) => rows.locator("th a").allTextContents();
const values = (rows, key) =>
  rows.locator(`[data-metric="${key}"][data-split="cv"]`).evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.value)));

test("a sweep is folded, searched, sorted and selected", async ({ pipette, page }) => {
  const id = await sweep(pipette, page);
  await expect(children(page)).toHaveCount(0);
  await pipette.runRow(id).locator(".fold").click();
  await expect(children(page)).toHaveCount(30);
  const all = await values(children(page), "rmse");
  const sorted = [...all].sort((a, b) => a - b);

  // The tenth best and what is better than it: ten runs. The sweep itself is found too if it is as good.
  const limit = (sorted[9] + sorted[10]) / 2;
  await search(page).fill(`metrics.cv_rmse < ${limit} and tags.mlflow.parentRunId = '${id}'`);
  await found(page, 10);
  await expect(children(page)).toHaveCount(10);
  for (const value of await values(children(page), "rmse")) expect(value).toBeLessThan(limit);

  // Best first, then worst first; with Shift a second key.
  await page.locator('[data-sort="metrics.cv_rmse"]').click();
  await expect(async () => expect(await values(children(page), "rmse")).toEqual(sorted.slice(0, 10))).toPass();
  await page.locator('[data-sort="metrics.cv_rmse"]').click();
  await expect(async () => expect(await values(children(page), "rmse")).toEqual(sorted.slice(0, 10).reverse())).toPass();
  await page.locator('[data-sort="run_name"]').click({ modifiers: ["Shift"] });
  await expect(page).toHaveURL(/sort=-metrics\.cv_rmse%2Crun_name/);

  // An error stands where it is, and the rows stay.
  await search(page).fill("metrics.cv_rmse <");
  await expect(page.getByTestId("search-error")).toHaveAttribute("data-caret", "17");
  await found(page, 10);
  await search(page).fill("metrics.cv_rmze < 1");
  await expect(page.getByTestId("search-error")).toContainText("Nearest: metrics.cv_rmse");
  await page.getByTestId("search-remedy").click();
  await expect(search(page)).toHaveValue("metrics.cv_rmse < 1");
  await search(page).fill("status = 'FINISHED' OR status = 'FAILED'");
  await expect(page.getByTestId("only-here")).toBeVisible();

  // Plain words are names.
  await search(page).fill("");
  const [name] = await names(pipette.runRow(id));
  await search(page).fill(name);
  await expect(pipette.runRow(id)).toBeVisible();
  await search(page).fill("no-run-has-this-name");
  await expect(page.getByText("No run matches")).toBeVisible();
  await page.getByRole("button", { name: "Clear the search" }).click();
  await expect(pipette.runRow(id)).toBeVisible();
});

test("what was looked for in an experiment is there when one comes back, and an address that says something wins", async ({ pipette, page }) => {
  await sweep(pipette, page);
  await search(page).fill("metrics.cv_rmse < 100");
  await page.locator('[data-sort="metrics.cv_rmse"]').click();
  await expect(page).toHaveURL(/sort=metrics.cv_rmse/);
  await page.getByRole("link", { name: "Pipeline", exact: true }).click();
  await pipette.status("completed");
  await page.getByRole("link", { name: "Runs" }).click();
  await expect(search(page)).toHaveValue("metrics.cv_rmse < 100");
  await expect(page).toHaveURL(/sort=metrics.cv_rmse/);
  await page.goto("runs?exp=all");
  await expect(page.locator("[data-run]").first()).toBeVisible();
  await expect(search(page)).toHaveValue("");
  await search(page).fill("");
  await page.goto("runs");
  await expect(search(page)).toHaveValue("metrics.cv_rmse < 100");
  await page.getByTestId("views").locator("summary").click();
  await page.getByTestId("view-usual").click();
  await expect(search(page)).toHaveValue("");
  await expect(page).not.toHaveURL(/sort|q=/);
  await page.goto("runs");
  await expect(page.locator("[data-run]").first()).toBeVisible();
  await expect(search(page)).toHaveValue("");
});

test("completion by keyboard", async ({ pipette, page }) => {
  await sweep(pipette, page);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("/");
  await expect(search(page)).toBeFocused();
  await page.keyboard.type("cv_rm");
  await expect(page.locator('[data-completion="metrics.cv_rmse"]')).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(search(page)).toHaveValue("metrics.cv_rmse ");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(search(page)).toHaveValue("metrics.cv_rmse < ");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(search(page)).toHaveValue("");
});

test("runs are tagged, renamed, deleted and taken back, and all is there after a reload", async ({ pipette, page, watch }) => {
  const id = await sweep(pipette, page);
  const selection = page.getByTestId("selection");
  await pipette.runRow(id).locator(".fold").click();
  await expect(children(page)).toHaveCount(30);
  await page.getByTestId("select-all").click();
  const n = Number(await page.getByTestId("runs-found").getAttribute("data-value"));
  await expect(selection).toHaveAttribute("data-value", String(n));
  await page.getByTestId("select-all").click();
  await expect(selection).toHaveCount(0);

  // From the first child to the third, as a range.
  await children(page).nth(0).getByRole("checkbox").click();
  await children(page).nth(2).getByRole("checkbox").click({ modifiers: ["Shift"] });
  await expect(selection).toHaveAttribute("data-value", "3");
  await expect(page.getByTestId("bar-compare")).toHaveAttribute("href", /^compare\?runs=([0-9a-f]{32},){2}[0-9a-f]{32}&base=[0-9a-f]{32}$/);
  await page.getByTestId("bar-tag").click();
  await page.getByTestId("tag-key").fill("kind");
  await page.getByTestId("tag-value").fill("good");
  await page.getByTestId("tag-set").click();
  await search(page).fill("tags.kind = 'good'");
  await found(page, 3);

  // One of them gets a name.
  await page.getByRole("button", { name: "Select none" }).click();
  await children(page).first().getByRole("checkbox").click();
  await page.getByTestId("bar-rename").click();
  await page.getByTestId("run-name").fill("the best");
  await page.keyboard.press("Enter");
  await expect(children(page).first().locator("th a")).toHaveText("the best");

  // All three get names by a pattern, in one change that is taken back at once.
  await page.getByTestId("select-all").click();
  await expect(selection).toHaveAttribute("data-value", "3");
  await page.getByTestId("bar-rename").click();
  await page.getByTestId("run-name").fill("ridge {n}");
  await expect(page.getByTestId("rename-preview")).toContainText("ridge 1, ridge 2, …");
  await page.keyboard.press("Enter");
  // Counted as the table shows them, whatever it is sorted by.
  for (const n of [1, 2, 3]) await expect(children(page).nth(n - 1).locator("th a")).toHaveText(`ridge ${n}`);
  await page.getByTestId("toast-undo").click();
  await expect(page.locator("th a", { hasText: /^ridge \d$/ })).toHaveCount(0);
  await expect(children(page).first().locator("th a")).toHaveText("the best");
  await page.getByRole("button", { name: "Select none" }).click();
  await children(page).first().getByRole("checkbox").click();

  // Deleted and back at once.
  await page.getByTestId("bar-delete").click();
  await found(page, 2);
  await page.getByTestId("toast-undo").click();
  await found(page, 3);

  // The sweep takes its children with it into the bin.
  await search(page).fill("");
  await expect(page.locator("[data-completion]")).toHaveCount(0);
  await pipette.runRow(id).getByRole("checkbox").click();
  await page.getByTestId("bar-delete").click();
  await expect(pipette.runRow(id)).toHaveCount(0);
  await page.getByTestId("bin-link").click();
  await expect(page.locator("[data-binned]")).toHaveCount(31);
  await page.locator(`[data-binned="${id}"]`).getByRole("button").click();
  await expect(page.locator("[data-binned]")).toHaveCount(0);
  await page.getByTestId("history-link").click();
  await expect(page.locator("[data-change]").first()).toContainText("out of the bin");

  await page.reload();
  await pipette.ready();
  await expect(page.locator("[data-change]")).not.toHaveCount(0);
  await page.locator('[data-experiment="all"]').click();
  await expect(pipette.runRow(id)).toHaveAttribute("data-children", "30");
  await search(page).fill("tags.kind = 'good'");
  await found(page, 3);
  await expect(page.getByRole("link", { name: "the best" })).toBeVisible();

  // Ctrl Z on this page is of what was done here.
  await page.getByTestId("select-all").focus();
  await page.keyboard.press("ControlOrMeta+z");
  await search(page).fill("");
  await expect(pipette.runRow(id)).toHaveCount(0);
  await page.getByTestId("select-all").focus();
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await expect(pipette.runRow(id)).toHaveAttribute("data-children", "30");
  forgiveRoutes(watch);
});

test("an experiment is made, filled, described, and emptied for good", async ({ pipette, page }) => {
  const id = await sweep(pipette, page);
  await page.getByTestId("new-experiment").click();
  await page.getByTestId("experiment-name").fill("Alphas");
  await page.keyboard.press("Enter");
  const experiment = page.locator("[data-experiment]", { hasText: "Alphas" });
  await expect(experiment).toBeVisible();
  await pipette.runRow(id).getByRole("checkbox").click();
  await page.getByTestId("bar-move").click();
  await page.getByTestId("move-to").selectOption({ label: "Alphas" });
  await page.getByTestId("move-set").click();
  await experiment.click();
  await expect(page).toHaveURL(/exp=\d{18}/);
  await expect(pipette.runRow(id)).toHaveAttribute("data-children", "30");
  await expect(pipette.runRows()).toHaveCount(1);
  await page.getByTestId("experiment-describe").click();
  await page.getByTestId("experiment-description").fill("How much to shrink");
  await page.keyboard.press("Enter");
  await expect(page.getByText("How much to shrink")).toBeVisible();

  // New runs go where one looks.
  await page.getByRole("link", { name: "Pipeline" }).first().click();
  await pipette.runButton.click();
  await pipette.status("completed");
  await page.getByRole("link", { name: "Runs" }).click();
  await expect(pipette.runRows()).toHaveCount(2);

  await page.getByTestId("experiment-delete").click();
  await page.getByTestId("bin-link").click();
  await page.getByTestId("empty-bin").click();
  await page.getByTestId("purge").click();
  await expect(page.locator("[data-binned]")).toHaveCount(0);
});

test("columns are chosen, kept in the address and for the next visit", async ({ pipette, page, watch }) => {
  const id = await sweep(pipette, page);
  await page.getByTestId("column-picker").locator("summary").click();
  await page.getByRole("searchbox", { name: "Search columns" }).fill("training_mae");
  await page.locator('[data-pick="metrics.training_mae"]').check();
  await expect(page.locator('[data-sort="metrics.training_mae"]')).toBeVisible();
  await expect(page).toHaveURL(/cols=/);
  await pipette.open("runs");
  await expect(pipette.runRow(id)).toBeVisible();
  await expect(page.locator('[data-sort="metrics.training_mae"]')).toBeVisible();
  await page.getByTestId("column-picker").locator("summary").click();
  await page.getByTestId("columns-reset").click();
  await expect(page.locator('[data-sort="metrics.training_mae"]')).toHaveCount(0);
  forgiveRoutes(watch);
});

test("charts of what is found lead to the runs", async ({ pipette, page }) => {
  await sweep(pipette, page);
  await page.getByTestId("runs-charts").click();
  await expect(page).toHaveURL(/view=charts/);
  await page.getByTestId("chart-metric").selectOption("metrics.cv_rmse");
  await page.getByTestId("chart-param").selectOption("params.alpha");
  const plots = page.getByTestId("charts").locator("figure");
  // Points, bars, boxes, the map and the lines; a sweep of one setting has no second one for the map.
  expect(await plots.count()).toBeGreaterThanOrEqual(4);
  const points = plots.first().locator("svg a");
  expect(await points.count()).toBeGreaterThanOrEqual(30);
  await points.nth(3).click();
  await expect(page).toHaveURL(/runs\/[0-9a-f]{32}/);
});

test("by keyboard: rows, folding, selecting, comparing", async ({ pipette, page }) => {
  const id = await sweep(pipette, page);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("j");
  await expect(pipette.runRow(id).getByRole("link")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(children(page)).toHaveCount(30);
  await expect(pipette.runRow(id).getByRole("link")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  await expect(page.getByTestId("selection")).toHaveAttribute("data-value", "2");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("selection")).toHaveCount(0);
});

for (const width of [1280, 390]) {
  test(`table, selection, bin and history: no axe violation and no sideways scroll at ${width} px`, async ({ pipette, page, watch }) => {
    await page.setViewportSize({ width, height: 900 });
    const id = await sweep(pipette, page);
    const check = async (where) => {
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`), where).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), where).toBeLessThanOrEqual(width);
    };
    await pipette.runRow(id).getByRole("checkbox").click();
    await check("one selected");
    await page.getByTestId("bar-tag").click();
    await check("the form of a tag");
    await page.getByTestId("tag-key").fill("kind");
    await page.getByTestId("tag-set").click();
    await page.getByTestId("column-picker").locator("summary").click();
    await check("the column picker");
    await search(page).fill("metrics.nothing <");
    await check("an error in the search");
    await page.goto("runs?view=history");
    await expect(page.locator("[data-change]")).toHaveCount(1);
    await check("history");
    await page.goto("runs?view=bin");
    await expect(page.getByRole("heading", { name: "Bin" })).toBeVisible();
    await check("bin");
    forgiveRoutes(watch);
  });
}
