// Files as people have them: packed, in other encodings, with tabs, without names, pasted, dropped, very wide, very long.

import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "./support/page.mjs";

const root = new URL("../..", import.meta.url).pathname;
const N = 40;
/** Rows of x, z and y = 2x + 0.5: whatever the file's dress, the fit is exact. */
const table = (separator = ",", names = ["x", "z", "y"]) => {
  const rows = Array.from({ length: N }, (_, i) => [i, (i * 7) % 5, 2 * i + 0.5].join(separator));
  return [...(names ? [names.join(separator)] : []), ...rows, ""].join("\n");
};
const utf16le = (text) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);

const FILES = [
  { what: "a packed file", name: "numbers.csv.gz", buffer: gzipSync(table()) },
  { what: "a UTF-16 file", name: "excel.csv", buffer: utf16le(table("\t", ["größe", "z", "y"])), column: "größe", encoding: "UTF-16" },
  { what: "a file with tabs", name: "numbers.tsv", buffer: Buffer.from(table("\t")), delimiter: "Tab" },
  {
    what: "a Windows-1252 file",
    name: "latin.csv",
    buffer: Buffer.from(table(";", ["größe", "z", "y"]), "latin1"),
    column: "größe",
    encoding: "Windows-1252",
    delimiter: "Semicolon",
  },
];

async function begin(pipette) {
  await pipette.open();
  await pipette.status("completed");
}

/** What was opened is there with all its rows, and the last column is predicted without error. */
async function expectExact(pipette, name) {
  await expect(pipette.dataset).toHaveAttribute("data-name", name);
  await expect(pipette.dataset).toHaveAttribute("data-rows", String(N));
  await pipette.status("completed");
  await expect.poll(() => pipette.metric("r2")).toBeCloseTo(1, 9);
}

const shownOption = (select) => select.evaluate((element) => element.selectedOptions[0].text);

test("packed, UTF-16, Windows-1252 and with tabs: a file is read as it is", async ({ pipette }) => {
  await begin(pipette);
  for (const { what, name, buffer, column, encoding, delimiter } of FILES) {
    await test.step(what, async () => {
      await pipette.inspect("evaluate");
      await pipette.upload({ name, mimeType: "application/octet-stream", buffer });
      await expectExact(pipette, name.replace(/\.gz$/, ""));
      await pipette.inspect("ingest");
      await expect(pipette.column(column ?? "x")).toHaveAttribute("data-max", String(N - 1));
      if (encoding) expect(await shownOption(pipette.setting("ingest.encoding"))).toContain(encoding);
      if (delimiter) expect(await shownOption(pipette.setting("ingest.delimiter"))).toBe(delimiter);
    });
  }
});

test("a damaged gzip file is named as one", async ({ pipette }) => {
  await begin(pipette);
  const buffer = gzipSync(table()).subarray(0, 60);
  await pipette.upload({ name: "cut.csv.gz", mimeType: "application/gzip", buffer });
  await expect(pipette.error).toHaveAttribute("data-code", "file.bad_gzip");
  await expect(pipette.error).toContainText("cut.csv");
});

test("a file without names is told so, and its first row comes back", async ({ pipette }) => {
  await begin(pipette);
  await pipette.upload({ name: "bare.csv", mimeType: "text/csv", buffer: Buffer.from(table(",", null)) });
  await expect(pipette.dataset).toHaveAttribute("data-name", "bare.csv");
  await expect(pipette.dataset).toHaveAttribute("data-rows", String(N - 1)); // as pandas: the first row is taken for names
  await pipette.status("completed");
  await pipette.inspect("ingest");
  await pipette.setting("ingest.has_header").uncheck();
  await expect(pipette.dataset).toHaveAttribute("data-rows", String(N));
  await expect(pipette.column("0")).toHaveAttribute("data-min", "0");
});

test("a table is pasted", async ({ pipette, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await begin(pipette);
  await page.evaluate((text) => navigator.clipboard.writeText(text), table("\t"));
  await page.keyboard.press("ControlOrMeta+v");
  await expectExact(pipette, "pasted.csv");

  await page.evaluate(() => navigator.clipboard.writeText("hello"));
  await page.keyboard.press("ControlOrMeta+v");
  await expect(pipette.error).toHaveAttribute("data-code", "open.no_table_pasted");
});

/** Drags files over the window as the desktop does, and lets go of them if asked to. */
async function drag(page, files, steps) {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of steps) await devtools.send("Input.dispatchDragEvent", { type, x: 640, y: 500, data });
}

test("a file is dropped on the window, and several are refused", async ({ pipette, page }, testInfo) => {
  await begin(pipette);
  const path = testInfo.outputPath("dropped.csv");
  writeFileSync(path, table());
  await drag(page, [path], ["dragEnter", "dragOver"]);
  await expect(page.getByText("Drop the CSV", { exact: true })).toBeVisible();
  await drag(page, [path], ["drop"]);
  await expect(page.getByText("Drop the CSV", { exact: true })).toBeHidden();
  await expectExact(pipette, "dropped.csv");

  const other = testInfo.outputPath("other.csv");
  writeFileSync(other, table());
  await drag(page, [path, other], ["dragEnter", "dragOver", "drop"]);
  await expect(pipette.error).toHaveAttribute("data-code", "open.several_files");
  await expect(pipette.dataset).toHaveAttribute("data-name", "dropped.csv");
});

test("a file of 2,000 columns is shown in parts and found by name", async ({ pipette, page }) => {
  await begin(pipette);
  const columns = 2000;
  const line = (i) => Array.from({ length: columns }, (_, j) => (i * 31 + j * 17 + ((i * j) % 7)) % 101).join(",");
  const names = Array.from({ length: columns }, (_, j) => `c${j}`).join(",");
  const text = [names, ...Array.from({ length: 40 }, (_, i) => line(i)), ""].join("\n");
  await pipette.upload({ name: "wide.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await expect(pipette.dataset).toHaveAttribute("data-columns", String(columns));
  await pipette.status("completed", { timeout: 30_000 });
  await pipette.inspect("ingest");
  await expect(page.locator("[data-column]")).toHaveCount(100);
  await page.getByLabel("Find a column").fill("c1999");
  await expect(page.locator("[data-column]")).toHaveCount(1);
});

// The arithmetic of so many columns is one long piece: the worker that does not hear the cancel is ended.
test("training on 1,000 columns can be cancelled", async ({ pipette }) => {
  await begin(pipette);
  const line = (i) => Array.from({ length: 1000 }, (_, j) => (i * 31 + j * 17 + ((i * j) % 7)) % 101).join(",");
  const names = Array.from({ length: 1000 }, (_, j) => `c${j}`).join(",");
  const text = [names, ...Array.from({ length: 3000 }, (_, i) => line(i)), ""].join("\n");
  await pipette.upload({ name: "wide.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await expect(pipette.step("train")).toHaveAttribute("data-status", "running");
  await pipette.cancelButton.click();
  await pipette.status("cancelled", { timeout: 5000 });
});

test("the rows of the file are shown, or it is said why not, after a reload", async ({ pipette, page }) => {
  await pipette.open("?step=ingest");
  await pipette.status("completed");
  const cell = page.getByRole("cell", { name: "delivered", exact: true }).first();
  await expect(cell).toBeVisible();
  await page.reload();
  await pipette.ready();
  await pipette.status("completed");
  await expect(cell.or(page.getByText("Open the file again to see them"))).toBeVisible();
});

test("a file with the sample's columns and gaps in the target runs, though nobody touched the pipeline", async ({ pipette }) => {
  await begin(pipette);
  const [names, ...rows] = readFileSync(`${root}data/olist_customers_dataset.csv`, "utf8").split("\n");
  const target = names.split(",").indexOf("review_score");
  const gap = rows[0].split(",").with(target, "").join(",");
  const buffer = Buffer.from([names, gap, ...rows.slice(1, 500), ""].join("\n"));
  await pipette.upload({ name: "gaps.csv", mimeType: "text/csv", buffer });
  await expect(pipette.dataset).toHaveAttribute("data-name", "gaps.csv");
  await pipette.status("completed");
});

// What takes minutes and gigabytes: PIPETTE_LARGE=1.

/** Writes a file block by block, gives its path to `use`, and deletes it. */
async function withLarge(name, blocks, use) {
  const folder = join(tmpdir(), `pipette-large-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  try {
    const out = createWriteStream(path);
    for (const block of blocks) if (!out.write(block)) await once(out, "drain");
    out.end();
    await once(out, "close");
    await use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function* times(n, block) {
  for (let i = 0; i < n; i += 1) yield typeof block === "function" ? block(i) : block;
}

test.describe("large", () => {
  test.skip(!process.env.PIPETTE_LARGE, "set PIPETTE_LARGE=1");
  test.setTimeout(600_000);

  test("2 GB of one line are refused in words", async ({ pipette }) => {
    await begin(pipette);
    const block = Buffer.alloc(1 << 22, "12345,");
    await withLarge("line.csv", times(512, block), async (path) => {
      await pipette.upload(path);
      await expect(pipette.error).toBeVisible({ timeout: 500_000 });
      console.log(await pipette.error.getAttribute("data-code"), await pipette.error.innerText());
    });
    await pipette.upload({ name: "after.csv", mimeType: "text/csv", buffer: Buffer.from(table()) });
    await expectExact(pipette, "after.csv");
  });

  test("ten million rows run", async ({ pipette }) => {
    await begin(pipette);
    const per = 50_000;
    const block = (b) => {
      const line = (k, i) => `${i % 1000},${(i * 7919) % 10007},${((i * 31) % 997) / 10},${k % 13},${(i % 77) / 7},${((i % 1000) * 3 + (i % 89)) / 4}\n`;
      return Array.from({ length: per }, (_, k) => line(k, b * per + k)).join("");
    };
    const blocks = (function* () {
      yield "a,b,c,d,e,y\n";
      yield* times(10_000_000 / per, block);
    })();
    await withLarge("rows.csv", blocks, async (path) => {
      await pipette.upload(path);
      await expect(pipette.dataset).toHaveAttribute("data-rows", "10000000", { timeout: 500_000 });
      await pipette.status("completed", { timeout: 300_000 });
      console.log(JSON.stringify((await pipette.measures()).slice(-6)));
    });
  });
});
