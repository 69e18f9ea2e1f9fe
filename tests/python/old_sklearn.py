"""Loads pickles that Pipette wrote with an old scikit-learn: python old_sklearn.py FOLDER

Started by export_models.py in an environment of its own. Each folder in FOLDER has model.pkl and old.json, the rows with what they are;
prints one JSON object: scikit-learn's version, and for each folder its predictions, or why there are none.
"""
import json
import pickle
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn


def predictions(home):
    asked = json.loads((home / "old.json").read_text())
    rows = pd.DataFrame(asked["data"], columns=asked["columns"])
    for name, kind in asked["types"].items():
        rows[name] = rows[name].astype(object).where(rows[name].notna(), np.nan) if kind == "text" else rows[name].astype(float)
    model = pickle.loads((home / "model.pkl").read_bytes())
    if not asked["classes"]:
        return np.ravel(model.predict(rows)).tolist()
    first, second = asked["classes"]
    return (first + (second - first) * model.predict_proba(rows)[:, 1]).tolist()


def main():
    warnings.filterwarnings("ignore")
    found = {}
    for place in sorted(Path(sys.argv[1]).glob("*/old.json")):
        try:
            found[place.parent.name] = predictions(place.parent)
        except Exception as error:  # the reason is what is asked for
            found[place.parent.name] = f"{type(error).__name__}: {error}"
    print(json.dumps({"version": sklearn.__version__, "models": found}))


if __name__ == "__main__":
    main()
