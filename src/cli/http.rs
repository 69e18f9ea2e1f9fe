//! Requests over a socket: plain HTTP, for a server on this machine, in this network, or behind a tunnel.

use std::time::Duration;

use ureq::http;

use crate::base::ErrorReport;
use crate::export::mlflow::live::{Body, Reply, Request, Server, Tracker, Unreachable};

/// A server that has not answered so long is away.
const PATIENCE: Duration = Duration::from_secs(60);
/// Answers are lists of runs, not files.
const MOST_BYTES: u64 = 64 << 20;

/// One MLflow server.
pub(super) struct HttpServer {
    agent: ureq::Agent,
    url: String,
}

impl HttpServer {
    /// The server of these settings.
    pub(super) fn of(tracker: &Tracker) -> Result<Self, ErrorReport> {
        if tracker.url.starts_with("https:") {
            let message = format!(
                "{} needs TLS, which this program has not. Name the server's http:// address, or a tunnel's \
                 (ssh -L 5000:localhost:5000 HOST).",
                tracker.url
            );
            return Err(ErrorReport::new("tracker.needs_tls", message));
        }
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Ok(Self { agent: config.into(), url: tracker.url.clone() })
    }

    fn send(&self, request: &Request) -> Result<Reply, ureq::Error> {
        let builder =
            http::Request::builder().method(request.method.as_str()).uri(format!("{}{}", self.url, request.path));
        let mut response = match &request.body {
            Body::Nothing => self.agent.run(builder.body(())?)?,
            body => {
                let builder = builder.header("content-type", body.media_type().unwrap_or_default());
                self.agent.run(builder.body(body.bytes())?)?
            }
        };
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(MOST_BYTES).read_to_vec()?;
        Ok(Reply { status, body })
    }
}

impl Server for HttpServer {
    async fn ask(&self, request: &Request) -> Result<Reply, Unreachable> {
        self.send(request).map_err(|error| Unreachable(error.to_string()))
    }
}
