// The stack: components that are registered, described and switched with effect; triggers; storage, backup and erasing.

import AxeBuilder from "@axe-core/playwright";
import { STEPS, expect, test } from "./support/page.mjs";

const stack = (page, name) => page.locator(`[data-stack="${name}"]`);
const component = (page, name, kind) => stack(page, name).locator(`[data-component="${kind}"]`);

/** Deep links are answered with 404 and the page. */
const forgive = (watch) => watch.forgive(/^4\d\d: |^503: |Failed to load resource/);

/** Goes to the stack without leaving the tab's memory. */
async function toStack(page) {
  await page.getByRole("link", { name: "Stack", exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Stack" })).toBeVisible();
}

async function toPipeline(pipette, page) {
  await page.getByRole("link", { name: "Pipeline", exact: true }).first().click();
  await pipette.status("completed");
}

/** Registers a stack with these choices (`data-flavor`s) and sets it active. */
async function register(page, name, flavors, uri) {
  await page.getByTestId("stack-register").click();
  await page.getByTestId("stack-name-field").fill(name);
  for (const flavor of flavors) await page.locator(`input[data-flavor="${flavor}"]`).check();
  if (uri) await page.locator('[data-setting="stack.experiment_tracker.uri"]').fill(uri);
  await page.getByTestId("stack-save").click();
  await expect(stack(page, name)).toHaveAttribute("data-active", "true");
}

/** Runs the pipeline by its button; the run's id. */
async function run(pipette) {
  const before = await pipette.runId();
  await pipette.runButton.click();
  await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", before ?? "");
  await pipette.status("completed");
  return pipette.runId();
}

const all = (status) => Object.fromEntries(STEPS.map((step) => [step, status]));

test("a stack is described, registered, set, renamed, updated and removed, and each can be taken back", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  await toStack(page);
  await expect(stack(page, "default")).toHaveAttribute("data-active", "true");
  for (const [kind, flavor] of Object.entries({ orchestrator: "worker", artifact_store: "indexeddb", experiment_tracker: "pipette", model_deployer: "service_worker" })) {
    await expect(component(page, "default", kind)).toHaveAttribute("data-flavor", flavor);
  }
  await expect(stack(page, "default").getByLabel("More for the stack default")).toHaveCount(0);

  await register(page, "brief", ["memory", "none"]);
  await expect(component(page, "brief", "artifact_store")).toHaveAttribute("data-flavor", "memory");
  await expect(component(page, "brief", "model_deployer")).toHaveAttribute("data-flavor", "");
  // A name is one stack.
  await page.getByTestId("stack-register").click();
  await page.getByTestId("stack-name-field").fill("default");
  await page.getByTestId("stack-save").click();
  await expect(page.getByTestId("stack-refusal")).toContainText("already");
  await page.keyboard.press("Escape");

  // The active one stays, as in ZenML.
  await stack(page, "brief").getByLabel("More for the stack brief").click();
  await page.getByTestId("stack-delete").click();
  await expect(page.locator(".toast")).toContainText("active");
  await stack(page, "brief").getByTestId("stack-name").click();
  await page.getByTestId("stack-name-field").fill("short");
  await page.keyboard.press("Enter");
  await expect(stack(page, "short")).toHaveAttribute("data-active", "true");
  await stack(page, "short").getByTestId("stack-description").click();
  await page.getByTestId("stack-description-field").fill("Keeps nothing");
  await page.getByTestId("stack-description-save").click();
  await expect(stack(page, "short")).toContainText("Keeps nothing");
  await stack(page, "short").getByLabel("More for the stack short").click();
  await page.getByTestId("stack-update").click();
  await page.locator('input[data-flavor="indexeddb"]').check();
  await page.getByTestId("stack-save").click();
  await expect(component(page, "short", "artifact_store")).toHaveAttribute("data-flavor", "indexeddb");

  await stack(page, "default").getByTestId("stack-set").click();
  await expect(stack(page, "default")).toHaveAttribute("data-active", "true");
  await expect(stack(page, "default").getByTestId("stack-set")).toBeFocused();
  await page.getByTestId("toast-undo").click();
  await expect(stack(page, "short")).toHaveAttribute("data-active", "true");
  await stack(page, "default").getByTestId("stack-set").click();
  await stack(page, "short").getByLabel("More for the stack short").click();
  await page.getByTestId("stack-delete").click();
  await expect(stack(page, "short")).toHaveCount(0);
  await page.keyboard.press("ControlOrMeta+z");
  await expect(stack(page, "short")).toContainText("Keeps nothing");
  await page.reload();
  await pipette.ready();
  await expect(stack(page, "short")).toHaveAttribute("data-active", "false");
  await expect(stack(page, "default")).toHaveAttribute("data-active", "true");
});

test("with the artifact store memory nothing is found again after a reload, and runs say their stack", async ({ pipette, page, watch }) => {
  await pipette.open();
  await pipette.status("completed");
  await page.reload();
  await pipette.status("completed");
  expect(await pipette.stepStatuses()).toEqual(all("cached"));
  await toStack(page);
  await register(page, "brief", ["memory"]);
  await toPipeline(pipette, page);
  const id = await run(pipette);
  expect(await pipette.stepStatuses()).toEqual(all("completed"));
  await run(pipette);
  expect(await pipette.stepStatuses()).toEqual(all("cached"));
  await page.reload();
  await pipette.status("completed");
  expect(await pipette.stepStatuses()).toEqual(all("completed"));
  await page.goto(`runs/${id}`);
  await expect(page.locator("[data-run-stack]")).toHaveAttribute("data-run-stack", "brief");
  await toStack(page);
  await stack(page, "default").getByTestId("stack-set").click();
  await toPipeline(pipette, page);
  await page.reload();
  await pipette.status("completed");
  expect(await pipette.stepStatuses()).toEqual(all("cached"));
  forgive(watch);
});

test("only a stack with the MLflow tracker sends, and only to its server", async ({ pipette, page, context, watch, baseURL }) => {
  const sent = [];
  await context.route("**/api/2.0/mlflow/**", (route) => {
    sent.push(route.request().url());
    return route.fulfill({ status: 503, body: "away" });
  });
  await pipette.open();
  await pipette.status("completed");
  await toStack(page);
  // A server of another origin is refused by the page's policy, with the way out.
  await page.getByTestId("stack-register").click();
  await page.getByTestId("stack-name-field").fill("elsewhere");
  await page.locator('input[data-flavor="mlflow"]').check();
  await page.locator('[data-setting="stack.experiment_tracker.uri"]').fill("http://mlflow.example:5000");
  await expect(page.getByTestId("tracker-blocked")).toContainText("cannot reach");
  await expect(page.getByTestId("stack-save")).toBeDisabled();
  await page.keyboard.press("Escape");
  const origin = new URL(baseURL).origin;
  await register(page, "logged", ["mlflow"], origin);
  await expect(page.locator(".meter")).toHaveAttribute("data-tracker", origin);
  await toPipeline(pipette, page);
  await run(pipette);
  await expect.poll(() => sent.length).toBeGreaterThan(0);
  await toStack(page);
  await stack(page, "default").getByTestId("stack-set").click();
  await expect(page.locator(".meter")).not.toHaveAttribute("data-tracker");
  await toPipeline(pipette, page);
  const before = sent.length;
  await run(pipette);
  // Longer than the first pauses between two tries.
  await page.waitForTimeout(5000);
  expect(sent.length).toBe(before);
  expect(sent.every((url) => url.startsWith(origin))).toBe(true);
  forgive(watch);
});

test("without a model deployer nothing is deployed, and the page says why", async ({ pipette, page, watch }) => {
  await pipette.open();
  await pipette.status("completed");
  await page.goto(`runs/${await pipette.runId()}`);
  await page.getByTestId("register").click();
  await page.getByTestId("register-name").fill("score");
  await page.getByTestId("register-save").click();
  await expect(page.getByTestId("deploy")).toBeVisible();
  await toStack(page);
  await register(page, "bare", ["none"]);
  await page.getByRole("link", { name: "Models", exact: true }).first().click();
  await page.getByRole("link", { name: "score" }).first().click();
  await expect(page.getByTestId("no-deployer")).toContainText("bare");
  await expect(page.getByTestId("deploy")).toHaveCount(0);
  await page.keyboard.press("ControlOrMeta+z");
  await expect(page.getByTestId("deploy")).toBeVisible();
  forgive(watch);
});

test("space is shown with what takes it, and the cache can be cleared", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  await toStack(page);
  const storage = page.getByTestId("storage");
  await expect.poll(async () => Number(await storage.getAttribute("data-used"))).toBeGreaterThan(0);
  expect(Number(await storage.getAttribute("data-quota"))).toBeGreaterThan(Number(await storage.getAttribute("data-used")));
  const line = (what) => page.locator(`[data-usage="${what}"]`);
  await expect(line("Runs, with their models")).toHaveAttribute("data-value", "1");
  await expect(line("Cached tables")).toHaveAttribute("data-value", "1");
  expect(Number(await line("Cached tables").getAttribute("data-bytes"))).toBeGreaterThan(100_000);
  await page.getByTestId("clear-cache").click();
  await expect(line("Cached tables")).toHaveAttribute("data-bytes", "0");
  await expect(line("Cached steps")).toHaveAttribute("data-value", "0");
  await expect(line("Runs, with their models")).toHaveAttribute("data-value", "1");
  await toPipeline(pipette, page);
  await run(pipette);
  expect(await pipette.stepStatuses()).toEqual(all("completed"));
});

test("a backup is reminded of after as many runs as are set, put off, and remembered", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  await toStack(page);
  const reminder = page.getByTestId("backup-reminder");
  await expect(page.getByTestId("backup-last")).toContainText("No backup");
  await expect(reminder).toHaveCount(0);
  await page.locator('[data-setting="backup.after_runs"]').fill("1");
  await page.keyboard.press("Tab");
  await expect(reminder).toContainText("1 run was made here, and there is no backup.");
  await page.getByTestId("backup-dismiss").click();
  await expect(reminder).toHaveCount(0);
  await toPipeline(pipette, page);
  await run(pipette);
  // On the page of runs too.
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await expect(reminder).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("backup-now").click()]);
  expect(download.suggestedFilename()).toBe("pipette-workspace.zip");
  await expect(reminder).toHaveCount(0);
  await toStack(page);
  await expect(page.getByTestId("backup-last")).toContainText("The last backup was made");
  await page.reload();
  await pipette.ready();
  await expect(page.locator('[data-setting="backup.after_runs"]')).toHaveValue("1");
  await expect(page.getByTestId("backup-last")).toHaveAttribute("data-value", /^\d+$/);
});

test("everything is erased after a typed word, in other tabs too", async ({ pipette, page, context, watch }) => {
  await pipette.open();
  await pipette.status("completed");
  const id = await pipette.runId();
  await page.evaluate(() => localStorage.setItem("another.project", "stays"));
  const other = await context.newPage();
  await other.goto("runs");
  await expect(other.locator(`[data-run="${id}"]`)).toBeVisible();
  await toStack(page);
  await page.getByTestId("erase").click();
  await expect(page.getByTestId("erase-goes")).toContainText("1 run with their models");
  await expect(page.getByTestId("erase-all")).toBeDisabled();
  await page.getByTestId("erase-word").fill("erase");
  await page.getByTestId("erase-all").click();
  await expect(other.locator(`[data-run="${id}"]`)).toHaveCount(0);
  // The page starts as on a first visit: with the sample, whose steps nobody had cached.
  await pipette.status("completed", { timeout: 30_000 });
  expect(await pipette.stepStatuses()).toEqual(all("completed"));
  expect(await pipette.runId()).not.toBe(id);
  expect(await page.evaluate(() => localStorage.getItem("another.project"))).toBe("stays");
  forgive(watch);
});

test("a timer leaves runs with their cause, can be paused, and survives a reload", async ({ pipette, page, watch }) => {
  await pipette.open();
  await pipette.status("completed");
  await toStack(page);
  await page.getByTestId("trigger-minutes").fill("0");
  await page.getByTestId("trigger-timer").click();
  await expect(page.getByTestId("trigger-refusal")).toContainText("every 5 seconds");
  await page.getByTestId("trigger-minutes").fill("0.1");
  await page.getByTestId("trigger-timer").click();
  const trigger = page.locator('[data-trigger="timer: every 6 seconds"]');
  await expect(trigger).toHaveAttribute("data-standing", "next");
  await expect(trigger.getByTestId("trigger-run")).toBeVisible({ timeout: 20_000 });
  const first = await trigger.getByTestId("trigger-run").getAttribute("href");
  await expect(trigger.getByTestId("trigger-run")).not.toHaveAttribute("href", first, { timeout: 20_000 });
  await trigger.getByTestId("trigger-pause").click();
  await expect(trigger).toHaveAttribute("data-standing", "paused");
  await page.reload();
  await pipette.ready();
  await expect(trigger).toHaveAttribute("data-standing", "paused");
  const last = await trigger.getByTestId("trigger-run").getAttribute("href");
  // Longer than its time: it does not run.
  await page.waitForTimeout(8000);
  await expect(trigger.getByTestId("trigger-run")).toHaveAttribute("href", last);
  await trigger.getByTestId("trigger-pause").click();
  await expect(trigger.getByTestId("trigger-run")).not.toHaveAttribute("href", last, { timeout: 20_000 });
  await trigger.getByTestId("trigger-pause").click();
  await page.goto(first);
  await expect(page.locator("[data-run-by]")).toHaveText("Run by timer: every 6 seconds");
  forgive(watch);
});

test("a file that changes runs again, also after a reload, once it is written to its end", async ({ pipette, page, watch }) => {
  const csv = (n) => ["a,b,y", ...Array.from({ length: n }, (_, i) => `${i % 7},${(i * 5) % 11},${2 + (i % 7) - ((i * 5) % 11)}`)].join("\n");
  /** A real handle of the browser's own file system: a person's picker gives one of the same kind. */
  await page.addInitScript(() => {
    globalThis.orders = async () => (await navigator.storage.getDirectory()).getFileHandle("orders.csv", { create: true });
    globalThis.showOpenFilePicker = async () => [await globalThis.orders()];
    globalThis.write = async (text) => {
      const file = await (await globalThis.orders()).createWritable();
      await file.write(text);
      await file.close();
    };
  });
  await pipette.open();
  await pipette.status("completed");
  await page.evaluate((text) => globalThis.write(text), csv(60));
  await toStack(page);
  await page.getByTestId("trigger-file").click();
  const trigger = page.locator('[data-trigger="file changed: orders.csv"]');
  await expect(trigger).toHaveAttribute("data-standing", "watching", { timeout: 20_000 });
  await expect(trigger).toContainText("Not yet");
  await page.evaluate((text) => globalThis.write(text), csv(80));
  const link = trigger.getByTestId("trigger-run");
  await expect(link).toBeVisible({ timeout: 20_000 });
  const first = await link.getAttribute("href");
  await toPipeline(pipette, page);
  await expect(pipette.dataset).toHaveAttribute("data-rows", "80");
  await toStack(page);
  await page.reload();
  await pipette.ready();
  await expect(trigger).toHaveAttribute("data-standing", "watching", { timeout: 20_000 });
  await page.evaluate((text) => globalThis.write(text), csv(100));
  await expect(link).not.toHaveAttribute("href", first, { timeout: 20_000 });
  await link.click();
  await expect(page.locator("[data-run-by]")).toHaveText("Run by file changed: orders.csv");
  await expect(page.locator("[data-run-stack]")).toHaveAttribute("data-run-stack", "default");
  // Another dataset is left alone.
  await page.goto("./");
  await pipette.ready();
  await pipette.upload({ name: "other.csv", mimeType: "text/csv", buffer: Buffer.from(csv(70)) });
  await expect(pipette.dataset).toHaveAttribute("data-rows", "70");
  await pipette.status("completed");
  await toStack(page);
  await page.evaluate((text) => globalThis.write(text), csv(90));
  await expect(trigger).toHaveAttribute("data-standing", "other_data", { timeout: 20_000 });
  await trigger.getByTestId("trigger-delete").click();
  await expect(trigger).toHaveCount(0);
  forgive(watch);
});

test("a notice of drift runs again once, until it is raised anew", async ({ pipette, page, watch }) => {
  await pipette.open();
  await pipette.status("completed");
  await page.goto(`runs/${await pipette.runId()}`);
  await page.getByTestId("register").click();
  await page.getByTestId("register-name").fill("score");
  await page.getByTestId("register-save").click();
  await page.getByTestId("deploy").click();
  await page.locator('[data-reference="latest"]').check();
  await page.getByTestId("deploy-save").click();
  await toStack(page);
  await page.getByTestId("trigger-drift").click();
  const trigger = page.locator('[data-trigger="drift: score@latest"]');
  await expect(trigger).toHaveAttribute("data-standing", "watching");
  /** Raises the notice, or takes it away, as the service worker does. */
  const notice = (text) =>
    page.evaluate(async (text) => {
      const open = indexedDB.open("pipette");
      await new Promise((resolve) => (open.onsuccess = resolve));
      const transaction = open.result.transaction("documents", "readwrite");
      const [store, key] = [transaction.objectStore("documents"), "drift_notice/score@latest"];
      if (text) store.put(text, key);
      else store.delete(key);
      await new Promise((resolve) => (transaction.oncomplete = resolve));
      open.result.close();
      new BroadcastChannel("pipette").postMessage("runs");
    }, text);
  await notice("price");
  const link = trigger.getByTestId("trigger-run");
  await expect(link).toBeVisible({ timeout: 20_000 });
  const first = await link.getAttribute("href");
  await notice("price\nfreight_value");
  await page.waitForTimeout(4000);
  await expect(link).toHaveAttribute("href", first);
  await notice();
  await expect(trigger).toHaveAttribute("data-standing", "watching");
  await page.waitForTimeout(2000);
  await notice("price");
  await expect(link).not.toHaveAttribute("href", first, { timeout: 20_000 });
  await link.click();
  await expect(page.locator("[data-run-by]")).toHaveText("Run by drift: score@latest");
  forgive(watch);
});

test("where there is no picker for files, the page says so", async ({ pipette, page }) => {
  await page.addInitScript(() => delete globalThis.showOpenFilePicker);
  await pipette.open("");
  await toStack(page);
  await expect(page.getByTestId("trigger-no-files")).toContainText("Chromium");
});

test("by keyboard: a stack is registered and set back", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  await page.keyboard.press("g");
  await page.keyboard.press("k");
  await expect(page.getByRole("heading", { level: 1, name: "Stack" })).toBeVisible();
  const to = async (selector) => {
    for (let presses = 0; presses < 80; presses++) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not come to ${selector}`);
  };
  await to("[data-testid=stack-register]");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("stack-name-field")).toBeFocused();
  await page.keyboard.type("keys");
  await to("input[data-flavor=indexeddb]");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(component(page, "keys", "artifact_store")).toHaveAttribute("data-flavor", "memory");
  await expect(page.getByTestId("stack-register")).toBeFocused();
  await to('[data-stack="default"] [data-testid="stack-set"]');
  await page.keyboard.press("Space");
  await expect(stack(page, "default")).toHaveAttribute("data-active", "true");
});

for (const scheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`no axe violation and no sideways scroll, ${scheme}, ${width} px`, async ({ pipette, page, watch }) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      await pipette.open("stack");
      const violations = async (what) => {
        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
        const result = await new AxeBuilder({ page }).withTags(tags).analyze();
        expect(result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`), what).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), what).toBeLessThanOrEqual(width);
      };
      await register(page, "brief", ["memory", "none"]);
      await page.getByTestId("trigger-minutes").fill("60");
      await page.getByTestId("trigger-timer").click();
      await expect(page.locator("[data-trigger]")).toHaveCount(1);
      await violations("the page");
      await page.getByTestId("stack-register").click();
      await page.locator('input[data-flavor="mlflow"]').check();
      await violations("the form");
      await page.keyboard.press("Escape");
      await page.getByTestId("erase").click();
      await violations("erasing");
      forgive(watch);
    });
  }
}
