import pandas as pd
from zenml import step

from src.data_cleaning import read


class IngestData:
    """The CSV file as a table."""

    def __init__(self, data_path: str) -> None:
        self.data_path = data_path

    def get_data(self) -> pd.DataFrame:
        return read(self.data_path)


@step
def ingest_df(data_path: str, data_digest: str) -> pd.DataFrame:
    """Reads the file. The digest is not used here: it makes ZenML read again when the file or the way to read it has changed."""
    return IngestData(data_path).get_data()
