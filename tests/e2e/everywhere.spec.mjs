// Every page with something on it: no axe violation, no sideways scroll, in both themes, wide and narrow.

import AxeBuilder from "@axe-core/playwright";
import { furnish } from "./support/furnished.mjs";
import { expect, test } from "./support/page.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

test("no axe violation and no sideways scroll on any page that has something to show", async ({ pipette, page, watch }) => {
  test.setTimeout(400_000);
  await page.emulateMedia({ reducedMotion: "reduce" });
  const places = await furnish(pipette, page);
  const found = [];
  for (const { name, show } of places) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await show();
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(200); // what follows a change of width: plots, virtual rows
        const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
        const where = `${name}, ${colorScheme}, ${width} px`;
        found.push(...violations.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map((node) => node.html.slice(0, 140)).join(" | ")}`));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        if (wide > width) found.push(`${where}: ${wide} px wide`);
      }
    }
  }
  expect(found).toEqual([]);
  // A deep link comes to the service worker as 404, with the page itself.
  watch.forgive(/^4\d\d: |Failed to load resource/);
});
