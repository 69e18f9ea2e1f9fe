"""What scikit-learn makes of every spec in tests/golden/encoder_specs.json, written to tests/golden/encoders.json.

The Python that is run is our own: `cargo test --test it features::write_python -- --ignored` writes it to
tests/golden/encoder_python.json. So the numbers come from scikit-learn, and the code on the page is known to run.

    python tests/python/encoders.py          # with pandas and scikit-learn 1.9.1
"""

import json
import os
import sys
import warnings

import numpy as np
import pandas as pd
import scipy
import sklearn
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
FIRST = 8


def make_table():
    """A file with what mixed.csv has not: dates, free text, rare categories, skew, ties, a constant."""
    r = np.random.Generator(np.random.PCG64(20))
    n = 120
    city = r.choice(["Bonn", "Aachen", "Zürich", "bonn", "Wien", "Graz", "Ulm", "Linz"], n, p=[.3, .25, .15, .1, .1, .04, .03, .03])
    words = ["red", "blue", "a", "très", "long,", "notes"]
    note = [" ".join(r.choice(words, r.integers(1, 7))) for _ in range(n)]
    when = pd.Timestamp("2017-01-30 05:06:07") + pd.to_timedelta(r.integers(0, 60_000_000, n), unit="s")
    df = pd.DataFrame(dict(
        city=city, note=note, when=when, skew=np.exp(r.normal(1, 1, n)).round(3), signed=(r.standard_t(3, n) * 5).round(3),
        count=r.poisson(1.5, n), same=7.25, level=r.integers(1, 5, n)))
    df["y"] = (10 + df["level"] + r.normal(0, 2, n) + (df["city"] == "Bonn") * 3).round(4)
    df.loc[r.random(n) < .08, "city"] = np.nan
    df.loc[r.random(n) < .08, "note"] = np.nan
    df["stars"] = r.integers(1, 4, n).astype(float)
    df.loc[r.random(n) < .1, "stars"] = np.nan
    df["stars"] = df["stars"].astype("Int64")
    df.to_csv(os.path.join(HERE, "cases", "encoders.csv"), index=False)


def table(file):
    df = pd.read_csv(os.path.join(HERE, "cases", file + ".csv"))
    if "when" in df:
        df["when"] = pd.to_datetime(df["when"])
    return df


def digest(matrix):
    matrix = np.asarray(matrix, dtype=float)
    assert np.isfinite(matrix).all()
    weights = np.arange(1, len(matrix) + 1)
    return dict(first=matrix[:FIRST].tolist(), sum=(weights @ matrix).tolist())


def run(case):
    df = table(case["file"])
    train, test = train_test_split(np.arange(len(df)), test_size=.2, random_state=42)
    X, y = df[case["columns"]], df["y"].to_numpy()
    space = dict(LinearRegression=LinearRegression)
    exec(case["python"], space)
    model = space["model"].fit(X.iloc[train], y[train])
    pipe, target = model, y[train]
    made = dict(name=case["name"])
    if hasattr(model, "regressor_"):
        pipe = model.regressor_
        target = model.transformer_.transform(y[train].reshape(-1, 1)).ravel()
        made["target"] = target[:FIRST].tolist()
    if hasattr(pipe, "steps"):
        made["test"] = digest(pipe[:-1].transform(X.iloc[test]))
        encode = sklearn.clone(pipe[:-1])
        matrix = encode.fit_transform(X.iloc[train], target)
        made["names"] = list(matrix.columns)
        made["train"] = digest(matrix)
        # The same with the columns that are left open found by selectors.
        exec(case["open"], space)
        other = space["model"]
        other = (other.regressor if hasattr(other, "regressor") else other)[:-1].fit_transform(X.iloc[train], target)
        pd.testing.assert_frame_equal(matrix, other)
    else:
        made["names"] = case["columns"]
        made["train"], made["test"] = digest(X.iloc[train]), digest(X.iloc[test])
    made["predict"] = model.predict(X.iloc[test])[:FIRST].tolist()
    return made


def main():
    if not os.path.exists(os.path.join(HERE, "cases", "encoders.csv")) or "--table" in sys.argv:
        make_table()
        if "--table" in sys.argv:
            return
    warnings.simplefilter("ignore")
    with open(os.path.join(HERE, "golden", "encoder_python.json"), encoding="utf-8") as file:
        cases = json.load(file)
    made = dict(versions=dict(sklearn=sklearn.__version__, numpy=np.__version__, pandas=pd.__version__, scipy=scipy.__version__), cases=[])
    for case in cases:
        try:
            made["cases"].append(run(case))
        except Exception as error:
            print(case["name"], type(error).__name__, error, case["python"], sep="\n")
            raise
    with open(os.path.join(HERE, "golden", "encoders.json"), "w", encoding="utf-8") as file:
        file.write("{\"versions\": " + json.dumps(made["versions"]) + ", \"cases\": [\n")
        file.write(",\n".join(json.dumps(case) for case in made["cases"]) + "\n]}\n")
    print(len(cases), "cases")


main()
