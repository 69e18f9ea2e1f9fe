// What is handed to others: a pipeline as a link, a run that can be computed again; an mlruns folder as it is; and the
// experiment tracker of a page that was built for no server.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { expect, test } from "./support/page.mjs";

const root = new URL("../..", import.meta.url).pathname;
const longley = { name: "longley.csv", mimeType: "text/csv" };

/** The page with a small file in it, and the id of its run. */
async function opened(pipette) {
  await pipette.open();
  await pipette.status("completed");
  const before = await pipette.runId();
  await pipette.upload({ ...longley, buffer: await readFile(`${root}data/longley.csv`) });
  await expect(pipette.dataset).toHaveAttribute("data-name", "longley.csv");
  await pipette.status("completed");
  await expect(pipette.pipeline).not.toHaveAttribute("data-run-id", before);
  return pipette.runId();
}

/** The files of a ZIP, by name. */
function unzip(zip) {
  const files = {};
  for (let at = zip.readUInt32LE(zip.length - 22 + 16); zip.readUInt32LE(at) === 0x02014b50; ) {
    const [name, extra, comment] = [28, 30, 32].map((place) => zip.readUInt16LE(at + place));
    const [packed, from] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
    const start = from + 30 + zip.readUInt16LE(from + 26) + zip.readUInt16LE(from + 28);
    const bytes = zip.subarray(start, start + packed);
    const path = zip.toString("utf8", at + 46, at + 46 + name);
    if (!path.endsWith("/")) files[path] = zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(bytes) : bytes;
    at += 46 + name + extra + comment;
  }
  return files;
}

test("a link holds the pipeline and a small file, and gives the same numbers elsewhere", async ({ pipette, page, browser, baseURL }) => {
  await opened(pipette);
  const r2 = await pipette.metric("r2");
  await page.getByTestId("share").click();
  await expect(page.getByTestId("share-link")).toHaveAttribute("data-ready", "true");
  await expect(page.getByTestId("share-contents")).toContainText("the data of longley.csv");
  const link = await page.getByTestId("share-link").inputValue();
  await page.getByTestId("share-with-data").uncheck();
  await expect(page.getByTestId("share-contents")).toContainText("asked for the file");
  const without = await page.getByTestId("share-link").inputValue();
  expect(link.startsWith(without)).toBe(true);
  expect(without).not.toContain("&d=");

  const elsewhere = await browser.newContext({ baseURL });
  const other = await elsewhere.newPage();
  await other.goto(link);
  const dataset = other.getByTestId("dataset");
  await expect(dataset).toHaveAttribute("data-name", "longley.csv");
  await expect(other.getByTestId("pipeline")).toHaveAttribute("data-status", "completed");
  const metric = other.locator('[data-metric="r2"][data-split="test"]').first();
  await expect(metric).toHaveAttribute("data-value", String(r2));
  // The address keeps the pipeline alone.
  expect(new URL(other.url()).hash).not.toContain("&d=");
  await elsewhere.close();
});

test("a link whose data was cut off is refused, with what to do", async ({ pipette, page, browser, baseURL }) => {
  await opened(pipette);
  await page.getByTestId("share").click();
  await expect(page.getByTestId("share-link")).toHaveAttribute("data-ready", "true");
  const link = await page.getByTestId("share-link").inputValue();
  const elsewhere = await browser.newContext({ baseURL });
  const other = await elsewhere.newPage();
  await other.goto(link.slice(0, -20));
  const error = other.getByTestId("error");
  await expect(error).toHaveAttribute("data-code", /^share\.(damaged|other_data)$/);
  await expect(error).toContainText("open");
  await elsewhere.close();
});

test("a run that is handed in is computed again, and what was changed in it is found", async ({ pipette, page, browser, baseURL }, testInfo) => {
  const id = await opened(pipette);
  await page.getByRole("link", { name: "Runs" }).first().click();
  await page.locator(`[data-run="${id}"] a`).first().click();
  await page.getByTestId("export").click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("export-hand-in").click()]);
  const path = await download.path();
  const files = unzip(await readFile(path));
  expect(Object.keys(files)).toEqual(expect.arrayContaining(["manifest.json", "run.json", "pipeline.json", "data/longley.csv"]));
  expect(files["data/longley.csv"].equals(await readFile(`${root}data/longley.csv`))).toBe(true);

  const elsewhere = await browser.newContext({ baseURL });
  const other = await elsewhere.newPage();
  await other.goto("runs");
  await other.getByTestId("bring-in").click();
  await other.getByTestId("import-hand-in").setInputFiles(path);
  await expect(other.getByTestId("brought-in")).toContainText("is reproduced: computed again");
  await other.keyboard.press("Escape");
  await expect(other.locator(`[data-run="${id}"]`).first()).toBeVisible();
  await other.getByTestId("bring-in").click();
  const broken = testInfo.outputPath("broken.zip");
  const bytes = await readFile(path);
  bytes[Math.floor(bytes.length / 2)] ^= 0xff;
  await writeFile(broken, bytes);
  await other.getByTestId("import-hand-in").setInputFiles(broken);
  await expect(other.getByTestId("import-error")).toHaveAttribute("data-code", /^import\./);
  await elsewhere.close();
});

test("an mlruns folder is brought in as it is", async ({ pipette, page }, testInfo) => {
  await pipette.open("runs");
  const folder = testInfo.outputPath("mlruns3");
  for (const [path, bytes] of Object.entries(unzip(await readFile(`${root}tests/golden/mlruns3.zip`)))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  await page.getByTestId("bring-in").click();
  await page.getByTestId("import-mlflow-folder").setInputFiles(folder);
  await expect(page.getByTestId("brought-in")).toContainText(/Brought in \d+ runs and 1 model from MLflow/);
});

test("a page that was built for no server says so where one is entered", async ({ pipette, page }) => {
  await pipette.open("runs");
  await expect(page.locator(".meter")).toContainText("0 bytes sent");
  await page.getByTestId("tracker").click();
  const blocked = page.getByTestId("tracker-blocked");
  await expect(blocked).toContainText("PIPETTE_CONNECT=http://127.0.0.1:5000 ./pipette serve");
  await expect(page.getByTestId("tracker-save")).toBeDisabled();
  await page.getByTestId("tracker-url").fill("https://mlflow.example/base/");
  await expect(blocked).toContainText("PIPETTE_CONNECT=https://mlflow.example ./pipette");
});
