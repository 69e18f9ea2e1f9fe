"""Expected values for the estimators that need rows, and for choosing columns: tests/golden/iterative.json.

Run from the repository's root: python tests/python/estimators.py
Made with scikit-learn 1.9.1, scipy and numpy as written into the file. The data are made by the formula below and stored with the
results, so no test depends on numpy's generator.
"""

import json
import sys
import warnings
from itertools import combinations

import numpy as np
import scipy
import sklearn
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import HuberRegressor, LogisticRegression, QuantileRegressor

warnings.simplefilter("ignore")
rng = np.random.RandomState(4)
n, p = 120, 6
X = np.round(rng.normal(size=(n, p)) * [1, 3, 0.5, 10, 1, 2] + [0, 5, -2, 100, 1, 0], 3)
X[:, 5] = np.round(0.8 * X[:, 0] + 0.3 * X[:, 5], 3)
signal = 2 + 1.5 * X[:, 0] - 0.7 * X[:, 1] + 0.05 * X[:, 3]
y = np.round(signal + rng.standard_t(2, size=n), 3)
y[::17] += 25
label = (signal + 2 * rng.logistic(size=n) > np.median(signal)).astype(float)


def huber_objective(theta, epsilon, alpha):
    w, c, s = theta[:p], theta[p], theta[p + 1]
    r = np.abs(y - X @ w - c)
    out = r > epsilon * s
    return n * s + (r[~out] ** 2).sum() / s + (2 * epsilon * r[out] - s * epsilon**2).sum() + alpha * (w @ w)


def huber(epsilon, alpha):
    m = HuberRegressor(epsilon=epsilon, alpha=alpha, tol=1e-12, max_iter=100000).fit(X, y)
    # scikit-learn's L-BFGS stops early: from there by fixed-point equations, which are exact once the rows on either side
    # no longer change sides.
    w, c, s = m.coef_, m.intercept_, m.scale_
    A = np.column_stack([X - X.mean(0), np.ones(n)])
    c += X.mean(0) @ w
    for _ in range(2000):
        r = y - A @ np.append(w, c)
        inside = np.abs(r) <= epsilon * s
        D = np.diag(np.append(np.full(p, alpha * s), 0))
        b = A[inside].T @ y[inside] + epsilon * s * A[~inside].T @ np.sign(r[~inside])
        new = np.linalg.solve(A[inside].T @ A[inside] + D, b)
        r_in = (y - A @ new)[inside]
        s_new = np.sqrt((r_in**2).sum() / (n - epsilon**2 * (~inside).sum()))
        change = max(np.abs(new - np.append(w, c)).max(), abs(s_new - s))
        w, c, s = new[:p], new[p], s_new
        if change < 1e-15:
            break
    c -= X.mean(0) @ w
    return dict(epsilon=epsilon, alpha=alpha, coef=w, intercept=c, scale=s, objective=huber_objective(np.append(np.append(w, c), s), epsilon, alpha),
                sklearn_objective=huber_objective(np.append(np.append(m.coef_, m.intercept_), m.scale_), epsilon, alpha))


def quantile(q, alpha, target, fit_intercept=True):
    m = QuantileRegressor(quantile=q, alpha=alpha, fit_intercept=fit_intercept, solver="highs").fit(X, target)
    r = target - m.predict(X)
    objective = np.where(r > 0, q * r, (q - 1) * r).sum() / n + alpha * np.abs(m.coef_).sum()
    return dict(quantile=q, alpha=alpha, fit_intercept=fit_intercept, coef=m.coef_, intercept=float(m.intercept_), objective=objective)


def logistic(C, penalty, fit_intercept=True):
    m = LogisticRegression(C=C if penalty == "l2" else np.inf, fit_intercept=fit_intercept, solver="newton-cholesky", tol=1e-14, max_iter=1000).fit(X, label)
    z = m.decision_function(X)
    loss = np.logaddexp(0, z).sum() - label @ z
    objective = C * loss + 0.5 * (m.coef_**2).sum() if penalty == "l2" else loss
    return dict(C=C, penalty=penalty, fit_intercept=fit_intercept, coef=m.coef_[0], intercept=float(np.ravel(m.intercept_)[0]), objective=objective,
                probability=m.predict_proba(X)[:5, 1])


def cost(columns, criterion):
    A = np.column_stack([np.ones(n)] + [X[:, c] for c in columns])
    rss, k = ((y - A @ np.linalg.lstsq(A, y, rcond=None)[0]) ** 2).sum(), len(columns) + 1
    return {"aic": n * np.log(2 * np.pi * rss / n) + n + 2 * k, "bic": n * np.log(2 * np.pi * rss / n) + n + k * np.log(n), "adj_r2": rss / (n - k)}[criterion]


def stepwise(direction, criterion):
    chosen = list(range(p)) if direction == "backward" else []
    while True:
        moves = []
        if direction != "backward":
            moves += [chosen + [c] for c in range(p) if c not in chosen]
        if direction != "forward":
            moves += [[c for c in chosen if c != out] for out in chosen]
        best = min(moves, key=lambda m: cost(m, criterion), default=chosen)
        if not cost(best, criterion) < cost(chosen, criterion) - 1e-12 * abs(cost(chosen, criterion)):
            return dict(direction=direction, criterion=criterion, columns=sorted(chosen))
        chosen = best


def best_subset(criterion):
    subsets = [list(s) for size in range(p + 1) for s in combinations(range(p), size)]
    by_size = [min((s for s in subsets if len(s) == size), key=lambda s: cost(s, "adj_r2")) for size in range(p + 1)]
    return dict(criterion=criterion, columns=min(subsets, key=lambda s: cost(s, criterion)), by_size=by_size)


def dummy(**kw):
    return dict(kw, constant_=float(np.ravel(DummyRegressor(**kw).fit(X, y).constant_)[0]))


rounded = np.round(y)
out = dict(
    versions=dict(python=sys.version.split()[0], sklearn=sklearn.__version__, numpy=np.__version__, scipy=scipy.__version__),
    x=X.T, y=y, rounded=rounded, label=label,
    huber=[huber(1.35, 1e-4), huber(1.1, 0.0), huber(2.5, 3.0)],
    quantile=[quantile(0.5, 0.0, y), quantile(0.9, 0.0, y), quantile(0.1, 0.0, y), quantile(0.5, 0.05, y), quantile(0.3, 0.5, y), quantile(0.5, 0.0, y, False)],
    quantile_rounded=[quantile(0.5, 0.0, rounded), quantile(0.75, 0.01, rounded)],
    logistic=[logistic(1.0, "l2"), logistic(0.01, "l2"), logistic(1.0, "none"), logistic(1.0, "l2", False)],
    stepwise=[stepwise(d, c) for d in ("forward", "backward", "both") for c in ("aic", "bic", "adj_r2")],
    best_subset=[best_subset(c) for c in ("aic", "bic", "adj_r2")],
    dummy=[dummy(strategy="mean"), dummy(strategy="median"), dummy(strategy="quantile", quantile=0.9), dummy(strategy="constant", constant=7.5)],
)


def plain(v):
    if isinstance(v, np.ndarray):
        return v.tolist()
    if isinstance(v, np.generic):
        return v.item()
    if isinstance(v, dict):
        return {k: plain(x) for k, x in v.items()}
    if isinstance(v, list):
        return [plain(x) for x in v]
    return v


with open("tests/golden/iterative.json", "w") as f:
    json.dump(plain(out), f, indent=1)
    f.write("\n")
