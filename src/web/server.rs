//! The service worker's part of deployments: a request comes in, and the version that its address names now answers.

use std::cell::RefCell;
use std::rc::Rc;

use super::js;
use super::store::IdbStore;
use crate::base::Coded;
use crate::registry::{DeploymentStore, ModelStore, RegisteredModel};
use crate::serving::{Request, Response, RunScorer, ScoringError, answer};
use crate::tracking::{RunStore, StoreError, run_id};

/// How many models stay at hand between requests.
const MODELS_AT_HAND: usize = 4;

/// Answers for the deployments of the browser's store.
pub struct Server {
    store: IdbStore,
    /// Models by run, last used last. A run's model never changes.
    at_hand: RefCell<Vec<(String, Rc<RunScorer>)>>,
}

impl Server {
    /// Opens the store.
    ///
    /// # Errors
    /// As `IdbStore::open`.
    pub async fn open() -> Result<Self, StoreError> {
        let store = IdbStore::open(&run_id(js::random_bytes())).await?;
        Ok(Self { store, at_hand: RefCell::default() })
    }

    /// Answers a request to the deployment of this name.
    ///
    /// # Errors
    /// Only of the store: every refusal of the request is an answer.
    pub async fn answer(&self, deployment: &str, request: &Request<'_>) -> Result<Response, StoreError> {
        Ok(match self.scorer(deployment).await? {
            Ok(scorer) => answer(request, &*scorer),
            Err(error) => error.response(),
        })
    }

    /// The model that answers for a deployment now. What it points to is looked up for every request, so that an alias that is
    /// moved is followed from the next request on.
    async fn scorer(&self, name: &str) -> Result<Result<Rc<RunScorer>, ScoringError>, StoreError> {
        let refused = |words: String| Ok(Err(ScoringError::NoModel(words)));
        let deployments = self.store.deployments().await?;
        let Some(deployment) = deployments.into_iter().map(|saved| saved.record).find(|record| record.name == name)
        else {
            return refused(format!("Nothing is deployed as {name}."));
        };
        let models: Vec<RegisteredModel> = self.store.models().await?.into_iter().map(|saved| saved.record).collect();
        let version = match deployment.version(&models) {
            Ok(version) => version,
            Err(error) => return refused(error.report().message),
        };
        let known =
            self.at_hand.borrow().iter().find(|(run, _)| *run == version.run_id).map(|(_, scorer)| Rc::clone(scorer));
        if let Some(scorer) = known {
            return Ok(Ok(scorer));
        }
        let run = self.store.get_run(&version.run_id).await?;
        let Some(scorer) = run.as_ref().and_then(RunScorer::of).map(Rc::new) else {
            return refused(format!("The run of version {} of {} is gone.", version.version, deployment.model));
        };
        let mut at_hand = self.at_hand.borrow_mut();
        if at_hand.len() == MODELS_AT_HAND {
            at_hand.remove(0);
        }
        at_hand.push((version.run_id.clone(), Rc::clone(&scorer)));
        Ok(Ok(scorer))
    }
}
