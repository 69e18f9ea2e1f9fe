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
