// Deployments: a model under an address that predicts as `mlflow models serve` does, without a server.

import { readFileSync } from "node:fs";
import { expect, test } from "./support/page.mjs";

const GOLDEN = JSON.parse(readFileSync(new URL("../golden/mlflow_scoring.json", import.meta.url)));
const TOLERANCE = 1e-9;

/** Rows of y = 2 + 0.5 price - 1.25 freight_value + 0.125 items, the model of the golden file. */
function csv() {
  const rows = Array.from({ length: 80 }, (_, i) => {
    const [price, freight, items] = [5 + ((i * 37) % 61) * 0.5, 1 + ((i * 17) % 23) * 0.25, 1 + (i % 7)];
    return [price, freight, items, 2 + 0.5 * price - 1.25 * freight + 0.125 * items].join(",");
  });
  return Buffer.from(["price,freight_value,items,y", ...rows].join("\n"));
}

const SPEC = { pipette: 1, clean: [], features: { target: "y" }, train: [{ estimator: "linear_regression" }] };

const asJson = (name, value) => ({ name, mimeType: "application/json", buffer: Buffer.from(JSON.stringify(value)) });

/** Runs a pipeline on the rows; the run's id. */
async function train(pipette, spec) {
  await pipette.status("completed");
  await pipette.upload({ name: "price.csv", mimeType: "text/csv", buffer: csv() });
  await expect(pipette.dataset).toHaveAttribute("data-rows", "80");
  await pipette.status("completed");
  const first = await pipette.runId();
  await pipette.loadSpec(asJson("pipeline.json", spec));
  await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", first);
  await pipette.status("completed");
  return pipette.runId();
}

/** A registered model `price` of one version, @champion, deployed; gives the address. */
async function deploy(pipette, page) {
  await pipette.open();
  await page.goto(`runs/${await train(pipette, SPEC)}`);
  await page.getByTestId("register").click();
  await page.getByTestId("register-name").fill("price");
  await page.getByTestId("register-save").click();
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

/** Asks from within a page, as a client would. */
const ask = (page, address, { method = "POST", type, body } = {}) =>
  page.evaluate(
    async ({ address, method, type, body }) => {
      const headers = type ? { "content-type": type } : {};
      // Bytes, so that the browser adds no type of its own.
      const answer = await fetch(address, { method, headers, body: body === undefined ? undefined : new TextEncoder().encode(body) });
      return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
    },
    { address, method, type, body },
  );

/** Refusals are answers, deep links come to the service worker as 404, and without a network nothing is fetched. */
const forgive = (watch) => watch.forgive(/^4\d\d: |Failed to load resource|net::ERR_INTERNET_DISCONNECTED/);

/** The signature's numbers are all doubles here (docs/serving.md), and MLflow lists a set in any order. */
const plain = (text) =>
  text.replaceAll("'items': long", "'items': double").replace(/\{'[^}]*'\}|input fields: \[[^\]]*\]/g, (list) => [...list].sort().join(""));

test("the endpoint answers what MLflow's own server answered, from any page, after a reload and offline", async ({ pipette, page, context, watch }) => {
  const address = await deploy(pipette, page);
  expect(address).toMatch(/\/serving\/price@champion\/invocations$/);
  for (const { name, content_type: type, request, response } of GOLDEN.invocations) {
    // Without a `long` in the signature a missing count is the model's matter, not a conversion's.
    if (name === "null_in_long") continue;
    const body = typeof request === "string" ? request : JSON.stringify(request);
    const answer = await ask(page, address, { type, body });
    expect(answer.status, name).toBe(response.status);
    expect(answer.type, name).toBe(response.content_type);
    if (response.text !== undefined) {
      expect(answer.text.slice(0, 400), name).toBe(response.text.slice(0, 400));
      continue;
    }
    const found = JSON.parse(answer.text);
    expect(Object.keys(found).sort(), name).toEqual(Object.keys(response.body).sort());
    if (response.body.predictions) {
      // A fraction stays one where the signature has no `long` that cuts it.
      const cut = name === "double_for_long_fraction" ? 0.0625 : 0;
      response.body.predictions.forEach((wanted, i) => expect(Math.abs(found.predictions[i] - cut - wanted), name).toBeLessThan(TOLERANCE));
    } else {
      expect(plain(found.message), name).toBe(plain(response.body.message));
      expect([found.error_code, found.error_class], name).toEqual([response.body.error_code, response.body.error_class]);
    }
  }
  for (const [path, wanted] of Object.entries(GOLDEN.get)) {
    const answer = await ask(page, address.replace(/\/invocations$/, path), { method: "GET" });
    expect(answer.status, path).toBe(wanted.status);
    if (wanted.text) expect(answer.text, path).toBe(wanted.text);
  }
  const one = { type: "application/json", body: JSON.stringify(GOLDEN.invocations[0].request) };
  const other = await context.newPage();
  await other.goto("data/README.md");
  expect((await ask(other, address, one)).status).toBe(200);
  await page.reload();
  await pipette.ready();
  expect((await ask(page, address, one)).status).toBe(200);
  await context.setOffline(true);
  expect((await ask(page, address, one)).status).toBe(200);
  await page.reload();
  await pipette.ready();
  expect((await ask(page, address, one)).status).toBe(200);
  await context.setOffline(false);
  forgive(watch);
});

test("an alias that moves is followed, and no request is lost or mixed", async ({ pipette, page, watch }) => {
  const address = await deploy(pipette, page);
  // A second version that always says the mean of y.
  await page.goto("./");
  await pipette.ready();
  const run = await train(pipette, { ...SPEC, train: [{ estimator: "dummy_regressor" }] });
  await page.goto(`runs/${run}`);
  await page.getByTestId("register").click();
  await page.getByTestId("register-name").fill("price");
  await page.getByTestId("register-save").click();
  await expect(page.locator('[data-version="2"]')).toBeVisible();
  const body = JSON.stringify(GOLDEN.invocations[0].request);
  const asking = page.evaluate(
    async ({ address, body }) => {
      const seen = [];
      // Until the alias has moved and some more have been answered.
      for (let after = 0; after < 50 && seen.length < 20_000; after += globalThis.hasMoved ? 1 : 0) {
        const answer = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body });
        seen.push([answer.status, (await answer.json()).predictions]);
      }
      return seen;
    },
    { address, body },
  );
  await page.locator('[data-version="2"]').getByTestId("set-alias").click();
  await page.getByTestId("alias-field").fill("champion");
  await page.getByTestId("alias-note").fill("to see it move");
  await page.getByTestId("alias-save").click();
  await expect(page.locator('[data-version="2"] [data-alias="champion"]')).toBeVisible();
  await page.evaluate(() => (globalThis.hasMoved = true));
  const seen = await asking;
  expect(seen.every(([status]) => status === 200)).toBe(true);
  // Of one version the two rows differ, of the other they do not: never one row of each.
  const kinds = seen.map(([, [a, b]]) => (a === b ? 2 : Math.abs(b - a - 4.125) < TOLERANCE ? 1 : 0));
  expect(kinds).not.toContain(0);
  expect(kinds[0]).toBe(1);
  expect(kinds.at(-1)).toBe(2);
  expect(kinds.indexOf(2)).toBeGreaterThan(kinds.lastIndexOf(1));
  forgive(watch);
});

test("it is tried by hand, with a warning beyond what training has seen, and can be removed", async ({ pipette, page, watch }) => {
  await deploy(pipette, page);
  const [price, freight, items] = ["price", "freight_value", "items"].map((name) => page.locator(`[data-input="${name}"]`));
  await price.fill("10");
  await freight.fill("1");
  await items.fill("1");
  const prediction = page.getByTestId("prediction");
  await expect.poll(async () => Number(await prediction.getAttribute("data-value"))).toBeCloseTo(5.875, 9);
  await price.fill("1000");
  await expect(page.getByTestId("input-warning")).toContainText("Outside");
  await expect.poll(async () => Number(await prediction.getAttribute("data-value"))).toBeCloseTo(500.875, 7);
  await price.fill("");
  await expect(page.getByTestId("prediction-error")).toContainText("price");
  await page.goto("serving");
  const line = page.locator('[data-deployment="price@champion"]');
  await expect(line).toHaveAttribute("data-status", "ready");
  await line.getByRole("link").click();
  await page.getByLabel("More for the deployment price@champion").click();
  await page.getByTestId("deployment-delete").click();
  await expect(page.getByText("Nothing is deployed yet")).toBeVisible();
  forgive(watch);
});
