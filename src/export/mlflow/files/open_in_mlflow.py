#!/usr/bin/env python3
"""Opens the runs in this folder in MLflow: python open_in_mlflow.py [--port 5000] [--no-ui] [--file-store]

1. Makes the locations in mlruns those of this folder, so that artifacts and models are found from everywhere.
2. Moves everything into mlflow.db (SQLite), because MLflow 3.13 and later refuse a bare mlruns. MLflow 2 needs no move.
3. Starts MLflow's page.
"""
import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUNS = HERE / "mlruns"
DATABASE = HERE / "mlflow.db"
LOCATIONS = ("artifact_location", "artifact_uri", "source", "storage_location", "artifact_path")


def place(location):
    """mlruns/…, or file:///an/older/folder/mlruns/…, as an absolute URI of this folder; anything else as it is."""
    found = re.match(r"(?:mlruns|file:///.*?/mlruns)(/.*|$)", location)
    return RUNS.as_uri() + found.group(1) if found else location


def make_absolute():
    import yaml  # comes with MLflow

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(RUNS.rglob("meta.yaml")) + sorted(RUNS.rglob("MLmodel")):
        values = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        if not isinstance(values, dict):
            continue
        changed = {key: place(values[key]) for key in LOCATIONS if isinstance(values.get(key), str)}
        if any(values[key] != value for key, value in changed.items()):
            text = yaml.safe_dump({**values, **changed}, default_flow_style=False, allow_unicode=True)
            path.write_text(text, encoding="utf-8")


def mlflow(*arguments, **variables):
    command = [sys.executable, "-m", "mlflow", *arguments]
    print("·", "mlflow", *arguments, flush=True)
    return subprocess.run(command, cwd=HERE, env={**os.environ, **variables}).returncode


def main():
    parser = argparse.ArgumentParser(description="Opens the runs in this folder in MLflow.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="5000")
    parser.add_argument("--no-ui", action="store_true", help="prepare only")
    parser.add_argument("--file-store", action="store_true", help="use mlruns as it is, without SQLite")
    options = parser.parse_args()
    try:
        from mlflow.version import VERSION
    except ImportError:
        sys.exit("MLflow is not installed for this Python. Install it with: pip install mlflow")
    make_absolute()
    version = tuple(int(part) for part in re.findall(r"\d+", VERSION)[:2])
    variables = {}
    if options.file_store or version < (3, 13):
        store, variables = RUNS.as_uri(), {"MLFLOW_ALLOW_FILE_STORE": "true"}
    else:
        store = f"sqlite:///{DATABASE.as_posix()}"
        if DATABASE.exists():
            print(f"· {DATABASE.name} is there already and is used. Delete it to start again from mlruns.")
        else:
            # Under another name until it is whole, so that a move that was stopped is not taken for one that was made.
            unfinished = DATABASE.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            target = f"sqlite:///{unfinished.as_posix()}"
            code = mlflow("migrate-filestore", "--source", str(RUNS), "--target", target, MLFLOW_ALLOW_FILE_STORE="true")
            if code:
                sys.exit(code)
            unfinished.rename(DATABASE)
    if options.no_ui:
        print(f"· Ready. Tracking URI: {store}")
        return
    print(f"· MLflow's page: http://{options.host}:{options.port} (Ctrl-C stops it)", flush=True)
    server = ("ui", "--backend-store-uri", store, "--host", options.host, "--port", options.port)
    try:
        sys.exit(mlflow(*server, **variables))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
