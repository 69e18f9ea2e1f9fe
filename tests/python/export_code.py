"""Runs the code that a run leaves the tab as, with the real tools, and compares its numbers with the run's.

    python -m venv target/code && target/code/bin/pip install -r tests/python/code.txt
    target/code/bin/python tests/python/export_code.py ./target/debug/pipette [CASE …]

For each case below: `pipette run` with `--export`; then the script, the notebook under nbclient, the ZenML project twice on
the real ZenML's default stack (all cached the second time), `mlflow run .`, and the Dask engine on a scheduler with two
worker processes on loopback, cut into partitions of a few kilobytes. All numbers agree to 1e-9, relative; an engine or tool
that cannot do a case has to say so. The same run exported twice has to be the same bytes. Everything is written to a
temporary folder, which is also HOME for what is started.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLIST_RULES = [
    {
        "rule": "drop_columns",
        "columns": [
            "order_approved_at",
            "order_delivered_carrier_date",
            "order_delivered_customer_date",
            "order_estimated_delivery_date",
            "order_purchase_timestamp",
        ],
    },
    {
        "rule": "fill_missing",
        "columns": ["product_weight_g", "product_length_cm", "product_height_cm", "product_width_cm"],
        "strategy": "median",
    },
    {"rule": "fill_missing", "columns": ["review_comment_message"], "strategy": "constant", "fill_value": "No review"},
    {"rule": "keep_numeric"},
    {"rule": "drop_columns", "columns": ["customer_zip_code_prefix", "order_item_id"]},
]
ENCODERS = [
    {"encoder": "simple_imputer", "columns": ["x1", "x2", "x3"], "strategy": "median"},
    {"encoder": "one_hot_encoder", "columns": ["color"], "drop": "first", "handle_unknown": "ignore"},
    {"encoder": "target_encoder", "columns": ["size"]},
    {"encoder": "standard_scaler", "columns": ["x1", "x3"]},
]
KEEP = {"rule": "drop_columns", "columns": ["flag"]}
TEXT = {"rule": "fill_missing", "columns": ["color", "size"], "strategy": "constant", "fill_value": "none"}
OLIST = "data/olist_customers_dataset.csv"
MIXED = "tests/cases/mixed.csv"
# Each: the data, the pipeline, what of the ZenML project is run ("full": ZenML twice, `mlflow run`, Dask; "zenml", "dask").
CASES = {
    "olist": (OLIST, {"clean": OLIST_RULES, "features": {"target": "review_score"}}, "full"),
    "encoders": (
        MIXED,
        {
            "clean": [KEEP, TEXT],
            "split": {"test_size": 0.25, "stratify": "k"},
            "features": {"target": "y", "encoders": ENCODERS},
            "train": [{"estimator": "ridge", "params": {"alpha": 0.5}}],
            "evaluate": {"cv": {"kind": "k_fold", "n_splits": 4}},
        },
        "zenml dask",
    ),
    "sweep": (
        MIXED,
        {
            "clean": [{"rule": "keep_numeric"}, {"rule": "fill_missing", "columns": None, "strategy": "mean"}],
            "features": {"target": "y"},
            "train": [
                {"estimator": "ridge", "params": {"alpha": [0.01, 1, 100]}},
                {"estimator": "lasso", "params": {"alpha": [0.01, 1], "tol": 1e-10, "max_iter": 100000}},
            ],
        },
        "refused",
    ),
    "sweep of encoders": (
        MIXED,
        {
            "clean": [KEEP, TEXT, {"rule": "drop_missing", "columns": None}],
            "features": {
                "target": "y",
                "encoders": [
                    {"encoder": "winsorizer", "columns": ["x1"], "method": "quantiles", "lower": [0.0, 0.05], "upper": 0.95},
                    {"encoder": "one_hot_encoder", "columns": ["color", "size"], "drop": ["first", None], "handle_unknown": "ignore"},
                    {"encoder": "polynomial_features", "columns": ["x1", "x2"], "degree": [1, 2], "include_bias": False},
                ],
            },
            "train": [{"estimator": "ridge", "params": {"alpha": [0.01, 1, 100]}}],
        },
        "refused",
    ),
    "rules": (
        OLIST,
        {
            "clean": [
                {"rule": "sample_rows", "frac": 0.6, "random_state": 3},
                {"rule": "drop_duplicates", "subset": ["order_id", "product_id"]},
                {"rule": "parse_dates", "columns": ["order_purchase_timestamp", "order_estimated_delivery_date"]},
                {
                    "rule": "days_between",
                    "start": "order_purchase_timestamp",
                    "end": "order_estimated_delivery_date",
                    "name": "promised",
                },
                {"rule": "clean_text", "columns": None, "trim": True, "case": "lower"},
                {"rule": "filter_rows", "expression": "price > 5 and payment_value < 2000"},
                {"rule": "derive_column", "name": "share", "expression": "freight_value / (price + 1)"},
                {"rule": "fill_missing", "columns": None, "strategy": "median"},
                {"rule": "clip_outliers", "columns": ["freight_value"], "method": "iqr", "factor": 3},
                {"rule": "drop_outliers", "columns": ["price", "share"], "method": "quantiles", "lower": 0.001, "upper": 0.999},
                {"rule": "keep_numeric"},
                {"rule": "drop_near_constant", "columns": None, "threshold": 0.999},
                {"rule": "drop_missing", "columns": None},
            ],
            "features": {"target": "review_score", "target_transform": "sqrt", "smearing": True},
            "train": [{"estimator": "elastic_net", "params": {"alpha": 0.01, "l1_ratio": 0.3, "tol": 1e-10, "max_iter": 100000}}],
        },
        "dask",
    ),
    "weights": (
        MIXED,
        {
            "clean": [
                {"rule": "keep_numeric"},
                {"rule": "fill_missing", "columns": None, "strategy": "mean"},
                {"rule": "derive_column", "name": "w", "expression": "abs(x1) + 1"},
            ],
            "split": {"test_size": 0.2, "shuffle": False},
            "features": {"target": "y"},
            "train": [{"estimator": "linear_regression", "params": {"sample_weight": "w"}}],
        },
        "zenml dask",
    ),
    "chosen": (
        MIXED,
        {
            "clean": [KEEP, TEXT, {"rule": "fill_missing", "columns": None, "strategy": "mean"}],
            "features": {
                "target": "y",
                "encoders": [{"encoder": "one_hot_encoder", "columns": ["color", "size"], "drop": "first"}],
            },
            "train": [{"estimator": "stepwise_regression", "params": {"criterion": "bic"}}],
        },
        "zenml refused",
    ),
    "classes": (
        OLIST,
        {
            "clean": [
                {"rule": "derive_column", "name": "happy", "expression": "if(review_score >= 4, 1, 0)"},
                *OLIST_RULES,
                {"rule": "drop_columns", "columns": ["review_score"]},
            ],
            "features": {"target": "happy", "encoders": [{"encoder": "standard_scaler", "columns": None}]},
            "train": [{"estimator": "logistic_regression"}],
        },
        "refused",
    ),
    "no_split": ("data/norris.csv", {"split": None, "features": {"target": "nist_ozone"}}, ""),
}
# Coefficients where scikit-learn stops iterating before they have nine digits; log loss feels it a little.
LOOSER = {"classes": 1e-4}
OF_METRICS = {"classes": 1e-7}


class Bench:
    """A temporary folder with everything in it, and what was found."""

    def __init__(self, pipette, folder):
        self.pipette, self.folder, self.failed = Path(pipette).resolve(), folder, 0
        home = folder / "home"
        home.mkdir()
        self.env = {
            **os.environ,
            "HOME": str(home),
            "ZENML_CONFIG_PATH": str(folder / "zenml"),
            "ZENML_LOCAL_STORES_PATH": str(folder / "zenml_stores"),
            "ZENML_ANALYTICS_OPT_IN": "false",
            "ZENML_LOGGING_VERBOSITY": "WARN",
            "ZENML_ENABLE_RICH_TRACEBACK": "false",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "DO_NOT_TRACK": "true",
            "IPYTHONDIR": str(home / "ipython"),
            "JUPYTER_DATA_DIR": str(home / "jupyter"),
            "JUPYTER_PLATFORM_DIRS": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }

    @contextmanager
    def part(self, name):
        start = time.monotonic()
        try:
            yield
            mark = "✓"
        except AssertionError as error:
            mark, self.failed = "✗", self.failed + 1
            print(error)
        print(f"{mark} {name:28} {time.monotonic() - start:6.1f} s", flush=True)

    def call(self, *command, cwd, fails=False):
        """What the command prints."""
        done = subprocess.run([str(word) for word in command], cwd=cwd, env=self.env, capture_output=True, text=True, check=False)
        assert (done.returncode != 0) == fails, f"{command} gave {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
        return done.stdout + done.stderr


def of_run(run):
    """The numbers of `run.json` under the names that the exports print."""
    model = run["model"]
    if model["features"] and model["importances"]:
        coef = {**dict(zip(model["features"], model["importances"])), "(intercept)": 0.0}
    else:
        coef = {**dict(zip(model["features"], model["coef"])), "(intercept)": model["intercept"]}
    return {"coef": coef, "metrics": {f"{m['split']}.{m['name']}": m["value"] for m in run["metrics"]}}


def compare(run, found, of_coef=1e-9, of_metrics=1e-9):
    """Every number of the export is the run's, and every one of test and training rows is there."""
    expected = of_run(run)
    wrong = []
    scale = max(map(abs, expected["coef"].values()))
    if set(found["coef"]) != set(expected["coef"]):
        wrong.append(f"coefficients {sorted(set(found['coef']) ^ set(expected['coef']))}")
    for name, there in found["coef"].items():
        here = expected["coef"].get(name, float("nan"))
        if not abs(here - there) <= of_coef * max(abs(here), 1e-3 * scale):
            wrong.append(f"coefficient of {name}: run {here}, export {there}")
    needed = {name for name in expected["metrics"] if not name.startswith("cv.")}
    if needed - set(found["metrics"]):
        wrong.append(f"metrics that lack: {sorted(needed - set(found['metrics']))}")
    for name, there in found["metrics"].items():
        here = expected["metrics"].get(name, float("nan"))
        if not abs(here - there) <= of_metrics * max(abs(here), 1e-3):
            wrong.append(f"{name}: run {here}, export {there}")
    assert not wrong, "\n".join(wrong)


def numbers_of_notebook(path):
    """Runs the notebook in place, and reads its last table."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": path.parent}}).execute()
    return notebook


@contextmanager
def cluster(bench):
    """A scheduler and two workers, each a process of its own, on loopback."""
    file = bench.folder / "scheduler.json"
    start = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    quiet = {"cwd": bench.folder, "env": bench.env, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [subprocess.Popen([*start, "--scheduler-file", str(file)], **quiet)]
    try:
        deadline = time.monotonic() + 60
        while not file.exists() or not file.read_text():
            assert time.monotonic() < deadline, "the Dask scheduler did not start"
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        for _ in range(2):
            worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"]
            processes.append(subprocess.Popen([*worker, "--host", "127.0.0.1", "--local-directory", str(bench.folder)], **quiet))
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(timeout=30)


DASK = """
import json, sys
from src import dask_plan
if dask_plan.PROBLEMS:
    sys.exit(3)
from src.dask_engine import run
model, found = run(*sys.argv[1:3], int(sys.argv[3]))
json.dump(found, open(sys.argv[4], "w"))
"""


def check(bench, name, address):
    data, spec, wanted = CASES[name]
    folder = bench.folder / name
    folder.mkdir()
    data = shutil.copy(ROOT / data, folder)
    (folder / "pipeline.json").write_text(json.dumps({"pipette": 1, "name": f"{name} pipeline", **spec}))
    names = {"script": "script.py", "notebook": "notebook.ipynb", "zenml": "project.zip"}
    tolerance = LOOSER.get(name, 1e-9)
    with bench.part(f"{name}: pipette run"):
        exports = [word for kind, file in names.items() for word in ("--export", f"{kind}={file}")]
        bench.call(bench.pipette, "run", data, "--pipeline", "pipeline.json", "--out", "run.json", *exports, cwd=folder)
    run = json.loads((folder / "run.json").read_text())
    with bench.part(f"{name}: script"):
        bench.call(sys.executable, "script.py", "--json", "script.json", cwd=folder)
        compare(run, json.loads((folder / "script.json").read_text()), tolerance, OF_METRICS.get(name, 1e-9))
    if name in ("olist", "encoders", "chosen"):
        with bench.part(f"{name}: notebook"):
            code = "import sys; sys.path.insert(0, sys.argv[2]); import export_code as e, pathlib, nbformat; nbformat.write(e.numbers_of_notebook(pathlib.Path(sys.argv[1])), sys.argv[1])"
            bench.call(sys.executable, "-c", code, folder / "notebook.ipynb", Path(__file__).parent, cwd=folder)
            printed = "".join(
                output.get("text", "")
                for cell in json.loads((folder / "notebook.ipynb").read_text())["cells"]
                for output in cell.get("outputs", [])
                for output in [{"text": "".join(output.get("text", ""))}]
            )
            rmse = of_run(run)["metrics"]["test.rmse"]
            shown = [float(line.split()[-1]) for line in printed.splitlines() if line.startswith("test RMSE")]
            assert len(shown) == 1 and abs(shown[0] - rmse) <= 1e-9 * rmse, f"RMSE {shown}, run {rmse}"
    project = folder / "project"
    with zipfile.ZipFile(folder / "project.zip") as archive:
        archive.extractall(project)
    (project / "setup.sh").chmod(0o755)
    if "refused" in wanted:
        with bench.part(f"{name}: Dask says no"):
            words = bench.call(
                sys.executable, "run_pipeline.py", data, "--engine", "dask", "--scheduler", "tcp://127.0.0.1:1", cwd=project, fails=True
            )
            assert "does not run on Dask" in words, words
    # Partitions of different sizes: some smaller than the number of columns, some cut beside newlines in cells.
    for block in (40_000, 150_000) if "full" in wanted else (3_000,) if data.endswith("mixed.csv") else (200_000,):
        if "full" in wanted or "dask" in wanted:
            with bench.part(f"{name}: Dask, {block} B"):
                bench.call(sys.executable, "-c", DASK, data, address, block, "../dask.json", cwd=project)
                compare(run, json.loads((folder / "dask.json").read_text()), tolerance)
    if not ("full" in wanted or "zenml" in wanted):
        return
    with bench.part(f"{name}: ZenML"):
        bench.call("zenml", "init", cwd=project)
        shutil.copy(data, project / "data")
        first = bench.call(sys.executable, "run_pipeline.py", "--json", "zenml.json", cwd=project)
        compare(run, json.loads((project / "zenml.json").read_text()), tolerance)
        assert first.count(" completed") == 4 and "Tracking URI: none" in first, first
    with bench.part(f"{name}: ZenML again, cached"):
        again = bench.call(sys.executable, "run_pipeline.py", "--json", "again.json", cwd=project)
        assert again.count(" cached") == 4, again
        assert (project / "again.json").read_bytes() == (project / "zenml.json").read_bytes()
    if "full" not in wanted:
        return
    with bench.part(f"{name}: a changed file is read"):
        lines = (project / "data" / Path(data).name).read_text().splitlines(keepends=True)
        (project / "data" / "changed.csv").write_text("".join(lines))
        path = project / "data" / Path(data).name
        path.write_text(path.read_text() + "\n")
        changed = bench.call(sys.executable, "run_pipeline.py", cwd=project)
        assert changed.count(" cached") == 0, changed
    with bench.part(f"{name}: setup.sh, twice"):
        bench.call("./setup.sh", cwd=project)
        bench.call("./setup.sh", cwd=project)
    with bench.part(f"{name}: mlflow run, on its stack"):
        words = bench.call("mlflow", "run", ".", "--env-manager", "local", "-P", f"data_path={data}", cwd=project)
        assert "Tracking URI: sqlite" in words, words
        rmse = of_run(run)["metrics"]["test.rmse"]
        shown = [float(line.split()[-1]) for line in words.splitlines() if line.startswith("test.rmse")]
        assert shown and abs(shown[0] - rmse) <= 1e-9 * rmse, words
    with bench.part(f"{name}: ZenML on Dask"):
        command = ["run_pipeline.py", data, "--engine", "dask", "--scheduler", address, "--block", 100_000, "--json", "dask.json"]
        bench.call(sys.executable, *command, cwd=project)
        compare(run, json.loads((project / "dask.json").read_text()), tolerance)


def main():
    pipette, *names = sys.argv[1:]
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(pipette, Path(folder))
        with cluster(bench) as address:
            for name in names or CASES:
                check(bench, name, address)
        print(f"{bench.failed} failed, {time.monotonic() - start:.0f} s in all")
        sys.exit(1 if bench.failed else 0)


if __name__ == "__main__":
    main()
