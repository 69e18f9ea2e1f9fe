def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("csv", nargs="?", default=Path(__file__).with_name(DATA), help="the data; default: %(default)s")
    parser.add_argument("--json", type=Path, help="write metrics and coefficients in full precision")
    args = parser.parse_args()

    df = clean(read(args.csv))
    X_train, X_test, y_train, y_test = split(df)
    model = fit(X_train, y_train, df)

    found = {"coef": coefficients(model, X_train), "metrics": {}}
    for part, X_part, y_part in parts(X_train, X_test, y_train, y_test):
        for name, value in scores(model, X_part, y_part).items():
            found["metrics"][f"{part}.{name}"] = value
    found["metrics"].update(cross_validated(model, X_train, y_train, df))

    for name, value in found["coef"].items():
        print(f"{name:40} {value!r}")
    for name, value in found["metrics"].items():
        print(f"{name:40} {value!r}")
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
