#!/bin/sh
# The stack of the course: MLflow as experiment tracker and as model deployer. A second run changes nothing.
set -e
cd "$(dirname "$0")"
[ -d .zen ] || zenml init
# In the environment of req.txt MLflow is there already; elsewhere: zenml integration install mlflow -y
python -c "import mlflow" 2>/dev/null || zenml integration install mlflow -y
zenml experiment-tracker describe mlflow_tracker >/dev/null 2>&1 || zenml experiment-tracker register mlflow_tracker --flavor=mlflow
zenml model-deployer describe mlflow >/dev/null 2>&1 || zenml model-deployer register mlflow --flavor=mlflow
zenml stack describe mlflow_stack >/dev/null 2>&1 || zenml stack register mlflow_stack -a default -o default -d mlflow -e mlflow_tracker
zenml stack set mlflow_stack
