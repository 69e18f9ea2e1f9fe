"""The same pipeline on a Dask cluster. Rows stay in partitions on the workers; each gives one R factor, which are merged (TSQR).

What has to be learned from all rows (a median, the categories of a column) is learned here, from just the columns that it
needs, by the very lines that run on one machine. Rows are known by their number in the file, which is the index everywhere.
"""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from distributed import Client
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import ElasticNet, Lasso
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import TargetEncoder

from src import dask_plan
from src.dask_file import head_length, read_block, row_ends
from src.evaluation import parts, scores

# ---- What workers do with a partition ----


def types_of(df):
    """The types of the columns; of a column without any value only its name, as it would fit every type."""
    return {name: None if dtype == float and df[name].isna().all() else dtype for name, dtype in df.dtypes.items()} if len(df) else {}


def numbered(df, first, types):
    df.index = pd.RangeIndex(first, first + len(df))
    return df.astype(types)


def rule_on(df, place):
    return dask_plan.RULES[place][2](df)


def pick(df, columns):
    return df[columns]


def index_of(df):
    return df.index.to_numpy()


def head_of(df):
    return df.head(0)


def cast(df, types):
    return df.astype(types)


def put(df, columns, gone):
    """Takes over columns and rows that were made from all rows."""
    df = df.loc[columns.index].drop(columns=gone)
    for name in columns:
        df[name] = columns[name]
    return df


def encoded(df, transformer, columns, made):
    """As ColumnTransformer: what is made comes first, the rest after it. `made` are training rows with values of their own."""
    rest = df.drop(columns=columns)
    if not len(df):
        return pd.DataFrame(columns=[*transformer.get_feature_names_out(columns), *rest], dtype=float)
    values = transformer.transform(df[columns])
    if made is not None and len(made):
        values.loc[made.index] = made
    return pd.concat([values, rest], axis=1)


def design(df, target, weights):
    """Features and target of the training rows, and the roots of their weights."""
    values = np.column_stack([df.loc[target.index].to_numpy(float), target.to_numpy(float)])
    if np.isnan(values).any():
        raise ValueError("Input contains NaN: a feature or the target has missing cells. Fill them or drop their rows.")
    return values, np.ones(len(values)) if weights is None else weights.to_numpy(float)


def sums(df, target, weights):
    values, w = design(df, target, weights)
    return w.sum(), w @ values


def r_factor(df, target, weights, centre):
    values, w = design(df, target, weights)
    return np.linalg.qr((values - centre) * np.sqrt(w)[:, None], mode="r")


def merged(factors):
    return np.linalg.qr(np.vstack(factors), mode="r")


def predicted_of(df, model):
    return pd.Series(model.predict(df) if len(df) else [], index=df.index, dtype=float)


# ---- The table on the cluster ----


@dataclass
class Rows:
    """A table in partitions. `order` is the order of its rows, by their numbers in the file."""

    client: Client
    parts: list
    firsts: list
    order: np.ndarray

    def each(self, function, *arguments):
        """`function` of each partition; an argument that is a list has one item for each."""
        return [
            self.client.submit(function, part, *(a[i] if isinstance(a, Pieces) else a for a in arguments), pure=False)
            for i, part in enumerate(self.parts)
        ]

    def gather(self, columns):
        """These columns of all rows, here."""
        return pd.concat(self.client.gather(self.each(pick, columns))).loc[self.order]

    def head(self):
        return self.client.gather(self.client.submit(head_of, self.parts[0], pure=False))

    def pieces(self, values):
        """Values by row number, cut as the table is."""
        if values is None:
            return None
        values = values.sort_index()
        ends = np.searchsorted(values.index.to_numpy(), [*self.firsts[1:], np.iinfo(np.int64).max])
        starts = [0, *ends[:-1]]
        return Pieces(values.iloc[start:end] for start, end in zip(starts, ends))

    def changed(self, parts):
        return Rows(self.client, parts, self.firsts, self.order)

    def of_one_type(self):
        """Partitions may disagree on a column's type: 1 and 2 here, a missing cell there."""
        types = common_types(self.client.gather(self.each(types_of)))
        return self.changed(self.each(cast, types)) if types else self


class Pieces(list):
    """One item for each partition."""


def common_types(kinds):
    """The type of each column that partitions read differently, as pandas would have read it from all rows."""
    kinds = [kind for kind in kinds if kind]
    found = {}
    for name in kinds[0] if kinds else []:
        types = {kind[name] for kind in kinds}
        known = [dtype for dtype in types if dtype is not None]
        together = pd.concat([pd.Series([], dtype=dtype) for dtype in known]).dtype if known else np.dtype(float)
        if None in types and isinstance(together, np.dtype) and together.kind in "iub":
            together = np.dtype(object if together.kind == "b" else float)
        if len(types) > 1:
            found[name] = together
    return found


def is_text(dtype):
    return dtype is not None and pd.api.types.is_string_dtype(dtype) and dtype != object


def open_file(client, path, block):
    """The file as a table in partitions: read once to find the rows' ends, once to parse."""
    size, head = os.path.getsize(path), head_length(path)
    starts = list(range(head, size, block)) or [head]
    stops = [*starts[1:], size]
    found = client.gather([client.submit(row_ends, path, *cut, pure=False) for cut in zip(starts, stops)])
    cuts, is_open = [head], False
    for place, (odd, ends) in enumerate(found):
        end = ends[is_open]
        if place > 0 and end is not None:
            cuts.append(end)
        is_open ^= odd
    cuts = [*dict.fromkeys(cut for cut in cuts if cut < size), size] if size > head else [head, size]
    blocks = list(zip(cuts[:-1], cuts[1:]))

    def read(texts):
        return [client.submit(read_block, path, head, *cut, texts, pure=False) for cut in blocks]

    parts = read(())
    kinds = client.gather([client.submit(types_of, part, pure=False) for part in parts])
    # Text in one partition makes a column text in all, written as it stands in the file.
    texts = sorted({name for kind in kinds for name, dtype in kind.items() if is_text(dtype)})
    texts = [name for name in texts if not all(is_text(kind[name]) for kind in kinds if kind)]
    if texts:
        parts = read(tuple(texts))
        kinds = client.gather([client.submit(types_of, part, pure=False) for part in parts])
    lengths = [len(index) for index in client.gather([client.submit(index_of, part, pure=False) for part in parts])]
    firsts = [0, *np.cumsum(lengths)[:-1].tolist()]
    types = {**common_types(kinds), **{name: "str" for name in texts}}
    parts = [client.submit(numbered, part, first, types, pure=False) for part, first in zip(parts, firsts)]
    return Rows(client, parts, firsts, np.arange(sum(lengths)))


# ---- The rules ----


def cleaned(rows):
    for place, (where, columns, rule) in enumerate(dask_plan.RULES):
        if where == "rows":
            rows = rows.changed(rows.each(rule_on, place))
            kept = np.concatenate(rows.client.gather(rows.each(index_of)))
            if len(kept) < len(rows.order):
                rows.order = rows.order[np.isin(rows.order, kept)]
        elif where == "columns":
            before = rows.gather(columns)
            rows = taken_over(rows, before, rule(before.copy()))
        else:
            # Each column by itself; a rule that drops rows looks at all of them first.
            start, kept = rows.order, rows.order
            for name in rows.head().columns:
                before = rows.gather([name])
                after = rule(before.copy())
                if after.equals(before):
                    continue
                if len(after) < len(before):
                    kept = kept[np.isin(kept, after.index)]
                else:
                    rows = taken_over(rows, before, after)
            if len(kept) < len(start):
                rows = taken_over(rows, pd.DataFrame(index=start), pd.DataFrame(index=kept))
        rows = rows.of_one_type()
    return rows


def taken_over(rows, before, after):
    """The table with what a rule made of the columns that were gathered."""
    gone = [name for name in before if name not in after]
    new = [name for name in after if name not in before or not after[name].equals(before.loc[after.index, name])]
    result = rows.changed(rows.each(put, rows.pieces(after[new]), gone))
    result.order = after.index.to_numpy()
    return result


# ---- The model ----


class PartitionedModel(RegressorMixin, BaseEstimator):
    """A fitted model: encoders, a linear estimator, the target's way back."""

    def __init__(self, encoders, estimator, back=None):
        self.encoders, self.estimator, self.back = encoders, estimator, back

    def predict(self, X):
        for transformer, columns in self.encoders:
            X = encoded(X, transformer, columns, None)
        predicted = self.estimator.predict(X)
        return predicted if self.back is None else self.back(predicted)

    def named_coefficients(self):
        fitted = self.estimator
        values = fitted.coef_ if hasattr(fitted, "coef_") else np.zeros(len(fitted.feature_names_in_))
        intercept = fitted.intercept_ if hasattr(fitted, "intercept_") else np.ravel(fitted.constant_)[0]
        return {**{str(n): float(v) for n, v in zip(fitted.feature_names_in_, values)}, "(intercept)": float(intercept)}


def fit_estimator(estimator, rows, target, weights):
    """The estimator, fitted on the merged R factor of features and target: it has the rows' products, in as many rows as columns."""
    names = list(rows.head().columns)
    if isinstance(estimator, DummyRegressor):
        fitted = clone(estimator).fit(np.zeros((len(target), len(names))), target)
        fitted.feature_names_in_ = np.asarray(names, dtype=object)
        return fitted
    targets = rows.pieces(target)
    weighted = rows.pieces(weights) if weights is not None else None
    centre = np.zeros(len(names) + 1)
    if estimator.fit_intercept:
        found = rows.client.gather(rows.each(sums, targets, weighted))
        centre = sum(values for _, values in found) / sum(w for w, _ in found)
    factors = rows.each(r_factor, targets, weighted, centre)
    while len(factors) > 1:
        groups = [factors[i : i + 8] for i in range(0, len(factors), 8)]
        factors = [rows.client.submit(merged, group, pure=False) for group in groups]
    r = rows.client.gather(factors[0])
    solver = clone(estimator).set_params(fit_intercept=False)
    if isinstance(estimator, (Lasso, ElasticNet)):
        # They divide the squares by the number of rows, of which R has fewer.
        solver.set_params(alpha=estimator.alpha * len(target) / len(r))
    solver.fit(r[:, :-1], r[:, -1])
    fitted = clone(estimator)
    fitted.coef_, fitted.n_features_in_ = solver.coef_, len(names)
    fitted.intercept_ = float(centre[-1] - centre[:-1] @ solver.coef_) if estimator.fit_intercept else 0.0
    fitted.feature_names_in_ = np.asarray(names, dtype=object)
    return fitted


def ways(model, y_train):
    """The model without the target's transform, the way there and the way back."""
    if not isinstance(model, TransformedTargetRegressor):
        return model, lambda y: y, None
    if model.transformer is None:
        return model.regressor, model.func, model.inverse_func
    transformer = clone(model.transformer).fit(y_train.to_numpy(float).reshape(-1, 1))
    there = lambda y: pd.Series(transformer.transform(y.to_numpy(float).reshape(-1, 1))[:, 0], index=y.index)  # noqa: E731
    return model.regressor, there, lambda z: transformer.inverse_transform(np.reshape(z, (-1, 1)))[:, 0]


def fitted_on(rows, y_train, weights):
    """The fitted model, and the rows as it sees them after its encoders."""
    model, there, back = ways(dask_plan.make_model(), y_train)
    steps = [step for _, step in model.steps] if isinstance(model, Pipeline) else [model]
    encoders = []
    for step in steps[:-1]:
        (_, transformer, columns), *_ = step.transformers
        columns = list(columns(rows.head()) if callable(columns) else columns)
        if not columns:
            continue
        X = rows.gather(columns).loc[y_train.index]
        transformer = clone(transformer).set_output(transform="pandas")
        made = None
        if isinstance(transformer, TargetEncoder):
            made = rows.pieces(transformer.fit_transform(X, y_train))
        else:
            transformer.fit(X, y_train)
        rows = rows.changed(rows.each(encoded, transformer, columns, made))
        encoders.append((transformer, columns))
    turned = there(y_train)
    estimator = fit_estimator(steps[-1], rows, turned, weights)
    if dask_plan.SMEARING:
        predicted = pd.concat(rows.client.gather(rows.each(predicted_of, estimator))).loc[turned.index]
        back = dask_plan.SMEARING((turned - predicted).to_numpy())
    return PartitionedModel(encoders, estimator, back), encoders_applied(rows, encoders)


def encoders_applied(rows, encoders):
    """Predictions use the encoders as they are for new rows, for which cross-fitted training values do not count."""
    return rows if not any(isinstance(t, TargetEncoder) for t, _ in encoders) else None


def packed(folder):
    """This package as a ZIP, named after its content: a name that a worker has seen before would be taken from its memory."""
    shutil.copytree(Path(__file__).parent, folder / "package" / "src", ignore=shutil.ignore_patterns("__pycache__"))
    files = sorted((folder / "package" / "src").glob("*.py"))
    name = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    return shutil.make_archive(str(folder / f"src_{name}"), "zip", folder / "package")


def announce(client):
    """Makes this package known to workers and scheduler, which may still hold that of another project."""

    def forget():
        import sys

        for name in [name for name in sys.modules if name.split(".")[0] == "src"]:
            del sys.modules[name]

    client.run(forget)
    client.run_on_scheduler(forget)
    with tempfile.TemporaryDirectory() as folder:
        client.upload_file(packed(Path(folder)))


def run(path, scheduler, block):
    """The model, and the numbers: coefficients and metrics."""
    with Client(scheduler) as client:
        announce(client)
        rows = cleaned(open_file(client, path, block))
        columns = list(rows.head().columns)
        y = rows.gather([dask_plan.TARGET])[dask_plan.TARGET]
        strata = rows.gather([dask_plan.STRATIFY])[dask_plan.STRATIFY] if dask_plan.STRATIFY else None
        train, test = dask_plan.split_rows(rows.order, strata)
        weights = rows.gather([dask_plan.WEIGHTS])[dask_plan.WEIGHTS].loc[train] if dask_plan.WEIGHTS else None
        features = dask_plan.FEATURES or [c for c in columns if c not in (dask_plan.TARGET, dask_plan.WEIGHTS)]
        rows = rows.changed(rows.each(pick, features))
        model, turned = fitted_on(rows, y.loc[train], weights)
        if turned is None:
            predicted = rows.each(predicted_of, model)
        else:
            predicted = turned.each(predicted_of, PartitionedModel([], model.estimator, model.back))
        predicted = pd.concat(client.gather(predicted))
        found = {}
        for part, ids, y_part in parts(train, test, y.loc[train], y.loc[test]):
            values = scores(model, None, y_part, predicted.loc[ids])
            found.update((f"{part}.{name}", value) for name, value in values.items())
        return model, {"coef": model.named_coefficients(), "metrics": found}
