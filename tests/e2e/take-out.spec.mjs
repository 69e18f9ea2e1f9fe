// Runs taken out as files of other tools, the workspace backed up and brought in again, runs of MLflow brought in.

import { readFile } from "node:fs/promises";
import { expect, test } from "./support/page.mjs";

const root = new URL("../..", import.meta.url).pathname;

/** Name and bytes of what a click on this button saves. */
async function saved(page, handle) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId(handle).click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()), path: await download.path() };
}

/** The names of a ZIP's files, from its directory. */
function names(zip) {
  const found = [];
  for (let at = zip.readUInt32LE(zip.length - 22 + 16); zip.readUInt32LE(at) === 0x02014b50; ) {
    const [name, extra, comment] = [28, 30, 32].map((place) => zip.readUInt16LE(at + place));
    found.push(zip.toString("utf8", at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return found;
}

async function finishedRun(pipette) {
  await pipette.open();
  await pipette.status("completed");
  return pipette.runId();
}

test("a run leaves as the files of other tools, the same bytes each time", async ({ pipette, page }) => {
  const id = await finishedRun(pipette);
  await page.goto(`runs/${id}`);
  await page.getByTestId("export").click();
  const dialog = page.getByRole("dialog", { name: "Export" });
  await expect(dialog).toBeVisible();

  const mlflow = await saved(page, "export-mlflow");
  expect(mlflow.name).toMatch(/-mlflow\.zip$/);
  const files = names(mlflow.bytes);
  expect(files).toContain("open_in_mlflow.py");
  expect(files).toContain(`mlruns/0/${id}/meta.yaml`);
  expect(files).toContain(`mlruns/0/${id}/artifacts/model/MLmodel`);
  expect((await saved(page, "export-mlflow")).bytes.equals(mlflow.bytes)).toBe(true);

  const onnx = await saved(page, "export-onnx");
  expect(onnx.name).toMatch(/\.onnx$/);
  expect(onnx.bytes.includes("review_score")).toBe(true);
  const html = await saved(page, "export-html");
  expect(html.bytes.toString().slice(0, 15).toLowerCase()).toBe("<!doctype html>");
  expect(html.bytes.length).toBeLessThan(60_000);
  const zenml = names((await saved(page, "export-zenml")).bytes);
  for (const file of ["run_pipeline.py", "steps/ingest_data.py", "pipelines/training_pipeline.py", "req.txt", "setup.sh"]) {
    expect(zenml.some((name) => name.endsWith(file)), file).toBe(true);
  }
  for (const kind of ["model", "model-json", "sklearn", "pickle", "script", "notebook"]) {
    expect((await saved(page, `export-${kind}`)).bytes.length, kind).toBeGreaterThan(200);
  }

  // What a file is and how it is used stands beside it.
  await dialog.getByText("How to use it").first().click();
  await expect(dialog.getByRole("region", { name: "how to use MLflow", exact: true })).toContainText("open_in_mlflow.py");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("the page that an export writes predicts as the run does", async ({ pipette, page, context }) => {
  const id = await finishedRun(pipette);
  await page.goto(`runs/${id}`);
  await page.getByTestId("export").click();
  const html = await saved(page, "export-html");
  const model = JSON.parse((await saved(page, "export-model-json")).bytes.toString());
  const other = await context.newPage();
  await other.setContent(html.bytes.toString());
  let expected = model.model.intercept;
  for (const [place, input] of model.inputs.entries()) {
    const value = Math.round((input.range.min + input.range.max) / 2);
    await other.locator(`[data-input="${input.name}"]`).fill(String(value));
    expected += model.model.coef[place] * value;
  }
  await expect.poll(async () => Number(await other.getByTestId("prediction").getAttribute("data-value"))).toBeCloseTo(expected, 9);
  await other.close();
});

test("the workspace is backed up, brought into an empty browser, and there whole", async ({ pipette, page, browser, baseURL }) => {
  const id = await finishedRun(pipette);
  // A view under a name, and a run that was made elsewhere, are of the workspace, too.
  await page.goto("runs?exp=all");
  await page.locator("#q").fill("metrics.r2 > -5");
  await page.getByTestId("views").locator("summary").click();
  await page.getByTestId("view-name").fill("Kept");
  await page.getByTestId("view-save").click();
  await page.getByTestId("bring-in").click();
  await page.getByTestId("import-mlflow").setInputFiles(`${root}tests/golden/mlruns3.zip`);
  await expect(page.getByTestId("brought-in")).toContainText("from MLflow");
  const archive = await saved(page, "export-archive");
  expect(names(archive.bytes)).toContain(`runs/${id}.msgpack`);
  expect(names(archive.bytes)).toContain("documents/view.json");
  const golden = JSON.parse(await readFile(`${root}tests/golden/mlruns3.json`, "utf8"));
  const elsewhereMade = golden.runs.find((run) => run.lifecycle_stage === "active").run_id;
  expect(names(archive.bytes)).toContain(`rows/${elsewhereMade}.msgpack`);

  const elsewhere = await browser.newContext({ baseURL });
  const other = await elsewhere.newPage();
  const n = names(archive.bytes).filter((name) => /^(runs|rows)\/./.test(name)).length;
  await other.goto("runs?exp=all");
  await other.getByTestId("bring-in").click();
  await other.getByTestId("import-archive").setInputFiles(archive.path);
  await expect(other.getByTestId("brought-in")).toContainText(`Brought in ${n} runs from the backup`);
  await other.keyboard.press("Escape");
  await expect(other.locator(`[data-run="${id}"]`).first()).toBeVisible();
  await expect(other.locator(`[data-run="${elsewhereMade}"]`)).toBeVisible();
  await other.getByTestId("views").locator("summary").click();
  await expect(other.locator('[data-view="Kept"]')).toBeVisible();
  await other.keyboard.press("Escape");
  await other.goto(`runs/${id}`);
  await expect(other.locator(`header[data-run="${id}"]`)).toBeVisible();

  // Twice is once.
  await other.goto("runs?exp=all");
  await other.getByTestId("bring-in").click();
  await other.getByTestId("import-archive").setInputFiles(archive.path);
  await expect(other.getByTestId("brought-in")).toContainText(`${n} of ${n} runs are here already`);
  await other.keyboard.press("Escape");

  // One change, taken back at once: runs go to the bin, the view goes.
  await other.goto("runs?view=history");
  await expect(other.locator("[data-change]")).toHaveCount(1);
  await other.keyboard.press("ControlOrMeta+z");
  await expect(other.locator('[data-change][data-undone="true"]')).toHaveCount(1);
  await other.goto("runs?exp=all");
  await expect(other.getByTestId("bring-in")).toBeVisible();
  await expect(other.locator(`[data-run="${id}"]`)).toHaveCount(0);
  await other.goto("runs?view=bin");
  await expect(other.locator(`[data-binned="${id}"]`)).toBeVisible();
  await elsewhere.close();
});

test("runs of the real MLflow are brought in, searched, compared, and a file that is none is refused", async ({ pipette, page }) => {
  const own = await finishedRun(pipette);
  await page.goto("runs");
  await page.getByTestId("bring-in").click();
  await page.getByTestId("import-mlflow").setInputFiles({ name: "no.zip", mimeType: "application/zip", buffer: Buffer.from("no zip") });
  await expect(page.getByTestId("import-error")).toHaveAttribute("data-code", "import.not_zip");
  await page.getByTestId("import-mlflow").setInputFiles(`${root}tests/golden/mlruns3.zip`);
  await expect(page.getByTestId("brought-in")).toContainText(/Brought in \d+ runs and 1 model from MLflow/);
  await page.keyboard.press("Escape");
  const golden = JSON.parse(await readFile(`${root}tests/golden/mlruns3.json`, "utf8"));
  const run = golden.runs.find((run) => run.lifecycle_stage === "active");
  await page.goto("runs?experiment=all");
  await expect(pipette.runRow(run.run_id).first()).toBeVisible();
  // A run that was not made here has a page too: what is known of it.
  await page.goto(`runs/${run.run_id}`);
  await expect(page.getByTestId("foreign-run")).toBeVisible();
  // It is compared by what is known of it, and what is not is said.
  const other = golden.runs.find((run) => run.lifecycle_stage === "active" && Object.keys(run.params).length);
  await page.goto(`compare?runs=${own},${other.run_id}`);
  const compare = page.getByTestId("compare");
  await expect(compare).toContainText("was made elsewhere: nobody here knows which rows judged it.");
  await expect(page.getByTestId("compare-elsewhere")).toContainText("was not made here");
  await expect(page.locator('[data-compare-about="Source"]')).toContainText("pipette");
  await expect(page.locator('[data-compare-about="Created"] td')).toHaveCount(2);
  await expect(page.getByTestId("compare-pipelines")).toHaveCount(0);
  const [key] = Object.keys(other.params);
  await expect(compare.getByText(key, { exact: true }).first()).toBeVisible();
  await page.goto("models");
  await expect(page.getByText("price model").first()).toBeVisible();
});

test("a run is taken out from where one sees it: the palette, the head of its pipeline, a model's version", async ({ pipette, page }) => {
  await finishedRun(pipette);
  const dialog = page.getByRole("dialog", { name: "Export" });
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.type("export");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeVisible();
  expect((await saved(page, "export-script")).name).toMatch(/\.py$/);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);

  await pipette.upload({ name: "small.csv", mimeType: "text/csv", buffer: Buffer.from("x,y\n" + Array.from({ length: 40 }, (_, i) => `${i},${i * 2 + (i % 3)}`).join("\n")) });
  await expect(pipette.dataset).toHaveAttribute("data-name", "small.csv");
  await pipette.status("completed");
  const id = await pipette.runId();
  await page.getByTestId("export-run").click();
  await expect(dialog).toBeVisible();
  const mlflow = await saved(page, "export-mlflow");
  expect(names(mlflow.bytes).some((name) => name.includes(id))).toBe(true);
  await page.keyboard.press("Escape");

  await page.goto(`runs/${id}`);
  await page.getByTestId("register").click();
  await page.getByTestId("register-name").fill("small");
  await page.getByTestId("register-save").click();
  await page.goto("models/small");
  await page.locator('[data-version="1"] summary').click();
  await page.getByTestId("export-version").click();
  await expect(dialog).toBeVisible();
  expect((await saved(page, "export-onnx")).bytes.length).toBeGreaterThan(100);
});

/** Keys of the documents that are kept beside runs made elsewhere. */
const beside = (page) =>
  page.evaluate(async () => {
    const done = (request) => new Promise((resolve, reject) => ((request.onsuccess = () => resolve(request.result)), (request.onerror = () => reject(request.error))));
    const database = await done(indexedDB.open("pipette"));
    const keys = await done(database.transaction("documents").objectStore("documents").getAllKeys());
    database.close();
    return keys.filter((key) => key.startsWith("foreign_run/"));
  });

test("what was made elsewhere is said not to be in the file, and leaves nothing behind when it is removed", async ({ pipette, page }) => {
  const own = await finishedRun(pipette);
  await page.goto("runs?exp=all");
  await page.getByTestId("bring-in").click();
  await page.getByTestId("import-mlflow").setInputFiles(`${root}tests/golden/mlruns3.zip`);
  await expect(page.getByTestId("brought-in")).toContainText("from MLflow");
  await page.keyboard.press("Escape");
  const golden = JSON.parse(await readFile(`${root}tests/golden/mlruns3.json`, "utf8"));
  const foreign = golden.runs.find((run) => run.lifecycle_stage === "active").run_id;
  expect(await beside(page)).toContain(`foreign_run/${foreign}`);

  // One of each: the dialog says so before a file is written.
  const leftOut = page.getByTestId("export-left-out");
  const dialog = page.getByRole("dialog", { name: "Export" });
  await pipette.runRow(own).getByRole("checkbox").click();
  await pipette.runRow(foreign).getByRole("checkbox").click();
  await page.getByTestId("selection").getByTestId("export").click();
  await expect(dialog.getByTestId("export-left-out")).toContainText(/^1 of these 2 runs was made elsewhere/);
  const mlflow = await saved(page, "export-mlflow");
  expect(names(mlflow.bytes)).toContain(`mlruns/0/${own}/meta.yaml`);
  expect(names(mlflow.bytes).some((name) => name.includes(foreign))).toBe(false);
  await page.keyboard.press("Escape");

  // Only what was made elsewhere: nothing is offered.
  await pipette.runRow(own).getByRole("checkbox").click();
  await page.getByTestId("selection").getByTestId("export").click();
  await expect(leftOut.filter({ visible: true })).toContainText("nothing to take out");
  await expect(dialog.filter({ visible: true }).getByTestId("export-mlflow")).toHaveCount(0);
  await page.keyboard.press("Escape");

  // Thrown away for good, its document goes too.
  await page.getByTestId("bar-delete").click();
  await page.getByTestId("bin-link").click();
  await expect(page.locator(`[data-binned="${foreign}"]`)).toBeVisible();
  await page.getByTestId("empty-bin").click();
  await page.getByTestId("purge").click();
  await expect(page.locator("[data-binned]")).toHaveCount(0);
  await expect.poll(() => beside(page)).not.toContain(`foreign_run/${foreign}`);
});
