// A profile in which every page has something to show: a sweep of thirty runs, a registered model, a deployment that was
// asked; and the way to each page. For the screenshots, and for the tests that look at all of them.

import { ask, deploy, rows } from "./deployment.mjs";
import { expect } from "./page.mjs";
import { sweep } from "./sweep.mjs";

/** Fills the profile; gives `[{ name, show }]`, every page by the name of its screenshot. */
export async function furnish(pipette, page) {
  const id = await sweep(pipette, page);
  await pipette.runRow(id).locator(".fold").click();
  await expect(page.locator("[data-run][data-child]").nth(2)).toBeVisible();
  const children = await page.locator("[data-run][data-child]").evaluateAll((found) => found.map((row) => row.dataset.run));
  const address = await deploy(pipette, page);
  await ask(page, address, rows(120, 17));
  const to = (path, testId) => async () => {
    await page.goto(path);
    await pipette.ready();
    await expect(page.getByTestId(testId).first()).toBeVisible();
  };
  return [
    { name: "runs-many", show: async () => {
      await page.goto("runs");
      await pipette.ready();
      await expect(pipette.runRow(id)).toBeVisible();
    } },
    { name: "charts", show: to("runs?view=charts", "chart-metric") },
    { name: "sweep", show: to(`runs/${id}`, "run-json") },
    { name: "compare", show: to(`compare?runs=${children.slice(0, 3).join(",")}`, "compare-sentence") },
    { name: "models", show: async () => {
      await page.goto("models");
      await pipette.ready();
      await expect(page.locator('[data-model="price"]').first()).toBeVisible();
    } },
    { name: "model", show: async () => {
      await page.goto("models/price");
      await pipette.ready();
      await expect(page.locator('[data-version="1"]').first()).toBeVisible();
    } },
    { name: "deployment", show: to("serving/price@champion", "monitor") },
    { name: "pipelines", show: async () => {
      await page.goto("pipelines");
      await pipette.ready();
      await expect(page.locator("[data-template]").first()).toBeVisible();
    } },
    { name: "datasets", show: async () => {
      await page.goto("datasets");
      await pipette.ready();
      await expect(page.locator("[data-dataset]").first()).toBeVisible();
    } },
    { name: "stack", show: to("stack", "stack-register") },
  ];
}
