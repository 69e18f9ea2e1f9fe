//! Requests as plain values, and whoever sends them.

/// How a request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The word of HTTP.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What a request carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    Nothing,
    Json(String),
    /// A file.
    Bytes(Vec<u8>),
}

impl Body {
    /// Its media type, where it has one.
    #[must_use]
    pub fn media_type(&self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Json(_) => Some("application/json"),
            Self::Bytes(_) => Some("application/octet-stream"),
        }
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Nothing => &[],
            Self::Json(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// A request to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// From `/api` on, with its query; ASCII.
    pub path: String,
    pub body: Body,
}

/// What the server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

/// There was no answer, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreachable(pub String);

/// Sends requests to one MLflow server. It follows no redirect: what it sends is for this server alone.
#[expect(async_fn_in_trait, reason = "used from one thread on every target: no Send bound is wanted")]
pub trait Server {
    /// Sends one request and waits for its answer, of whatever status.
    ///
    /// # Errors
    /// `Unreachable` where none came; whether the server did what it was asked is not known then.
    async fn ask(&self, request: &Request) -> Result<Reply, Unreachable>;
}

/// A text inside a path or a query. A slash stays: it parts an artifact's path.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
