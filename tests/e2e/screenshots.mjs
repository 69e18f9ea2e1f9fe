// Writes docs/screenshots/: every screen of the built page, light and dark, at 1280 and at 390 px. The screens of the sample
// come from a first visit each, the others from one profile that has something on every page.
//
//   ./pipette build --public-url /pipette/ && node tests/e2e/screenshots.mjs [NAME …]

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { furnish } from "./support/furnished.mjs";
import { PipettePage, STEPS } from "./support/page.mjs";
import { launchBrowser, startServer } from "./support/start.mjs";

const FOLDER = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
  { name: "phone-dark", colorScheme: "dark", viewport: { width: 390, height: 844 } },
];
const goTo = (place) => async (page) => page.getByRole("navigation").getByRole("link", { name: place }).first().click();
const SCREENS = [
  { name: "pipeline", show: async () => {} },
  ...STEPS.map((step) => ({ name: step, show: (_, pipette) => pipette.inspect(step) })),
  { name: "runs", show: goTo("Runs") },
  {
    name: "run",
    show: async (page, pipette) => {
      await goTo("Runs")(page);
      await pipette.runRows().first().getByRole("link").first().click();
    },
  },
];

const wanted = process.argv.slice(2);
const server = await startServer();
const browser = await launchBrowser();
mkdirSync(FOLDER, { recursive: true });
const isWanted = ({ name }) => !wanted.length || wanted.includes(name);
/** Twice as many points where a page is small, and for the picture of the README. */
const scale = (look, name) => (look.startsWith("phone") || name === "pipeline" ? 2 : 1);
async function shoot(page, name) {
  await page.waitForTimeout(400); // what appears after a click: fonts, plots
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  console.log(`${name}.png`);
}
try {
  for (const { name: look, ...context } of LOOKS) {
    const options = { ...context, reducedMotion: "reduce", locale: "en-GB", baseURL: server.url };
    for (const screen of SCREENS.filter(isWanted)) {
      const page = await browser.newPage({ ...options, deviceScaleFactor: scale(look, screen.name) });
      const pipette = new PipettePage(page);
      await pipette.open();
      await pipette.status("completed");
      await screen.show(page, pipette);
      await shoot(page, `${screen.name}-${look}`);
      await page.close();
    }
  }
  const [first] = LOOKS;
  const page = await browser.newPage({ ...first, reducedMotion: "reduce", locale: "en-GB", baseURL: server.url });
  for (const { name, show } of (await furnish(new PipettePage(page), page)).filter(isWanted)) {
    await page.setViewportSize(first.viewport);
    await show();
    for (const { name: look, colorScheme, viewport } of LOOKS) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize(viewport);
      await shoot(page, `${name}-${look}`);
    }
  }
} finally {
  await browser.close();
  server.stop();
}
