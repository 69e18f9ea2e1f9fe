//! The model as one HTML page that predicts offline.

use super::PREDICTOR_MJS;
use super::file::model_file;
use crate::base::Digest;
use crate::export::ExportError;
use crate::tracking::RunRecord;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.mjs");

/// A page with a form of the model's inputs, its prediction, and what is known of it. It loads nothing, and its policy lets
/// nothing run but its own script.
///
/// # Errors
/// `NoModel`; `NotExpressible` for a model with infinite coefficients.
pub(super) fn page(run: &RunRecord) -> Result<Vec<u8>, ExportError> {
    let model = inert(&serde_json::to_string(&model_file(run)?)?);
    // Nobody who chooses a column's name can choose it so that the digest of all of it stands in it.
    let nonce = Digest::of(format!("{STYLE}{SCRIPT}{model}").as_bytes()).short(32).to_owned();
    let reader = PREDICTOR_MJS.replace("export function", "function");
    // What was put in is not searched again: the model comes last.
    let mut page = PAGE.replace("@NONCE@", &nonce);
    for (place, content) in [("@STYLE@", STYLE.trim()), ("@READER@", reader.trim()), ("@PAGE@", SCRIPT.trim())] {
        page = page.replacen(place, content, 1);
    }
    Ok(page.replacen("@MODEL@", &model, 1).into_bytes())
}

/// JSON without the characters that could end or open an element, written as escapes that mean the same.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_the_script() {
        let json = serde_json::json!({ "name": "</script><script>alert(1)</script><!--&" }).to_string();
        let written = inert(&json);
        assert!(!written.contains(['<', '>', '&']), "{written}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&written).unwrap()["name"],
            "</script><script>alert(1)</script><!--&"
        );
    }

    #[test]
    fn the_page_without_its_model_is_small() {
        assert!(PAGE.len() + STYLE.len() + SCRIPT.len() + PREDICTOR_MJS.len() < 60_000);
        for part in [PAGE, SCRIPT, PREDICTOR_MJS] {
            assert!(
                !part.contains("innerHTML")
                    && !part.contains("style=")
                    && !part.contains("http:")
                    && !part.contains("https:")
            );
        }
    }
}
