import { defineConfig } from "@playwright/test";
import { CHROMIUM_ARGS, chromiumPath } from "./support/chromium.mjs";

// The release build, under a sub-path as on GitHub Pages. `./pipette test` builds it first.
const port = Number(process.env.PIPETTE_E2E_PORT ?? 4173);
const prefix = process.env.PIPETTE_E2E_PREFIX ?? "/pipette/";
const baseURL = `http://127.0.0.1:${port}${prefix}`;

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.mjs",
  globalSetup: "./support/large-file.mjs",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // CI's machines are busy at times: what passes the second time is reported as flaky there, and to be looked at.
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    baseURL,
    headless: true,
    locale: "en-GB",
    viewport: { width: 1280, height: 900 },
    trace: "retain-on-failure",
    launchOptions: { executablePath: chromiumPath(), args: CHROMIUM_ARGS },
  },
  webServer: {
    command: `node support/server.mjs --port ${port} --prefix ${prefix}`,
    url: baseURL,
    reuseExistingServer: false,
    stdout: "ignore",
  },
});
