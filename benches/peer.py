#!/usr/bin/env python3
"""The same job in pandas and scikit-learn, timed by step: peer.py FILE. Prints one line of JSON.

Importing the libraries is not counted. Peak memory is the process's, libraries included.
"""

import json
import platform
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "golden"))
from make_sample import TARGET, clean, scores  # the course's steps, as the golden numbers use them

seconds = {}
clock = time.perf_counter()


def lap(step):
    global clock
    now = time.perf_counter()
    seconds[step] = now - clock
    clock = now


raw = pd.read_csv(sys.argv[1])
lap("ingest")
table = clean(raw)
lap("clean")
X_train, X_test, y_train, y_test = train_test_split(
    table.drop(columns=TARGET), table[TARGET], test_size=0.2, random_state=42
)
lap("split")
model = LinearRegression().fit(X_train, y_train)
lap("train")
test = scores(y_test, model.predict(X_test), X_train.shape[1])
scores(y_train, model.predict(X_train), X_train.shape[1])
lap("evaluate")

peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(
    json.dumps(
        {
            "seconds": seconds,
            "total": sum(seconds.values()),
            "peak_bytes": peak * (1 if sys.platform == "darwin" else 1024),
            "r2_test": test["r2"],
            "versions": {
                "python": platform.python_version(),
                "numpy": np.__version__,
                "pandas": pd.__version__,
                "scikit-learn": sklearn.__version__,
            },
        }
    )
)
