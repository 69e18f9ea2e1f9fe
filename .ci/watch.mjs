// Finds what a first visit does not run, and writes it to .ci/later-app.txt and .ci/later-worker.txt, which .ci/split.mjs
// reads. To be run when the parts' budgets are exceeded, or when a first visit loads a later part (tests/e2e/parts.spec.mjs):
//
//   PIPETTE_WATCH=1 ./pipette build --public-url /pipette/ && node .ci/watch.mjs && ./pipette build --public-url /pipette/
//
// A line is a module, or with a # a function, by a digest of its name. A function that is in no list belongs to the first
// part, so new code is not late unless its whole module is, and the budget tells when it is time to watch again.

import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "../tests/e2e/node_modules/@playwright/test/index.mjs";
import { digestOf } from "./split.mjs";
import { CHROMIUM_ARGS, chromiumPath } from "../tests/e2e/support/chromium.mjs";

const root = new URL("..", import.meta.url).pathname;
const dist = process.argv[2] ?? join(root, "dist");
const PORT = 4199;
const files = readdirSync(dist, { recursive: true });
const namesOf = (name) => JSON.parse(readFileSync(join(dist, files.find((file) => file.endsWith(`${name}_bg.wasm.json`)))));

const names = { app: namesOf("app"), worker: namesOf("worker") };
const ran = { app: new Set(), worker: new Set() };

/** Notes what ran so far in this tab. */
async function note(page) {
  const hits = (name) => Array.from(globalThis[`ran_${name}`] ?? [], (hit, i) => (hit ? i : -1)).filter((i) => i >= 0);
  for (const i of await page.evaluate(hits, "app")) ran.app.add(names.app[i]);
  for (const worker of page.workers()) for (const i of await worker.evaluate(hits, "worker")) ran.worker.add(names.worker[i]);
}

/** One first visit: the sample, read, fitted and shown. */
async function visit(browser, options) {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${PORT}/pipette/`);
  await page.locator('[data-testid="pipeline"][data-status="completed"]').waitFor({ timeout: 120_000 });
  await page.waitForTimeout(1000);
  await note(page);
  await context.close();
}

const server = spawn("node", [join(root, "tests/e2e/support/server.mjs"), "--dist", dist, "--port", String(PORT)]);
try {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGS });
  await visit(browser, { viewport: { width: 1280, height: 900 } });
  await visit(browser, { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true });
  await visit(browser, { viewport: { width: 1600, height: 1000 }, locale: "de-DE", reducedMotion: "reduce" });
  await browser.close();
} finally {
  server.kill();
}

/** The modules of which nothing ran, and of the others the functions that did not. */
function later(all, hits) {
  const modulesOf = (name) => [...(name.match(/^pipette::(?:\w+::)+/)?.[0] ?? "").matchAll(/::/g)].map((end) => name.slice(0, end.index + 2));
  const awake = new Set([...hits].flatMap(modulesOf));
  const lines = new Set();
  for (const name of all) {
    if (hits.has(name)) continue;
    lines.add(modulesOf(name).find((module) => !awake.has(module)) ?? digestOf(name));
  }
  return [...lines].sort();
}

for (const name of ["app", "worker"]) {
  const lines = later(new Set(names[name]), ran[name]);
  writeFileSync(join(root, `.ci/later-${name}.txt`), `${lines.join("\n")}\n`);
  console.log(`${name}: ${ran[name].size} of ${new Set(names[name]).size} names ran; ${lines.length} lines`);
}
