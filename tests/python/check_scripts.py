"""Runs the Python that the page shows and compares its numbers with the page's.

    node tests/e2e/scripts.mjs OUT FILE.csv …    collects, for each file, the five snippets and the page's numbers
    python tests/python/check_scripts.py OUT     runs the snippets one after the other, as a person would paste them

Needs pandas and scikit-learn. Fails if a script does not run, or if a number differs by more than 1e-9 relative.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TAIL = """
import json as _json
from sklearn import metrics as _metrics
_last, _names = model, X_train.columns
if hasattr(model, "steps"):
    _last, _names = model[-1], model[:-1].transform(X_train).columns
_out = {"coef": dict(zip(map(str, _names), _last.coef_.tolist())), "metrics": {}}
_out["coef"]["(intercept)"] = float(_last.intercept_)
for _part, _X, _y in [("test", X_test, y_test), ("train", X_train, y_train)]:
    _p = model.predict(_X)
    _out["metrics"][_part + ".r2"] = _metrics.r2_score(_y, _p)
    _out["metrics"][_part + ".rmse"] = _metrics.root_mean_squared_error(_y, _p)
    _out["metrics"][_part + ".mae"] = _metrics.mean_absolute_error(_y, _p)
print("\\n@@" + _json.dumps(_out))
"""


def run(case, code):
    """What the code says at its end, or its error."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(case["file"], Path(folder) / case["name"])
        script = Path(folder) / "script.py"
        script.write_text(code + TAIL, encoding="utf-8")
        done = subprocess.run([sys.executable, script.name], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        return None, done.stderr.strip().splitlines()[-1]
    return json.loads(done.stdout.rsplit("@@", 1)[1]), done.stderr.strip()


def differences(page, script):
    """The numbers that differ, as lines."""
    scale = max((abs(value) for value in page["coef"].values()), default=1.0)
    for name in sorted(set(page["coef"]) | set(script["coef"])):
        here, there = page["coef"].get(name), script["coef"].get(name)
        if here is None or there is None or abs(here - there) > 1e-9 * max(abs(there), 1e-3 * scale):
            yield f"coefficient of {name}: page {here}, script {there}"
    for name, there in script["metrics"].items():
        here = page["metrics"].get(name)
        if here is None or abs(here - there) > 1e-9 * max(abs(there), 1e-6):
            yield f"{name}: page {here}, script {there}"


def main():
    bad = 0
    for path in sorted(Path(sys.argv[1]).glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        if case["status"] != "completed":
            print(f"– {case['name']}: the page did not finish ({case['status']})")
            continue
        whole = case["script"].strip() == "\n".join(case["snippets"]).strip()
        out, words = run(case, "\n\n".join(case["snippets"]))
        lines = list(differences(case, out)) if out else [words]
        # Blank lines between the parts are all that may differ.
        plain = lambda text: [line for line in text.splitlines() if line.strip()]  # noqa: E731
        if not whole and plain(case["script"]) != plain("\n".join(case["snippets"])):
            lines.append("the copied script is not the five snippets")
        bad += bool(lines)
        print(f"{'✗' if lines else '✓'} {case['name']}", *lines[:6], f"({len(lines)} differences)" if lines else "", sep="\n    " if lines else " ")
        if out and words:
            print("    warning:", words.splitlines()[0])
    sys.exit(1 if bad else 0)


main()
