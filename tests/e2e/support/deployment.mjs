// A model that is deployed, and requests to it, as a client sends them.

import { expect } from "./page.mjs";

const N_ROWS = 2_000;

/** Numbers in [0, 1) that are the same each time. */
export function random(seed) {
  return () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
}

/** Rows of y = 2 + 0.5 price - 1.25 freight_value + 0.125 items and noise: `{ inputs: [price, freight, items], y }`. */
export function rows(n = N_ROWS, seed = 42) {
  const next = random(seed);
  return Array.from({ length: n }, () => {
    const [price, freight, items] = [Math.round(5_000 * (0.001 + next() * next())) / 100, Math.round(600 * next()) / 100, 1 + Math.floor(7 * next())];
    return { inputs: [price, freight, items], y: 2 + 0.5 * price - 1.25 * freight + 0.125 * items + Math.round(100 * (next() - 0.5)) / 100 };
  });
}

export const csv = (all) => Buffer.from(["price,freight_value,items,y", ...all.map(({ inputs, y }) => [...inputs, y].join(","))].join("\n"));

const asJson = (name, value) => ({ name, mimeType: "application/json", buffer: Buffer.from(JSON.stringify(value)) });

/** Runs an estimator on the rows and registers it as the next version of `price`. */
export async function register(pipette, page, estimator) {
  await page.goto("./");
  await pipette.ready();
  await pipette.status("completed");
  if ((await pipette.dataset.getAttribute("data-rows")) !== String(N_ROWS)) {
    await pipette.upload({ name: "price.csv", mimeType: "text/csv", buffer: csv(rows()) });
    await expect(pipette.dataset).toHaveAttribute("data-rows", String(N_ROWS));
    await pipette.status("completed");
  }
  const before = await pipette.runId();
  await pipette.loadSpec(asJson("pipeline.json", { pipette: 1, clean: [], features: { target: "y" }, train: [{ estimator }] }));
  await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", before);
  await pipette.status("completed");
  await page.goto(`runs/${await pipette.runId()}`);
  await page.getByTestId("register").click();
  await page.getByTestId("register-name").fill("price");
  await page.getByTestId("register-save").click();
  await expect(page.locator("[data-version]").first()).toBeVisible();
}

/** A model `price` of one version, @champion, deployed; gives the address. */
export async function deploy(pipette, page) {
  await register(pipette, page, "linear_regression");
  await page.locator('[data-version="1"]').getByTestId("set-alias").click();
  await page.getByTestId("alias-field").fill("champion");
  await page.getByTestId("alias-save").click();
  await expect(page.locator('[data-version="1"] [data-alias="champion"]')).toBeVisible();
  await page.getByTestId("deploy").click();
  await page.locator('[data-reference="champion"]').check();
  await page.getByTestId("deploy-save").click();
  const deployment = page.locator('[data-deployment="price@champion"]').first();
  await expect(deployment).toHaveAttribute("data-status", "ready", { timeout: 30_000 });
  return deployment.getAttribute("data-endpoint");
}

/** Asks row by row from within a page, one request after the other; gives the statuses. */
export const ask = (page, address, asked) =>
  page.evaluate(
    async ({ address, asked }) => {
      const statuses = [];
      for (const row of asked) {
        const body = JSON.stringify({ dataframe_split: { columns: ["price", "freight_value", "items"], data: [row] } });
        statuses.push((await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body })).status);
      }
      return statuses;
    },
    { address, asked: asked.map((row) => row.inputs ?? row) },
  );
