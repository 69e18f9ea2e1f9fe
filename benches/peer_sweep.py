#!/usr/bin/env python3
"""The sweep of sweep.mjs in scikit-learn, timed: peer_sweep.py FILE PENALTIES FOLDS. Prints one line of JSON.

Reading, cleaning and splitting are not counted.
"""

import json
import sys
import time
from pathlib import Path

import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, train_test_split

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "golden"))
from make_sample import TARGET, clean

n, folds = int(sys.argv[2]), int(sys.argv[3])
table = clean(pd.read_csv(sys.argv[1]))
X, _, y, _ = train_test_split(table.drop(columns=TARGET), table[TARGET], test_size=0.2, random_state=42)
grid = {"alpha": [10 ** (-4 + 8 * i / n) for i in range(n)]}
search = GridSearchCV(Ridge(), grid, scoring="neg_mean_squared_error", cv=KFold(folds, shuffle=True, random_state=1))
start = time.perf_counter()
search.fit(X, y)
print(json.dumps({"seconds": time.perf_counter() - start, "alpha": search.best_params_["alpha"]}))
