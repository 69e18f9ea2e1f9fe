// The Runs page, what a person arranges on it: order, widths and pins of columns, views under names, ranges in the charts,
// tags of the experiment; and two tabs that change it at once.

import { expect, test } from "./support/page.mjs";
import { forgiveRoutes, sweep } from "./support/sweep.mjs";

const heads = (page) => page.locator(".table-runs thead [data-sort]").evaluateAll((all) => all.map((one) => one.dataset.sort));
const found = (page, n) => expect(page.getByTestId("runs-found")).toHaveAttribute("data-value", String(n));
const width = async (page, key) => (await page.locator(`th:has([data-sort="${key}"])`).boundingBox()).width;

test("columns are moved, made wider and pinned, by pointer and keys, and stay so", async ({ pipette, page, watch }) => {
  const id = await sweep(pipette, page);
  const before = await heads(page);
  const [first, second] = before.slice(2);

  // By keys: one place on, and the head keeps the focus.
  const head = page.locator(`[data-sort="${first}"]`);
  await head.focus();
  await page.keyboard.press("Shift+ArrowRight");
  await expect(async () => expect((await heads(page)).slice(2, 4)).toEqual([second, first])).toPass();
  await expect(head).toBeFocused();
  await expect(page).toHaveURL(/cols=/);

  // By pointer: the last column to the place of the first that can be moved.
  const last = before.at(-1);
  await page.locator(`th:has([data-sort="${last}"])`).dragTo(page.locator(`th:has([data-sort="${second}"])`), { sourcePosition: { x: 6, y: 4 }, targetPosition: { x: 6, y: 4 } });
  await expect(async () => expect((await heads(page))[2]).toBe(last)).toPass();

  // Widths: the edge by arrow keys, by drag, and back to fit.
  const edge = page.locator('[data-edge="run_name"]');
  const narrow = await width(page, "run_name");
  await edge.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(async () => expect(await width(page, "run_name")).toBeCloseTo(narrow + 32, -1)).toPass();
  await expect(edge).toBeFocused();
  const box = await edge.boundingBox();
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.down();
  await page.mouse.move(box.x + 65, box.y + 5, { steps: 4 });
  await page.mouse.up();
  await expect(async () => expect(await width(page, "run_name")).toBeCloseTo(narrow + 92, -1)).toPass();
  await expect(page).toHaveURL(/widths=run_name/);

  // Pinned: it stands first and stays while the others scroll.
  await page.getByTestId("column-picker").locator("summary").click();
  const line = page.locator('[data-order="metrics.r2"]');
  await line.locator("[data-pin]").click();
  await expect(line.locator("[data-pin]")).toHaveAttribute("aria-pressed", "true");
  await page.locator(`[data-order="${last}"] [data-move="on"]`).click();
  await page.keyboard.press("Escape");
  expect((await heads(page))[2]).toBe("metrics.r2");
  await page.locator(".runs-scroll").evaluate((region) => (region.scrollLeft = 200));
  const region = await page.locator(".runs-scroll").boundingBox();
  const pinned = await page.locator('th:has([data-sort="metrics.r2"])').boundingBox();
  expect(pinned.x).toBeGreaterThan(region.x);
  expect(pinned.x + pinned.width).toBeLessThan(region.x + region.width);

  // All of it is in the address, and for the next visit without it.
  const arranged = await heads(page);
  await page.reload();
  await pipette.ready();
  await expect(pipette.runRow(id)).toBeVisible();
  expect(await heads(page)).toEqual(arranged);
  await pipette.open("runs");
  await expect(pipette.runRow(id)).toBeVisible();
  expect(await heads(page)).toEqual(arranged);
  expect(await width(page, "run_name")).toBeCloseTo(narrow + 92, -1);
  await page.getByTestId("column-picker").locator("summary").click();
  await page.getByTestId("columns-reset").click();
  await expect(async () => expect(await heads(page)).toEqual(before)).toPass();
  forgiveRoutes(watch);
});

test("experiment, end, parent, registered versions and source have columns", async ({ pipette, page, watch }) => {
  const id = await sweep(pipette, page);
  await page.goto(`runs/${id}`);
  await page.getByTestId("register").click();
  await page.getByTestId("register-name").fill("penalty");
  await page.getByTestId("register-save").click();
  await expect(page.locator('header[data-model="penalty"]')).toBeVisible();
  await pipette.open("runs");
  const name = await pipette.runRow(id).locator("th a").textContent();
  await page.getByTestId("column-picker").locator("summary").click();
  const keys = ["experiment_id", "end_time", "parent", "model_versions", "source", "source_version"];
  for (const key of keys) await page.locator(`[data-pick="${key}"]`).check();
  await page.keyboard.press("Escape");
  expect(await heads(page)).toEqual(expect.arrayContaining(keys));

  const cell = (row, key) => row.locator(`[data-cell="${key}"]`);
  const parent = pipette.runRow(id);
  await expect(cell(parent, "experiment_id")).toHaveText("Default");
  await expect(cell(parent, "model_versions")).toHaveText("penalty v1");
  await expect(cell(parent, "parent")).toHaveText("–");
  await expect(cell(parent, "source")).toHaveText("pipette");
  await expect(cell(parent, "source_version")).toHaveText(/^\d+\.\d+/);
  await parent.locator(".fold").click();
  const child = page.locator("[data-run][data-child]").first();
  await expect(cell(child, "parent")).toHaveText(name);
  await expect(cell(child, "model_versions")).toHaveText("–");

  // Sorted by them as by any other: what has no version stands last.
  await page.locator('[data-sort="model_versions"]').click();
  await expect(page).toHaveURL(/sort=model_versions/);
  await expect(page.locator("[data-run]").first()).toHaveAttribute("data-run", id);
  forgiveRoutes(watch);
});

test("a view is saved, marked as changed, brought up to date, renamed, removed and taken back", async ({ pipette, page, watch }) => {
  await sweep(pipette, page);
  const views = page.getByTestId("views");
  const search = page.locator("#q");
  await search.fill("metrics.cv_rmse < 1000");
  await page.locator('[data-sort="metrics.r2"]').click();
  await views.locator("summary").click();
  await page.getByTestId("view-name").fill("By R2");
  await page.getByTestId("view-save").click();
  await expect(views.locator("summary")).toContainText("By R2");
  await expect(page).toHaveURL(/name=By%20R2/);
  await expect(views).not.toHaveAttribute("data-changed", "true");

  // What is changed since is marked; it can be kept or let go.
  await page.locator('[data-sort="metrics.r2"]').click();
  await expect(views).toHaveAttribute("data-changed", "true");
  await views.locator("summary").click();
  await page.getByTestId("view-reset").click();
  await expect(page).toHaveURL(/sort=metrics\.r2/);
  await page.locator('[data-sort="metrics.r2"]').click();
  await views.locator("summary").click();
  await page.getByTestId("view-update").click();
  await expect(views).not.toHaveAttribute("data-changed", "true");

  await views.locator("[data-view]").getByTestId("view-rename").click();
  await page.getByTestId("view-new-name").fill("Worst first");
  await page.keyboard.press("Enter");
  await expect(views.locator('[data-view="Worst first"]')).toBeVisible();

  // From a bare table, and after a reload, it brings all of it back.
  await pipette.open("runs");
  await views.locator("summary").click();
  await views.locator('[data-view="Worst first"]').getByRole("button", { name: "Worst first", exact: true }).click();
  await expect(search).toHaveValue("metrics.cv_rmse < 1000");
  await expect(page).toHaveURL(/sort=-metrics\.r2/);

  await views.locator("summary").click();
  await views.getByTestId("view-remove").click();
  await expect(views.locator("[data-view]")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.getByTestId("toast-undo").click();
  await views.locator("summary").click();
  await expect(views.locator('[data-view="Worst first"]')).toBeVisible();
  forgiveRoutes(watch);
});

test("a range on an axis of the charts picks out runs, by pointer and by fields", async ({ pipette, page }) => {
  const id = await sweep(pipette, page);
  // The candidates alone: the sweep itself and the run before it have an alpha, too.
  await page.locator("#q").fill(`tags.mlflow.parentRunId = '${id}'`);
  await found(page, 30);
  await page.getByTestId("runs-charts").click();
  await page.getByTestId("chart-metric").selectOption("metrics.cv_rmse");
  const parallel = page.getByTestId("parallel");
  const svg = parallel.locator(".plot > svg");
  const lines = svg.locator("a");
  const all = await lines.count();
  expect(all).toBeGreaterThanOrEqual(30);
  // Along the last axis, which is the metric's, from the middle to the bottom.
  await svg.scrollIntoViewIfNeeded();
  const box = await svg.boundingBox();
  const unit = box.width / 520;
  await page.mouse.move(box.x + 464 * unit, box.y + 170 * unit);
  await page.mouse.down();
  await page.mouse.move(box.x + 464 * unit, box.y + 296 * unit, { steps: 4 });
  await page.mouse.up();
  const brushed = page.getByTestId("brushed");
  await expect(brushed).toContainText("are inside the ranges");
  const inside = Number(await brushed.getAttribute("data-value"));
  expect(inside).toBeGreaterThan(0);
  expect(inside).toBeLessThan(all);
  await expect(page).toHaveURL(/view=charts/);

  // The same by a field, and let go again.
  await page.getByTestId("brush-clear").click();
  await expect(brushed).toHaveAttribute("data-value", String(all));
  await page.getByTestId("axes").locator("summary").click();
  const alpha = page.locator('[data-axis="params.alpha"]');
  await expect(alpha.getByTestId("axis-log")).toBeChecked();
  await alpha.locator('[data-end="to"]').fill("1");
  await alpha.locator('[data-end="to"]').press("Enter");
  await expect(brushed).toContainText("are inside the ranges");
  const few = Number(await brushed.getAttribute("data-value"));
  expect(few).toBeGreaterThan(0);
  expect(few).toBeLessThan(all);
  await alpha.getByTestId("axis-log").uncheck();
  await expect(page).toHaveURL(/plain(=|%3D)params\.alpha/);
  await alpha.locator('[data-end="to"]').fill("1");
  await alpha.locator('[data-end="to"]').press("Enter");
  await expect(brushed).toHaveAttribute("data-value", String(few));
  await page.getByTestId("brush-search").click();
  await expect(page.locator("#q")).toHaveValue(/params\.alpha <= 1$/);
  await found(page, few);
});

test("charts begin with the setting that takes most values, can be against the time, and selected runs stand out", async ({ pipette, page }) => {
  const id = await sweep(pipette, page);
  await pipette.runRow(id).locator(".fold").click();
  const child = page.locator("[data-run][data-child]").first();
  await child.getByRole("checkbox").click();
  await page.getByTestId("runs-charts").click();
  await expect(page.getByTestId("chart-param")).toHaveValue("params.alpha");
  const scatter = page.getByTestId("charts").locator("figure").first();
  await expect(scatter.locator('svg a[aria-label$=", selected"]')).toHaveCount(1);
  await expect(scatter).toContainText("Selected runs are drawn stronger.");
  await page.getByRole("button", { name: "Select none" }).click();
  await expect(scatter.locator('svg a[aria-label$=", selected"]')).toHaveCount(0);
  await page.getByTestId("chart-param").selectOption("start_time");
  await expect(page).toHaveURL(/by(=|%3D)start_time/);
  await expect(scatter).toContainText("Created, UTC");
});

test("an experiment carries tags, and a run's page has its files, a search and what it stands against", async ({ pipette, page }) => {
  const id = await sweep(pipette, page);
  await page.locator('[data-experiment="0"]').click();
  const tags = page.getByTestId("experiment-tags");
  await tags.getByTestId("add-tag").click();
  await tags.getByTestId("tag-field").fill("team = blue");
  await page.keyboard.press("Enter");
  await expect(tags.locator('[data-tag="team"]')).toHaveAttribute("data-value", "blue");

  await pipette.runRow(id).locator(".fold").click();
  const child = page.locator("[data-run][data-child]").first();
  await child.getByRole("link").click();
  await expect(page.locator(`[data-against="${id}"]`).first()).toHaveText(/better|worse|the same/);

  const file = page.locator('[data-artifact="pipeline.json"]');
  await file.locator("summary").click();
  await expect(file.locator("pre")).toContainText('"pipette": 1');

  // Undo is of the store here too.
  await page.keyboard.press("ControlOrMeta+z");
  await page.getByRole("link", { name: "All runs" }).click();
  await expect(page.locator('[data-tag="team"]')).toHaveCount(0);
});

test("the bin says how much its runs take", async ({ pipette, page }) => {
  const id = await sweep(pipette, page);
  await pipette.runRow(id).getByRole("checkbox").click();
  await page.getByTestId("bar-delete").click();
  await page.getByTestId("bin-link").click();
  await expect(page.locator(`[data-binned="${id}"] [data-bytes]`)).toHaveAttribute("data-bytes", /^[1-9]\d{2,}$/);
  await expect(page.getByTestId("bin-size")).toContainText(/Emptying frees about [\d.]+ [kM]?B/);
});

test("two tabs that change and run at once lose nothing", async ({ pipette, page, context }) => {
  const id = await sweep(pipette, page);
  const other = await context.newPage();
  await other.goto(`${page.url().split("/runs")[0]}/`);
  await other.waitForSelector("html[data-ready=true]");
  await other.getByRole("navigation").getByRole("link", { name: "Runs" }).first().click();
  await expect(other.locator(`[data-run="${id}"]`)).toBeVisible();
  const n = 12;
  const tag = async (tab, key) => {
    for (let i = 0; i < n; i++) {
      await tab.locator(`[data-run="${id}"]`).getByRole("checkbox").setChecked(true);
      await tab.getByTestId("bar-tag").click();
      await tab.getByTestId("tag-key").fill(`${key}${i}`);
      await tab.getByTestId("tag-value").fill("yes");
      await tab.getByTestId("tag-set").click();
      await expect(tab.getByTestId("tag-key")).toHaveCount(0);
      await tab.getByRole("button", { name: "Select none" }).click();
    }
  };
  // Both write to the same run and to the same log of changes.
  await Promise.all([tag(page, "left"), tag(other, "right")]);
  for (const tab of [page, other]) {
    await tab.locator("#q").fill(Array.from({ length: n }, (_, i) => `tags.left${i} = 'yes' and tags.right${i} = 'yes'`).join(" and "));
    await expect(tab.locator(`[data-run="${id}"]`)).toBeVisible();
    await expect(tab.getByTestId("runs-found")).toHaveAttribute("data-value", "1");
  }
  await page.getByTestId("history-link").click();
  await expect(page.locator("[data-change]")).toHaveCount(2 * n);
});
