// How long a slider's move takes until the new metrics are on the screen: the page's own measure `pipette:input`.

const MOVES = 15;
/** A hand at rest: moves that follow each other faster are one to the page, which runs the last of them. */
const REST_MS = 400;
const ATTACHED = { state: "attached" };
const COMPLETED = '[data-testid=pipeline][data-status="completed"]';

/** Moves ridge's alpha step by step on a page whose file has been run; seconds of each move, in order. */
export async function moveSlider({ page, pipette }) {
  await pipette.inspect("train");
  await pipette.setting("train.0.estimator").selectOption("ridge");
  const slider = page.locator('[data-slider="train.0.params.alpha"]');
  await slider.waitFor();
  await page.waitForSelector(COMPLETED, ATTACHED);
  const seconds = [];
  for (let move = 0; move < MOVES; move++) {
    await page.waitForTimeout(REST_MS);
    const before = await count(page);
    await slider.press("ArrowRight");
    await page.waitForFunction((n) => performance.getEntriesByName("pipette:input").length > n, before);
    seconds.push(await page.evaluate(() => performance.getEntriesByName("pipette:input").at(-1).duration / 1000));
  }
  return seconds;
}

const count = (page) => page.evaluate(() => performance.getEntriesByName("pipette:input").length);
