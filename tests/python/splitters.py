"""Writes tests/golden/splitters.json: scikit-learn's own folds for the specs below.

Run from the repository's root: python tests/python/splitters.py
"""
import json

import numpy as np
import sklearn
from sklearn.model_selection import (GroupKFold, KFold, LeaveOneOut, ParameterGrid, ParameterSampler, RepeatedKFold,
                                     ShuffleSplit, StratifiedKFold, StratifiedShuffleSplit, TimeSeriesSplit)

rng = np.random.RandomState(7)
LABELS = {n: rng.randint(0, 4, n).tolist() for n in (24, 57)}
GROUPS = {n: rng.randint(0, 9, n).tolist() for n in (24, 57)}
CLASSES = dict(k_fold=KFold, stratified_k_fold=StratifiedKFold, group_k_fold=GroupKFold, shuffle_split=ShuffleSplit,
               stratified_shuffle_split=StratifiedShuffleSplit, time_series_split=TimeSeriesSplit,
               repeated_k_fold=RepeatedKFold, leave_one_out=LeaveOneOut)
SPECS = []
for n in (24, 57):
    for seed in (0, 42):
        for k in (2, 3, 5):
            SPECS += [(n, dict(kind=kind, n_splits=k, shuffle=True, random_state=seed))
                      for kind in ("k_fold", "stratified_k_fold", "group_k_fold")]
        SPECS += [(n, dict(kind="repeated_k_fold", n_splits=3, n_repeats=2, random_state=seed)),
                  (n, dict(kind="shuffle_split", n_splits=3, test_size=0.3, random_state=seed)),
                  (n, dict(kind="shuffle_split", n_splits=2, test_size=7, random_state=seed)),
                  (n, dict(kind="stratified_shuffle_split", n_splits=3, test_size=0.25, random_state=seed))]
    for k in (2, 5):
        SPECS += [(n, dict(kind=kind, n_splits=k, shuffle=False)) for kind in ("k_fold", "stratified_k_fold", "group_k_fold")]
        SPECS += [(n, dict(kind="time_series_split", n_splits=k)),
                  (n, dict(kind="time_series_split", n_splits=k, max_train_size=6, test_size=3, gap=2))]
    SPECS.append((n, dict(kind="leave_one_out")))

cases = []
for n, spec in SPECS:
    args = {name: value for name, value in spec.items() if name != "kind"}
    if args.get("shuffle") is False:
        args.pop("random_state", None)
    splitter = CLASSES[spec["kind"]](**args)
    labels = {"group_k_fold": GROUPS[n], "stratified_k_fold": LABELS[n], "stratified_shuffle_split": LABELS[n]}.get(spec["kind"])
    folds = [[train.tolist(), test.tolist()] for train, test in splitter.split(np.zeros((n, 1)), labels, labels)]
    if spec["kind"] == "group_k_fold":
        spec = dict(spec, groups="g")
    cases.append(dict(n=n, spec=spec, labels=labels, folds=folds))

grid = {"b": [1, 2, 3], "alpha": [0.1, 1.0], "c": ["x", "y"]}
large = {"a": list(range(40)), "b": list(range(50))}
json.dump(dict(scikit_learn=sklearn.__version__, numpy=np.__version__, cases=cases, grid=dict(param_grid=grid, candidates=list(ParameterGrid(grid))),
               sampled=[dict(param_grid=g, n_iter=k, random_state=s, candidates=list(ParameterSampler(g, k, random_state=s)))
                        for g, k, s in ((grid, 5, 0), (grid, 5, 42), (grid, 11, 1), (large, 7, 3), (large, 1985, 5), (grid, 99, 0))]),
          open("tests/golden/splitters.json", "w"), separators=(",", ":"))
