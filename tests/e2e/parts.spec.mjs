// The page's module comes in parts (src/ui/lazy.rs): what the first screen does not show is loaded when it is opened.

import { expect, test } from "./support/page.mjs";

const isPart = (name) => (request) => new URL(request.url()).pathname.endsWith(`/split_${name}.wasm`);

test("a part is loaded when it is first opened, once", async ({ pipette, page }) => {
  const parts = [];
  page.on("request", (request) => {
    const name = new URL(request.url()).pathname.match(/\/split_(\w+)\.wasm$/)?.[1];
    if (name) parts.push(name);
  });
  await pipette.open();
  await pipette.status("completed");
  expect(parts).toEqual([]);
  await pipette.step("clean").click();
  await expect(page.getByRole("region", { name: "Result of clean" })).not.toBeEmpty();
  await expect.poll(() => parts).toEqual(["clean"]);
  await pipette.step("evaluate").click();
  await pipette.step("clean").click();
  await expect(page.getByRole("region", { name: "Settings of clean" })).toBeVisible();
  expect(parts).toEqual(["clean"]);
});

test("a part that cannot be loaded says so, and is tried again", async ({ pipette, page, watch }) => {
  await pipette.open();
  await pipette.status("completed");
  await page.route("**/split_train.wasm", (route) => route.abort());
  await pipette.step("train").click();
  const note = page.locator('[data-code="page.part_not_loaded"]');
  await expect(note).toHaveCount(2);
  await page.unroute("**/split_train.wasm");
  await pipette.step("evaluate").click();
  await expect(note).toHaveCount(0);
  const loaded = page.waitForRequest(isPart("train"));
  await pipette.step("train").click();
  await loaded;
  await expect(page.getByRole("region", { name: "Settings of train" }).getByRole("combobox").first()).toBeVisible();
  await expect(note).toHaveCount(0);
  watch.forgive(/split_train\.wasm|ERR_FAILED|Failed to fetch|Failed to load resource/);
});

// What a first visit does not run stands in the later part of each module (.ci/late.mjs).

const mixed = new URL("../cases/mixed.csv", import.meta.url).pathname;
const spec = {
  pipette: 1,
  clean: [{ rule: "keep_numeric" }, { rule: "drop_missing" }],
  features: { target: "y" },
  train: [{ estimator: "random_forest_regressor", params: { n_estimators: 5 } }],
};

test("the sample run needs the first parts only", async ({ pipette, context, watch }) => {
  await context.route("**/*_later.wasm", (route) => route.abort());
  await pipette.open();
  await pipette.status("completed");
  expect(await pipette.metric("r2")).toBeGreaterThan(0);
  await expect(pipette.error).toBeHidden();
  // That nothing else failed is what the watch looks at; the later parts were asked for in advance, in vain.
  watch.forgive(/_later\.wasm|ERR_FAILED|Failed to load resource/);
});

test("the worker's later part that cannot be loaded is an error with a remedy, and is tried again", async ({ pipette, context, watch }) => {
  const isLater = "**/worker*_later.wasm";
  await context.route(isLater, (route) => route.abort());
  await pipette.open(`#p=${Buffer.from(JSON.stringify(spec)).toString("base64url")}`);
  await expect(pipette.error).toHaveAttribute("data-code", "worker.crashed");
  await expect(pipette.error).toContainText(/please try again.*could not be loaded/s);
  await context.unroute(isLater);
  await pipette.upload(mixed);
  await expect(pipette.dataset).toHaveAttribute("data-name", "mixed.csv");
  await pipette.status("completed");
  await expect(pipette.error).toBeHidden();
  expect(Number.isFinite(await pipette.metric("r2"))).toBe(true);
  watch.forgive(/_later\.wasm|ERR_FAILED|ERR_ABORTED|Failed to load resource|could not be loaded/);
});
