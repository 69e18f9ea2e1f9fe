"""Predicts with a model.json written by Pipette. Python's standard library is enough.

    import pipette_model
    model = pipette_model.load("model.json")
    model.predict_row({"price": 10.5, "state": "SP"})

From a terminal, for a CSV file with the model's inputs: python pipette_model.py model.json rows.csv
A missing value is None, NaN or an empty text. MLflow loads this file too, as the loader module of the model's folder.
"""
import csv
import json
import math
import sys
from bisect import bisect_right
from datetime import datetime, timedelta, timezone
from statistics import NormalDist

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def is_missing(cell):
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return True
    return cell == "" if isinstance(cell, str) else bool(cell != cell)


def number(cell):
    if isinstance(cell, str):
        known = {"true": 1.0, "false": 0.0}.get(cell.strip().lower())
        return float(cell) if known is None else known
    return float(cell)


def text(cell):
    if isinstance(cell, str):
        return cell
    if type(cell).__name__ in ("bool", "bool_", "int") or cell != int(cell):
        return str(cell)
    return str(int(cell))


def time(cell):
    """Milliseconds since 1970 (UTC), of a number of them, an ISO text or a datetime."""
    if isinstance(cell, (int, float)):
        return float(cell)
    moment = datetime.fromisoformat(cell.strip().replace("Z", "+00:00")) if isinstance(cell, str) else cell
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return (moment - EPOCH) / timedelta(milliseconds=1)


READ = {"number": number, "text": text, "time": time}


def power(log, exponent):
    return log if abs(exponent) < sys.float_info.epsilon else math.expm1(exponent * log) / exponent


def unpower(y, exponent):
    if abs(exponent) < sys.float_info.epsilon:
        return math.expm1(y)
    return math.expm1(math.log1p(exponent * y) / exponent)


def yeo_johnson(x, exponent):
    if exponent == 1:
        return x
    return power(math.log1p(x), exponent) if x >= 0 else -power(math.log1p(-x), 2 - exponent)


def logarithm(x, plus_one):
    if x <= (-1 if plus_one else 0):
        raise ValueError(f"{x} has no logarithm here")
    return math.log1p(x) if plus_one else math.log(x)


def interpolate(x, places, values):
    after = bisect_right(places, x)
    if after == 0:
        return values[0]
    if after == len(places) or places[after - 1] == x:
        return values[after - 1]
    slope = (values[after] - values[after - 1]) / (places[after] - places[after - 1])
    return slope * (x - places[after - 1]) + values[after - 1]


def rank(step, x):
    quantiles, shares, normal = step["quantiles"], step["shares"], step["normal"]
    bound = 1e-7 if normal else 0.0
    if x - bound < quantiles[0] or (not normal and x == quantiles[0]):
        share = 0.0
    elif x + bound > quantiles[-1] or (not normal and x == quantiles[-1]):
        share = 1.0
    else:
        below = interpolate(-x, [-q for q in reversed(quantiles)], [-s for s in reversed(shares)])
        share = 0.5 * (interpolate(x, quantiles, shares) - below)
    if not normal:
        return share
    edge = bound - sys.float_info.epsilon
    return NormalDist().inv_cdf(min(max(share, edge), 1 - edge))


def spline(step, x):
    knots, degree = step["knots"], step["degree"]
    last = len(knots) - degree - 1
    inside = min(max(x, knots[degree]), knots[last])
    piece = min(max(bisect_right(knots, inside) - 1, degree), last - 1)
    at = x if step["extrapolation"] == "continue" else inside
    basis, slopes = [1.0 if i == piece else 0.0 for i in range(len(knots) - 1)], []
    for k in range(1, degree + 1):
        width = [knots[i + k] - knots[i] for i in range(len(knots) - k)]
        share = [b / w if w > 0 else 0.0 for b, w in zip(basis, width)]
        n = range(len(knots) - k - 1)
        slopes = [k * (share[i] - share[i + 1]) for i in n]
        basis = [share[i] * (at - knots[i]) + share[i + 1] * (knots[i + k + 1] - at) for i in n]
    if step["extrapolation"] == "linear":
        basis = [b + (x - inside) * slope for b, slope in zip(basis, slopes)]
    return basis[: step["makes"]]


def bins(step, x):
    place = bisect_right(step["edges"], x)
    return [1.0 if i == place else 0.0 for i in range(step["makes"])] if step["one_hot"] else [float(place)]


def date_parts(step, time):
    moment = EPOCH + timedelta(milliseconds=time)
    parts = {"year": moment.year, "month": moment.month, "day": moment.day, "day_of_week": moment.weekday(),
             "hour": moment.hour, "days": time / 86_400_000}
    return [float(parts[part]) for part in step["parts"]]


def lookup(step, x):
    if x is None or x not in step["index"]:
        row = step.get("missing" if x is None else "unknown")
        if row is None:
            raise ValueError(f"{'A missing value' if x is None else repr(x)} was not among the training rows")
        return row
    return step["rows"][step["index"][x]]


NUMERIC = {
    "standardize": lambda s, x: [(x - s["center"]) / s["scale"]],
    "rescale": lambda s, x: [min(max(x * s["scale"] + s["shift"], 0.0), 1.0) if s["clip"] else x * s["scale"] + s["shift"]],
    "clip": lambda s, x: [min(max(x, s.get("low", -math.inf)), s.get("high", math.inf))],
    "log": lambda s, x: [logarithm(x, s["plus_one"])],
    "yeo_johnson": lambda s, x: [(yeo_johnson(x, s["lambda"]) - s["center"]) / s["scale"]],
    "rank": lambda s, x: [rank(s, x)],
    "bin": bins,
    "spline": spline,
    "date_parts": date_parts,
}


def apply(step, values):
    """The values that a step appends."""
    op = step["op"]
    if op == "product":
        factors = [values[place] for place in step["from"]]
        return [None if None in factors else math.prod(factors, start=1.0)]
    x = values[step["from"]]
    if op == "fill":
        return [step["value"] if x is None else x]
    if op == "is_missing":
        return [1.0 if x is None else 0.0]
    if op == "lookup":
        return lookup(step, x)
    if op == "text_counts":
        return [float(len(x or "") if count == "length" else len((x or "").split())) for count in step["counts"]]
    return [None] * step["makes"] if x is None else NUMERIC[op](step, x)


def estimate(model, x):
    """What the model says for one row of features."""
    if model["kind"] == "constant":
        return model["value"]
    if model["kind"] == "forest":
        total = 0.0
        for tree in model["trees"]:
            node = 0
            while tree["right"][node]:
                goes_left = x[tree["feature"][node]] <= tree["value"][node]
                node = node + 1 if goes_left else tree["right"][node]
            total += tree["value"][node]
        return total / len(model["trees"])
    total = model["intercept"]
    for coef, value in zip(model["coef"], x):
        total += coef * value
    if model["kind"] == "logistic":
        odds = math.exp(-abs(total))
        probability = 1 / (1 + odds) if total >= 0 else odds / (1 + odds)
        first, second = model["classes"]
        return first + (second - first) * probability
    return total


def back(target, y):
    """The prediction in the target's own units."""
    if target is None:
        return y
    transform, smearing = target["transform"], target.get("smearing") or {}
    if transform == "log":
        return math.exp(y) * smearing.get("factor", 1.0)
    if transform == "log1p":
        return math.exp(y) * smearing["factor"] - 1 if "factor" in smearing else math.expm1(y)
    if transform == "sqrt":
        moments = smearing.get("moments", {"mean": 0.0, "mean_square": 0.0})
        return y * y + 2 * y * moments["mean"] + moments["mean_square"]
    exponent = target["lambda"]
    if exponent == 1:
        return y
    return unpower(y, exponent) if y >= 0 else -unpower(-y, 2 - exponent)


class Model:
    def __init__(self, spec):
        if spec["pipette_model"] != 1:
            raise ValueError("This model.json is of a newer Pipette: take the pipette_model.py that came with it.")
        self.spec = spec
        self.inputs = [column["name"] for column in spec["inputs"]]
        for step in spec["steps"]:
            if step["op"] == "lookup":
                step["index"] = {key: place for place, key in enumerate(step["keys"])}

    def predict_row(self, cells):
        """The prediction for a dict of inputs; ValueError for a value that the model cannot take."""
        values = []
        for column in self.spec["inputs"]:
            cell = cells[column["name"]]
            values.append(None if is_missing(cell) else READ[column["type"]](cell))
        for step in self.spec["steps"]:
            values.extend(apply(step, values))
        x = [values[feature["from"]] for feature in self.spec["features"]]
        for feature, value in zip(self.spec["features"], x):
            if value is None or not math.isfinite(value):
                raise ValueError(f"{feature['name']} is missing or infinite")
        return back(self.spec.get("target_transform"), estimate(self.spec["model"], x))

    def predict(self, rows, params=None):
        """Predictions for a pandas DataFrame (as a numpy array) or for a list of dicts (as a list)."""
        if not hasattr(rows, "columns"):
            return [self.predict_row(row) for row in rows]
        import numpy
        columns = [rows[name].tolist() for name in self.inputs]
        return numpy.array([self.predict_row(dict(zip(self.inputs, cells))) for cells in zip(*columns)], dtype=float)


def load(path):
    with open(path, encoding="utf-8") as file:
        return Model(json.load(file))


def _load_pyfunc(path):
    """What MLflow calls; the path is that of model.json, or of the folder that holds it."""
    return load(path if str(path).endswith(".json") else f"{path}/model.json")


if __name__ == "__main__":
    model = load(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            print(repr(model.predict_row(row)))
