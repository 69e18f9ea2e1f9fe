//! The commands of a first visit, read by themselves: what reads all the others is then loaded later with the first of them.

use serde::{Deserialize, Serialize};

use super::protocol::{Command, RequestId, Source};
use crate::pipeline::PipelineSpec;

/// Some of `Command`, under the same names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EarlyCommand {
    Open { request: RequestId, source: Source, current: Option<Box<PipelineSpec>>, cause: Option<String> },
    ListRuns { request: RequestId },
    GetContents { request: RequestId },
    UseExperiment { request: RequestId, experiment_id: String },
}

impl From<EarlyCommand> for Command {
    fn from(early: EarlyCommand) -> Self {
        match early {
            EarlyCommand::Open { request, source, current, cause } => {
                Self::Open { request, source, current: current.map(|spec| *spec), cause }
            }
            EarlyCommand::ListRuns { request } => Self::ListRuns { request },
            EarlyCommand::GetContents { request } => Self::GetContents { request },
            EarlyCommand::UseExperiment { request, experiment_id } => Self::UseExperiment { request, experiment_id },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_early_command_is_written_as_the_command_that_it_is() {
        let request = RequestId(7);
        let source = Source::Pasted { name: "p.csv".into(), text: "a,b".into() };
        let all = [
            EarlyCommand::Open { request, source, current: Some(Box::default()), cause: Some("file".into()) },
            EarlyCommand::ListRuns { request },
            EarlyCommand::GetContents { request },
            EarlyCommand::UseExperiment { request, experiment_id: "0".into() },
        ];
        for early in all {
            let written = serde_json::to_value(&early).unwrap();
            assert_eq!(serde_json::from_value::<Command>(written.clone()).unwrap(), Command::from(early.clone()));
            assert_eq!(serde_json::from_value::<EarlyCommand>(written).unwrap(), early);
        }
        let other = serde_json::to_value(Command::Erase { request }).unwrap();
        assert!(serde_json::from_value::<EarlyCommand>(other).is_err());
    }
}
