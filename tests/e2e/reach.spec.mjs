// Everyone: by keyboard alone, at 390 px, with assistive technology, in both themes.

import AxeBuilder from "@axe-core/playwright";
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
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.type("pipeline");
  await page.keyboard.press("Enter");
  await expect(pipette.pipeline).toBeVisible();
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
