#!/usr/bin/env python3
"""Logs the runs in this folder into an MLflow server or store, by MLflow's public API:

    python import_runs.py --tracking-uri http://HOST:5000 [--registry-uri URI] [--experiment NAME] [--dry-run]

Runs get new ids there; the old id is the tag pipette.run_id, and a run that is there already is left out.
"""
import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUNS = HERE / "mlruns"
RUN_ID = "pipette.run_id"  # the tag, of a run and of a model's version, that keeps the id that the run had
STATUS = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
AT_ONCE = {"metrics": 1000, "params": 100, "tags": 100}  # MLflow's limits of one call


# ---- reading the folder ----

def meta(folder):
    import yaml  # comes with MLflow

    path = folder / "meta.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None


def values(folder):
    """The texts of the files below a folder, by their path in it."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8") for path in files}


def folders(folder):
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def runs_of(experiment):
    """The runs of an experiment's folder, parents before their children, deleted ones left out."""
    found = []
    for folder in folders(experiment):
        about = meta(folder)
        if about and "run_id" in about and about["lifecycle_stage"] == "active":
            found.append((folder, about, values(folder / "tags")))
    return sorted(found, key=lambda run: ("mlflow.parentRunId" in run[2], run[1]["start_time"], run[1]["run_id"]))


# ---- writing ----

def log_run(client, experiment_id, folder, about, tags, new_ids):
    from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag

    parent = tags.get("mlflow.parentRunId")
    if parent in new_ids:
        tags = {**tags, "mlflow.parentRunId": new_ids[parent]}
    # Only a run that was logged to its end gets the tag by which it is found again.
    run = client.create_run(experiment_id, about["start_time"], run_name=about["run_name"])
    run_id = run.info.run_id
    metrics = []
    for key, text in values(folder / "metrics").items():
        for line in text.splitlines():
            time, value, step = line.split()[:3]
            metrics.append(Metric(key, float(value), int(time), int(step)))
    batch = {
        "metrics": metrics,
        "params": [Param(key, value) for key, value in values(folder / "params").items()],
        "tags": [RunTag(key, value) for key, value in tags.items()],
    }
    for kind, items in batch.items():
        for start in range(0, len(items), AT_ONCE[kind]):
            client.log_batch(run_id, **{kind: items[start:start + AT_ONCE[kind]]})
    inputs = []
    for link in folders(folder / "inputs"):
        source = meta(link)
        found = meta(folder.parent / "datasets" / source["source_id"])
        dataset = Dataset(found["name"], found["digest"], found["source_type"], found["source"], found["schema"], found["profile"])
        inputs.append(DatasetInput(dataset, [InputTag(key, value) for key, value in source["tags"].items()]))
    if inputs:
        client.log_inputs(run_id, inputs)
    if folders(folder / "artifacts") or values(folder / "artifacts"):
        client.log_artifacts(run_id, str(folder / "artifacts"))
    model_id = log_model(client, experiment_id, run_id, folder)
    client.set_terminated(run_id, STATUS.get(about["status"], "FINISHED"), about["end_time"])
    client.set_tag(run_id, RUN_ID, about["run_id"])
    return run_id, model_id


def log_model(client, experiment_id, run_id, folder):
    """MLflow 3's LoggedModel of the run; in MLflow 2 the run's artifact `model` is the model."""
    files = folder / "artifacts" / "model"
    if not files.is_dir() or not hasattr(client, "create_logged_model"):
        return None
    from mlflow.entities import LoggedModelOutput

    params = values(folder / "params")
    model = client.create_logged_model(experiment_id, name="model", source_run_id=run_id, params=params)
    client.log_model_artifacts(model.model_id, str(files))
    client.finalize_logged_model(model.model_id, "READY")
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, 0)])
    return model.model_id


def register(client, folder, new_runs):
    from mlflow.exceptions import MlflowException

    about = meta(folder)
    name = about["name"]
    try:
        client.create_registered_model(name, values(folder / "tags"), about["description"])
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    there = {version.tags.get(RUN_ID): version.version for version in client.search_model_versions(f"name='{name}'")}
    numbers = {}
    versions = sorted(folder.glob("version-*"), key=lambda path: int(path.name.split("-")[1]))
    for path in versions:
        version = meta(path)
        old_id = version["run_id"]
        if old_id in there:
            numbers[str(version["version"])] = there[old_id]
            continue
        if old_id not in new_runs:
            continue
        run_id, model_id = new_runs[old_id]
        tags = {**values(path / "tags"), RUN_ID: old_id}
        more = {"model_id": model_id} if model_id else {}
        source = f"models:/{model_id}" if model_id else client.get_run(run_id).info.artifact_uri + "/model"
        made = client.create_model_version(name, source, run_id, tags, description=version["description"], **more)
        numbers[str(version["version"])] = made.version
    for alias, number in values(folder / "aliases").items():
        if number in numbers:
            client.set_registered_model_alias(name, alias, numbers[number])
    return len(numbers)


def main():
    parser = argparse.ArgumentParser(description="Logs the runs in this folder into an MLflow server or store.")
    parser.add_argument("--tracking-uri", required=True, help="such as http://127.0.0.1:5000 or sqlite:///mlflow.db")
    parser.add_argument("--registry-uri", help="where models are registered, if elsewhere")
    parser.add_argument("--experiment", help="put all runs into this experiment instead of their own")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be logged")
    options = parser.parse_args()
    try:
        import mlflow
    except ImportError:
        sys.exit("MLflow is not installed for this Python. Install it with: pip install mlflow")
    # For the whole process, not only for the client: MLflow looks up a version's model there.
    mlflow.set_tracking_uri(options.tracking_uri)
    mlflow.set_registry_uri(options.registry_uri or options.tracking_uri)
    client = mlflow.MlflowClient()
    new_runs = {}
    for folder in folders(RUNS):
        about = meta(folder)
        if not about or "experiment_id" not in about:
            continue
        runs = runs_of(folder)
        name = options.experiment or about["name"]
        print(f"· {name}: {len(runs)} runs", flush=True)
        if options.dry_run or not runs:
            continue
        there = client.get_experiment_by_name(name)
        experiment_id = there.experiment_id if there else client.create_experiment(name, tags=values(folder / "tags"))
        for path, run, tags in runs:
            known = client.search_runs([experiment_id], f"tags.`{RUN_ID}` = '{run['run_id']}'", max_results=1)
            if known:
                outputs = getattr(known[0], "outputs", None)
                models = outputs.model_outputs if outputs else []
                new_runs[run["run_id"]] = (known[0].info.run_id, models[0].model_id if models else None)
                print(f"  {run['run_name']} is there already", flush=True)
                continue
            ids = {old: new for old, (new, _) in new_runs.items()}
            new_runs[run["run_id"]] = log_run(client, experiment_id, path, run, tags, ids)
            print(f"  {run['run_name']} → {new_runs[run['run_id']][0]}", flush=True)
    for folder in folders(RUNS / "models"):
        if options.dry_run:
            print(f"· model {meta(folder)['name']}")
        else:
            print(f"· model {meta(folder)['name']}: {register(client, folder, new_runs)} versions", flush=True)


if __name__ == "__main__":
    main()
