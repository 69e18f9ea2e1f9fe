"""Answers to analyses by scikit-learn, numpy, pandas and SciPy, written to tests/golden/analyses.json.

    python tests/python/analyses.py          # with pandas, scikit-learn 1.9.1 and SciPy
"""

import json
import os
import warnings

import numpy as np
import pandas as pd
import scipy
import sklearn
from scipy import stats
from sklearn.base import clone
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge, lasso_path
from sklearn.metrics import accuracy_score, log_loss, r2_score, root_mean_squared_error
from sklearn.model_selection import KFold, cross_val_score, learning_curve, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.simplefilter("ignore")
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
NUMBERS = ["x1", "x2", "x3", "k"]
df = pd.read_csv(os.path.join(HERE, "cases", "mixed.csv"))
FIVE = KFold(5, shuffle=True, random_state=42)
TIGHT = dict(tol=1e-13, max_iter=1_000_000)

plain = df.select_dtypes("number").dropna()
X, X_test, y, y_test = train_test_split(plain[NUMBERS].astype(float), plain["y"], test_size=0.2, random_state=42)
ols = LinearRegression(tol=1e-14).fit(X, y)

mixed = df.dropna(subset=["color"])
Z, Z_test, z, z_test = train_test_split(mixed[[*NUMBERS, "color"]], mixed["y"], test_size=0.2, random_state=42)


def encoded(estimator):
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    encode = ColumnTransformer([("n", numbers, NUMBERS), ("c", OneHotEncoder(drop="first", sparse_output=False), ["color"])])
    return make_pipeline(encode, estimator)


def curve(model, X, y):
    out = {}
    for name, scoring in (("rmse", "neg_root_mean_squared_error"), ("r2", "r2")):
        sizes, seen, unseen = learning_curve(model, X, y, cv=FIVE, scoring=scoring)
        sign = 1 if name == "r2" else -1
        out["sizes"] = sizes.tolist()
        for part, scores in (("train", sign * seen), ("test", sign * unseen)):
            out[f"{part} {name}"] = dict(mean=scores.mean(axis=1).tolist(), sd=scores.std(axis=1).tolist())
    return out


def path(make, alphas, X, y, X_test, y_test):
    out = dict(alphas=list(alphas), coef=[], intercept=[], cv_mean=[], cv_se=[], test_rmse=[], test_r2=[], train_mse=[])
    for alpha in alphas:
        model = make(alpha).fit(X, y)
        last = model[-1] if hasattr(model, "steps") else model
        mse = -cross_val_score(clone(model), X, y, cv=FIVE, scoring="neg_mean_squared_error")
        out["coef"].append(last.coef_.tolist())
        out["intercept"].append(float(last.intercept_))
        out["cv_mean"].append(mse.mean())
        out["cv_se"].append(mse.std(ddof=1) / np.sqrt(5))
        out["train_mse"].append(float(np.mean((model.predict(X) - y) ** 2)))
        out["test_rmse"].append(root_mean_squared_error(y_test, model.predict(X_test)))
        out["test_r2"].append(r2_score(y_test, model.predict(X_test)))
    return out


def grid(X, y, l1_ratio, n):
    top = np.abs((X - X.mean(axis=0)).T @ (y - y.mean())).max() / len(y) / l1_ratio
    return np.geomspace(top, top * 1e-3, n)


N = 9
ridge_top = 1e4 * np.mean(np.var(X.to_numpy(), axis=0))
coded = encoded(LinearRegression()).fit(Z, z)[:-1].transform(Z)
# The grid is scikit-learn's own.
found, coefs, _ = lasso_path(X - X.mean(axis=0), y - y.mean(), alphas=N, tol=1e-13, max_iter=1_000_000)
assert np.allclose(found, grid(X.to_numpy(), y.to_numpy(), 1.0, N), rtol=1e-12)
paths = dict(
    ridge=path(lambda a: Ridge(alpha=a, solver="svd"), np.geomspace(ridge_top, ridge_top * 1e-6, N), X, y, X_test, y_test),
    lasso=path(lambda a: Lasso(alpha=a, **TIGHT), found, X, y, X_test, y_test),
    elastic_net=path(lambda a: ElasticNet(alpha=a, l1_ratio=0.4, **TIGHT), grid(X.to_numpy(), y.to_numpy(), 0.4, N), X, y, X_test, y_test),
    encoded_lasso=path(lambda a: encoded(Lasso(alpha=a, **TIGHT)), grid(coded, z.to_numpy(), 1.0, N), Z, z, Z_test, z_test),
)
paths["lasso"]["lasso_path"] = coefs.T.tolist()

rng = np.random.RandomState(7)
boot = []
for _ in range(40):
    rows = rng.randint(0, len(X), len(X))
    one = LinearRegression(tol=1e-14).fit(X.iloc[rows], y.iloc[rows])
    boot.append([one.intercept_, *one.coef_])
predicted = ols.predict(X_test)
rng = np.random.RandomState(7)
boot_r2 = []
for _ in range(40):
    rows = rng.randint(0, len(y_test), len(y_test))
    boot_r2.append(r2_score(y_test.iloc[rows], predicted[rows]))


def intervals(values):
    lo, hi = np.quantile(values, [0.05, 0.95], axis=0)
    return dict(lo=np.atleast_1d(lo).tolist(), hi=np.atleast_1d(hi).tolist(), se=np.atleast_1d(np.std(values, axis=0, ddof=1)).tolist())


log = TransformedTargetRegressor(encoded(Ridge(alpha=2.0, solver="svd")), func=np.log1p, inverse_func=np.expm1).fit(Z, z)


def dependence(model, X, feature, **options):
    found = partial_dependence(model, X, [feature], method="brute", **options)
    return dict(x=list(found["grid_values"][0]), y=found["average"][0].tolist())


def importances(model, X, y, scoring="r2"):
    found = permutation_importance(model, X, y, scoring=scoring, n_repeats=5, random_state=3)
    return {name: [mean, sd] for name, mean, sd in zip(X.columns, found.importances_mean, found.importances_std)}


told = df.drop(columns=["color", "size", "y"]).dropna()
V, V_test, v, v_test = train_test_split(told[NUMBERS].astype(float), told["flag"].astype(int), test_size=0.2, random_state=42)
logistic = LogisticRegression(tol=1e-12, max_iter=100_000).fit(V, v)
chance = logistic.predict_proba(V_test)
rng = np.random.RandomState(7)
boot_class = []
for _ in range(40):
    rows = rng.randint(0, len(v_test), len(v_test))
    boot_class.append([accuracy_score(v_test.iloc[rows], logistic.predict(V_test.iloc[rows])),
                       log_loss(v_test.iloc[rows], chance[rows], labels=[0, 1])])

a = -cross_val_score(ols, X, y, cv=FIVE, scoring="neg_root_mean_squared_error")
b = -cross_val_score(Ridge(alpha=3000.0, solver="svd"), X, y, cv=FIVE, scoring="neg_root_mean_squared_error")
d = b - a
folds = list(FIVE.split(X))
ratio = np.mean([len(test) for _, test in folds]) / np.mean([len(train) for train, _ in folds])
se = np.sqrt((1 / 5 + ratio) * d.var(ddof=1))

correlations = {}
of_train = plain.loc[X.index]
for column in NUMBERS:
    interval = stats.pearsonr(of_train[column], of_train["y"]).confidence_interval(0.95)
    correlations[column] = dict(pearson=of_train[column].corr(of_train["y"]), lo=interval.low, hi=interval.high,
                                spearman=of_train[column].corr(of_train["y"], method="spearman"))

filled = df.select_dtypes("number").drop(columns="y")
leak = []
for data in (filled.fillna(filled.median()), filled):
    U, U_test, u, u_test = train_test_split(data, df["y"], test_size=0.2, random_state=42)
    model = make_pipeline(SimpleImputer(strategy="median"), LinearRegression(tol=1e-14)).fit(U, u)
    leak.append(dict(r2=r2_score(u_test, model.predict(U_test)), rmse=root_mean_squared_error(u_test, model.predict(U_test))))

row = X_test.iloc[0]
json.dump(
    dict(
        scikit_learn=sklearn.__version__, numpy=np.__version__, pandas=pd.__version__, scipy=scipy.__version__,
        learning_curve=dict(plain=curve(ols, X, y), encoded=curve(encoded(Ridge(alpha=2.0, solver="svd")), Z, z)),
        paths=paths,
        bootstrap=dict(coefficients=intervals(boot), r2=intervals(boot_r2), classes=intervals(boot_class)),
        partial_dependence=dict(plain=dependence(ols, X, "x1", grid_resolution=7), few=dependence(ols, X, "k", grid_resolution=50),
                                log_color=dependence(log, Z, "color", categorical_features=["color"], grid_resolution=50)),
        permutation_importance=dict(plain=importances(ols, X_test, y_test), log=importances(log, Z_test, z_test),
                                    logistic=importances(logistic, V_test, v_test, "accuracy")),
        compare=dict(a=a.tolist(), b=b.tolist(), difference=d.mean(), se=se, p=2 * stats.t.sf(abs(d.mean() / se), 4)),
        correlations=correlations,
        contributions=dict(row=int(np.flatnonzero(plain.index == X_test.index[0])[0]), prediction=float(ols.predict(X_test.iloc[[0]])[0]),
                           actual=float(y_test.iloc[0]), baseline=float(ols.predict(X.mean().to_frame().T)[0]),
                           parts=(ols.coef_ * (row - X.mean())).to_dict()),
        leak=leak,
    ),
    open(os.path.join(HERE, "golden", "analyses.json"), "w", encoding="utf-8"),
    separators=(",", ":"),
)
