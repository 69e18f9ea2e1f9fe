// Predicts with a model.json written by Pipette, in any browser or in Node. No packages.
//
//   import { load } from "./pipette_model.mjs";
//   const model = load(JSON.parse(text));
//   model.predictRow({ price: 10.5, state: "SP" });
//
// A missing value is null, undefined, NaN or an empty text. A value that the model cannot take throws an Error.

const EPSILON = Number.EPSILON;
const DAY = 86_400_000;

const isMissing = (cell) => cell === null || cell === undefined || cell === "" || Number.isNaN(cell);

function number(cell) {
  if (typeof cell !== "string") return Number(cell);
  const known = { true: 1, false: 0 }[cell.trim().toLowerCase()];
  const value = known ?? Number(cell);
  if (Number.isNaN(value)) throw new Error(`“${cell}” is no number`);
  return value;
}

const text = (cell) => (typeof cell === "boolean" ? (cell ? "True" : "False") : String(cell));

// Milliseconds since 1970 (UTC), of a number of them, an ISO text or a Date.
function time(cell) {
  if (typeof cell !== "string") return Number(cell);
  const [, day, clock, zone] = /^\s*(\d+-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(Z|[+-]\d\d:?\d\d)?\s*$/.exec(cell) ?? [];
  const value = Date.parse(`${day}T${clock ?? "00:00"}${zone ?? "Z"}`);
  if (Number.isNaN(value)) throw new Error(`“${cell}” is no date`);
  return value;
}

const READ = { number, text, time };

const power = (log, exponent) => (Math.abs(exponent) < EPSILON ? log : Math.expm1(exponent * log) / exponent);
const unpower = (y, exponent) =>
  Math.abs(exponent) < EPSILON ? Math.expm1(y) : Math.expm1(Math.log1p(exponent * y) / exponent);

function yeoJohnson(x, exponent) {
  if (exponent === 1) return x;
  return x >= 0 ? power(Math.log1p(x), exponent) : -power(Math.log1p(-x), 2 - exponent);
}

function logarithm(x, plusOne) {
  if (x <= (plusOne ? -1 : 0)) throw new Error(`${x} has no logarithm here`);
  return plusOne ? Math.log1p(x) : Math.log(x);
}

// How many of the ascending places are at most x.
function countUpTo(places, x) {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function interpolate(x, places, values) {
  const after = countUpTo(places, x);
  if (after === 0) return values[0];
  const before = after - 1;
  if (after === places.length || places[before] === x) return values[before];
  return ((values[after] - values[before]) / (places[after] - places[before])) * (x - places[before]) + values[before];
}

// The normal deviate of a share: Wichura's algorithm AS 241 (1988), PPND16.
const NEAR = [
  [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
  [5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1],
];
const MIDDLE = [
  [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734],
  [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1],
];
const FAR = [
  [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772],
  [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1],
];
const ratio = ([above, below], r) => above.reduce((sum, c) => sum * r + c, 0) / below.reduce((sum, c) => sum * r + c, 0);

function deviate(share) {
  const q = share - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(NEAR, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? share : 1 - share));
  return Math.sign(q) * (r <= 5 ? ratio(MIDDLE, r - 1.6) : ratio(FAR, r - 5));
}

function rank({ quantiles, shares, normal }, x) {
  const bound = normal ? 1e-7 : 0;
  const [first, last] = [quantiles[0], quantiles[quantiles.length - 1]];
  let share;
  if (x - bound < first || (!normal && x === first)) share = 0;
  else if (x + bound > last || (!normal && x === last)) share = 1;
  else {
    const mirror = (list) => list.map((value) => -value).reverse();
    share = 0.5 * (interpolate(x, quantiles, shares) - interpolate(-x, mirror(quantiles), mirror(shares)));
  }
  const edge = bound - EPSILON;
  return normal ? deviate(Math.min(Math.max(share, edge), 1 - edge)) : share;
}

function spline({ knots, degree, extrapolation, makes }, x) {
  const last = knots.length - degree - 1;
  const inside = Math.min(Math.max(x, knots[degree]), knots[last]);
  const piece = Math.min(Math.max(countUpTo(knots, inside) - 1, degree), last - 1);
  const at = extrapolation === "continue" ? x : inside;
  let basis = knots.slice(1).map((_, i) => (i === piece ? 1 : 0));
  let slopes = [];
  for (let k = 1; k <= degree; k += 1) {
    const share = basis.map((b, i) => (knots[i + k] > knots[i] ? b / (knots[i + k] - knots[i]) : 0));
    slopes = share.slice(1).map((next, i) => k * (share[i] - next));
    basis = share.slice(1).map((next, i) => share[i] * (at - knots[i]) + next * (knots[i + k + 1] - at));
  }
  if (extrapolation === "linear") basis = basis.map((b, i) => b + (x - inside) * slopes[i]);
  return basis.slice(0, makes);
}

function bins({ edges, one_hot, makes }, x) {
  const place = countUpTo(edges, x);
  return one_hot ? Array.from({ length: makes }, (_, i) => (i === place ? 1 : 0)) : [place];
}

function dateParts(step, moment) {
  const date = new Date(moment);
  const parts = {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    day_of_week: (date.getUTCDay() + 6) % 7,
    hour: date.getUTCHours(),
    days: moment / DAY,
  };
  return step.parts.map((part) => parts[part]);
}

function rescale({ scale, shift, clip }, x) {
  const y = x * scale + shift;
  return clip ? Math.min(Math.max(y, 0), 1) : y;
}

function clip({ low, high }, x) {
  return Math.min(Math.max(x, low ?? -Infinity), high ?? Infinity);
}

const NUMERIC = {
  standardize: (s, x) => [(x - s.center) / s.scale],
  rescale: (s, x) => [rescale(s, x)],
  clip: (s, x) => [clip(s, x)],
  log: (s, x) => [logarithm(x, s.plus_one)],
  yeo_johnson: (s, x) => [(yeoJohnson(x, s.lambda) - s.center) / s.scale],
  rank: (s, x) => [rank(s, x)],
  bin: bins,
  spline,
  date_parts: dateParts,
};

// The values that a step appends.
function apply(step, index, values) {
  if (step.op === "product") {
    const factors = step.from.map((place) => values[place]);
    return [factors.includes(null) ? null : factors.reduce((product, factor) => product * factor, 1)];
  }
  const x = values[step.from];
  if (step.op === "fill") return [x ?? step.value];
  if (step.op === "is_missing") return [x === null ? 1 : 0];
  if (step.op === "text_counts") {
    const words = (x ?? "").trim();
    const counts = { length: [...(x ?? "")].length, words: words === "" ? 0 : words.split(/\s+/u).length };
    return step.counts.map((count) => counts[count]);
  }
  if (step.op === "lookup") {
    const row = x === null ? step.missing : index.has(x) ? step.rows[index.get(x)] : step.unknown;
    if (!row) throw new Error(`${x === null ? "A missing value" : `“${x}”`} was not among the training rows`);
    return row;
  }
  return x === null ? Array(step.makes).fill(null) : NUMERIC[step.op](step, x);
}

// What the model says for one row of features.
function estimate(model, x) {
  if (model.kind === "constant") return model.value;
  if (model.kind === "forest") {
    let total = 0;
    for (const { feature, value, right } of model.trees) {
      let node = 0;
      while (right[node]) node = x[feature[node]] <= value[node] ? node + 1 : right[node];
      total += value[node];
    }
    return total / model.trees.length;
  }
  const total = model.coef.reduce((sum, coef, place) => sum + coef * x[place], model.intercept);
  if (model.kind !== "logistic") return total;
  const odds = Math.exp(-Math.abs(total));
  const probability = total >= 0 ? 1 / (1 + odds) : odds / (1 + odds);
  const [first, second] = model.classes;
  return first + (second - first) * probability;
}

// The prediction in the target's own units.
function back(target, y) {
  if (!target) return y;
  const { transform, smearing, lambda } = target;
  if (transform === "log") return Math.exp(y) * (smearing?.factor ?? 1);
  if (transform === "log1p") return smearing?.factor === undefined ? Math.expm1(y) : Math.exp(y) * smearing.factor - 1;
  if (transform === "sqrt") return y * y + 2 * y * (smearing?.moments.mean ?? 0) + (smearing?.moments.mean_square ?? 0);
  if (lambda === 1) return y;
  return y >= 0 ? unpower(y, lambda) : -unpower(-y, 2 - lambda);
}

export function load(spec) {
  if (spec.pipette_model !== 1) {
    throw new Error("This model.json is of a newer Pipette: take the pipette_model.mjs that came with it.");
  }
  const indices = spec.steps.map((step) => new Map((step.keys ?? []).map((key, place) => [key, place])));
  const predictRow = (cells) => {
    const values = spec.inputs.map(({ name, type }) => (isMissing(cells[name]) ? null : READ[type](cells[name])));
    spec.steps.forEach((step, place) => values.push(...apply(step, indices[place], values)));
    const x = spec.features.map(({ name, from }) => {
      if (values[from] === null || !Number.isFinite(values[from])) throw new Error(`${name} is missing or infinite`);
      return values[from];
    });
    return back(spec.target_transform, estimate(spec.model, x));
  };
  return { inputs: spec.inputs, predictRow };
}
