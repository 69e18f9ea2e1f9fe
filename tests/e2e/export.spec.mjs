// Every plot can be taken out of the page: as PNG, as SVG, its numbers as CSV.

import { readFile } from "node:fs/promises";
import { expect, test } from "./support/page.mjs";

const FORMATS = ["png", "svg", "csv"];

/** Name and bytes of what a click on this button saves. */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.press("Enter")]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

const figure = (page, title) => page.locator("figure.plot").filter({ hasText: title }).first();

for (const scheme of ["light", "dark"]) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme });

    test("a plot is saved by keyboard, in the theme's colours", async ({ pipette, page }) => {
      await pipette.open("?step=evaluate");
      await pipette.status("completed");
      const plot = figure(page, "Predicted against actual");
      const svg = await saved(page, plot.getByTestId("chart-svg"));
      expect(svg.name).toMatch(/^predicted-against-actual_.+\.svg$/);
      const text = svg.bytes.toString();
      // It stands alone: well-formed, nothing from outside, every colour at its mark.
      const root = await page.evaluate((text) => {
        const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
        const marks = [...parsed.querySelectorAll("g rect, g circle, g text")];
        return {
          name: parsed.documentElement.localName,
          title: parsed.querySelector("title").textContent,
          surface: parsed.querySelector("svg > rect").getAttribute("fill"),
          marks: marks.length,
          bare: marks.filter((mark) => !mark.getAttribute("fill")).length,
        };
      }, text);
      expect(root).toMatchObject({ name: "svg", title: "Predicted against actual", bare: 0 });
      expect(root.marks).toBeGreaterThan(10);
      expect(root.surface).toBe(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
      expect(text).not.toMatch(/class=|var\(|light-dark|href=|url\(/);

      const png = await saved(page, plot.getByTestId("chart-png"));
      expect(png.name).toMatch(/\.png$/);
      expect(png.bytes.subarray(1, 4).toString()).toBe("PNG");
      // Width and height of the first chunk: three times the plot's own.
      expect(png.bytes.readUInt32BE(16)).toBe(3 * (520 + 32));
      expect(png.bytes.length).toBeGreaterThan(5000);
    });
  });
}

test("the numbers of a plot are a CSV that programs read and no spreadsheet runs", async ({ pipette, page }) => {
  await pipette.open("?step=evaluate");
  await pipette.status("completed");
  const plot = figure(page, "Predicted against actual");
  const csv = await saved(page, plot.getByTestId("chart-csv"));
  const lines = csv.bytes.toString().trimEnd().split("\r\n");
  const rows = await plot.locator("tbody tr").count();
  expect(lines).toHaveLength(rows + 1);
  for (const cell of lines.slice(1).flatMap((line) => line.split(","))) {
    expect(cell).not.toMatch(/^[=+@]|−/);
    expect(Number.isNaN(Number(cell)), cell).toBe(false);
  }
});

test("every plot of every step has its three buttons, on a line that is there from the first", async ({ pipette, page }) => {
  for (const step of ["split", "train", "evaluate"]) {
    await pipette.open(`?step=${step}`);
    await pipette.status("completed");
    await expect(page.locator("figure.plot").first()).toBeVisible();
    const plots = await page.locator("figure.plot").all();
    for (const plot of plots) {
      for (const format of FORMATS) await expect(plot.getByTestId(`chart-${format}`)).toHaveCount(1);
      const [line, buttons] = [await plot.locator("summary").boundingBox(), await plot.locator(".chart-save").boundingBox()];
      expect(Math.abs(line.y - buttons.y)).toBeLessThan(8);
    }
  }
});

test("the forest of the coefficients is saved whole", async ({ pipette, page }) => {
  await pipette.open("?step=train");
  await pipette.status("completed");
  const section = page.locator("section").filter({ has: page.getByRole("heading", { name: "Coefficients", exact: true }) }).last();
  const csv = await saved(page, section.getByTestId("chart-csv"));
  expect(csv.bytes.toString().trimEnd().split("\r\n")).toHaveLength((await page.locator("[data-coefficient]").count()) + 1);
  const svg = await saved(page, section.getByTestId("chart-svg"));
  expect(svg.bytes.toString().match(/<circle /g)).toHaveLength((await page.locator("[data-coefficient]").count()) - 1);
});
