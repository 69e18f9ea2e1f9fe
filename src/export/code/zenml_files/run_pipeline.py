"""Runs the training pipeline on the active ZenML stack, and prints its numbers."""

import argparse
import hashlib
import json
from pathlib import Path

from zenml.client import Client

from steps.config import DATA

HERE = Path(__file__).parent


def digest(*paths):
    """SHA-256 over the files: ZenML's cache knows a file by its name only, and code in src/ not at all."""
    found = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                found.update(block)
    return found.hexdigest()


def tracking_uri():
    """Where the MLflow runs are; without the MLflow stack, nowhere."""
    tracker = Client().active_stack.experiment_tracker
    if tracker is None:
        return "none: the active stack has no experiment tracker; ./setup.sh registers one"
    return tracker.get_tracking_uri()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data_path", nargs="?", type=Path, default=HERE / "data" / DATA, help="the CSV file; default: %(default)s")
    parser.add_argument("--engine", choices=["local", "dask"], default="local", help="dask: on a cluster, for what outgrows one machine")
    parser.add_argument("--scheduler", help="the Dask scheduler's address, such as tcp://127.0.0.1:8786")
    parser.add_argument("--block", type=int, default=64 << 20, help="bytes of the file in a partition; default: %(default)s")
    parser.add_argument("--json", type=Path, help="write metrics and coefficients in full precision")
    args = parser.parse_args()
    if not args.data_path.is_file():
        parser.error(f"There is no {args.data_path}. Put the CSV file there, or name another one.")

    data_path = str(args.data_path.resolve())
    source = HERE / "src"
    keys = {
        "data_digest": digest(data_path, source / "data_cleaning.py"),
        "code_digest": digest(*sorted(source.glob("*.py"))),
    }
    if args.engine == "dask":
        from src import dask_plan

        if not args.scheduler:
            parser.error("Say where the cluster is: --scheduler tcp://HOST:8786")
        if dask_plan.PROBLEMS:
            parser.exit(1, "This pipeline does not run on Dask:\n" + "".join(f"- {line}\n" for line in dask_plan.PROBLEMS))
        for line in dask_plan.LEFT_OUT:
            print(f"Left out: {line}")
        from pipelines.dask_pipeline import dask_pipeline

        run = dask_pipeline(data_path=data_path, scheduler=args.scheduler, block=args.block, **keys)
        last = "train_on_dask"
    else:
        from pipelines.training_pipeline import train_pipeline

        run = train_pipeline(data_path=data_path, **keys)
        last = "evaluate_model"

    for name, step in run.steps.items():
        print(f"{name:20} {step.status.value}")
    found = run.steps[last].outputs["numbers"][0].load()
    for name, value in found["metrics"].items():
        print(f"{name:40} {value!r}")
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"Tracking URI: {tracking_uri()}")


if __name__ == "__main__":
    main()
