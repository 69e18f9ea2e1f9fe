// Journeys without a mouse: a sweep, one of its cells as a run, its report; a model deployed, tried, asked and taken away.

import { readFile } from "node:fs/promises";
import { expect, test } from "./support/page.mjs";
import { Keys } from "./support/hands.mjs";
import { csv, register, rows } from "./support/deployment.mjs";

const copied = (page) => page.evaluate(() => navigator.clipboard.readText());

test("several are tried, a cell is taken as a run, its report is read and copied", async ({ pipette, page, context }) => {
  test.slow();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await pipette.open("?step=train");
  await pipette.status("completed");
  const keys = new Keys(page, pipette);
  await keys.choose("train.0.estimator", "ridge");
  await keys.to('[data-testid="sweep-settings"] summary');
  await page.keyboard.press("Enter");
  await keys.to('[data-setting="train.0.values.alpha"]');
  await page.keyboard.type("0.1, 10, 1000");
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-candidate]")).toHaveCount(3);
  await pipette.status("completed");
  const sweep = await pipette.runId();

  // The numbers of the heat map, then one of its rows as a run.
  const section = page.getByTestId("sweep");
  await keys.to('[data-testid="sweep"] .data-head [data-testid="chart-csv"]');
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  expect(lines[0]).toBe("Candidate,Mean RMSE,fold 1,fold 2,fold 3,fold 4,fold 5");
  expect(lines.length).toBe(4);
  const best = section.locator('[data-best="true"] [data-value]');
  expect(Number(lines[1].split(",")[1])).toBe(Number(await best.getAttribute("data-value")));
  await keys.to('[data-testid="sweep"] .data-head [data-testid="chart-svg"]', "Shift+Tab");
  const [picture] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  const svg = await readFile(await picture.path(), "utf8");
  expect(svg.match(/fill-opacity="/g).length).toBeGreaterThanOrEqual(15);
  expect(svg).not.toContain('fill=""');
  await keys.to('[data-candidate="1"] button');
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-candidate]")).toHaveCount(0);
  await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", sweep);
  await pipette.status("completed");
  await expect(pipette.setting("train.0.params.alpha")).toHaveValue("10.0");

  // The report of least squares.
  await page.keyboard.press("Tab");
  await keys.to('[data-setting="train.0.estimator"]', "Shift+Tab");
  await keys.choose("train.0.estimator", "linear_regression");
  // With the list still in focus.
  await page.keyboard.press("ControlOrMeta+z");
  await expect(pipette.setting("train.0.estimator")).toHaveValue("ridge");
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await expect(pipette.setting("train.0.estimator")).toHaveValue("linear_regression");
  await expect(page.getByTestId("report")).toContainText("Durbin");
  await keys.press("report-markdown");
  await expect.poll(() => copied(page)).toMatch(/\| *price *\|/);
  await keys.press("report-latex");
  await expect.poll(() => copied(page)).toContain("\\toprule");
});

test("a model is deployed, tried, asked by the lines shown, given a file, and taken away", async ({ pipette, page, context, watch }) => {
  test.slow();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await register(pipette, page, "linear_regression");
  const keys = new Keys(page, pipette);
  await page.evaluate(() => document.activeElement.blur());
  await keys.press("deploy");
  await keys.press("deploy-save");
  const deployment = page.locator("[data-deployment]").first();
  await expect(deployment).toHaveAttribute("data-status", "ready", { timeout: 30_000 });

  for (const [name, value] of [["price", "10"], ["freight_value", "1"], ["items", "1"]]) {
    await keys.to(`[data-input="${name}"]`);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type(value);
  }
  const prediction = page.getByTestId("prediction");
  await expect.poll(async () => Math.abs(Number(await prediction.getAttribute("data-value")) - 5.875)).toBeLessThan(0.2);

  // The page's own lines, copied and run as they are.
  await keys.to('section[aria-labelledby="usage"] button[aria-label="Copy these lines"]');
  await page.keyboard.press("Enter");
  await expect.poll(() => copied(page)).toMatch(/^const answer = await fetch\(/);
  const [answer] = await page.evaluate(`(async () => { ${(await copied(page)).replace(/\n(\(await answer)/, "\nreturn $1")} })()`);
  expect(answer).toBe(Number(await prediction.getAttribute("data-value")));

  // A file: the chooser opens by a key.
  await page.keyboard.press("Home");
  await keys.to('[data-testid="score-file"], label:has([data-testid="score-file"])', "Shift+Tab");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
  await Promise.all([page.waitForEvent("download"), chooser.setFiles({ name: "more.csv", mimeType: "text/csv", buffer: csv(rows(50, 7)) })]);
  await expect(page.getByTestId("scored")).toHaveAttribute("data-scored", "50");

  await keys.to('[data-testid="take-away"] [data-testid="export-onnx"]');
  const [model] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  expect(model.suggestedFilename()).toMatch(/\.onnx$/);
  watch.forgive(/^4\d\d: |Failed to load resource/);
});
