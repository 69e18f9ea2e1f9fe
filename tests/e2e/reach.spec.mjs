// Everyone: by keyboard alone, at 390 px, with assistive technology, in both themes.

import AxeBuilder from "@axe-core/playwright";
import { LARGE_FILE } from "./support/large-file.mjs";
import { expect, test } from "./support/page.mjs";

const STEPS = ["ingest", "clean", "split", "train", "evaluate"];

async function violations(page) {
  const result = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

for (const scheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`no axe violation and no sideways scroll, ${scheme}, ${width} px`, async ({ pipette, page }) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      await pipette.open();
      await pipette.status("completed");
      for (const step of STEPS) {
        await pipette.inspect(step);
        await expect(pipette.step(step)).toHaveAttribute("aria-current", "step");
        expect(await violations(page), step).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), step).toBeLessThanOrEqual(width);
      }
      const id = await pipette.runId();
      await page.getByRole("link", { name: "Runs" }).click();
      await expect(pipette.runRow(id)).toBeVisible();
      expect(await violations(page), "runs").toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), "runs").toBeLessThanOrEqual(width);
      await pipette.runRow(id).getByRole("link").first().click();
      await expect(page.getByTestId("run-json").first()).toBeVisible();
      expect(await violations(page), "run").toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), "run").toBeLessThanOrEqual(width);
    });
  }
}

/** Tabs until the element that has focus matches, as a person without a mouse would. */
async function tabTo(page, matches, limit = 80) {
  for (let presses = 0; presses < limit; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(`(${matches})(document.activeElement)`)) return;
  }
  throw new Error(`no element for ${matches} within ${limit} tabs`);
}

test("the whole journey by keyboard", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  await tabTo(page, '(element) => element.dataset.step === "split"');
  await page.keyboard.press("Enter");
  await expect(pipette.step("split")).toHaveAttribute("aria-current", "step");
  await tabTo(page, '(element) => element.dataset.setting === "split.test_size"');
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("0.3");
  await page.keyboard.press("Enter");
  await pipette.expectSteps({ clean: "cached", split: "completed", evaluate: "completed" });
  await page.keyboard.press("ControlOrMeta+Enter");
  await pipette.expectSteps({ split: "cached", evaluate: "cached" });
  // Single letters must not fire in a field: leave it first.
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await expect(page).toHaveURL(/\/runs/);
  await expect(pipette.runRows().first()).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  // Keys without a modifier can be switched off (WCAG 2.1.4).
  const letters = page.getByTestId("letter-keys");
  await letters.focus();
  await page.keyboard.press("Space");
  await expect(letters).not.toBeChecked();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("?");
  await page.keyboard.press("j");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.type("pipeline");
  await page.keyboard.press("Enter");
  await expect(pipette.pipeline).toBeVisible();
});

test("a file of one's own by keyboard: opened, changed, taken back, cancelled, and found again after a reload", async ({ pipette, page }) => {
  const open = async (file) => {
    const chooser = page.waitForEvent("filechooser");
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await (await chooser).setFiles(file);
  };
  await pipette.open();
  await pipette.status("completed");
  await open(new URL("../cases/mixed.csv", import.meta.url).pathname);
  await expect(pipette.dataset).toHaveAttribute("data-name", "mixed.csv");
  await pipette.status("completed");
  await tabTo(page, '(element) => element.dataset.step === "split"');
  await page.keyboard.press("Enter");
  const size = pipette.setting("split.test_size");
  await tabTo(page, '(element) => element.dataset.setting === "split.test_size"');
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("0.4");
  await page.keyboard.press("Enter");
  await pipette.expectSteps({ clean: "cached", split: "completed", evaluate: "completed" });
  const changed = await pipette.runId();
  // In a field Ctrl+Z is the field's own: one Tab further it is the pipeline's.
  await tabTo(page, '(element) => !element.matches("input, textarea, select")');
  await page.keyboard.press("ControlOrMeta+z");
  await expect(size).toHaveValue("0.2");
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await expect(size).toHaveValue("0.4");
  await pipette.status("completed");

  await open(LARGE_FILE);
  await pipette.status("running");
  await page.keyboard.press("Escape");
  await pipette.status("cancelled");

  await page.reload();
  await pipette.ready();
  await pipette.status("completed");
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await expect(pipette.runRow(changed)).toBeVisible();
  for (let rows = 0; rows < 20 && !(await pipette.runRow(changed).getByRole("link").first().evaluate((link) => link === document.activeElement)); rows += 1) {
    await page.keyboard.press("j");
  }
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`runs/${changed}`));
  await expect(page.getByTestId("run-json").first()).toBeVisible();
});

test("nothing jumps: the layout does not shift while the page starts", async ({ pipette, page }) => {
  await page.addInitScript(() => {
    window.layoutShift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await pipette.open();
  await pipette.status("completed");
  expect(await page.evaluate(() => window.layoutShift)).toBeLessThan(0.1);
});
