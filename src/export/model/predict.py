"""Predictions of a model.json in thirty lines: python predict.py model.json '{"area": 70, "city": "Bonn"}'"""
import json, math, sys

OPS = {
    "fill": lambda s, x: [s["value"] if x is None else x],
    "is_missing": lambda s, x: [float(x is None)],
    "standardize": lambda s, x: [None if x is None else (x - s["center"]) / s["scale"]],
    "rescale": lambda s, x: [min(max(y, 0), 1) if s["clip"] else y for y in [x * s["scale"] + s["shift"]]],
    "clip": lambda s, x: [None if x is None else min(max(x, s.get("low", x)), s.get("high", x))],
    "log": lambda s, x: [math.log1p(x) if s["plus_one"] else math.log(x)],
    "product": lambda s, xs: [math.prod(xs)],
    "lookup": lambda s, x: s["missing"] if x is None else s["rows"][s["keys"].index(x)] if x in s["keys"] else s["unknown"],
}
BACK = {"log": math.exp, "log1p": math.expm1, "sqrt": lambda y: y * y}

def predict(model, row):
    values = [row.get(column["name"]) for column in model["inputs"]]
    for step in model["steps"]:
        at = step["from"]
        values += OPS[step["op"]](step, [values[i] for i in at] if isinstance(at, list) else values[at])
    fitted = model["model"]
    if fitted["kind"] == "constant":
        return fitted["value"]
    y = fitted["intercept"] + sum(c * values[f["from"]] for c, f in zip(fitted["coef"], model["features"]))
    if fitted["kind"] == "logistic":
        first, second = fitted["classes"]
        return first + (second - first) / (1 + math.exp(-y))
    back = model["target_transform"]
    return BACK[back["transform"]](y) if back else y

if __name__ == "__main__":
    print(predict(json.load(open(sys.argv[1])), json.loads(sys.argv[2])))
