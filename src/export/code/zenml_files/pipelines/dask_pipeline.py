from zenml import pipeline

from steps.train_on_dask import train_on_dask


@pipeline(enable_cache=True)
def dask_pipeline(data_path: str, scheduler: str, block: int, data_digest: str, code_digest: str):
    """All in one step: the tables stay on the cluster, only numbers and the model come back."""
    train_on_dask(data_path, scheduler, block, data_digest, code_digest)
