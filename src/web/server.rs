//! The service worker's part of deployments: a request comes in, and the version that its address names now answers. What was
//! asked is counted after the answer.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use web_sys::BroadcastChannel;

use super::js;
use super::serving::COUNTED;
use super::store::IdbStore;
use crate::base::Coded;
use crate::monitoring::{Observed, Record, drifted};
use crate::registry::{Deployment, DeploymentStore, ModelStore, RegisteredModel};
use crate::serving::{Request, Response, RunScorer, ScoredRows, ScoringError, score};
use crate::tracking::{RunStore, StoreError, run_id};

/// How many models stay at hand between requests.
const MODELS_AT_HAND: usize = 4;

/// A run with its model.
type Model = (String, Rc<RunScorer>);

/// Answers for the deployments of the browser's store.
pub struct Server {
    store: IdbStore,
    /// Models by run, last used last. A run's model never changes.
    at_hand: RefCell<Vec<Model>>,
    /// Answered, and not counted yet.
    answered: RefCell<Vec<Answered>>,
    /// Counted, and not written yet, by deployment.
    counted: RefCell<BTreeMap<String, Counted>>,
    /// `None` in a browser without the API: then a page that is open sees counts on its next look.
    channel: Option<BroadcastChannel>,
}

/// What an address names now.
struct Found {
    deployment: Deployment,
    model: Result<Model, ScoringError>,
    /// The run that is asked besides.
    shadow_run_id: Option<String>,
}

struct Answered {
    found: Found,
    time: i64,
    latency: f64,
    status: u16,
    scored: Option<ScoredRows>,
    /// What was sent, where another model is asked the same.
    sent: Option<(String, Vec<u8>)>,
}

struct Counted {
    deployment: Deployment,
    /// The one that answered last.
    model: Option<Model>,
    record: Record,
}

impl Server {
    /// Opens the store.
    ///
    /// # Errors
    /// As `IdbStore::open`.
    pub async fn open() -> Result<Self, StoreError> {
        let store = IdbStore::open(&run_id(js::random_bytes())).await?;
        Ok(Self {
            store,
            at_hand: RefCell::default(),
            answered: RefCell::default(),
            counted: RefCell::default(),
            channel: BroadcastChannel::new(COUNTED).ok(),
        })
    }

    /// Answers a request to the deployment of this name, which came at a moment of `performance.now()`; `None` for one that is
    /// not to be counted.
    ///
    /// # Errors
    /// Only of the store: every refusal of the request is an answer.
    pub async fn answer(
        &self,
        deployment: &str,
        request: &Request<'_>,
        came: Option<f64>,
    ) -> Result<Response, StoreError> {
        let Some(found) = self.find(deployment).await? else {
            return Ok(ScoringError::NoModel(format!("Nothing is deployed as {deployment}.")).response());
        };
        let (response, scored) = match &found.model {
            Ok((_, scorer)) => score(request, &**scorer),
            Err(error) => (error.response(), None),
        };
        if let ("/invocations", Some(came)) = (request.path, came) {
            let sent = found.shadow_run_id.as_ref().filter(|_| scored.is_some());
            let sent = sent.map(|_| (request.content_type.to_owned(), request.body.to_vec()));
            let (time, latency) = (js_sys::Date::now() as i64, js::moment() - came);
            let answered = Answered { found, time, latency, status: response.status, scored, sent };
            self.answered.borrow_mut().push(answered);
        }
        Ok(response)
    }

    /// Counts what was answered since the last time, and asks the models beside.
    pub async fn count(&self) {
        for answered in self.answered.take() {
            let Answered { found, time, latency, status, scored, sent } = answered;
            // A version beside that cannot be read now is not asked; the request counts all the same.
            let beside = match &found.shadow_run_id {
                Some(run_id) => self.at_hand(run_id).await.ok().flatten(),
                None => None,
            };
            let shadow = beside.zip(sent).map(|((run_id, scorer), (content_type, body))| {
                let request =
                    Request { method: "POST", path: "/invocations", content_type: &content_type, body: &body };
                (run_id, score(&request, &*scorer).1.map(|(_, predictions)| predictions))
            });
            let model = found.model.ok();
            let observed = Observed {
                time,
                latency,
                status,
                model: model.as_ref().map(|(run_id, scorer)| (run_id.as_str(), scorer.training())),
                scored: scored.as_ref(),
                shadow: shadow.as_ref().map(|(run_id, predictions)| (run_id.as_str(), predictions.as_deref())),
            };
            let mut counted = self.counted.borrow_mut();
            let fresh = || Counted { deployment: found.deployment.clone(), model: None, record: Record::default() };
            let counts = counted.entry(found.deployment.name.clone()).or_insert_with(fresh);
            counts.record.observe(&found.deployment.monitoring, &observed);
            counts.deployment = found.deployment;
            counts.model = model.or(counts.model.take());
        }
    }

    /// Writes what was counted, and says so to the pages.
    ///
    /// # Errors
    /// The first of the store; what could not be written is written the next time.
    pub async fn keep(&self) -> Result<(), StoreError> {
        let mut failed = None;
        for (name, counts) in self.counted.take() {
            let kept = self.store.monitor(&name, |kept| {
                let settings = &counts.deployment.monitoring;
                kept.record.absorb(counts.record.clone());
                if !settings.samples {
                    kept.record.sample = Default::default();
                }
                let names = counts.model.as_ref().map_or_else(Vec::new, |(run_id, scorer)| {
                    drifted(&kept.record, settings, run_id, scorer.training())
                });
                kept.notice = (!names.is_empty()).then(|| names.join("\n"));
            });
            if let Err(error) = kept.await {
                let mut counted = self.counted.borrow_mut();
                let counts = match counted.remove(&name) {
                    None => counts,
                    Some(mut later) => {
                        let record = std::mem::replace(&mut later.record, counts.record);
                        later.record.absorb(record);
                        later
                    }
                };
                counted.insert(name, counts);
                failed = failed.or(Some(error));
                continue;
            }
            if let Some(channel) = &self.channel {
                // A page that does not hear it looks again by itself.
                let _ = channel.post_message(&name.into());
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// What the address points to is looked up for every request, so that an alias that is moved is followed from the next
    /// request on.
    async fn find(&self, name: &str) -> Result<Option<Found>, StoreError> {
        let deployments = self.store.deployments().await?;
        let Some(deployment) = deployments.into_iter().map(|saved| saved.record).find(|record| record.name == name)
        else {
            return Ok(None);
        };
        let models: Vec<RegisteredModel> = self.store.models().await?.into_iter().map(|saved| saved.record).collect();
        let model = match deployment.version(&models) {
            Ok(version) => self.at_hand(&version.run_id).await?.ok_or_else(|| {
                let words = format!("The run of version {} of {} is gone.", version.version, deployment.model);
                ScoringError::NoModel(words)
            }),
            Err(error) => Err(ScoringError::NoModel(error.report().message)),
        };
        let shadow_run_id = deployment.shadow(&models).map(|version| version.run_id.clone());
        Ok(Some(Found { deployment, model, shadow_run_id }))
    }

    /// The model of a run; `None` where the run is gone.
    async fn at_hand(&self, run_id: &str) -> Result<Option<Model>, StoreError> {
        {
            let mut at_hand = self.at_hand.borrow_mut();
            if let Some(place) = at_hand.iter().position(|(run, _)| run == run_id) {
                let known = at_hand.remove(place);
                at_hand.push(known.clone());
                return Ok(Some(known));
            }
        }
        let run = self.store.get_run(run_id).await?;
        let Some(scorer) = run.as_ref().and_then(RunScorer::of).map(Rc::new) else { return Ok(None) };
        let mut at_hand = self.at_hand.borrow_mut();
        if at_hand.len() == MODELS_AT_HAND {
            at_hand.remove(0);
        }
        at_hand.push((run_id.to_owned(), Rc::clone(&scorer)));
        Ok(Some((run_id.to_owned(), scorer)))
    }
}
