//! Content addresses: `blake3:` and 64 hexadecimal digits.

use serde::{Deserialize, Serialize};

/// The digest of a file's bytes, an artifact or a cache key, written `blake3:…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(format!("blake3:{}", blake3::hash(bytes).to_hex()))
    }

    /// The whole address, `blake3:…`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first `n` hexadecimal digits, for screens.
    #[must_use]
    pub fn short(&self, n: usize) -> &str {
        let hex = self.0.strip_prefix("blake3:").unwrap_or(&self.0);
        hex.get(..n.min(hex.len())).unwrap_or(hex)
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A digest over bytes that arrive piece by piece.
#[derive(Debug, Default, Clone)]
pub struct Hasher(blake3::Hasher);

impl Hasher {
    /// Takes the next bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes so far.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest(format!("blake3:{}", self.0.finalize().to_hex()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_give_the_digest_of_the_whole() {
        let mut hasher = Hasher::default();
        hasher.update(b"a,b\n");
        hasher.update(b"1,2\n");
        assert_eq!(hasher.digest(), Digest::of(b"a,b\n1,2\n"));
        // BLAKE3's published test vector for the empty input.
        assert_eq!(Digest::of(b"").short(16), "af1349b9f5f9a1a6");
    }
}
