//! What the dialog of a link says is in it.

use super::format::bytes;
use crate::base::ErrorReport;
use crate::pipeline::PipelineSpec;

/// What is in the link, in a sentence or two. `data`: the packed data, or why there is none; `None` while it is packed.
#[must_use]
pub fn contents(spec: &PipelineSpec, data: Option<&Result<String, ErrorReport>>, with_data: bool) -> String {
    let pipeline = "The whole pipeline: its rules, split, features, estimators and metrics";
    let name = &spec.dataset.name;
    match data {
        _ if name.is_empty() => format!("{pipeline}. It names no data set."),
        None => format!("{pipeline}. {name} is being packed …"),
        Some(Ok(packed)) if with_data => {
            // Four characters stand for three bytes.
            let size = bytes(packed.len() as u64 * 3 / 4);
            format!("{pipeline}; and the data of {name}, {size} packed. Whoever has the link has the data.")
        }
        Some(Ok(_)) => {
            format!("{pipeline}. {name} is named by its digest: whoever opens the link is asked for the file.")
        }
        Some(Err(error)) => format!("{pipeline}. {}", error.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::DatasetRef;

    #[test]
    fn what_is_in_the_link_is_said() {
        let dataset = DatasetRef { name: "a.csv".into(), digest: None };
        let spec = PipelineSpec { dataset, ..PipelineSpec::default() };
        let packed = Ok("A".repeat(4000));
        assert!(
            contents(&spec, Some(&packed), true)
                .ends_with("the data of a.csv, 3.0 kB packed. Whoever has the link has the data.")
        );
        assert!(contents(&spec, Some(&packed), false).ends_with("whoever opens the link is asked for the file."));
        let refused = Err(ErrorReport::new("share.too_large", "Too large."));
        assert!(contents(&spec, Some(&refused), true).ends_with("metrics. Too large."));
        assert!(contents(&PipelineSpec::default(), None, true).ends_with("It names no data set."));
    }
}
