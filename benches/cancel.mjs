// How long a cancel takes: from the click on Cancel to the status `cancelled`, at moments spread evenly over a whole run, each
// in a browser that has never seen the page.

import { launchBrowser } from "../tests/e2e/support/start.mjs";
import { PipettePage } from "../tests/e2e/support/page.mjs";

const ATTACHED = { state: "attached" };
const COMPLETED = '[data-testid=pipeline][data-status="completed"]';

/** Runs in the page: clicks Cancel `after` milliseconds after the run began, and times the status. */
const cancelAfter = (after) =>
  new Promise((resolve) => {
    const pipeline = document.querySelector("[data-testid=pipeline]");
    let clicked;
    let step;
    const look = () => {
      const { status } = pipeline.dataset;
      if (clicked === undefined && status === "running") {
        clicked = 0;
        setTimeout(() => {
          const button = document.querySelector("[data-testid=cancel-button]");
          if (!button) return resolve({});
          step = document.querySelector('[data-step][data-status="running"]')?.dataset.step;
          clicked = performance.now();
          button.click();
        }, after);
      } else if (clicked > 0 && (status === "cancelled" || status === "completed" || status === "failed")) {
        observer.disconnect();
        resolve({ status, step, milliseconds: performance.now() - clicked });
      }
    };
    const observer = new MutationObserver(look);
    observer.observe(pipeline, { attributes: true, attributeFilter: ["data-status"] });
  });

/** Milliseconds from click to `cancelled`, with the step that ran, at `count` moments of a run that takes `runSeconds`. */
export async function measureCancels(url, file, runSeconds, count) {
  const found = [];
  for (let i = 0; i < count; i++) {
    const browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(120_000);
    await page.goto(url);
    await page.waitForSelector(COMPLETED, ATTACHED);
    const cancelled = page.evaluate(cancelAfter, ((i + 0.5) / count) * runSeconds * 1000);
    await new PipettePage(page).upload(file);
    const { status, step, milliseconds } = await cancelled;
    await browser.close();
    if (status === "cancelled") found.push({ step, milliseconds });
  }
  return found;
}
