from typing import Annotated, Tuple

import pandas as pd
from zenml import step

from src.data_cleaning import DataCleaning, DataDivideStrategy, DataPreProcessStrategy


@step
def clean_df(df: pd.DataFrame, code_digest: str) -> Tuple[
    Annotated[pd.DataFrame, "X_train"],
    Annotated[pd.DataFrame, "X_test"],
    Annotated[pd.Series, "y_train"],
    Annotated[pd.Series, "y_test"],
@@OUTPUT@@]:
    """Applies the rules and splits. The digest makes ZenML do it again when the code in src/ has changed."""
    cleaned = DataCleaning(df, DataPreProcessStrategy()).handle_data()
    X_train, X_test, y_train, y_test = DataCleaning(cleaned, DataDivideStrategy()).handle_data()
    return @@PARTS@@
