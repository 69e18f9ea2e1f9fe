"""Writes tests/golden/validation.json: scikit-learn's cross_validate over folds that overlap, resamples by numpy, and the
corrected t-test written out with SciPy.

Run from the repository's root: python tests/python/validation.py
"""
import json
import warnings

import numpy as np
import pandas as pd
import scipy
import sklearn
from scipy import stats
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import (KFold, LeaveOneOut, RepeatedKFold, ShuffleSplit, TimeSeriesSplit, cross_val_predict,
                                     cross_validate, train_test_split)

warnings.simplefilter("ignore")
df = pd.read_csv("tests/cases/mixed.csv")
names = ["x1", "x2", "x3", "k"]
train, test = train_test_split(np.arange(300), test_size=.2, random_state=42)
imputer = SimpleImputer(strategy="median").fit(df.iloc[train][names])
X, y = imputer.transform(df.iloc[train][names]), df["y"].to_numpy()[train]
V, v = imputer.transform(df.iloc[test][names]), df["y"].to_numpy()[test]
SCORING = dict(r2="r2", mse="neg_mean_squared_error", rmse="neg_root_mean_squared_error", mae="neg_mean_absolute_error",
               medae="neg_median_absolute_error", max_error="neg_max_error", mape="neg_mean_absolute_percentage_error",
               explained_variance="explained_variance")
FOLDS = dict(shuffle_split=(ShuffleSplit(4, test_size=.3, random_state=1), dict(kind="shuffle_split", n_splits=4, test_size=.3, random_state=1)),
             time_series_split=(TimeSeriesSplit(4, gap=3), dict(kind="time_series_split", n_splits=4, gap=3)),
             repeated_k_fold=(RepeatedKFold(n_splits=3, n_repeats=2, random_state=5), dict(kind="repeated_k_fold", n_splits=3, n_repeats=2, random_state=5)),
             k_fold=(KFold(7, shuffle=True, random_state=3), dict(kind="k_fold", n_splits=7, shuffle=True, random_state=3)))
cv = {}
for name, (splitter, spec) in FOLDS.items():
    found = cross_validate(LinearRegression(), X, y, cv=splitter, scoring=SCORING, return_train_score=True)
    sign = {k: -1 if s.startswith("neg") else 1 for k, s in SCORING.items()}
    cv[name] = dict(spec=spec, test={k: (sign[k] * found["test_" + k]).tolist() for k in SCORING},
                    train={k: (sign[k] * found["train_" + k]).tolist() for k in ("mse", "r2")})
held_out = cross_val_predict(LinearRegression(), X, y, cv=LeaveOneOut())

rng = np.random.RandomState(11)
coefs = []
for _ in range(50):
    rows = rng.randint(0, len(y), len(y))
    o = LinearRegression(tol=1e-12).fit(X[rows], y[rows])
    coefs.append([o.intercept_, *o.coef_])
coefs = np.array(coefs)
predicted = LinearRegression().fit(X, y).predict(V)
rng = np.random.RandomState(11)
errors = []
for _ in range(50):
    rows = rng.randint(0, len(v), len(v))
    errors.append(mean_squared_error(v[rows], predicted[rows]))


def summary(values, confidence):
    values = np.asarray(values)
    lo, hi = np.quantile(values, [.5 - confidence / 2, .5 + confidence / 2], axis=0)
    return dict(mean=np.mean(values, 0).tolist(), se=np.std(values, 0, ddof=1).tolist(), lo=lo.tolist(), hi=hi.tolist())


folds = RepeatedKFold(n_splits=5, n_repeats=4, random_state=0)
a, b = (-cross_validate(e, X, y, cv=folds, scoring="neg_root_mean_squared_error")["test_score"] for e in (LinearRegression(), Ridge(3000.)))
d = b - a
se = np.sqrt((1 / len(d) + 48 / 192) * d.var(ddof=1))
t = d.mean() / se
half = stats.t.ppf(.975, len(d) - 1) * se
json.dump(dict(scikit_learn=sklearn.__version__, numpy=np.__version__, scipy=scipy.__version__, cv=cv,
               leave_one_out=dict(predict=held_out.tolist(), mse=mean_squared_error(y, held_out), r2=sklearn.metrics.r2_score(y, held_out)),
               bootstrap_coef=summary(coefs, .9), bootstrap_mse=summary(errors, .9),
               compare=dict(a=a.tolist(), b=b.tolist(), n_train=192, n_test=48, difference=d.mean(), se=se, t=t, p=2 * stats.t.sf(abs(t), len(d) - 1), lo=d.mean() - half, hi=d.mean() + half)),
          open("tests/golden/validation.json", "w"), separators=(",", ":"))
