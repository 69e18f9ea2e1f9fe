"""Opens what Pipette writes for MLflow with the real MLflow, newest and 2.3.2: python tests/python/export_mlflow.py

    --pipette FILE     the program (default: target/compute/pipette, then target/debug/pipette)
    --workspace FILE   a ZIP of several runs with a .json of the same runs beside it (default: what
                       tests/it/export_mlflow.rs writes; made by it when it is missing)
    --only new|old     one of the two versions

It makes its two environments under target/ when they are missing. Everything runs on loopback.
"""
import argparse
import json
import math
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
NEW = ["mlflow==3.17.2"]
OLD = ["mlflow==2.3.2", "scikit-learn==1.2.2", "pandas==2.0.3", "numpy==1.24.3", "setuptools==69.5.1"]
EXPERIMENT = "customer: satisfaction #1"


def environment(name, packages):
    """The Python of an environment with exactly these packages."""
    folder = TARGET / name
    python, mark = folder / "bin" / "python", folder / "packages.txt"
    if not mark.exists() or mark.read_text() != "\n".join(packages):
        print(f"· installing {' '.join(packages)} into {folder}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
        mark.write_text("\n".join(packages))
    return python


def equal(what, found, expected):
    if isinstance(found, dict) and isinstance(expected, dict):
        # The first place that differs says more than two whole documents.
        equal(f"{what}: fields", sorted(map(str, found)), sorted(map(str, expected)))
        for key in expected:
            equal(f"{what} / {key}", found[key], expected[key])
    assert found == expected, f"{what}:\n  found    {found!r}\n  expected {expected!r}"


def read_run(path):
    """A run that `pipette run --out` wrote, without what its steps left: that is for `pipette score`, not for MLflow."""
    run = json.loads(path.read_text())
    del run["outputs"]
    return run


def number(value):
    return float(value.replace("Infinity", "inf")) if isinstance(value, str) else value


def key_of(metric):
    return {"test": "", "train": "training_", "cv": "cv_"}[metric["split"]] + metric["name"]


# ---- inside an environment ----

def check_runs(client, runs, largest=math.inf, by_tag=False):
    """Params, metrics with their history, tags and data sets are those of run.json, value for value."""
    ids = {}
    for run in runs:
        run_id = run["run"]["id"]
        if by_tag:
            experiments = [experiment.experiment_id for experiment in client.search_experiments()]
            [found] = client.search_runs(experiments, f"tags.`pipette.run_id` = '{run_id}'")
        else:
            found = client.get_run(run_id)
            equal("experiment", found.info.experiment_id, run["run"]["experiment"])
        ids[run_id] = found.info.run_id
        about, data = run["run"], found.data
        equal("name, status, times", (found.info.run_name, found.info.status, found.info.start_time, found.info.end_time),
              (about["name"], about["status"], about["start_time"], about["end_time"]))
        equal("params", data.params, run["params"])
        histories = {}
        for metric in run["metrics"]:
            value = max(-largest, min(largest, number(metric["value"])))
            histories.setdefault(key_of(metric), []).append((metric["step"], value))
        equal("latest metrics", data.metrics, {key: history[-1][1] for key, history in histories.items()})
        for key, history in histories.items():
            found_history = [(metric.step, metric.value) for metric in client.get_metric_history(found.info.run_id, key)]
            equal(f"history of {key}", sorted(found_history), history)
        tags = dict(data.tags)
        renamed = json.loads(tags.pop("pipette.renamed_keys", "{}")).get("tags", {})
        tags = {renamed.get(key, key): value for key, value in tags.items()}
        expected = dict(run["tags"])
        if by_tag:
            equal("old id", tags.pop("pipette.run_id"), run_id)
            tags.pop("mlflow.user", None)
            if "mlflow.parentRunId" in expected:
                expected["mlflow.parentRunId"] = ids[expected["mlflow.parentRunId"]]
        # What MLflow itself adds where a run has a model.
        tags.pop("mlflow.log-model.history", None)
        equal("tags", tags, expected)
    return ids


def check_datasets(client, runs, ids):
    for run in runs:
        inputs = client.get_run(ids[run["run"]["id"]]).inputs.dataset_inputs
        if run["dataset"] is None:
            equal("no data set", inputs, [])
            continue
        [found] = inputs
        dataset = run["dataset"]
        equal("data set", (found.dataset.name, found.dataset.digest), (dataset["name"], dataset["digest"][7:39]))
        profile = json.loads(found.dataset.profile)
        equal("its profile", (profile["num_rows"], profile["num_elements"]), (dataset["rows"], dataset["rows"] * dataset["columns"]))
        equal("its columns", len(json.loads(found.dataset.schema)["mlflow_colspec"]), dataset["columns"])
        equal("its context", [(tag.key, tag.value) for tag in found.tags], [("mlflow.data.context", "training")])


def check_artifacts(client, runs, ids):
    for run in runs:
        run_id = ids[run["run"]["id"]]
        paths = [artifact.path for artifact in client.list_artifacts(run_id)]
        assert {"run.json", "pipeline.json"} <= set(paths), paths
        with tempfile.TemporaryDirectory() as folder:
            path = client.download_artifacts(run_id, "run.json", folder)
            equal("run.json", json.loads(Path(path).read_text(encoding="utf-8")), run)
            if run["model"] and run["model"]["kind"] == "linear":
                assert "regression_report.md" in paths, paths
                text = Path(client.download_artifacts(run_id, "regression_report.md", folder)).read_text(encoding="utf-8")
                assert text.startswith("# Regression of "), text[:80]


def check_registry(client, runs, ids, has_models):
    names = sorted(model.name for model in client.search_registered_models())
    if not has_models:
        equal("registered models (no run has a model's folder)", names, [])
        return
    equal("registered models", names, ["linear only", "satisfaction"])
    model = client.get_registered_model("satisfaction")
    equal("description", model.description, 'Predicts y: 1, 2 or "3"')
    equal("tags", model.tags, {"owner": "me"})
    linear, sweep = (ids[runs[place]["run"]["id"]] for place in (0, 1))
    for alias, version, run_id in (("champion", 2, sweep), ("previous", 1, linear)):
        found = client.get_model_version_by_alias("satisfaction", alias)
        equal(alias, (int(found.version), found.run_id), (version, run_id))
    first = client.get_model_version("satisfaction", "1")
    equal("version 1", (first.description, first.tags["kind"]), ("the first", "yes"))


def check_predictions(runs, ids, csv):
    """Loaded by run, by version and by alias, the model gives coef · x + intercept of run.json."""
    import mlflow
    import pandas as pd

    frame = pd.read_csv(csv)
    for place, uri in ((0, "runs:/{}/model"), (0, "models:/satisfaction/1"), (1, "models:/satisfaction@champion")):
        run = runs[place]
        model = run["model"]
        rows = frame.dropna(subset=model["features"])[model["features"]].head(50)
        expected = rows.to_numpy(float) @ model["coef"] + model["intercept"]
        loaded = mlflow.pyfunc.load_model(uri.format(ids[run["run"]["id"]]))
        columns = loaded.metadata.get_input_schema().input_names() if loaded.metadata.signature else list(rows.columns)
        found = loaded.predict(frame.loc[rows.index, columns].astype(float))
        found = found.iloc[:, 0].to_numpy() if hasattr(found, "columns") else found
        worst = abs(found.reshape(-1) - expected).max()
        assert worst <= 1e-12 * max(1.0, abs(expected).max()), f"{uri}: {worst}"
        print(f"  {uri.format('…')}: {worst:.1e} away from run.json's coefficients")


def inside(tracking_uri, runs_file, csv, kind):
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    import mlflow
    from mlflow import MlflowClient

    runs = json.loads(Path(runs_file).read_text())
    mlflow.set_tracking_uri(tracking_uri)
    client = MlflowClient()
    imported = kind == "imported"
    ids = check_runs(client, runs, sys.float_info.max if tracking_uri.startswith("sqlite") else math.inf, imported)
    check_artifacts(client, runs, ids)
    is_new = int(mlflow.__version__.split(".")[0]) >= 3
    if is_new:
        check_datasets(client, runs, ids)
    first = ids[runs[0]["run"]["id"]]
    has_models = any(artifact.path == "model" for artifact in client.list_artifacts(first))
    if len(runs) > 1:
        experiment = client.get_experiment_by_name(EXPERIMENT)
        equal("description", experiment.tags["mlflow.note.content"], "Do reviews follow prices?")
        parent = ids[runs[1]["run"]["id"]]
        children = client.search_runs([experiment.experiment_id], f"tags.mlflow.parentRunId = '{parent}'")
        equal("candidates of the sweep", len(children), 3)
        best = client.search_runs([experiment.experiment_id], "params.model_name = 'Ridge' AND metrics.cv_rmse > 0",
                                  order_by=["metrics.cv_rmse ASC"])
        assert len(best) >= 3 and best[0].data.metrics["cv_rmse"] <= best[-1].data.metrics["cv_rmse"]
        note = mlflow.search_runs(["0"] if not imported else None, "tags.team LIKE 'a%'", search_all_experiments=imported)
        equal("a run found by its tag", list(note.run_id), [first])
        check_registry(client, runs, ids, has_models)
        if is_new and has_models:
            models = client.search_logged_models([experiment.experiment_id])
            equal("logged models", [(model.name, model.source_run_id) for model in models], [("model", parent)])
        if has_models:
            check_predictions(runs, ids, csv)
    print(f"  MLflow {mlflow.__version__}, {kind}: {len(runs)} runs agree, models: {'yes' if has_models else 'none written'}")


# ---- outside ----

def call(python, *arguments, **more):
    result = subprocess.run([python, *map(str, arguments)], capture_output=True, text=True, **more)
    assert result.returncode == 0, f"{arguments}\n{result.stdout[-3000:]}\n{result.stderr[-5000:]}"
    sys.stdout.write("".join(line + "\n" for line in result.stdout.splitlines() if line.startswith("  ")))
    return result


def check_inside(python, uri, runs, csv, kind, cwd):
    call(python, Path(__file__).resolve(), "--inside", uri, runs, csv, kind, cwd=cwd)


def check_page(python, folder, n_runs):
    """`open_in_mlflow.py` starts MLflow's page, which answers over REST; it is stopped again with all that it started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = open(folder / "server.log", "w")
    server = subprocess.Popen([python, folder / "open_in_mlflow.py", "--port", str(port)], stdout=log, stderr=log,
                              cwd=folder.parent, start_new_session=True)
    try:
        base, deadline = f"http://127.0.0.1:{port}", time.time() + 150
        while True:
            try:
                equal("health", urllib.request.urlopen(base + "/health", timeout=5).read(), b"OK")
                break
            except OSError:
                assert server.poll() is None and time.time() < deadline, (folder / "server.log").read_text()[-3000:]
                time.sleep(0.5)

        def ask(path, body=None):
            data = None if body is None else json.dumps(body).encode()
            request = urllib.request.Request(base + path, data, {"Content-Type": "application/json"})
            for attempt in range(5):  # the server restarts a worker that a busy machine keeps from answering
                try:
                    return json.load(urllib.request.urlopen(request, timeout=60))
                except ConnectionError:
                    assert attempt < 4, path
                    time.sleep(2)

        experiments = ask("/api/2.0/mlflow/experiments/search", {"max_results": 100})["experiments"]
        ids = [experiment["experiment_id"] for experiment in experiments]
        runs = ask("/api/2.0/mlflow/runs/search", {"experiment_ids": ids, "max_results": 100})["runs"]
        equal("runs over REST", len(runs), n_runs)
        files = ask(f"/api/2.0/mlflow/artifacts/list?run_id={runs[0]['info']['run_id']}")["files"]
        assert any(file["path"] == "run.json" for file in files), files
        url = f"{base}/get-artifact?path=run.json&run_uuid={runs[0]['info']['run_id']}"
        equal("an artifact over HTTP", json.load(urllib.request.urlopen(url, timeout=60))["run"]["id"], runs[0]["info"]["run_id"])
        assert b"<html" in urllib.request.urlopen(base + "/", timeout=60).read().lower()
        print(f"  mlflow ui: {len(experiments)} experiments, {len(runs)} runs and their files over REST")
    except Exception:
        sys.stderr.write((folder / "server.log").read_text()[-3000:])
        raise
    finally:
        os.killpg(server.pid, 15)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, 9)
        log.close()


def check_serving(python, archive, lines, run, work):
    """The folder for Docker: its own command serves the model, its README's and the page's lines ask it, as they stand."""
    folder = unzip(archive, work / "docker")
    [command] = [line[4:] for line in (folder / "Dockerfile").read_text().splitlines() if line.startswith("CMD ")]
    log = open(work / "serving.log", "w")
    path = {**os.environ, "PATH": f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"}
    server = subprocess.Popen(json.loads(command), cwd=folder, env=path, stdout=log, stderr=log, start_new_session=True)
    model = run["model"]

    def predicted(row):
        return sum(coef * row[name] for name, coef in zip(model["features"], model["coef"])) + model["intercept"]

    def check(what, answer, rows):
        for found, row in zip(json.loads(answer)["predictions"], rows, strict=True):
            found = found if isinstance(found, float) else next(iter(found.values()))
            expected = predicted(row)
            assert abs(found - expected) <= 1e-12 * max(1.0, abs(expected)), f"{what}: {found} for {expected}"

    try:
        deadline = time.time() + 150
        while True:
            try:
                urllib.request.urlopen("http://127.0.0.1:5001/ping", timeout=5)
                break
            except OSError:
                assert server.poll() is None and time.time() < deadline, (work / "serving.log").read_text()[-3000:]
                time.sleep(0.5)

        def shell(line):
            result = subprocess.run(line, shell=True, cwd=folder, env=path, capture_output=True, text=True)
            assert result.returncode == 0, f"{line}\n{result.stderr}"
            return result.stdout

        [asked] = [line for line in (folder / "README.md").read_text().splitlines() if line.startswith("curl ")]
        example = json.loads((folder / "model" / "serving_input_example.json").read_text())["dataframe_split"]
        check("the README's line", shell(asked), [dict(zip(example["columns"], row)) for row in example["data"]])
        row = {"x1": 1.5, "x2": -2, "x3": 0.25, "k": 3}
        of = {title.split(",")[0]: code for title, code in json.loads(lines.read_text())}
        check("curl", shell(of["curl"]), [row])
        said = call(python, "-c", of["Python"]).stdout
        check("Python", json.dumps({"predictions": json.loads(said.replace("'", '"'))}), [row])
        print("  served by the Dockerfile's own command; asked by the README's line, by curl and by Python")
    finally:
        os.killpg(server.pid, 15)
        server.wait(30)
        log.close()


def unzip(archive, folder):
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def check_new(python, archive, runs, csv, work, with_page):
    n_runs = len(json.loads(runs.read_text()))
    folder = unzip(archive, work / "a folder with spaces é")
    # As it is, beside it: relative locations, with the variable.
    check_inside(python, "mlruns", runs, csv, "the bare folder", folder)
    started = time.time()
    call(python, folder / "open_in_mlflow.py", "--no-ui", cwd=work)
    print(f"  open_in_mlflow.py: moved into SQLite in {time.time() - started:.0f} s")
    check_inside(python, f"sqlite:///{folder}/mlflow.db", runs, csv, "moved into SQLite", work)
    if with_page:
        check_page(python, folder, n_runs)
        # The folder goes elsewhere and is opened anew.
        moved = folder.rename(work / "moved")
        (moved / "mlflow.db").unlink()
        call(python, moved / "open_in_mlflow.py", "--no-ui", cwd=work)
        check_inside(python, f"sqlite:///{moved}/mlflow.db", runs, csv, "after a move", work)
        folder = moved
    (work / "fresh").mkdir()
    target = f"sqlite:///{work}/fresh/store.db"
    for _ in range(2):  # the second time everything is there already
        call(python, folder / "import_runs.py", "--tracking-uri", target, cwd=work / "fresh")
    check_inside(python, target, runs, csv, "imported", work / "fresh")


def check_old(python, archive, runs, csv, work):
    folder = unzip(archive, work / "old")
    check_inside(python, "mlruns", runs, csv, "the bare folder", folder)
    call(python, folder / "open_in_mlflow.py", "--no-ui", cwd=work)
    check_inside(python, (folder / "mlruns").as_uri(), runs, csv, "made absolute", work)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pipette", type=Path)
    parser.add_argument("--workspace", type=Path, default=TARGET / "tmp" / "mlflow_workspace.zip")
    parser.add_argument("--only", choices=["new", "old"])
    parser.add_argument("--inside", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return inside(*options.inside)
    started = time.time()
    if not options.workspace.exists() or not (options.workspace.parent / "mlflow_usage.json").exists():
        subprocess.run(["cargo", "test", "--locked", "--test", "it", "export_mlflow"], cwd=ROOT, check=True)
    built = [TARGET / profile / "pipette" for profile in ("compute", "debug")]
    pipette = options.pipette or next((path for path in built if path.exists()), None)
    assert pipette, "Build the program first: cargo build --profile compute --bin pipette"
    csv = ROOT / "tests" / "cases" / "mixed.csv"
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        single, single_run = work / "run.zip", work / "run.json"
        subprocess.run([pipette, "run", csv, "--out", single_run, "--export", f"mlflow={single}"], check=True,
                       stdout=subprocess.DEVNULL)
        single_runs = work / "runs.json"
        single_runs.write_text(json.dumps([read_run(single_run)]))
        several_runs = options.workspace.with_suffix(".json")
        if options.only != "old":
            python = environment("venv-mlflow", NEW)
            print("· one run")
            check_new(python, single, single_runs, csv, Path(tempfile.mkdtemp(dir=work)), False)
            print("· a workspace")
            check_new(python, options.workspace, several_runs, csv, Path(tempfile.mkdtemp(dir=work)), True)
            print("· a model behind mlflow models serve")
            beside = options.workspace.parent
            first = json.loads(several_runs.read_text())[0]
            check_serving(python, beside / "mlflow_docker.zip", beside / "mlflow_usage.json", first, work)
        if options.only != "new":
            python = environment("venv-mlflow2", OLD)
            print("· MLflow 2.3.2")
            check_old(python, single, single_runs, csv, Path(tempfile.mkdtemp(dir=work)))
            check_old(python, options.workspace, several_runs, csv, Path(tempfile.mkdtemp(dir=work)))
    print(f"All agree, in {time.time() - started:.0f} s.")


if __name__ == "__main__":
    main()
