"""Opens every model file that Pipette writes with the real libraries, and compares predictions with Pipette's own.

    python tests/python/export_models.py target/debug/pipette [words of case names …]

Needs: numpy==2.4.6 pandas==3.1.1 onnx==1.23.2 onnxruntime==1.32.0 mlflow-skinny==3.17.2 scikit-learn==1.9.1 skops==0.16.0,
and node for the JavaScript reader. Exits with 1 where a prediction differs by more than 1e-12, relative to
the largest of 1, itself and the terms of its sum.
"""
import json
import os
import pickle
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from export_mlflow import environment

ROOT = Path(__file__).resolve().parent.parent.parent
TOLERANCE = 1e-12
KINDS = ["model", "model-json", "onnx", "html", "sklearn", "pickle"]
FILES = {"model": "model.zip", "model-json": "model.json", "onnx": "model.onnx", "html": "model.html", "sklearn": "model.skops", "pickle": "model.pkl"}
# Those whose page is opened in Chromium.
PAGES = ["onehot", "dates", "text", "chain", "logistic", "random_forest_regressor_n_estimators", "target_log_True", "spline", "hostile"]
# The oldest scikit-learn that a Python of this version can have, for pickles, and what it must be installed with. Before 1.3
# there is no TargetEncoder.
OLD = {
    (3, 10): ["scikit-learn==1.2.2", "numpy<2", "pandas<2.2"],
    (3, 11): ["scikit-learn==1.2.2", "numpy<2", "pandas<2.2"],
    (3, 12): ["scikit-learn==1.3.2", "numpy<2", "pandas<2.2"],
    (3, 13): ["scikit-learn==1.5.2", "pandas==2.2.3"],
}
NODE = """
import fs from "node:fs";
const [reader, spec, rows] = process.argv.slice(2);
const { load } = await import(reader);
const model = load(JSON.parse(fs.readFileSync(spec, "utf8")));
console.log(JSON.stringify(JSON.parse(fs.readFileSync(rows, "utf8")).map((row) => model.predictRow(row))));
"""

SHORT = """
import fs from "node:fs";
const [script, spec, rows] = process.argv.splice(2);
const { predict } = await import(script);
const [model, all] = [spec, rows].map((file) => JSON.parse(fs.readFileSync(file, "utf8")));
console.log(JSON.stringify(all.map((row) => predict(model, row))));
"""

HOSTILE = "</script><script>globalThis.broken = 1</script>,<!--&amp;,t1,prediction,y\n" + "".join(
    f"{i * 7 % 11},{i * 5 % 13},{i},{i * 3 % 7},{i * 2.5 + i * i % 5}\n" for i in range(40)
)

ESTIMATORS = [
    {"estimator": "linear_regression"},
    {"estimator": "linear_regression", "params": {"fit_intercept": False}},
    {"estimator": "ridge", "params": {"alpha": 2.0}},
    {"estimator": "lasso", "params": {"alpha": 0.1}},
    {"estimator": "elastic_net", "params": {"alpha": 0.1}},
    {"estimator": "huber_regressor"},
    {"estimator": "quantile_regressor", "params": {"alpha": 0.0}},
    {"estimator": "stepwise_regression"},
    {"estimator": "best_subset_regression"},
    {"estimator": "dummy_regressor"},
    {"estimator": "random_forest_regressor", "params": {"n_estimators": 7}},
]


def cases():
    """Name, CSV file and pipeline of each case: every encoder of the golden file, and every estimator."""
    least_squares = [{"estimator": "linear_regression"}]
    for case in json.loads((ROOT / "tests/golden/encoder_specs.json").read_text()):
        spec = dict(case["spec"])
        spec.setdefault("target", "y")
        yield case["name"], case.get("file", "mixed"), {"features": spec, "train": least_squares}
    encoders = [{"encoder": "simple_imputer", "columns": ["x1", "x3"]}, {"encoder": "one_hot_encoder", "columns": ["color", "size", "flag"]}]
    for train in ESTIMATORS:
        name = train["estimator"] + "".join(f"_{key}" for key in train.get("params", {}))
        yield name, "mixed", {"features": {"target": "y", "columns": ["x1", "x3", "color", "size", "flag"], "encoders": encoders}, "train": [train]}
        yield f"plain_{name}", "encoders", {"features": {"target": "y", "columns": ["skew", "signed", "level"]}, "train": [train]}
    logistic = [{"estimator": "logistic_regression"}]
    color = [{"encoder": "one_hot_encoder", "columns": ["color"], "drop": "first"}]
    yield "logistic", "mixed", {"features": {"target": "flag", "columns": ["k", "color"], "encoders": color}, "train": logistic}
    # A column's name must not leave the page's script.
    yield "hostile", "hostile", {"features": {"target": "y"}, "train": least_squares}
    for transform in ("log", "log1p", "sqrt", "yeo_johnson"):
        for smearing in (False, True):
            if not (smearing and transform == "yeo_johnson"):
                features = {"target": "y", "columns": ["skew", "level"], "target_transform": transform, "smearing": smearing}
                yield f"target_{transform}_{smearing}", "encoders", {"features": features, "train": least_squares}


def differ(mine, theirs):
    """The largest difference, relative to 1, the value and the largest term of its sum."""
    mine, scale = mine
    theirs = np.asarray(theirs, float).ravel()
    if len(mine) != len(theirs) or not np.isfinite(theirs).all():
        return np.inf
    return float(np.max(np.abs(mine - theirs) / scale, initial=0.0))


def terms(reader, model, records):
    """The largest |coef · feature| of each row: sums in another order differ by its last digits."""
    largest = []
    for record in records:
        values = [None if reader.is_missing(record[c["name"]]) else reader.READ[c["type"]](record[c["name"]]) for c in model.spec["inputs"]]
        for step in model.spec["steps"]:
            values.extend(reader.apply(step, values))
        coefs = model.spec["model"].get("coef", [])
        largest.append(max((abs(coef * values[f["from"]]) for coef, f in zip(coefs, model.spec["features"])), default=0.0))
    return np.array(largest)


def is_short(spec):
    """Whether the thirty lines are enough."""
    ops = {"fill", "is_missing", "standardize", "rescale", "clip", "log", "product", "lookup"}
    back = spec["target_transform"] or {"transform": "log"}
    usual = spec["model"]["kind"] != "forest" and back["transform"] != "yeo_johnson" and not back.get("smearing")
    return usual and {step["op"] for step in spec["steps"]} <= ops and all(c["type"] != "time" for c in spec["inputs"])


def as_json(column, cell):
    """A cell of the CSV as a program has it."""
    if cell == "":
        return None
    return {"True": 1.0, "False": 0.0}.get(cell) if cell in ("True", "False") and column["type"] == "number" else float(cell) if column["type"] == "number" else cell


def run(binary, folder, name, csv, spec):
    """Pipette's run: its predictions with their inputs, and the exports that it wrote, or why not."""
    home = folder / name
    home.mkdir()
    (home / "pipeline.json").write_text(json.dumps({"pipette": 1, "name": name, **spec}))
    data = ROOT / f"tests/cases/{csv}.csv"
    if csv == "hostile":
        data = home / "hostile.csv"
        data.write_text(HOSTILE)
    known = subprocess.run([binary, "exports"], capture_output=True, text=True, check=True).stdout
    base = [binary, "run", data, "--pipeline", home / "pipeline.json"]
    done = subprocess.run([*base, "--predictions", home / "predictions.csv"], capture_output=True, text=True)
    if done.returncode != 0:
        return home, None, done.stderr.strip()
    kinds = [kind for kind in KINDS if re.search(rf"^{kind} ", known, re.M)]
    together = [part for kind in kinds for part in ("--export", f"{kind}={home / FILES[kind]}")]
    if subprocess.run([*base, *together], capture_output=True).returncode == 0:
        return home, {}, None
    # One of them is refused: each by itself.
    refused = {}
    for kind in kinds:
        done = subprocess.run([*base, "--export", f"{kind}={home / FILES[kind]}"], capture_output=True, text=True)
        if done.returncode != 0:
            refused[kind] = done.stderr.strip()
    return home, refused, None


def frame(home, spec):
    """The model's inputs as a DataFrame of the types that the model wants."""
    table = pd.read_csv(home / "predictions.csv", dtype=str, keep_default_na=False, header=0)
    rows = table.iloc[:, 4:]
    # A column may be called `prediction` too.
    rows.columns = [column["name"] for column in spec["inputs"]]
    made = {}
    for column in spec["inputs"]:
        cells = rows[column["name"]]
        if column["type"] == "number":
            flags = {"True": 1.0, "False": 0.0, "": np.nan}
            made[column["name"]] = np.array([flags.get(cell, cell) for cell in cells], dtype=float)
        elif column["type"] == "time":
            made[column["name"]] = pd.to_datetime(cells.replace("", None), format="mixed")
        else:
            made[column["name"]] = cells.astype(object).where(cells != "", None)
    return pd.DataFrame(made), table.iloc[:, 3].astype(float).to_numpy(), rows


def feeds(spec, rows):
    """The same as ONNX wants it: a column an input."""
    made = {}
    for column in spec["inputs"]:
        cells = rows[column["name"]]
        if column["type"] == "text":
            made[column["name"]] = np.array([["" if cell is None else cell] for cell in cells.tolist()], dtype=object)
        elif column["type"] == "time":
            times = (cells - pd.Timestamp(0)) / pd.Timedelta(milliseconds=1)
            made[column["name"]] = times.to_numpy(float).reshape(-1, 1)
        else:
            made[column["name"]] = cells.to_numpy(float).reshape(-1, 1)
    return made


def check(home, refused):
    """The largest difference of each kind of file."""
    found = {}
    spec = json.loads((home / "model.json").read_text())
    rows, mine, texts = frame(home, spec)
    sys.path.insert(0, str(ROOT / "src/export/model"))
    import pipette_model
    records = [dict(zip(texts.columns, cells)) for cells in texts.itertuples(index=False)]
    reader = pipette_model.load(home / "model.json")
    mine = (mine, np.maximum(np.maximum(1.0, np.abs(mine)), terms(pipette_model, reader, records)))
    found["python"] = differ(mine, reader.predict(records))
    (home / "rows.json").write_text(json.dumps(records))
    (home / "node.mjs").write_text(NODE)
    script = (ROOT / "src/export/model/pipette_model.mjs").as_uri()
    done = subprocess.run(["node", home / "node.mjs", script, home / "model.json", home / "rows.json"], capture_output=True, text=True, check=True)
    found["javascript"] = differ(mine, json.loads(done.stdout))
    if is_short(spec):
        typed = [{c["name"]: as_json(c, record[c["name"]]) for c in spec["inputs"]} for record in records]
        short = runpy.run_path(str(ROOT / "src/export/model/predict.py"))["predict"]
        found["short py"] = differ(mine, [short(spec, row) for row in typed])
        (home / "typed.json").write_text(json.dumps(typed))
        (home / "short.mjs").write_text(SHORT)
        script = (ROOT / "src/export/model/predict.mjs").as_uri()
        done = subprocess.run(["node", home / "short.mjs", script, home / "model.json", home / "typed.json"], capture_output=True, text=True, check=True)
        found["short mjs"] = differ(mine, json.loads(done.stdout))
    if "onnx" not in refused and (home / "model.onnx").exists():
        import onnx
        import onnxruntime
        onnx.checker.check_model(onnx.load(home / "model.onnx"), full_check=True)
        session = onnxruntime.InferenceSession(home / "model.onnx", providers=["CPUExecutionProvider"])
        wanted = {known.name for known in session.get_inputs()}
        given = {name: cells for name, cells in feeds(spec, rows).items() if name in wanted}
        found["onnx"] = differ(mine, session.run([session.get_outputs()[0].name], given)[0])
    if (home / "model.zip").exists():
        import mlflow.pyfunc
        zipfile.ZipFile(home / "model.zip").extractall(home / "mlflow")
        loaded = mlflow.pyfunc.load_model(str(home / "mlflow"))
        found["mlflow"] = differ(mine, loaded.predict(rows))
        example = loaded.input_example
        assert list(example.columns) == [column["name"] for column in spec["inputs"]], "input example"
    if (home / "model.skops").exists():
        import skops.io
        # A SimpleImputer holds a dtype, which skops wants to be told: in its own files too.
        trusted = ["numpy.dtype"] if any(step["encoder"] == "simple_imputer" for step in spec["steps"]) else []
        unknown = skops.io.get_untrusted_types(file=home / "model.skops")
        assert unknown == trusted, f"skops does not trust {unknown}"
        found["skops"] = differ(mine, expected(skops.io.load(home / "model.skops", trusted=trusted), rows, spec))
    if (home / "model.pkl").exists():
        found["pickle"] = differ(mine, expected(pickle.loads((home / "model.pkl").read_bytes()), rows, spec))
    return found


def expected(model, rows, spec):
    """scikit-learn's prediction; of a classifier the expected value, as Pipette gives it. Missing texts are NaN there."""
    rows = rows.astype({name: object for name in rows.columns if rows[name].dtype == object}).fillna(np.nan)
    if hasattr(model, "predict_proba"):
        first, second = spec["model"]["classes"]
        return first + (second - first) * model.predict_proba(rows)[:, 1]
    return model.predict(rows)


def old_pickles(checked, folder):
    """What an old scikit-learn predicts with the pickles: its version, and predictions or why there are none, by name."""
    packages = OLD.get(sys.version_info[:2])
    if not packages:
        print(f"pickle     not opened with an old scikit-learn: none is known for Python {sys.version_info.major}.{sys.version_info.minor}")
        return "", {}
    for _, home in checked:
        if not (home / "model.pkl").exists():
            continue
        spec = json.loads((home / "model.json").read_text())
        rows, _, _ = frame(home, spec)
        asked = json.loads(rows.to_json(orient="split", double_precision=15))
        kinds = {column["name"]: column["type"] for column in spec["inputs"]}
        asked.update(types=kinds, classes=spec["model"].get("classes"))
        (home / "old.json").write_text(json.dumps(asked))
    python = environment("old-sklearn", packages)
    done = subprocess.run([python, ROOT / "tests/python/old_sklearn.py", folder], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return found["version"], found["models"]


def pages(checked, folder):
    """What the exported pages predict in Chromium for the first rows, typed into their forms."""
    script = ROOT / "tests/e2e/model-page.mjs"
    if not (script.parent / "node_modules/@playwright/test").exists() or not (os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")):
        print("html       not opened: no Chromium, or `npm ci` was not run in tests/e2e")
        return {}
    arguments, names = [], []
    for name, home in checked:
        rows = json.loads((home / "rows.json").read_text())[:4]
        (home / "few.json").write_text(json.dumps(rows))
        arguments += [home / "model.html", home / "few.json"]
        names.append(name)
    done = subprocess.run(["node", script, *arguments], capture_output=True, text=True, cwd=script.parent)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return dict(zip(names, json.loads(done.stdout)))


def main():
    binary, words = str(Path(sys.argv[1]).resolve()), sys.argv[2:]
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    warnings.filterwarnings("ignore")
    chosen = [case for case in cases() if not words or any(word in case[0] for word in words)]
    failures, worst, counts, reasons = [], {}, {}, {}
    checked = []
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(2) as pool:
        runs = pool.map(lambda case: run(binary, Path(place), *case), chosen)
        for (name, *_), (home, refused, stopped) in zip(chosen, runs):
            if stopped is not None:
                failures.append(f"{name}: no run: {stopped}")
                continue
            for kind, reason in refused.items():
                reasons.setdefault(f"{kind}: {reason.splitlines()[-1]}", []).append(name)
                if "not_expressible" not in reason:
                    failures.append(f"{name}: {kind}: {reason}")
            try:
                found = check(home, refused)
            except Exception as error:  # a library that cannot open the file is a failure like any other
                failures.append(f"{name}: {type(error).__name__}: {str(error)[:500]}")
                continue
            checked.append((name, home))
            for kind, difference in found.items():
                counts[kind] = counts.get(kind, 0) + 1
                worst[kind] = max(worst.get(kind, (0.0, "")), (difference, name))
                if not difference <= TOLERANCE:
                    failures.append(f"{name}: {kind} differs by {difference:.3g}")
        shown = [(name, home) for name, home in checked if name in PAGES]
        for name, predictions in (pages(shown, place) if shown else {}).items():
            _, mine, _ = frame(Path(place) / name, json.loads((Path(place) / name / "model.json").read_text()))
            mine = mine[: len(predictions)]
            difference = differ((mine, np.maximum(1.0, np.abs(mine))), predictions)
            counts["html"] = counts.get("html", 0) + 1
            worst["html"] = max(worst.get("html", (0.0, "")), (difference, name))
            if not difference <= TOLERANCE:
                failures.append(f"{name}: html differs by {difference:.3g}")
        version, found = old_pickles(checked, place) if any((home / "model.pkl").exists() for _, home in checked) else ("", {})
        kind = f"pickle in {version}"
        for name, predictions in found.items():
            if isinstance(predictions, str):
                # What this version does not have at all is no fault of the file.
                is_missing_there = version.startswith("1.2.") and "_target_encoder" in predictions
                if not is_missing_there:
                    failures.append(f"{name}: {kind}: {predictions[:500]}")
                continue
            _, mine, _ = frame(Path(place) / name, json.loads((Path(place) / name / "model.json").read_text()))
            difference = differ((mine, np.maximum(1.0, np.abs(mine))), predictions)
            counts[kind] = counts.get(kind, 0) + 1
            worst[kind] = max(worst.get(kind, (0.0, "")), (difference, name))
            # The rows went through decimal digits.
            if not difference <= 1e-11:
                failures.append(f"{name}: {kind} differs by {difference:.3g}")
    for reason, names in reasons.items():
        print(f"{reason} [{', '.join(names)}]")
    for kind, (difference, name) in worst.items():
        print(f"{kind:<15} {counts[kind]} models, largest difference {difference:.3g} ({name})")
    print("\n".join(failures) or "All predictions agree.")
    return 1 if failures or not counts else 0


if __name__ == "__main__":
    sys.exit(main())
