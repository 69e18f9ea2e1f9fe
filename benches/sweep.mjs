// How long a sweep takes: 1,000 penalties of ridge regression, each judged over ten folds. It is run twice with other
// penalties: the first run makes the folds' R factors, the second finds them in memory. What is timed is the page's own
// measure of the step (`pipette:step:train`).

export const PENALTIES = 1_000;
export const FOLDS = 10;
const ATTACHED = { state: "attached" };

/** Penalties from 1e-4 to 1e4, evenly on a logarithmic scale; `shift` of a step makes them others. */
const penalties = (n, shift) => Array.from({ length: n }, (_, i) => 10 ** (-4 + (8 * (i + shift)) / n));

/** Sweeps on a page whose file has been run; seconds of training with and without the folds' factors at hand. */
export async function measureSweep({ page, pipette }) {
  await pipette.inspect("train");
  const spec = JSON.parse((await pipette.download("spec-download")).text);
  const sweep = async (alpha) => {
    spec.train = [{ estimator: "ridge", params: { alpha } }];
    spec.evaluate = { cv: { kind: "k_fold", n_splits: FOLDS, shuffle: true, random_state: 1 } };
    const before = await pipette.runId();
    await pipette.loadSpec({ name: "sweep.pipette.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(spec)) });
    await page.waitForSelector(`[data-testid=pipeline][data-status=completed]:not([data-run-id="${before}"])`, ATTACHED);
    const measures = await pipette.measures();
    return measures.filter(({ name }) => name === "pipette:step:train").at(-1).duration / 1000;
  };
  const first = await sweep(penalties(PENALTIES, 0));
  const again = await sweep(penalties(PENALTIES, 0.5));
  return { first, again };
}
