// The page as a test sees it: its stable handles (docs/automation.md), never its looks.

import { expect, test as base } from "@playwright/test";

export { expect };

export const STEPS = ["ingest", "clean", "split", "train", "evaluate"];
export const METRICS = ["mse", "rmse", "mae", "r2", "adj_r2", "medae", "max_error", "mape", "explained_variance"];

/** Collects what must not happen in a context: messages on the console, errors, failed or foreign requests. */
export class Watch {
  constructor(context, origin) {
    this.found = [];
    // GitHub Pages answers a deep link with 404.html, which is the page itself, under the status 404: no fault.
    const deepLinks = new Set();
    const isDeepLink = (url) => deepLinks.has(url);
    context.on("console", (message) => {
      if (isDeepLink(message.location().url) && message.text().includes("404")) return;
      if (["error", "warning"].includes(message.type())) this.note(message.type(), message.text());
    });
    context.on("weberror", (error) => this.note("exception", error.error().stack ?? String(error.error())));
    // What the page fetches for later, or asks a deployment while one types, is given up when the page is left: no fault either.
    const isGivenUp = (request) => /_later\.wasm$|\/invocations$/.test(request.url()) && request.failure()?.errorText === "net::ERR_ABORTED";
    context.on("requestfailed", (request) => {
      if (!isGivenUp(request)) this.note("failed", `${request.url()} ${request.failure()?.errorText}`);
    });
    context.on("response", (response) => {
      const isPage = response.request().isNavigationRequest() && new URL(response.url()).origin === origin;
      if (response.status() === 404 && isPage) deepLinks.add(response.url());
      else if (response.status() >= 400) this.note(String(response.status()), response.url());
    });
    context.on("request", (request) => {
      const url = new URL(request.url());
      const isLocal = url.origin === origin || ["blob:", "data:"].includes(url.protocol);
      if (!isLocal) this.note("foreign", request.url());
    });
  }

  note(kind, text) {
    this.found.push(`${kind}: ${text}`);
  }

  /** Takes out what a test caused on purpose; the rest still counts. */
  forgive(pattern) {
    this.found = this.found.filter((line) => !pattern.test(line));
  }
}

/** The page object: one method per handle or act. Numbers come from `data-value`, in full precision. */
export class PipettePage {
  constructor(page) {
    this.page = page;
    this.root = page.locator("html");
    this.pipeline = page.getByTestId("pipeline");
    this.dataset = page.getByTestId("dataset");
    this.error = page.getByTestId("error");
    this.csvInput = page.getByTestId("csv-input");
    this.specInput = page.getByTestId("spec-input");
    this.runButton = page.getByTestId("run-button");
    this.cancelButton = page.getByTestId("cancel-button");
  }

  /** Opens a path relative to the site's base and waits until the page is interactive. */
  async open(path = "") {
    await this.page.goto(path);
    await this.ready();
  }

  async ready() {
    await expect(this.root).toHaveAttribute("data-ready", "true");
  }

  /** Waits for a status of the whole run: pending, running, completed, failed or cancelled. */
  async status(status, options = {}) {
    await expect(this.pipeline).toHaveAttribute("data-status", status, options);
  }

  runId() {
    return this.pipeline.getAttribute("data-run-id");
  }

  /** Gives the page a file: a path, or `{ name, mimeType, buffer }`. */
  async upload(file) {
    await this.csvInput.setInputFiles(file);
  }

  async loadSpec(file) {
    await this.specInput.setInputFiles(file);
  }

  step(name) {
    return this.page.locator(`[data-step="${name}"]`);
  }

  /** `{ ingest: "cached", … }` */
  async stepStatuses() {
    const entries = STEPS.map(async (name) => [name, await this.step(name).getAttribute("data-status")]);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Waits until the steps have these statuses, e.g. `{ ingest: "cached", train: "completed" }`. */
  async expectSteps(statuses, options = {}) {
    for (const [name, status] of Object.entries(statuses)) {
      await expect(this.step(name), name).toHaveAttribute("data-status", status, options);
    }
  }

  /** Opens a step's inspector. */
  async inspect(name) {
    await this.step(name).click();
  }

  setting(path) {
    return this.page.locator(`[data-setting="${path}"]`);
  }

  column(name) {
    return this.page.locator(`[data-column="${name}"]`);
  }

  metric(name, split = "test") {
    return this.#value(`[data-metric="${name}"][data-split="${split}"]`);
  }

  coefficient(name) {
    return this.#value(`[data-coefficient="${name}"]`);
  }

  runRow(id) {
    return this.page.locator(`[data-run="${id}"]`);
  }

  runRows() {
    return this.page.locator("[data-run]");
  }

  /** The text of the file that a handle downloads. */
  async download(testId) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.page.getByTestId(testId).first().click()]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    return { name: download.suggestedFilename(), text: Buffer.concat(chunks).toString() };
  }

  /** The `performance.measure`s of the page: `[{ name, duration, detail }]`. */
  measures() {
    return this.page.evaluate(() =>
      performance
        .getEntriesByType("measure")
        .filter((entry) => entry.name.startsWith("pipette:"))
        .map(({ name, duration, detail }) => ({ name, duration, detail })),
    );
  }

  async #value(selector) {
    const value = await this.page.locator(selector).first().getAttribute("data-value");
    return value === null ? null : Number(value);
  }
}

/** Every test gets `pipette` (the page object) and `watch`, and fails if the context saw anything it should not. */
export const test = base.extend({
  watch: [
    async ({ context, baseURL }, use) => {
      const watch = new Watch(context, new URL(baseURL).origin);
      await use(watch);
      expect(watch.found, "console messages, errors, failed and foreign requests").toEqual([]);
    },
    { auto: true },
  ],
  pipette: async ({ page }, use) => {
    await use(new PipettePage(page));
  },
});
