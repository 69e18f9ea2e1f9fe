"""Writes tests/golden/mlruns3.zip and mlruns2.zip, or what of the two the installed MLflow can: an mlruns folder by MLflow itself,
with runs that Pipette never made, and beside it what MLflow says of them (mlruns3.json, mlruns2.json).

    python tests/python/mlruns.py          with mlflow 3.17.2, then with mlflow 2.3.2 and scikit-learn 1.2.2
"""
import json
import os
import tempfile
import zipfile
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
START = 1_700_000_000_000


def log(mlflow, is_new):
    import pandas as pd
    from mlflow.models import infer_signature
    from sklearn.linear_model import LinearRegression

    client = mlflow.MlflowClient()
    experiment = client.create_experiment("prices: a test", tags={"mlflow.note.content": "yes"})
    client.create_experiment("empty")
    frame = pd.DataFrame({"size": [1.0, 2.0, 3.0, 4.0], "rooms": [1, 2, 2, 3], "price": [2.0, 3.5, 5.0, 6.5]})
    with mlflow.start_run(experiment_id=experiment, run_name="by hand") as parent:
        mlflow.log_params({"alpha": 0.1, "text": "yes", "lines": "a\nb", "empty": "", "target": "price"})
        for step, value in enumerate([3.5, 2.25, float("inf"), 1e-300, 0.1 + 0.2]):
            client.log_metric(parent.info.run_id, "val/loss", value, timestamp=START + step, step=step)
        client.log_metric(parent.info.run_id, "training_r2", float("nan"), timestamp=START, step=0)
        mlflow.set_tags({"team": "a b", "mlflow.note.content": "Two\nlines: # é 价格"})
        mlflow.log_text("hello", "notes/readme.txt")
        if hasattr(mlflow, "log_input"):
            mlflow.log_input(mlflow.data.from_pandas(frame, source="prices.csv", name="prices", targets="price"), context="training")
        model = LinearRegression().fit(frame[["size", "rooms"]], frame["price"])
        signature = infer_signature(frame[["size", "rooms"]], model.predict(frame[["size", "rooms"]]))
        name = {"name": "lr"} if is_new else {"artifact_path": "lr"}
        mlflow.sklearn.log_model(model, signature=signature, registered_model_name="price model", **name)
        with mlflow.start_run(experiment_id=experiment, run_name="child", nested=True):
            mlflow.log_metric("rmse", 1.5)
    try:
        with mlflow.start_run(experiment_id=experiment, run_name="broken"):
            raise ValueError("stopped")
    except ValueError:
        pass
    with mlflow.start_run(run_name="in the bin") as bin_run:
        mlflow.log_param("x", "1")
    client.delete_run(bin_run.info.run_id)
    client.create_model_version("price model", f"runs:/{parent.info.run_id}/lr", parent.info.run_id, description="again")
    client.set_registered_model_alias("price model", "champion", "1")
    client.set_registered_model_tag("price model", "owner", "me")
    client.update_registered_model("price model", "What a place costs")
    client.transition_model_version_stage("price model", "2", "Archived")
    return client


def said(client):
    from mlflow.entities import ViewType

    def number(value):
        return "NaN" if value != value else "Infinity" if value == float("inf") else value

    runs = []
    for experiment in client.search_experiments(view_type=ViewType.ALL):
        for run in client.search_runs([experiment.experiment_id], run_view_type=ViewType.ALL):
            history = {key: client.get_metric_history(run.info.run_id, key) for key in run.data.metrics}
            inputs = getattr(run, "inputs", None)
            runs.append({
                "run_id": run.info.run_id, "name": run.info.run_name, "experiment_id": experiment.experiment_id,
                "status": run.info.status, "start_time": run.info.start_time, "end_time": run.info.end_time,
                "lifecycle_stage": run.info.lifecycle_stage, "params": run.data.params, "tags": run.data.tags,
                "metrics": {key: [[metric.timestamp, number(metric.value), metric.step] for metric in values] for key, values in history.items()},
                "datasets": [[found.dataset.name, found.dataset.digest] for found in inputs.dataset_inputs] if inputs else [],
            })
    experiments = {found.experiment_id: found.name for found in client.search_experiments(view_type=ViewType.ALL)}
    models = {}
    for model in client.search_registered_models():
        versions = client.search_model_versions(f"name='{model.name}'")
        models[model.name] = {
            "description": model.description, "tags": model.tags, "aliases": {alias: int(version) for alias, version in model.aliases.items()},
            "versions": {int(version.version): [version.run_id, version.current_stage, version.description] for version in versions},
        }
    return {"experiments": experiments, "runs": runs, "models": models}


def main():
    import mlflow

    is_new = int(mlflow.__version__.split(".")[0]) >= 3
    name = "mlruns3" if is_new else "mlruns2"
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        mlflow.set_tracking_uri("file:" + folder + "/mlruns")
        client = log(mlflow, is_new)
        expected = {"mlflow": mlflow.__version__, **said(client)}
        (GOLDEN / f"{name}.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
        with zipfile.ZipFile(GOLDEN / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path("mlruns").rglob("*")):
                archive.write(path)
        os.chdir(GOLDEN)
    print(f"{name}: {(GOLDEN / f'{name}.zip').stat().st_size} bytes")


main()
