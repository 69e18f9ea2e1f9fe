"""Logs runs to a real MLflow server while they happen, and checks what it has: python tests/python/export_live.py

    --pipette FILE     the program (default: target/debug/pipette)
    --only new|old|page  the program with MLflow 3.17.2 on SQLite, or with 2.3.2 on its file store, or just the page
    --page DIST        a build of the page that may reach http://127.0.0.1:5123 (PIPETTE_CONNECT): checks the page too

The server is there, is away and comes back; a proxy loses requests and answers, each in turn. In the end every run is there
exactly once, with the values of run.json. It makes its environments under target/. Everything runs on loopback.
"""
import argparse
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from export_mlflow import NEW, OLD, ROOT, TARGET, check_artifacts, check_datasets, check_runs, environment, equal, read_run

EXPERIMENT = "live: größe & co"
PAGE_PORT = 5123
SWEEP = {
    "pipette": 1,
    "clean": [{"rule": "drop_missing", "columns": ["x1", "x2", "x3", "k"]}, {"rule": "drop_columns", "columns": ["size", "flag", "color"]}],
    "features": {"target": "y", "columns": ["x1", "x2", "x3", "k"]},
    "train": [{"estimator": "ridge", "params": {"alpha": [0.1, 1.0, 10.0]}}],
}


class Server:
    """A real `mlflow server`: started, stopped, started again on the same store."""

    def __init__(self, python, folder, is_old, port=None):
        self.python, self.folder, self.is_old, self.process = python, folder, is_old, None
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.store = str(folder / "mlruns") if is_old else f"sqlite:///{folder}/mlflow.db"

    def start(self, *more):
        command = [self.python, "-m", "mlflow", "server", "--backend-store-uri", self.store, "--artifacts-destination",
                   self.folder / "artifacts", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1", *more]
        log = open(self.folder / "server.log", "a")
        # 2.3.2 starts gunicorn by its name.
        env = {**os.environ, "PATH": f"{Path(self.python).parent}{os.pathsep}{os.environ['PATH']}"}
        self.process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log, cwd=self.folder, env=env,
                                        start_new_session=True)
        deadline = time.time() + 180
        while True:
            try:
                urllib.request.urlopen(self.url + "/health", timeout=5).read()
                return self
            except OSError:
                assert self.process.poll() is None and time.time() < deadline, (self.folder / "server.log").read_text()[-3000:]
                time.sleep(0.3)

    def stop(self):
        if self.process:
            os.killpg(self.process.pid, 15)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, 9)
            self.process = None


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Proxy(ThreadingHTTPServer):
    """Hands requests on to the server, until the request of a number is lost, or its answer is; after that nothing passes."""

    def __init__(self, target):
        super().__init__(("127.0.0.1", 0), Handler)
        self.target, self.number, self.fails_at, self.loses_answer = target, 0, None, False
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def plan(self, fails_at, loses_answer):
        self.number, self.fails_at, self.loses_answer = 0, fails_at, loses_answer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def hand_on(self):
        proxy = self.server
        number, proxy.number = proxy.number, proxy.number + 1
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        at = proxy.fails_at
        if at is not None and (number > at or (number == at and not proxy.loses_answer)):
            return self.hang_up()
        connection = http.client.HTTPConnection("127.0.0.1", proxy.target, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() in ("content-type", "accept")}
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        if number == at:
            return self.hang_up()
        self.send_response(answer.status)
        self.send_header("content-type", answer.headers.get("content-type", "application/json"))
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = hand_on

    def hang_up(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_):
        pass


# ---- inside an environment ----

def inside(url, runs_file, csv, n_children):
    import mlflow
    import pandas as pd

    is_new = int(mlflow.__version__.split(".")[0]) >= 3
    runs = json.loads(Path(runs_file).read_text())
    mlflow.set_tracking_uri(url)
    client = mlflow.MlflowClient()
    experiment = client.get_experiment_by_name(EXPERIMENT)
    found = client.search_runs([experiment.experiment_id], max_results=1000)
    ids = Counter(run.data.tags["pipette.run_id"] for run in found)
    equal("each run once", [run_id for run_id, n in ids.items() if n > 1], [])
    equal("runs", len(found), len(runs) + int(n_children))
    ids = check_runs(client, runs, sys.float_info.max if is_new else float("inf"), by_tag=True)
    check_artifacts(client, runs, ids)
    if is_new:
        check_datasets(client, runs, ids)
        models = client.search_logged_models([experiment.experiment_id], max_results=100)
        equal("a model a run", sorted(model.source_run_id for model in models), sorted(ids[run["run"]["id"]] for run in runs))
        for model in models:
            equal("ready", str(model.status).rsplit(".", 1)[-1], "READY")
            assert {metric.key for metric in model.metrics} >= {"r2", "rmse"}, model.metrics
    frame = pd.read_csv(csv)
    for run in runs:
        equal("terminal", client.get_run(ids[run["run"]["id"]]).info.status, run["run"]["status"])
        model = run["model"]
        if not model or model["kind"] != "linear" or set(model["features"]) - set(frame.columns):
            continue
        rows = frame.dropna(subset=model["features"])[model["features"]].head(50).astype(float)
        expected = rows.to_numpy() @ model["coef"] + model["intercept"]
        loaded = mlflow.pyfunc.load_model(f"runs:/{ids[run['run']['id']]}/model")
        worst = abs(loaded.predict(rows).reshape(-1) - expected).max()
        assert worst <= 1e-12 * max(1.0, abs(expected).max()), worst
        print(f"  model of {run['run']['name']} loaded from the server: {worst:.1e} away from run.json's coefficients")
    print(f"  MLflow {mlflow.__version__}: {len(runs)} runs and {n_children} candidates, each once, value for value")


# ---- outside ----

def pipette(program, *arguments, code=0):
    result = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    assert result.returncode == code, f"{arguments}: {result.returncode}\n{result.stdout[-2000:]}\n{result.stderr[-2000:]}"
    return [line for line in result.stdout.splitlines() if line.startswith(("tracked", "waiting", "note", "Nothing"))]


def check(python, server, runs, n_children, csv):
    runs_file = server.folder / "runs.json"
    runs_file.write_text(json.dumps(runs))
    result = subprocess.run([python, Path(__file__).resolve(), "--inside", server.url, runs_file, csv, str(n_children)],
                            capture_output=True, text=True, cwd=server.folder)
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-5000:]
    sys.stdout.write("".join(line + "\n" for line in result.stdout.splitlines() if line.startswith("  ")))


def check_program(python, program, work, is_old):
    csv = ROOT / "tests" / "cases" / "mixed.csv"
    sweep = work / "sweep.json"
    sweep.write_text(json.dumps(SWEEP))
    outbox = work / "outbox"
    server = Server(python, work, is_old)
    runs = []

    def run(url, *more):
        file = work / f"run{len(runs)}.json"
        said = pipette(program, "run", csv, "--track", url, "--experiment", EXPERIMENT, "--outbox", outbox, "--out", file, *more)
        runs.append(read_run(file))
        return said

    def waiting():
        return sorted(path.name for path in outbox.glob("*.runs"))

    try:
        # Nobody is there yet: the first run waits.
        said = run(server.url)
        assert said[-1].startswith("waiting   1 run in ") and "does not answer" in said[-1], said
        equal("files that wait", waiting(), [runs[0]["run"]["id"] + ".runs"])
        server.start()
        # The next one brings it along.
        said = run(server.url, "--pipeline", sweep)
        assert said[0].startswith("tracked   ") and "runs logged to " in said[0], said
        equal("files that wait", waiting(), [])
        check(python, server, runs, 3, csv)
        # It goes away, and comes back.
        server.stop()
        run(server.url, "--pipeline", sweep)
        run(server.url)
        equal("files that wait", len(waiting()), 2)
        said = pipette(program, "track", server.url, "--experiment", EXPERIMENT, "--outbox", outbox, code=1)
        assert said[0].startswith("waiting   5 runs in "), said
        server.start()
        # Each request is lost once, and each answer once.
        proxy, rounds = Proxy(server.port), 0
        while waiting():
            proxy.plan(rounds // 2, rounds % 2 == 1)
            result = subprocess.run([program, "track", proxy.url, "--experiment", EXPERIMENT, "--outbox", outbox], capture_output=True, text=True)
            equal("exit code", result.returncode, 1 if waiting() else 0)
            rounds += 1
            assert rounds < 400, "it does not come to an end"
        proxy.shutdown()
        print(f"  {rounds} rounds through a proxy that lost a request or an answer in each")
        check(python, server, runs, 6, csv)
        equal("nothing waits", pipette(program, "track", server.url, "--outbox", outbox), [f"Nothing waits in {outbox}."])
    finally:
        server.stop()


def check_page(python, work, dist):
    """The page in a browser: docs of what it does are in tests/e2e/live.mjs, which tells when the server has to come and go."""
    server = Server(python, work, False, PAGE_PORT)
    csv = ROOT / "tests" / "cases" / "mixed.csv"
    environment = {**os.environ, "PIPETTE_LIVE_DIST": str(dist), "PIPETTE_LIVE_URL": server.url, "PIPETTE_LIVE_EXPERIMENT": EXPERIMENT}
    page = subprocess.Popen(["node", ROOT / "tests" / "e2e" / "live.mjs", csv, work / "page.json"], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True, env=environment)
    origin = None
    try:
        for line in page.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "origin":
                origin = rest
            elif word == "start":
                server.start("--cors-allowed-origins", origin)
            elif word == "stop":
                server.stop()
            elif word == "check":
                found = json.loads((work / "page.json").read_text())
                check(python, server, found["runs"], found["n_children"], csv)
            else:
                print(f"  {line.strip()}")
                continue
            page.stdin.write("done\n")
            page.stdin.flush()
        equal("the page's script", page.wait(60), 0)
    finally:
        page.kill()
        server.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pipette", type=Path, default=TARGET / "debug" / "pipette")
    parser.add_argument("--only", choices=["new", "old", "page"])
    parser.add_argument("--page", type=Path)
    parser.add_argument("--inside", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return inside(*options.inside)
    started = time.time()
    work = Path(tempfile.mkdtemp())
    try:
        for name, packages, is_old in (("venv-mlflow", NEW, False), ("venv-mlflow2", OLD, True)):
            if options.only in (None, "old" if is_old else "new"):
                python = environment(name, packages)
                print(f"· {packages[0]}, the program", flush=True)
                (work / name).mkdir()
                check_program(python, options.pipette, work / name, is_old)
        if options.page:
            print("· the page", flush=True)
            (work / "page").mkdir()
            check_page(environment("venv-mlflow", NEW), work / "page", options.page)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"All agree, in {time.time() - started:.0f} s.")


if __name__ == "__main__":
    main()
