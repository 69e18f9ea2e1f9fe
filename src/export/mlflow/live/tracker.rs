//! The stack component: which server, which experiment; and whether a page's policy lets it be reached.

use serde::{Deserialize, Serialize};

use super::TrackerError;
use crate::tracking::{Edit, StoreCommand};

/// An MLflow server as experiment tracker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracker {
    /// Such as `http://127.0.0.1:5000`; without a slash at its end.
    pub url: String,
    /// The experiment's name there.
    pub experiment: String,
}

impl Tracker {
    /// The kind and the id of the document that keeps it.
    pub const KIND: &'static str = "stack_component";
    /// As `KIND`.
    pub const ID: &'static str = "experiment_tracker";

    /// Settings as a person writes them.
    ///
    /// # Errors
    /// `NotAnAddress`, `Credentials`, `NoExperiment`.
    pub fn new(url: &str, experiment: &str) -> Result<Self, TrackerError> {
        let experiment = experiment.trim();
        if experiment.is_empty() {
            return Err(TrackerError::NoExperiment);
        }
        Ok(Self { url: address(url)?, experiment: experiment.to_owned() })
    }

    /// What was kept.
    ///
    /// # Errors
    /// `Unreadable`; and as `new`, for it may come from elsewhere.
    pub fn read(text: &str) -> Result<Self, TrackerError> {
        let read: Self = serde_json::from_str(text).map_err(|_| TrackerError::Unreadable)?;
        Self::new(&read.url, &read.experiment)
    }

    /// Keeps it, or (`None`) puts it away; `now` is what is kept at present.
    #[must_use]
    pub fn change(now: Option<&str>, to: Option<&Self>) -> StoreCommand {
        let words = match to {
            Some(tracker) => format!("Set the experiment tracker {}, experiment {}.", tracker.url, tracker.experiment),
            None => "Took the experiment tracker away.".to_owned(),
        };
        let text = to.map(|tracker| serde_json::to_string(tracker).unwrap_or_default());
        if text.as_deref() == now {
            return StoreCommand { words, edits: Vec::new() };
        }
        StoreCommand { words, edits: vec![Edit::document(Self::KIND, Self::ID, now.map(str::to_owned), text)] }
    }

    /// Scheme, host and port: what a content security policy names.
    #[must_use]
    pub fn origin(&self) -> &str {
        let host = self.url.find("://").map_or(0, |at| at + 3);
        let end = self.url.get(host..).and_then(|rest| rest.find('/')).map_or(self.url.len(), |at| host + at);
        self.url.get(..end).unwrap_or(&self.url)
    }
}

/// The address without what means nothing: spaces, capitals of the host, the scheme's own port, slashes at the end.
fn address(text: &str) -> Result<String, TrackerError> {
    let text = text.trim();
    let wrong = || TrackerError::NotAnAddress(text.to_owned());
    let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
    let scheme = scheme.to_ascii_lowercase();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if host.contains('@') {
        return Err(TrackerError::Credentials);
    }
    let own_port = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => return Err(wrong()),
    };
    let host = host.to_ascii_lowercase();
    let (name, port) = match host.rfind(':').filter(|at| !host.ends_with(']') || *at > host.rfind(']').unwrap_or(0)) {
        Some(at) => host.split_at(at),
        None => (host.as_str(), ""),
    };
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b));
    let is_port = port.is_empty() || port.get(1..).is_some_and(|digits| digits.parse::<u16>().is_ok());
    let is_path = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~".contains(&b));
    if !is_name || !is_port || !is_path {
        return Err(wrong());
    }
    let port = if port == own_port { "" } else { port };
    Ok(format!("{scheme}://{name}{port}{}", path.trim_end_matches('/')))
}

/// Whether a content security policy lets its page, which is at `page` (an origin), reach `origin`. It knows what the build
/// writes into `connect-src`: `'self'` and origins.
#[must_use]
pub fn permits(policy: &str, page: &str, origin: &str) -> bool {
    let directive = |name: &str| {
        policy.split(';').find_map(|part| {
            let mut words = part.split_ascii_whitespace();
            (words.next() == Some(name)).then(|| words.collect::<Vec<_>>())
        })
    };
    match directive("connect-src").or_else(|| directive("default-src")) {
        Some(sources) => sources.iter().any(|source| *source == origin || (*source == "'self'" && page == origin)),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Result<String, TrackerError> {
        Tracker::new(text, "x").map(|tracker| tracker.url)
    }

    #[test]
    fn an_address_is_one_however_it_is_written() {
        for text in ["http://127.0.0.1:5000", " HTTP://127.0.0.1:5000/ ", "http://127.0.0.1:5000//"] {
            assert_eq!(url(text).as_deref(), Ok("http://127.0.0.1:5000"), "{text}");
        }
        assert_eq!(url("https://Host.example:443/mlflow/").as_deref(), Ok("https://host.example/mlflow"));
        assert_eq!(url("http://[::1]:5000").as_deref(), Ok("http://[::1]:5000"));
        assert_eq!(
            Tracker::new("https://h.example/mlflow", "x").map(|t| t.origin().to_owned()).as_deref(),
            Ok("https://h.example")
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let wrong = [
            "",
            "127.0.0.1:5000",
            "ftp://h",
            "http://",
            "http://h:99999",
            "http://h:x",
            "http://a b",
            "http://h/?q",
            "javascript://x/%0a",
        ];
        for text in wrong {
            assert_eq!(url(text), Err(TrackerError::NotAnAddress(text.trim().to_owned())), "{text}");
        }
        assert_eq!(url("http://me:secret@h"), Err(TrackerError::Credentials));
        assert_eq!(Tracker::new("http://h", " "), Err(TrackerError::NoExperiment));
        assert_eq!(
            Tracker::read(r#"{"url":"file:///etc","experiment":"x"}"#),
            Err(TrackerError::NotAnAddress("file:///etc".into()))
        );
    }

    #[test]
    fn a_policy_permits_what_it_names_and_nothing_else() {
        let policy = "default-src 'none'; connect-src 'self' http://127.0.0.1:5000; worker-src 'self' blob:";
        let page = "https://me.github.io";
        assert!(permits(policy, page, "http://127.0.0.1:5000"));
        assert!(permits(policy, page, page));
        for other in ["http://127.0.0.1:5001", "https://127.0.0.1:5000", "http://127.0.0.1", "blob:"] {
            assert!(!permits(policy, page, other), "{other}");
        }
        assert!(!permits("default-src 'none'", page, page) && permits("", page, "http://h"));
    }
}
