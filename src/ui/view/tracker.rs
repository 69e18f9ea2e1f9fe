//! What the dialog of the experiment tracker says.

use crate::export::mlflow::live::{Tracker, permits};
use crate::web::protocol::TrackerStatus;

/// Why a page cannot reach a server, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    pub words: String,
    /// A command to copy, where one helps.
    pub command: Option<String>,
}

/// Whether this page (its content security policy and its origin) can reach a server at all.
#[must_use]
pub fn blocked(policy: &str, page: &str, tracker: &Tracker) -> Option<Blocked> {
    let origin = tracker.origin();
    if !permits(policy, page, origin) {
        return Some(Blocked {
            words: format!(
                "This build of the page may talk to no server but its own, so it cannot reach {origin}. That is decided \
                 when the page is built, so that nothing on it can send your data elsewhere. Build it for this server \
                 and open that page:"
            ),
            command: Some(format!("PIPETTE_CONNECT={origin} ./pipette serve")),
        });
    }
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    let is_here = ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|own| host.strip_prefix(own).is_some_and(|port| port.is_empty() || port.starts_with(':')));
    if page.starts_with("https:") && origin.starts_with("http:") && !is_here {
        return Some(Blocked {
            words: format!(
                "This page came over https, and browsers let such a page reach no plain http server but one on this \
                 machine. Give {origin} a certificate, or reach it through a tunnel on this machine."
            ),
            command: None,
        });
    }
    None
}

/// How the server is started so that it answers a page of this origin.
#[must_use]
pub fn server_command(page: &str) -> String {
    format!("mlflow server --cors-allowed-origins {page}")
}

/// How it stands, in a sentence.
#[must_use]
pub fn standing(status: &TrackerStatus) -> String {
    let things = |n: u32, is_or_are: [&str; 2]| {
        if n == 1 { format!("1 {}", is_or_are[0]) } else { format!("{n} {}", is_or_are[1]) }
    };
    match (&status.error, status.n_waiting) {
        (None, 0) if status.n_logged == 0 => "Nothing waits. Runs from now on are logged.".to_owned(),
        (None, 0) => {
            format!("All is logged: {} since the page was opened.", things(status.n_logged, ["thing", "things"]))
        }
        (_, n) => {
            let waits = things(n, ["thing waits for the server.", "things wait for the server."]);
            match status.pause {
                Some(seconds) => format!("{waits} The next try is {seconds} seconds after the last one."),
                None => waits,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ErrorReport;

    fn tracker(url: &str) -> Tracker {
        Tracker::new(url, "x").unwrap()
    }

    #[test]
    fn a_build_that_permits_no_server_says_so_and_how_to_make_one() {
        let strict = "default-src 'none'; connect-src 'self'";
        let found = blocked(strict, "https://me.github.io", &tracker("http://127.0.0.1:5000/mlflow")).unwrap();
        assert!(found.words.contains("cannot reach http://127.0.0.1:5000. "), "{}", found.words);
        assert_eq!(found.command.as_deref(), Some("PIPETTE_CONNECT=http://127.0.0.1:5000 ./pipette serve"));
        let built = "connect-src 'self' http://127.0.0.1:5000 http://host:5000";
        assert_eq!(blocked(built, "https://me.github.io", &tracker("http://127.0.0.1:5000")), None);
        assert_eq!(blocked(built, "http://127.0.0.1:8080", &tracker("http://host:5000")), None);
        let mixed = blocked(built, "https://me.github.io", &tracker("http://host:5000")).unwrap();
        assert!(mixed.words.contains("https") && mixed.command.is_none());
    }

    #[test]
    fn the_standing_says_what_waits() {
        let status = |n_waiting, n_logged, error: bool| TrackerStatus {
            n_waiting,
            n_logged,
            error: error.then(|| ErrorReport::new("tracker.away", "away")),
            pause: error.then_some(4),
            ..TrackerStatus::default()
        };
        assert_eq!(standing(&status(0, 0, false)), "Nothing waits. Runs from now on are logged.");
        assert_eq!(standing(&status(0, 2, false)), "All is logged: 2 things since the page was opened.");
        let words = "1 thing waits for the server. The next try is 4 seconds after the last one.";
        assert_eq!(standing(&status(1, 2, true)), words);
    }
}
