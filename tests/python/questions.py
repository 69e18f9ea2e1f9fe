"""What the page's questions answer with their defaults, by scikit-learn and numpy, written to tests/golden/questions.json.

    python tests/python/questions.py          # with pandas and scikit-learn 1.9.1

The pipeline is the one of tests/e2e/analyses.spec.mjs: numbers only, rows with gaps dropped, least squares (for the path:
ridge).
"""

import json
import os

import numpy as np
import pandas as pd
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import r2_score, root_mean_squared_error
from sklearn.model_selection import KFold, cross_val_score, train_test_split

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
NUMBERS = ["x1", "x2", "x3", "k"]
plain = pd.read_csv(os.path.join(HERE, "cases", "mixed.csv")).select_dtypes("number").dropna()
X, X_test, y, y_test = train_test_split(plain[NUMBERS].astype(float), plain["y"], test_size=0.2, random_state=42)
ols = LinearRegression(tol=1e-14).fit(X, y)

rng = np.random.RandomState(42)
coefs = []
for _ in range(1000):
    rows = rng.randint(0, len(X), len(X))
    coefs.append(LinearRegression(tol=1e-14).fit(X.iloc[rows], y.iloc[rows]).coef_)
predicted = ols.predict(X_test)
rng = np.random.RandomState(42)
r2 = []
for _ in range(1000):
    rows = rng.randint(0, len(y_test), len(y_test))
    r2.append(r2_score(y_test.iloc[rows], predicted[rows]))
lo, hi = np.quantile(coefs, [0.025, 0.975], axis=0)
r2_lo, r2_hi = np.quantile(r2, [0.025, 0.975])

importance = permutation_importance(ols, X_test, y_test, scoring="r2", n_repeats=10, random_state=42)
dependence = partial_dependence(ols, X, ["x3"], grid_resolution=50, method="brute")

top = 1e4 * np.mean(np.var(X.to_numpy(), axis=0))
alphas = np.geomspace(top, top * 1e-6, 100)
FIVE = KFold(5, shuffle=True, random_state=42)
# Places of the slider, from the weakest penalty.
path = {}
for place in (0, 40, 99):
    model = Ridge(alpha=alphas[99 - place], solver="svd").fit(X, y)
    mse = -cross_val_score(model, X, y, cv=FIVE, scoring="neg_mean_squared_error")
    path[place] = dict(
        alpha=alphas[99 - place], coef=dict(zip(NUMBERS, model.coef_)), cv_rmse=float(np.sqrt(mse.mean())),
        test_rmse=root_mean_squared_error(y_test, model.predict(X_test)), test_r2=r2_score(y_test, model.predict(X_test)),
    )

json.dump(
    dict(
        bootstrap=dict(coef=dict(zip(NUMBERS, ols.coef_)), lo=dict(zip(NUMBERS, lo)), hi=dict(zip(NUMBERS, hi)),
                       r2=[r2_score(y_test, predicted), r2_lo, r2_hi]),
        permutation_importance=dict(zip(NUMBERS, importance.importances_mean)),
        partial_dependence=dict(x=dependence["grid_values"][0].tolist(), y=dependence["average"][0].tolist()),
        path=path,
    ),
    open(os.path.join(HERE, "golden", "questions.json"), "w", encoding="utf-8"),
    separators=(",", ":"),
)
