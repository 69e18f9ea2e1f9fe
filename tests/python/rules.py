"""Writes tests/golden/rules.json: what pandas makes of one mixed table, rule by rule.

    python tests/python/rules.py

Each case is a rule of the pipeline file and the pandas code that Pipette gives for it. The code is run here, and its
result is stored (in "rows" which rows are left, when not all); tests/it/rules.rs runs the rule and wants the same code and the same table.
"""

import json
import pathlib

import numpy as np
import pandas as pd

HERE = pathlib.Path(__file__).parent


def table():
    random = np.random.RandomState(7)
    n = 40
    price = np.round(random.gamma(2.0, 40.0, n), 2)
    price[[3, 17]] = [1500.25, 990.5]
    weight = np.round(price * 10 + random.normal(0, 15, n), 1)
    price[[5, 20, 33]] = np.nan
    weight[[5, 8, 21]] = np.nan
    text = lambda values, p=None: pd.Series(random.choice(values, n, p=p), dtype="object")
    state = text(["SP", "RJ", "MG"], [0.5, 0.3, 0.2])
    state[[2, 11, 30]] = None
    city = text([" São  Paulo", "rio de janeiro ", "Belo Horizonte", "BELO  HORIZONTE", "o'neill city"])
    city[[4, 12]] = None
    mixed = text(["1.5", "2", "-3", "n/a"])
    mixed[[6]] = None
    answer = text(["yes", "No", "TRUE"])
    day = pd.Series(pd.Timestamp("2017-11-20 09:30:00") + pd.to_timedelta(random.randint(0, 90 * 86400, n), unit="s"))
    delivered = day + pd.to_timedelta(random.randint(-3600, 20 * 86400, n), unit="s")
    day[[9]] = pd.NaT
    delivered[[10, 15]] = pd.NaT
    day_text = day.dt.strftime("%d/%m/%Y").astype("object").where(day.notna(), None)
    iso_text = delivered.dt.strftime("%Y-%m-%d").astype("object").where(delivered.notna(), None)
    sparse = np.full(n, np.nan)
    sparse[[1, 19, 28]] = [4.0, 5.0, 4.0]
    nearly = np.zeros(n)
    nearly[12] = 1.0
    df = pd.DataFrame(
        {
            "id": np.arange(n),
            "price": price,
            "weight": weight,
            "qty": random.randint(1, 6, n),
            "stamp": 20180100 + random.randint(1, 29, n),
            "flag": random.rand(n) < 0.4,
            "state": state.astype("str"),
            "city": city.astype("str"),
            "mixed": mixed.astype("str"),
            "answer": answer.astype("str"),
            "day": day,
            "delivered": delivered,
            "day text": day_text.astype("str"),
            "iso text": iso_text.astype("str"),
            "constant": np.full(n, 5.0),
            "nearly": nearly,
            "sparse": sparse,
        }
    )
    return pd.concat([df, df.iloc[[0, 1, 5]]], ignore_index=True)


def cells(series):
    """Kind and values of a column; None is missing, times are milliseconds since 1970."""
    missing = series.isna()
    known = series[~missing]
    if pd.api.types.is_datetime64_any_dtype(series):
        values, kind = series.astype("datetime64[ms]").astype("int64"), "time"
    elif pd.api.types.is_bool_dtype(series) or (len(known) and known.map(lambda x: isinstance(x, (bool, np.bool_))).all()):
        values, kind = series, "boolean"
    elif pd.api.types.is_numeric_dtype(series):
        values, kind = series, "number"
    else:
        values, kind = series, "text"
    convert = {"time": int, "boolean": bool, "number": float, "text": str}[kind]
    special = {np.inf: "Infinity", -np.inf: "-Infinity"}
    out = [None if gone else convert(value) for value, gone in zip(values, missing)]
    return {"kind": kind, "values": [special.get(value, value) if kind == "number" else value for value in out]}


def stored(df, base=None):
    """All columns; one that is as before in the rows that are left is only named."""
    found = []
    for name in df.columns:
        column = cells(df[name])
        is_same = base is not None and name in base and cells(base.loc[df.index, name]) == column
        found.append({"name": name} if is_same else {"name": name, **column})
    return found


def main():
    cases = json.loads((HERE / "rules_cases.json").read_text())
    base = table()
    results = []
    for case in cases:
        names = {"pd": pd, "df": table()}
        exec(case["python"], names)
        df = names["df"]
        rows = None if len(df) == len(base) and (df.index == base.index).all() else df.index.tolist()
        results.append({**case, "rows": rows, "result": stored(df, base)})
    golden = {
        "versions": {"pandas": pd.__version__, "numpy": np.__version__},
        "table": stored(base),
        "cases": results,
    }
    path = HERE.parent / "golden" / "rules.json"
    path.write_text(json.dumps(golden, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n")
    print(len(results), "cases,", path.stat().st_size, "bytes")


main()
