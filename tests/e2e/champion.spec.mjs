// From a sweep of thirty runs to the champion and all the way back: found by search, compared, registered, promoted, rolled
// back, taken back, and all there after a reload. Once by pointer, once by keyboard alone. And two tabs of one browser.

import { expect, test } from "./support/page.mjs";
import { forgiveRoutes, sweep } from "./support/sweep.mjs";

// The table is virtual: high enough for all thirty to be there.
test.use({ viewport: { width: 1280, height: 1700 } });

const search = (page) => page.locator("#q");
const found = (page, n) => expect(page.getByTestId("runs-found")).toHaveAttribute("data-value", String(n));
const children = (page) => page.locator("[data-run][data-child]");
const rmse = (rows) => rows.locator('[data-metric="rmse"][data-split="cv"]').evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.value)));
const version = (page, n) => page.locator(`tr[data-version="${n}"]`);
const champion = (page, n) => version(page, n).locator('[data-alias="champion"]');

/** Between the third and the fourth best candidate: what a search for the best three is limited by. */
async function limitOfThree(pipette, page, id) {
  await pipette.runRow(id).locator(".fold").click();
  await expect(children(page)).toHaveCount(30);
  const sorted = (await rmse(children(page))).sort((a, b) => a - b);
  return (sorted[2] + sorted[3]) / 2;
}

test("a sweep's best is found, compared, registered, promoted, rolled back; all of it is taken back and done again", async ({ pipette, page, watch }) => {
  test.slow();
  const id = await sweep(pipette, page);
  const limit = await limitOfThree(pipette, page, id);
  await search(page).fill(`metrics.cv_rmse < ${limit} and tags.mlflow.parentRunId = '${id}'`);
  await found(page, 3);
  await page.locator('[data-sort="metrics.cv_rmse"]').click();
  await expect(page).toHaveURL(/sort=metrics\.cv_rmse/);
  const best = await children(page).first().getAttribute("data-run");
  for (const place of [0, 1, 2]) await children(page).nth(place).getByRole("checkbox").click();
  await page.getByTestId("bar-compare").click();

  // The verdict: by the folds that judged all three.
  await expect(page.getByTestId("compare")).toHaveAttribute("data-runs", "3");
  await expect(page.getByTestId("compare-sentence")).toContainText("rmse over the folds");
  const verdicts = page.getByTestId("compare-verdict");
  await expect(verdicts).toHaveCount(2);
  await expect(verdicts.first()).toContainText(/better by .+ ± .+ rmse|Cannot tell .+ apart: they differ by .+ ± .+ rmse over 5 folds/);

  // The sweep's own model is version 1; its best candidate, run by itself, version 2.
  const register = async (run) => {
    await page.goto(`runs/${run}`);
    await page.getByTestId("register").click();
    await page.getByTestId("register-name").fill("ridge");
    await page.getByTestId("register-save").click();
    await expect(page.locator('header[data-model="ridge"]')).toBeVisible();
  };
  await register(id);
  await page.goto(`runs/${best}`);
  await page.getByTestId("reproduce").click();
  await expect(async () => expect([null, id, best]).not.toContain(await pipette.runId())).toPass();
  await pipette.status("completed");
  const alone = await pipette.runId();
  await register(alone);
  await expect(page.locator("tr[data-version]")).toHaveCount(2);

  // Nobody is champion yet: it is set freely. The second time there is something to ask.
  const set = async (n, note) => {
    await version(page, n).getByTestId("set-alias").click();
    await page.getByTestId("alias-field").fill("champion");
    if (note) {
      await expect(page.getByTestId("promotion")).toHaveAttribute("data-passed", "false");
      await page.getByTestId("alias-save").click();
      await expect(page.getByTestId("alias-refusal")).toContainText("Write a note");
      await page.getByTestId("alias-note").fill(note);
    }
    await page.getByTestId("alias-save").click();
    await expect(champion(page, n)).toBeVisible();
  };
  await set(1);
  await set(2, "The same model, run by itself");
  await expect(page.locator('[data-log-alias="champion"]').first()).toContainText("Overruled: The same model, run by itself");
  await page.locator('[data-roll-back="champion"]').click();
  await expect(champion(page, 1)).toBeVisible();
  await expect(page.locator('[data-log-alias="champion"]')).toHaveCount(3);

  // All of it taken back by key, one after the other, on the page of its history.
  await page.goto("runs?view=history");
  const lines = page.locator("[data-change]");
  await expect(lines).toHaveCount(5);
  const undone = page.locator('[data-change][data-undone="true"]');
  for (let n = 1; n <= 5; n++) {
    await page.keyboard.press("ControlOrMeta+z");
    await expect(undone).toHaveCount(n);
  }
  await page.goto("models");
  await expect(page.getByRole("heading", { level: 1, name: "Models" })).toBeVisible();
  await expect(page.locator("tr[data-model]")).toHaveCount(0);

  // After a reload it is as it was left: runs are there, the model is not; and done again it is there, too.
  await page.reload();
  await pipette.ready();
  await expect(page.locator("tr[data-model]")).toHaveCount(0);
  await page.goto("runs?view=history");
  await expect(undone).toHaveCount(5);
  for (let n = 4; n >= 0; n--) {
    await page.keyboard.press("ControlOrMeta+Shift+z");
    await expect(undone).toHaveCount(n);
  }
  await page.goto("models/ridge");
  await expect(champion(page, 1)).toBeVisible();
  await expect(page.locator('[data-log-alias="champion"]')).toHaveCount(3);
  await page.goto("runs?exp=all");
  await expect(pipette.runRow(id)).toHaveAttribute("data-children", "30");
  await expect(pipette.runRow(alone)).toBeVisible();
  forgiveRoutes(watch);
});

/** Presses Tab (or Shift Tab) until what is wanted has the focus, as a person without a pointer would. */
async function tabTo(page, wanted, key = "Tab") {
  for (let i = 0; i < 150; i++) {
    if (await wanted.evaluateAll((all) => all.includes(document.activeElement))) return;
    await page.keyboard.press(key);
  }
  await expect(wanted.first()).toBeFocused();
}

test("by keyboard alone: found, compared, registered, promoted and taken back", async ({ pipette, page }) => {
  test.slow();
  const id = await sweep(pipette, page);
  const press = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  await page.evaluate(() => document.activeElement.blur());
  // `/` searches, Esc leaves the field; j and the arrows go through the rows, Space selects, c compares.
  await press("j");
  await expect(pipette.runRow(id).getByRole("link")).toBeFocused();
  await press("ArrowRight");
  await expect(children(page)).toHaveCount(30);
  const sorted = (await rmse(children(page))).sort((a, b) => a - b);
  await press("/");
  await expect(search(page)).toBeFocused();
  await page.keyboard.type(`metrics.cv_rmse < ${(sorted[1] + sorted[2]) / 2} and tags.mlflow.parentRunId = '${id}'`);
  await found(page, 2);
  await press("Escape");
  await tabTo(page, children(page).first().getByRole("link"));
  await press("Space", "ArrowDown", "Space");
  await expect(page.getByTestId("selection")).toHaveAttribute("data-value", "2");
  await press("c");
  await expect(page.getByTestId("compare")).toHaveAttribute("data-runs", "2");
  await expect(page.getByTestId("compare-verdict")).toHaveCount(1);

  // Back to the sweep, its page, Register.
  await press("g", "r");
  await expect(page).toHaveURL(/\/runs/);
  await press("/");
  await expect(search(page)).toBeFocused();
  await press("ControlOrMeta+a", "Backspace", "Escape");
  await expect(pipette.runRow(id)).toBeVisible();
  await tabTo(page, pipette.runRow(id).locator("th").getByRole("link"));
  await press("Enter");
  await expect(page.locator(`header[data-run="${id}"]`)).toBeVisible();
  await tabTo(page, page.getByTestId("register"));
  await press("Enter");
  await expect(page.getByTestId("register-name")).toBeFocused();
  await press("ControlOrMeta+a");
  await page.keyboard.type("by keys");
  await press("Enter");
  await expect(page.locator('header[data-model="by keys"]')).toBeVisible();
  await tabTo(page, version(page, 1).getByTestId("set-alias"));
  await press("Enter");
  await expect(page.getByTestId("alias-field")).toBeFocused();
  await press("Enter");
  await expect(champion(page, 1)).toBeVisible();
  await press("ControlOrMeta+z");
  await expect(champion(page, 1)).toHaveCount(0);
  await press("ControlOrMeta+Shift+z");
  await expect(champion(page, 1)).toBeVisible();
});

test("what one tab does is seen in the other, and runs that are made at once are both kept", async ({ pipette, page, context, watch }) => {
  const id = await sweep(pipette, page);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.locator(`[data-run="${id}"]`)).toBeVisible();
  // A name, a tag, the bin, and back: nobody reloads anything.
  const name = (tab) => tab.locator(`[data-run="${id}"] th a`);
  await pipette.runRow(id).getByRole("checkbox").click();
  await page.getByTestId("bar-rename").click();
  await page.getByTestId("run-name").fill("seen elsewhere");
  await page.keyboard.press("Enter");
  await expect(name(other)).toHaveText("seen elsewhere");
  await page.getByTestId("bar-delete").click();
  await expect(other.locator(`[data-run="${id}"]`)).toHaveCount(0);
  await other.locator("#q").focus();
  await other.evaluate(() => document.activeElement.blur());
  // The other tab takes back what this one did.
  await other.keyboard.press("ControlOrMeta+z");
  await expect(name(page)).toHaveText("seen elsewhere");
  await expect(name(other)).toHaveText("seen elsewhere");

  // Both compute at the same time; each then has both runs.
  const before = Number(await other.getByTestId("runs-found").getAttribute("data-value"));
  const run = async (tab, seed) => {
    await tab.getByRole("navigation").getByRole("link", { name: "Pipeline" }).first().click();
    await expect(tab.locator("html")).toHaveAttribute("data-ready", "true");
    await tab.locator('[data-step="split"]').click();
    const field = tab.locator('[data-setting="split.random_state"]');
    const pipeline = tab.getByTestId("pipeline");
    await expect(pipeline).toHaveAttribute("data-status", "completed");
    const was = await pipeline.getAttribute("data-run-id");
    await field.fill(seed);
    await field.press("Enter");
    await expect(async () => expect([null, was]).not.toContain(await pipeline.getAttribute("data-run-id"))).toPass();
    await expect(pipeline).toHaveAttribute("data-status", "completed");
    const made = await pipeline.getAttribute("data-run-id");
    await tab.getByRole("navigation").getByRole("link", { name: "Runs" }).first().click();
    return made;
  };
  const made = await Promise.all([run(page, "1"), run(other, "2")]);
  expect(made[0]).not.toBe(made[1]);
  for (const tab of [page, other]) {
    for (const run of made) await expect(tab.locator(`[data-run="${run}"]`)).toBeVisible();
  }
  const after = Number(await other.getByTestId("runs-found").getAttribute("data-value"));
  expect(after).toBeGreaterThanOrEqual(before + 2);
  forgiveRoutes(watch);
});
