// Predictions of a model.json in thirty lines: node predict.mjs model.json '{"area": 70, "city": "Bonn"}'
import { readFileSync } from "node:fs";

const OPS = {
  fill: (s, x) => [x ?? s.value],
  is_missing: (s, x) => [x == null ? 1 : 0],
  standardize: (s, x) => [x == null ? x : (x - s.center) / s.scale],
  rescale: (s, x) => [x * s.scale + s.shift].map((y) => (s.clip ? Math.min(Math.max(y, 0), 1) : y)),
  clip: (s, x) => [x == null ? x : Math.min(Math.max(x, s.low ?? x), s.high ?? x)],
  log: (s, x) => [s.plus_one ? Math.log1p(x) : Math.log(x)],
  product: (s, xs) => [xs.reduce((all, x) => all * x, 1)],
  lookup: (s, x) => (x == null ? s.missing : s.keys.includes(x) ? s.rows[s.keys.indexOf(x)] : s.unknown),
};
const BACK = { log: Math.exp, log1p: Math.expm1, sqrt: (y) => y * y };

export function predict({ inputs, steps, features, model, target_transform: back }, row) {
  const values = inputs.map((column) => row[column.name]);
  for (const step of steps) {
    const { op, from } = step;
    values.push(...OPS[op](step, Array.isArray(from) ? from.map((i) => values[i]) : values[from]));
  }
  if (model.kind === "constant") return model.value;
  const y = model.coef.reduce((sum, coef, i) => sum + coef * values[features[i].from], model.intercept);
  if (model.kind === "logistic") {
    const [first, second] = model.classes;
    return first + (second - first) / (1 + Math.exp(-y));
  }
  return back ? BACK[back.transform](y) : y;
}

if (process.argv[2]) console.log(predict(JSON.parse(readFileSync(process.argv[2])), JSON.parse(process.argv[3])));
