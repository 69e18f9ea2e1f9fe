"""Asks every question of pipelines of several shapes through `pipette analyse`, runs the Python that it writes, and compares
the variables that the script leaves with the answer.

    python tests/python/check_analyses.py [PROGRAM]        from the repository's root; default target/debug/pipette

Needs pandas, scikit-learn and SciPy. Fails if a script does not run, or if a number differs by more than 1e-6 relative
(iterative solvers stop early; what is closed differs by 1e-9 at most).
"""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

ROOT = Path.cwd()
PROGRAM = Path(sys.argv[1] if len(sys.argv) > 1 else "target/debug/pipette").resolve()
CASE = ROOT / "tests/cases/mixed.csv"

PLAIN = {
    "pipette": 1,
    "clean": [{"rule": "keep_numeric"}, {"rule": "drop_missing"}],
    "features": {"target": "y"},
    "train": [{"estimator": "linear_regression"}],
}
ENCODERS = [
    {"encoder": "simple_imputer", "columns": ["x1", "x2", "x3", "k"], "strategy": "median"},
    {"encoder": "standard_scaler", "columns": ["x1", "x2", "x3", "k"]},
    {"encoder": "one_hot_encoder", "columns": ["color"], "drop": "first"},
]
ENCODED = {
    "pipette": 1,
    "clean": [{"rule": "drop_missing", "columns": ["color"]}, {"rule": "drop_columns", "columns": ["size", "flag"]}],
    "features": {"target": "y", "encoders": ENCODERS},
    "train": [{"estimator": "ridge", "params": {"alpha": 2.0}}],
    "evaluate": {"cv": {"kind": "k_fold", "n_splits": 4}},
}
LOG = {**ENCODED, "features": {**ENCODED["features"], "target_transform": "log1p"}}
LEAKING = {**PLAIN, "clean": [{"rule": "keep_numeric"}, {"rule": "fill_missing", "strategy": "median"}]}
STEPWISE = {**PLAIN, "train": [{"estimator": "stepwise_regression"}]}
WEIGHTED = {**PLAIN, "train": [{"estimator": "ridge", "params": {"sample_weight": "k"}}]}
LOGISTIC = {
    **PLAIN,
    "clean": [{"rule": "drop_columns", "columns": ["color", "size", "y"]}, {"rule": "drop_missing"}],
    "features": {"target": "flag"},
    "train": [{"estimator": "logistic_regression"}],
}
SPECS = dict(plain=PLAIN, encoded=ENCODED, log=LOG, stepwise=STEPWISE, weighted=WEIGHTED, logistic=LOGISTIC)


def questions(name, spec):
    yield {"learning_curve": {}}
    yield {"bootstrap": {"n_bootstrap": 60, "random_state": 3, "confidence": 0.9}}
    yield {"permutation_importance": {"n_repeats": 4, "random_state": 1}}
    for estimator in ("ridge", "lasso", "elastic_net"):
        yield {"regularisation_path": {"estimator": estimator, "l1_ratio": 0.4, "n_alphas": 12}}
    yield {"partial_dependence": {"feature": "x1", "n_points": 7}}
    yield {"partial_dependence": {"feature": "x2", "n_points": 200}}
    if name in ("encoded", "log"):
        yield {"partial_dependence": {"feature": "color"}}
        yield {"contributions": {"values": {"color": "green", "x1": 30}}}
    yield {"contributions": {"row": 5}}
    yield {"contributions": {"values": {"x1": 30.5}}}
    if name != "logistic":
        yield {"compare": {"other": {**PLAIN, "train": [{"estimator": "ridge", "params": {"alpha": 3000.0}}]}}} if name in (
            "plain", "stepwise") else {"compare": {"other": {**spec, "train": [{"estimator": "ridge", "params": {"alpha": 300.0}}]}}}
    yield {"correlations": {}}


def ask(folder, spec, question):
    (folder / "p.json").write_text(json.dumps(spec))
    (folder / "a.json").write_text(json.dumps(question))
    done = subprocess.run([PROGRAM, "analyse", CASE.name, "--pipeline", "p.json", "--analysis", "a.json", "--python", "s.py",
                           "--out", "r.json"], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        return None, done.stderr.strip()
    return next(iter(json.loads((folder / "r.json").read_text()).values())), done.stdout.strip().splitlines()[0]


def run(folder):
    names = {}
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(io.StringIO()) as printed, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile((folder / "s.py").read_text(), "s.py", "exec"), names)  # noqa: S102
    finally:
        os.chdir(ROOT)
    return names, printed.getvalue()


def near(found, expected, relative=1e-6):
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    scale = max(np.abs(expected).max(initial=0), 1e-300)
    return found.shape == expected.shape and bool(np.all(np.abs(found - expected) <= relative * (np.abs(expected) + 1e-3 * scale)))


def check(kind, name, result, names, printed):
    """Pairs of (what, found here, found by the script)."""
    if kind == "learning_curve" and name not in ("stepwise",):
        lines = {line["name"]: line for line in result["lines"]}
        # The loop ends with R².
        yield "sizes", lines["test r2"]["x"], names["sizes"]
        for part, scores in (("train r2", names["seen"]), ("test r2", names["unseen"])):
            yield part, lines[part]["y"], scores.mean(axis=1)
            yield part + " lo", lines[part]["lo"], scores.mean(axis=1) - scores.std(axis=1)
    if kind == "bootstrap":
        if name != "stepwise":
            order = [["(intercept)", *names["Z"].columns].index(column) for column in result["coefficients"]["names"]]
            yield "lo", result["coefficients"]["lo"], names["lo"][order]
            yield "hi", result["coefficients"]["hi"], names["hi"][order]
            yield "se", result["standard_errors"], np.std(names["coefs"], axis=0, ddof=1)[order]
        metric = "accuracy" if name == "logistic" else "r2"
        at = result["metrics"]["names"].index(metric)
        yield metric + " lo", [result["metrics"]["lo"][at]], [np.quantile(names[metric], 0.05)]
        yield metric + " hi", [result["metrics"]["hi"][at]], [np.quantile(names[metric], 0.95)]
    if kind == "permutation_importance" and name != "stepwise":
        by_name = dict(zip(names["X_test"].columns, zip(names["importance"].importances_mean, names["importance"].importances_std)))
        bars = result["bars"]
        yield "mean", bars["values"], [by_name[column][0] for column in bars["names"]]
        yield "lo", bars["lo"], [by_name[column][0] - by_name[column][1] for column in bars["names"]]
    if kind == "regularisation_path":
        path = names["path"]
        yield "alphas", result["alphas"], path.index
        yield "cv mean", result["cv_mean"], path["mse"]
        yield "cv se", result["cv_se"], path["se"]
        yield "intercept", result["intercept"], path["(intercept)"]
        assert sorted(result["features"]) == sorted(path.columns[3:]), (result["features"], path.columns)
        for feature, coef in zip(result["features"], result["coef"]):
            scale = np.abs(result["coef"]).max() / 1e3
            yield feature, np.asarray(coef) + scale, path[feature] + scale
        assert abs(path.index[result["best"]] - path["mse"].idxmin()) < 1e-9 * path["mse"].idxmin()
    if kind == "partial_dependence":
        shown = result["line"]["y"] if result["line"] else result["bars"]["values"]
        if "dependence" in names:
            yield "average", shown, names["dependence"]["average"][0]
            if result["line"]:
                yield "grid", result["line"]["x"], names["dependence"]["grid_values"][0]
        else:
            yield "average", shown, [float(line.split()[-1]) for line in printed.strip().splitlines()[-len(shown):]]
    if kind == "contributions":
        by_name = names["contributions"]
        pairs = [(value, by_name[column]) for column, value in zip(result["bars"]["names"], result["bars"]["values"]) if column in by_name]
        yield "parts", [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        yield "total", [result["total"]], [names["baseline"] + by_name.sum()]
    if kind == "compare" and name != "stepwise":
        yield "a", result["a"], names["a"]
        yield "b", result["b"], names["b"]
        yield "se", [result["comparison"]["se"]], [names["se"]]
    if kind == "correlations":
        for key, method in (("pearson", "pearson"), ("spearman", "spearman")):
            target = "flag" if name == "logistic" else "y"
            numbers = names["df"].loc[names["X_train"].index]
            values = result["pearson"]["values"] if key == "pearson" else result["spearman"]
            expected = [numbers[column].corr(numbers[target].astype(float), method=method) for column in result["pearson"]["names"]]
            yield key, values, expected
    if kind == "leak":
        at = result["metrics"].index("r2")
        r2 = [float(line.split()[-1]) for line in printed.splitlines() if line.startswith("test R2")]
        yield "r2", [result["as_it_is"][at], result["behind_the_split"][at]], r2


def main():
    bad = asked = 0
    cases = [(name, spec, question) for name, spec in SPECS.items() for question in questions(name, spec)]
    cases.append(("leaking", LEAKING, {"leak": {"rule": 1}}))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copy(CASE, folder)
        for name, spec, question in cases:
            kind = next(iter(question))
            asked += 1
            result, words = ask(folder, spec, question)
            lines = []
            if result is None:
                lines.append(words)
            else:
                try:
                    names, printed = run(folder)
                    pairs = list(check(kind, name, result, names, printed))
                    # Least squares of scikit-learn's lasso is iterative, its logistic regression too.
                    relative = 1e-3 if name == "logistic" else 1e-5 if "lasso" in str(question) or "elastic" in str(question) else 1e-7
                    lines += [f"{what}: {np.asarray(found)[:4]} and {np.asarray(expected)[:4]}" for what, found, expected in pairs
                              if not near(found, expected, relative)]
                except Exception as error:  # noqa: BLE001
                    lines.append(f"{type(error).__name__}: {error}\n{(folder / 's.py').read_text()}")
            bad += bool(lines)
            print(f"{'✗' if lines else '✓'} {name} {kind}: {words}", *lines, sep="\n    ")
    print(f"{asked} questions, {bad} differ")
    sys.exit(1 if bad else 0)


main()
