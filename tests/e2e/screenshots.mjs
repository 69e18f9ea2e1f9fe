// Writes docs/screenshots/: every screen of the built page, light and dark at 1280 px, and light at 390 px.
//
//   ./pipette build --public-url /pipette/ && node tests/e2e/screenshots.mjs [NAME …]

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PipettePage, STEPS } from "./support/page.mjs";
import { launchBrowser, startServer } from "./support/start.mjs";

const FOLDER = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
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
try {
  for (const { name: look, ...context } of LOOKS) {
    for (const screen of SCREENS.filter(({ name }) => !wanted.length || wanted.includes(name))) {
      const page = await browser.newPage({ ...context, deviceScaleFactor: 2, reducedMotion: "reduce", locale: "en-GB" });
      await page.goto(server.url);
      const pipette = new PipettePage(page);
      await pipette.ready();
      await pipette.status("completed");
      await screen.show(page, pipette);
      await page.waitForTimeout(300); // what appears after a click: fonts, plots
      await page.screenshot({ path: `${FOLDER}${screen.name}-${look}.png` });
      console.log(`${screen.name}-${look}.png`);
      await page.close();
    }
  }
} finally {
  await browser.close();
  server.stop();
}
