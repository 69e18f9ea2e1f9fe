// A telephone: 390 px, fingers only. What can be done with a mouse and a keyboard can be reached; nothing jumps.

import { STEPS, expect, test } from "./support/page.mjs";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

/** The element is inside the window from side to side, without scrolling the page or a table sideways. */
async function expectInSight(locator) {
  await locator.scrollIntoViewIfNeeded();
  const { x, width } = await locator.boundingBox();
  expect(x).toBeGreaterThanOrEqual(0);
  expect(x + width).toBeLessThanOrEqual(390);
}

test("rules are moved, edited and switched by finger", async ({ pipette, page }) => {
  await pipette.open("?step=clean");
  await pipette.status("completed");
  const second = page.locator('[data-rule="1"]');
  await page.getByRole("button", { name: "Move rule 1 down" }).tap();
  await expect(second).toContainText("order_approved_at");
  await page.getByRole("switch", { name: "Rule 2 on" }).locator("xpath=..").tap();
  await expect(second).toContainText("off");
  await page.getByRole("button", { name: "Edit rule 1" }).tap();
  await pipette.setting("clean.0.strategy").selectOption("mean");
  await expect(page.locator('[data-rule="0"]')).toContainText("mean");
  await expectInSight(page.getByTestId("add-rule"));
});

test("features and the target are chosen by finger", async ({ pipette, page }) => {
  await pipette.open("?step=train");
  await pipette.status("completed");
  await pipette.setting("features.columns.chosen").tap();
  await pipette.setting("features.columns").locator("input[value=price]").tap();
  await expect(page.locator('[data-coefficient="price"]')).toHaveCount(0);

  await pipette.inspect("ingest");
  await page.getByRole("button", { name: "More for price" }).tap();
  const use = page.getByRole("button", { name: "Use as target" });
  await expectInSight(page.getByRole("rowheader", { name: "price" }));
  await expectInSight(use);
  await use.tap();
  await expect(pipette.column("price")).toContainText("target");
});

test("the command palette can be opened by finger", async ({ pipette, page }) => {
  await pipette.open();
  await page.getByRole("button", { name: "Search and commands" }).tap();
  await expect(page.getByRole("dialog")).toBeVisible();
});

test.describe("nothing jumps", () => {
  test.use({ viewport: { width: 1280, height: 900 }, hasTouch: false, isMobile: false });
  for (const step of STEPS) {
    test(`while the page starts on ${step}`, async ({ pipette, page }) => {
      await page.addInitScript(() => {
        window.layoutShift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
      });
      await pipette.open(`?step=${step}`);
      await pipette.status("completed");
      await expect(page.getByRole("region", { name: `Result of ${step}` }).getByRole("table").first()).toBeVisible();
      expect(await page.evaluate(() => window.layoutShift)).toBeLessThan(0.01);
    });
  }
});
