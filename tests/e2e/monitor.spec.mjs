// What a deployment was asked: counts, drift, true values that come later, a second version beside.

import AxeBuilder from "@axe-core/playwright";
import { ask, csv, deploy, random, register, rows } from "./support/deployment.mjs";
import { expect, test } from "./support/page.mjs";

/** Refusals are answers, and deep links come to the service worker as 404. */
const forgive = (watch) => watch.forgive(/^4\d\d: |Failed to load resource/);

/** Rows of the training file, drawn with replacement. */
function resampled(n, seed) {
  const [all, next] = [rows(), random(seed)];
  return Array.from({ length: n }, () => all[Math.floor(next() * all.length)]);
}

/** Opens the deployment's page anew. */
async function show(pipette, page) {
  await page.goto("serving/price@champion");
  await pipette.ready();
  await expect(page.getByTestId("monitor")).toBeVisible();
}

/** The form of the page has asked, and that is not one of the requests that are counted. */
async function nothingCounted(page) {
  await expect(page.getByTestId("prediction")).toHaveAttribute("data-value", /\d/);
  await page.waitForTimeout(1000); // counts are written half a second after the answer
  await expect(page.getByTestId("monitor")).toHaveAttribute("data-requests", "0");
}

const requests = (page, n) => expect(page.getByTestId("monitor")).toHaveAttribute("data-requests", String(n), { timeout: 15_000 });

test("requests are counted, a shifted file raises drift and a resampled one does not", async ({ pipette, page, context, watch }) => {
  test.slow();
  const address = await deploy(pipette, page);
  await nothingCounted(page);
  await expect(page.getByText("No requests yet")).toBeVisible();
  // From two tabs at once: nothing is lost.
  const other = await context.newPage();
  await other.goto("data/README.md");
  const few = resampled(60, 3);
  await Promise.all([ask(page, address, few.slice(0, 30)), ask(other, address, few.slice(30))]);
  await requests(page, 60);
  const monitor = (name) => page.locator(`[data-monitor="${name}"]`);
  await expect(monitor("requests")).toHaveText("60");
  await expect(monitor("p50")).toContainText("ms");
  await expect(page.getByTestId("drift-sentence")).toContainText("60 of 200 rows");
  await expect(page.locator('[data-drift="price"]')).toHaveAttribute("data-status", "too_few");
  expect(await ask(page, address, [["wrong", 1, 1]])).toEqual([400]);
  await expect(monitor("error_rate")).toContainText("1 × 400");

  await ask(page, address, resampled(300, 5));
  await requests(page, 361);
  for (const name of ["price", "freight_value", "items", "prediction of y"]) {
    await expect(page.locator(`[data-drift="${name}"]`), name).toHaveAttribute("data-status", /^(same|moved)$/);
  }
  await expect(page.getByTestId("drift-badge")).toHaveCount(0);

  const shifted = resampled(1_000, 7).map(({ inputs: [price, freight, items] }) => [price * 1.8 + 5, freight, items]);
  await ask(page, address, shifted);
  await requests(page, 1_361);
  const price = page.locator('[data-drift="price"]');
  await expect(price).toHaveAttribute("data-status", "drifted");
  expect(Number(await price.getAttribute("data-psi"))).toBeGreaterThan(0.2);
  await expect(price).toContainText("Kolmogorov–Smirnov");
  await expect(page.locator('[data-drift="items"]')).toHaveAttribute("data-status", "same");
  await expect(page.getByTestId("drift-badge")).toBeVisible();
  await page.getByTestId("monitor-measure").selectOption("psi:price");
  await expect(page.locator("figure.plot figcaption").filter({ hasText: "Drift of price" })).toBeVisible();

  // It survives a reload, and a reset can be taken back.
  await show(pipette, page);
  await requests(page, 1_361);
  await page.getByTestId("monitor-reset").click();
  await requests(page, 0);
  await page.getByTestId("toast-undo").click();
  await requests(page, 1_361);
  forgive(watch);
});

test("a second version is asked the same, true values judge both, and it can be promoted", async ({ pipette, page, watch }) => {
  test.slow();
  const address = await deploy(pipette, page);
  await register(pipette, page, "dummy_regressor");
  await expect(page.locator('[data-version="2"]')).toBeVisible();
  await show(pipette, page);
  await nothingCounted(page);
  await page.getByTestId("monitor-shadow").selectOption("2");
  const asked = resampled(220, 11);
  await ask(page, address, asked);
  await requests(page, 220);
  await expect(page.locator('[data-shadow="rows"]')).toHaveText("220");
  await expect(page.getByTestId("shadow-verdict")).toContainText("true values will tell");

  const truth = (text) => page.getByTestId("truth-input").setInputFiles({ name: "truth.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await truth("price,freight_value\n1,2\n");
  await expect(page.getByTestId("truth-error")).toContainText("no column y");
  await truth(csv([...asked].reverse()));
  await expect(page.getByTestId("truth-found")).toContainText("220 of the file's 220 rows");
  const rmse = page.locator('[data-live="rmse"]');
  await expect(rmse).toBeVisible();
  // The noise is even over ±0.5: its standard deviation is 1/√12.
  expect(Number(await rmse.getAttribute("data-value"))).toBeGreaterThan(0.25);
  expect(Number(await rmse.getAttribute("data-value"))).toBeLessThan(0.33);
  await expect(page.getByTestId("shadow-verdict")).toContainText("Version 1 stays ahead");

  await page.getByTestId("promote").click();
  await page.getByTestId("alias-note").fill("to see it move");
  await page.getByTestId("alias-save").click();
  await expect(page.getByRole("status").filter({ hasText: "Version 2 of price answers" })).toBeVisible();
  forgive(watch);
});

test("without rows of requests nothing is kept but counts, and settings are refused with a reason", async ({ pipette, page, watch }) => {
  const address = await deploy(pipette, page);
  await nothingCounted(page);
  await page.getByTestId("monitor-samples").uncheck();
  await ask(page, address, resampled(5, 13));
  await requests(page, 5);
  await page.getByTestId("truth-input").setInputFiles({ name: "truth.csv", mimeType: "text/csv", buffer: csv(rows()) });
  await expect(page.getByTestId("truth-error")).toContainText("No row of a request is kept");
  await page.getByTestId("monitor-threshold").fill("none");
  await page.getByTestId("monitor-threshold").blur();
  await expect(page.locator(".toast")).toContainText("cannot be a threshold");
  forgive(watch);
});

for (const width of [1280, 390]) {
  test(`by keyboard, without axe violation and sideways scroll, ${width} px`, async ({ pipette, page, watch }) => {
    test.slow();
    const address = await deploy(pipette, page);
    await ask(page, address, resampled(210, 17));
    await page.setViewportSize({ width, height: 900 });
    for (const scheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme: scheme });
      await show(pipette, page);
      await expect(page.locator("[data-drift]").first()).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
    await page.getByTestId("monitor-samples").focus();
    await page.keyboard.press("Space");
    await expect(page.getByTestId("monitor-samples")).not.toBeChecked();
    await page.keyboard.press("Tab");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("0.3");
    await page.keyboard.press("Tab");
    await expect(page.getByTestId("monitor-threshold")).toHaveValue("0.3");
    await expect(page.getByTestId("monitor-shadow")).toBeFocused();
    forgive(watch);
  });
}
