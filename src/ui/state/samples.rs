//! The page's own sample files, under `data/`.

use crate::base::Digest;

/// A file that is served with the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// The file's name under `data/`.
    pub file: &'static str,
    pub title: &'static str,
    /// One line: what it holds and what can be predicted.
    pub about: &'static str,
    digest: &'static str,
}

impl Sample {
    /// All samples; the first is what a first visit shows.
    pub const ALL: [Self; 3] = [
        Self {
            file: "olist_customers_dataset.csv",
            title: "Customer satisfaction",
            about: "5,000 made-up orders of a shop with 33 columns; predicts the review score.",
            digest: "blake3:1b3f6fd25fc0b4e92b1ef69727a9308e825c71a3d3d711f408c7aea3bcce4caa",
        },
        Self {
            file: "longley.csv",
            title: "Longley",
            about: "16 years of the economy, nearly collinear: a trial for any least-squares solver.",
            digest: "blake3:ed4dc4cef4689c6daa43442f5fea123f6feefb7f0edd8ced01e70cd4f37f70a1",
        },
        Self {
            file: "norris.csv",
            title: "Norris",
            about: "36 calibrations of ozone monitors, almost a straight line; NIST has certified the answer.",
            digest: "blake3:d2d3002598fcd456762ad8884246deab3f73a9e478f63b37391434a0daba21b4",
        },
    ];

    /// The sample with these bytes.
    #[must_use]
    pub fn with_digest(digest: &Digest) -> Option<Self> {
        Self::ALL.into_iter().find(|sample| sample.digest == digest.as_str())
    }

    /// The sample of this file name.
    #[must_use]
    pub fn named(file: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sample| sample.file == file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_files() {
        let of_file = |sample: Sample| {
            let path = format!("{}/data/{}", env!("CARGO_MANIFEST_DIR"), sample.file);
            Digest::of(&std::fs::read(path).unwrap())
        };
        let digests = Sample::ALL.map(of_file);
        assert_eq!(digests.each_ref().map(Digest::as_str), Sample::ALL.map(|sample| sample.digest));
        assert_eq!(digests.each_ref().map(Sample::with_digest), Sample::ALL.map(Some));
    }
}
