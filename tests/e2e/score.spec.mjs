// A deployment's pipeline at work on files, a prediction looked at, and the model taken away.

import AxeBuilder from "@axe-core/playwright";
import { readFile } from "node:fs/promises";
import { expect, test } from "./support/page.mjs";

/** Rows of y = 2 + 0.5 size + 3 (color is red), sizes with gaps, in two spellings. */
function rows(n) {
  return Array.from({ length: n }, (_, i) => {
    const size = 5 + ((i * 37) % 61) * 0.5;
    const color = ["red", " Red", "blue"][i % 3];
    const y = 2 + 0.5 * size + (color === "blue" ? 0 : 3) + ((i * 7) % 5) / 10;
    return [i % 10 === 4 ? "" : size, color, y];
  });
}

const csv = (header, rows) => Buffer.from([header, ...rows.map((row) => row.join(","))].join("\n"));

const SPEC = {
  pipette: 1,
  clean: [
    { rule: "fill_missing", columns: ["size"], strategy: "mean" },
    { rule: "clean_text", columns: ["color"], case: "lower", trim: true },
    { rule: "drop_outliers", columns: ["size"], method: "quantiles", lower: 0, upper: 1 },
  ],
  features: { target: "y", encoders: [{ encoder: "one_hot_encoder", columns: ["color"], drop: "first" }] },
  train: [{ estimator: "linear_regression" }],
};

const file = (name, buffer) => ({ name, mimeType: "text/csv", buffer });

/** A registered model `size` of one version, deployed as size@1; gives the page's metric of the run. */
async function deploy(pipette, page, spec = SPEC) {
  await pipette.open();
  await pipette.status("completed");
  await pipette.upload(file("sizes.csv", csv("size,color,y", rows(120))));
  await expect(pipette.dataset).toHaveAttribute("data-rows", "120");
  await pipette.status("completed");
  const first = await pipette.runId();
  await pipette.loadSpec({ name: "pipeline.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(spec)) });
  await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", first);
  await pipette.status("completed");
  await page.goto(`runs/${await pipette.runId()}`);
  await page.getByTestId("register").click();
  await page.getByTestId("register-name").fill("size");
  await page.getByTestId("register-save").click();
  await page.getByTestId("deploy").click();
  await page.locator('[data-reference="1"]').check();
  await page.getByTestId("deploy-save").click();
  await expect(page.locator('[data-deployment="size@1"]').first()).toHaveAttribute("data-status", "ready", { timeout: 30_000 });
}

/** Deep links come to the service worker as 404. */
const forgive = (watch) => watch.forgive(/^4\d\d: |Failed to load resource/);

/** Scores a file; the name and the lines of what came back. */
async function scored(page, upload) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("score-file").setInputFiles(upload)]);
  const text = (await readFile(await download.path())).toString();
  return { name: download.suggestedFilename(), lines: text.trimEnd().split("\n") };
}

test("a file comes back with predictions, and with metrics where it knows the target", async ({ pipette, page, watch }) => {
  await deploy(pipette, page);
  const section = page.getByTestId("score");
  await expect(section).toHaveAttribute("data-status", "pending");
  const all = rows(120);
  const { name, lines } = await scored(page, file("sizes.csv", csv("size,color,y", all)));
  expect(name).toBe("sizes-scored.csv");
  expect(lines[0]).toBe("size,color,y,prediction,reason");
  expect(lines.length).toBe(121);
  await expect(section).toHaveAttribute("data-status", "completed");
  await expect(page.getByTestId("scored")).toHaveAttribute("data-scored", "120");
  // The metric by its definition, over what the file says.
  const errors = lines.slice(1).map((line, i) => {
    const cells = line.split(",");
    expect(cells.slice(0, 3).join(",")).toBe(all[i].join(","));
    return Number(cells[3]) - Number(cells[2]);
  });
  const rmse = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
  const shown = section.locator("[data-testid=score-metrics] [data-metric=rmse]");
  expect(Math.abs(Number(await shown.getAttribute("data-value")) - rmse)).toBeLessThan(1e-9);
  forgive(watch);
});

test("a row without a prediction says why, and a file without a column is refused by its name", async ({ pipette, page, watch }) => {
  await deploy(pipette, page);
  const wrong = csv("color,size", [["red", 10], ["blue", "many"], ["red", 9000], ["blue"], [" RED ", ""]]);
  const { lines } = await scored(page, file("new.csv", wrong));
  const cells = lines.slice(1).map((line) => line.split(","));
  expect(Number(cells[0][2])).toBeGreaterThan(9);
  expect(lines[2]).toContain("size: “many” is not a number.");
  expect(lines[3]).toMatch(/size is 9000, outside .* rule 3 drops such rows/);
  expect(lines[4]).toContain("Line 5 has 1 field for 2 columns.");
  // What is missing is filled with the mean that training found, and the text is tidied as there.
  expect(Number(cells[4][2])).toBeGreaterThan(9);
  await expect(page.getByTestId("scored")).toHaveAttribute("data-scored", "2");
  await expect(page.getByTestId("unscored").locator("[data-row='2']")).toContainText("many");
  await expect(page.getByTestId("score-metrics")).toHaveCount(0);
  await page.getByTestId("score-file").setInputFiles(file("other.csv", csv("size,y", [[1, 2]])));
  await expect(page.getByTestId("score-error")).toHaveAttribute("data-code", "score.missing_columns");
  await expect(page.getByTestId("score-error")).toContainText("color");
  forgive(watch);
});

test("a long file shows how far it is, and can be given up", async ({ pipette, page, watch }) => {
  await deploy(pipette, page);
  const some = rows(1000).map((row) => row.join(",")).join("\n");
  const long = file("long.csv", Buffer.from(`size,color,y\n${`${some}\n`.repeat(1500)}`));
  await page.getByTestId("score-file").setInputFiles(long);
  await page.getByTestId("score-cancel").click();
  await expect(page.getByTestId("score-error")).toHaveAttribute("data-code", "score.cancelled");
  await expect(page.getByTestId("score")).toHaveAttribute("data-status", "failed");
  forgive(watch);
});

test("a prediction has its interval, its parts and a curve of what would be", async ({ pipette, page, watch }) => {
  await deploy(pipette, page);
  await page.locator('[data-input="size"]').fill("20");
  await page.locator('[data-input="color"]').fill("red");
  const prediction = page.getByTestId("prediction");
  await expect.poll(async () => Math.abs(Number(await prediction.getAttribute("data-value")) - 15.2)).toBeLessThan(1);
  const interval = page.getByTestId("interval");
  await expect(interval).toHaveAttribute("data-basis", "standard_errors");
  await expect.poll(async () => {
    const [value, lo, hi] = [prediction.getAttribute("data-value"), interval.getAttribute("data-lo"), interval.getAttribute("data-hi")];
    return Math.abs(Number(await value) - (Number(await lo) + Number(await hi)) / 2);
  }).toBeLessThan(1e-9);
  // The parts and the baseline add up to the prediction.
  const parts = page.getByTestId("parts");
  await parts.locator("summary", { hasText: "The numbers" }).click();
  const lines = await parts.locator("tbody tr").allInnerTexts();
  expect(lines.length).toBe(2);
  // The prediction moves with the value as the curve says.
  const curve = page.getByTestId("what-if-curve");
  await expect(curve.locator("svg[role=img]")).toHaveAttribute("aria-label", /other values of size/);
  await page.getByTestId("what-if").selectOption("color");
  await expect(curve.locator("svg[role=img]")).toHaveAttribute("aria-label", /other values of color/);
  await curve.locator("summary", { hasText: "The numbers" }).click();
  const red = curve.locator("tbody tr", { hasText: "red" }).locator("td");
  await expect.poll(async () => Math.abs(Number(await red.innerText()) - Number(await prediction.getAttribute("data-value")))).toBeLessThan(1e-9);
  forgive(watch);
});

test("the model is taken away with one click each", async ({ pipette, page, watch }) => {
  await deploy(pipette, page);
  const section = page.getByTestId("take-away");
  const saved = async (kind) => {
    const [download] = await Promise.all([page.waitForEvent("download"), section.getByTestId(`export-${kind}`).click()]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  };
  const docker = await saved("docker");
  expect(docker.name).toMatch(/-docker\.zip$/);
  for (const name of ["Dockerfile", "README.md", "model/MLmodel", "model/requirements.txt"]) {
    expect(docker.bytes.includes(name), name).toBe(true);
  }
  expect((await saved("docker")).bytes.equals(docker.bytes)).toBe(true);
  expect((await saved("onnx")).name).toMatch(/\.onnx$/);
  expect((await saved("model")).name).toMatch(/-model\.zip$/);
  expect((await saved("html")).bytes.toString().slice(0, 15).toLowerCase()).toBe("<!doctype html>");
  forgive(watch);
});

for (const [scheme, width] of [["light", 390], ["dark", 1280]]) {
  test(`no axe violation and no sideways scroll with everything shown, ${scheme}, ${width} px`, async ({ pipette, page, watch }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await deploy(pipette, page);
    await page.setViewportSize({ width, height: 900 });
    await scored(page, file("sizes.csv", csv("size,color,y", [...rows(120), ["many", "red", 1]])));
    await expect(page.getByTestId("unscored")).toContainText("many");
    await expect(page.getByTestId("what-if-curve")).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
    expect(violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target).join(" ")}`)).toEqual([]);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wider).toBe(0);
    forgive(watch);
  });
}
