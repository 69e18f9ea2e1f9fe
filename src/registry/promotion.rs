//! Is a model better than the one in use, by more than noise, and can it take its place?

use crate::comparison::{judge, judging_metric, same_signature, same_test_rows};
use crate::tracking::RunRecord;
use crate::validation::Preference;

/// What was checked before a model takes another's place.
#[derive(Debug, Clone, PartialEq)]
pub struct Promotion {
    pub checks: Vec<Check>,
}

/// One question and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    pub question: &'static str,
    /// `None` where nobody can tell: that refuses, too.
    pub passed: Option<bool>,
    /// The answer in words.
    pub words: String,
}

impl Promotion {
    /// Whether every answer is yes.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.passed == Some(true))
    }

    /// Why not, in one line.
    #[must_use]
    pub fn reasons(&self) -> String {
        let failed = self.checks.iter().filter(|check| check.passed != Some(true));
        failed.map(|check| check.words.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// Checks a run's model against the one in use; `None` where none is in use: then there is nothing to ask.
#[must_use]
pub fn check_promotion(candidate: &RunRecord, in_use: Option<&RunRecord>) -> Promotion {
    let Some(in_use) = in_use else { return Promotion { checks: Vec::new() } };
    let check = |question, result: Result<(), String>, yes: &str| match result {
        Ok(()) => Check { question, passed: Some(true), words: yes.to_owned() },
        Err(words) => Check { question, passed: Some(false), words },
    };
    let rows = same_test_rows(in_use, candidate);
    let better = match judge(in_use, candidate, judging_metric(in_use, candidate)) {
        Ok(judged) => Check {
            question: "Better by more than noise?",
            passed: match judged.preference {
                Preference::B => Some(true),
                Preference::A => Some(false),
                Preference::CannotTell => None,
            },
            words: judged.words,
        },
        Err(words) if rows.is_ok() => Check { question: "Better by more than noise?", passed: None, words },
        Err(_) => Check {
            question: "Better by more than noise?",
            passed: None,
            words: "Without the same test rows nobody can tell which is better.".into(),
        },
    };
    Promotion {
        checks: vec![
            check("Same test rows?", rows, "Both were judged on the same rows."),
            check("Same signature?", same_signature(in_use, candidate), "Both take the same columns."),
            better,
        ],
    }
}
