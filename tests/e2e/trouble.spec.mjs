// Bad input and interruptions: a clear message at its place, nothing lost, the page stays usable.

import { LARGE_FILE } from "./support/large-file.mjs";
import { expect, test } from "./support/page.mjs";

const root = new URL("../..", import.meta.url).pathname;
const csv = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.isBuffer(text) ? text : Buffer.from(text) });
const rows = (n, line) => Array.from({ length: n }, (_, index) => line(index)).join("\n");

const REFUSED = [
  { what: "an empty file", file: csv("empty.csv", ""), code: /^ingest\.empty/ },
  { what: "only newlines", file: csv("newlines.csv", "\n\n\n"), code: /^ingest\./ },
  { what: "a header only", file: csv("header.csv", "a,b,c\n"), code: /./ },
  { what: "a binary file", file: csv("photo.csv", Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 251 < 120 ? 0 : i % 256))), code: /^ingest\./ },
  { what: "one row", file: csv("one.csv", "x,y\n1,2\n"), code: /./ },
];

for (const { what, file, code } of REFUSED) {
  test(`${what} is refused in words, and the page goes on`, async ({ pipette }) => {
    await pipette.open();
    await pipette.status("completed");
    await pipette.upload(file);
    await expect(pipette.error).toBeVisible();
    await expect(pipette.error).toHaveAttribute("data-code", code);
    expect((await pipette.error.innerText()).length).toBeGreaterThan(20);
    await pipette.upload(csv("fine.csv", "x,y\n" + rows(30, (i) => `${i},${2 * i + 1}`)));
    await pipette.status("completed");
    await expect(pipette.error).toBeHidden();
    expect(await pipette.metric("r2")).toBeCloseTo(1, 9);
  });
}

test("a constant target, n < p and hostile names are survived with a word", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  await pipette.upload(csv("constant.csv", "x,y\n" + rows(20, (i) => `${i},4`)));
  await expect(pipette.dataset).toHaveAttribute("data-rows", "20");
  await pipette.status("completed");

  await pipette.upload(`${root}tests/cases/messy/n_less_than_p.csv`);
  await expect(pipette.dataset).toHaveAttribute("data-rows", "8");
  await pipette.status("completed");
  await pipette.inspect("train");
  await expect(page.getByText(/fewer rows|more features/i).first()).toBeVisible();

  await pipette.upload(csv("names.csv", '<script>alert(1)</script>,"select ""x"" from y",y\n' + rows(20, (i) => `${i},${i % 3},${i}`)));
  await expect(pipette.dataset).toHaveAttribute("data-rows", "20");
  await pipette.inspect("ingest");
  await expect(pipette.column("<script>alert(1)</script>")).toBeVisible();
});

test("a target that is text or has gaps is named, with what to do", async ({ pipette }) => {
  await pipette.open();
  await pipette.status("completed");
  await pipette.inspect("train");
  await pipette.upload(csv("words.csv", "x,label\n" + rows(12, (i) => `${i},${i % 2 ? "yes" : "no"}`)));
  await expect(pipette.dataset).toHaveAttribute("data-rows", "12");
  const spec = {
    pipette: 1,
    features: { target: "label" },
    dataset: { name: "words.csv", digest: await pipette.dataset.getAttribute("data-digest") },
  };
  await pipette.loadSpec({ name: "p.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(spec)) });
  await pipette.status("failed");
  await expect(pipette.error).toContainText("label");

  await pipette.upload(csv("gaps.csv", "x,y\n" + rows(12, (i) => `${i},${i === 5 ? "" : i}`)));
  await expect(pipette.dataset).toHaveAttribute("data-rows", "12");
  await pipette.status("completed"); // the first spec drops rows without a target
});

test("all rows dropped by a rule is said at that rule", async ({ pipette }) => {
  await pipette.open();
  await pipette.status("completed");
  await pipette.upload(csv("gappy.csv", "x,z,y\n" + rows(12, (i) => `${i},,${i}`)));
  await expect(pipette.dataset).toHaveAttribute("data-rows", "12");
  const digest = await pipette.dataset.getAttribute("data-digest");
  const clean = [{ rule: "drop_missing", columns: null }];
  const spec = { pipette: 1, clean, features: { target: "y" }, dataset: { name: "gappy.csv", digest } };
  await pipette.loadSpec({ name: "p.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(spec)) });
  await pipette.status("failed");
  await expect(pipette.error).toHaveAttribute("data-code", "clean.no_rows");
  await pipette.expectSteps({ ingest: "cached", clean: "failed", split: "skipped" });
});

test("a large file can be cancelled while it is read, and the page goes on", async ({ pipette }) => {
  await pipette.open();
  await pipette.status("completed");
  await pipette.upload(LARGE_FILE);
  await expect(pipette.step("ingest")).toHaveAttribute("data-status", "running");
  await pipette.cancelButton.click();
  await pipette.status("cancelled");
  await pipette.expectSteps({ ingest: "cancelled", clean: "skipped", evaluate: "skipped" });
  await pipette.upload(csv("fine.csv", "x,y\n" + rows(30, (i) => `${i},${2 * i + 1}`)));
  await pipette.status("completed");
});

test("a run whose tab was closed is marked as interrupted", async ({ pipette, context }) => {
  await pipette.open();
  await pipette.status("completed");
  await pipette.upload(LARGE_FILE);
  await expect(pipette.step("ingest")).toHaveAttribute("data-status", "running");
  const id = await pipette.runId();
  await pipette.page.close();
  const again = await context.newPage();
  await again.goto("");
  await again.getByRole("link", { name: "Runs" }).click();
  await expect(again.locator(`[data-run="${id}"]`)).toContainText(/interrupted|failed/i);
});
