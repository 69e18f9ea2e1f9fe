from pathlib import Path

from src.data_cleaning import DataCleaning, DataDivideStrategy, DataPreProcessStrategy, read
from steps.config import DATA


def get_data_for_test(data_path=Path(__file__).parents[1] / "data" / DATA, rows=100):
    """Cleaned rows without their target, as the JSON that a deployed model is asked with."""
    df = DataCleaning(read(data_path), DataPreProcessStrategy()).handle_data()
    X, *_ = DataCleaning(df, DataDivideStrategy()).handle_data()
    return X.head(rows).to_json(orient="split")
