// The worker dies, the tab is reloaded, a run is cancelled at any moment: it is said, nothing is lost, the page goes on.

import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "./support/page.mjs";

const CSV = ["x,y", ...Array.from({ length: 30 }, (_, i) => `${i},${2 * i + 0.5}`), ""].join("\n");
const fine = (name) => ({ name, mimeType: "text/csv", buffer: Buffer.from(CSV) });

/** A file of numbers, 70 MB: large enough to be met in the middle of a run. */
const large = join(tmpdir(), `pipette-worker-${process.pid}.csv`);

test.beforeAll(() => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `${i % 977},${(i * 31) % 1009},${(i * 7) % 13},${i / 8}`).join("\n");
  writeFileSync(large, "a,b,c,y\n");
  for (let part = 0; part < 200; part += 1) appendFileSync(large, `${rows}\n`);
});
test.afterAll(() => rmSync(large, { force: true }));

async function expectExact(pipette, name) {
  await pipette.upload(fine(name));
  await expect(pipette.dataset).toHaveAttribute("data-name", name);
  await pipette.status("completed");
  await expect.poll(() => pipette.metric("r2")).toBeCloseTo(1, 9);
}

/** What kills a worker from inside: an error that nobody catches. */
const crash = (page) => page.workers().at(-1).evaluate(() => void setTimeout(() => { throw new Error("killed by the test"); }));

/** The runs' page names this run with these words. */
async function expectInRuns(pipette, page, id, words) {
  await page.getByRole("link", { name: "Runs" }).click();
  await expect(pipette.runRow(id)).toContainText(words);
}

test("a worker that dies in a run is an error on the page, and the next one goes on", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  await pipette.upload(large);
  await expect(pipette.step("ingest")).toHaveAttribute("data-status", "running");
  const id = await pipette.runId();
  await crash(page);
  await expect(pipette.error).toHaveAttribute("data-code", "worker.crashed");
  await expect(pipette.error).toContainText(/Your runs are kept.*killed by the test/s);
  await expectExact(pipette, "after.csv");
  await expect(pipette.error).toBeHidden();
  await expectInRuns(pipette, page, id, /interrupted|failed/i);
});

test("a worker that dies at rest is replaced without a word", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  const before = page.workers().at(-1);
  const [next] = await Promise.all([page.waitForEvent("worker"), crash(page)]);
  expect(next).not.toBe(before);
  await pipette.runButton.click();
  await pipette.expectSteps({ ingest: "cached", evaluate: "cached" });
  await expectExact(pipette, "after.csv");
  await expect(pipette.error).toBeHidden();
});

// The fourth death at rest belongs to no request, so Workspace::apply drops its error; Client::send (src/web/client.rs)
// then queues for a worker that never comes, and the page runs for ever.
test("a worker that keeps dying is said, not waited for", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  for (let death = 0; death < 3; death += 1) {
    const [next] = await Promise.all([page.waitForEvent("worker"), crash(page)]);
    await expect.poll(() => next.evaluate(() => typeof self.onmessage)).toBe("function");
  }
  const last = page.workers().at(-1);
  await Promise.all([last.waitForEvent("close"), crash(page)]);
  await pipette.runButton.click();
  await expect(pipette.error).toHaveAttribute("data-code", "worker.crashed");
});

test("a reload in the middle of a run marks it as interrupted", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  await pipette.upload(large);
  await expect(pipette.step("ingest")).toHaveAttribute("data-status", "running");
  const id = await pipette.runId();
  await page.reload();
  await pipette.ready();
  await expectInRuns(pipette, page, id, /interrupted|failed/i);
  await pipette.runRow(id).getByRole("link").first().click();
  await expect(page.getByText(/closed or reloaded|interrupted/i).first()).toBeVisible();
});

test("a cancelled run stands in the runs, and the settings of before can be run again", async ({ pipette, page }) => {
  await pipette.open();
  await pipette.status("completed");
  await pipette.upload(large);
  await expect(pipette.step("ingest")).toHaveAttribute("data-status", "running");
  const id = await pipette.runId();
  await page.keyboard.press("Escape");
  await pipette.status("cancelled");
  await expectExact(pipette, "after.csv");
  await expectInRuns(pipette, page, id, /cancelled/i);
});
