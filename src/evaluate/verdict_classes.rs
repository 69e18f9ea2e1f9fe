//! The plain sentence on a model that tells two values apart.

use super::{Classification, DataSplit, EvaluateSummary};

/// "Predicts bought with an accuracy of 85.3 %; always guessing 0 would have 60.0 %. Of the rows that are 1 it finds 40.2 %; of
/// those it calls 1, 80.0 % are."
pub(super) fn sentence(summary: &EvaluateSummary, classification: &Classification) -> String {
    let target = &summary.target;
    let metric = |name: &str| summary.metric(name, DataSplit::Test);
    let value = |name: &str| metric(name).and_then(|metric| metric.value);
    let (Some(accuracy), Some(baseline)) = (value("accuracy"), metric("accuracy").and_then(|metric| metric.baseline))
    else {
        return format!("There are no rows of {target} to judge by.");
    };
    let (shown, of_baseline) = percents(accuracy, baseline);
    let guess = classification.most_frequent;
    let first = if accuracy > baseline {
        format!("Predicts {target} with an accuracy of {shown}; always guessing {guess} would have {of_baseline}.")
    } else {
        format!(
            "Predicts {target} with an accuracy of {shown}: no better than always guessing {guess}, which has {of_baseline}."
        )
    };
    let [_, positive] = classification.test.classes;
    let [[_, false_positive], [false_negative, true_positive]] = classification.test.counts;
    let (n_actual, n_called) = (false_negative + true_positive, false_positive + true_positive);
    let details = match (value("recall"), value("precision")) {
        (Some(_), _) if n_actual == 0 => format!(" No row judged is {positive}."),
        (Some(_), _) if n_called == 0 => format!(" It calls no row {positive}, though {n_actual} are."),
        (Some(recall), Some(precision)) => format!(
            " Of the rows that are {positive} it finds {} (recall); of those it calls {positive}, {} are (precision).",
            percents(recall, recall).0,
            percents(precision, precision).0
        ),
        _ => String::new(),
    };
    let others: u64 = classification.test.others.iter().sum();
    let unseen = match others {
        0 => String::new(),
        1 => format!(" In 1 row {target} has a value that no training row had."),
        n => format!(" In {n} rows {target} has a value that no training row had."),
    };
    first + &details + &unseen
}

/// Two shares as percentages, with the decimals that keep different ones different and a near one from reading as all or
/// nothing.
fn percents(a: f64, b: f64) -> (String, String) {
    let text = |share: f64, decimals: usize| format!("{:.decimals$}", share * 100.0);
    let hides = |share: f64, decimals: usize| {
        let shown = text(share, decimals).parse::<f64>().unwrap_or(f64::NAN);
        (shown == 0.0 && share > 0.0) || (shown == 100.0 && share < 1.0)
    };
    let is_whole = |share: f64| [0.0, 1.0].contains(&share);
    let start = usize::from(!(is_whole(a) && is_whole(b)));
    let decimals =
        (start..9).find(|d| !hides(a, *d) && !hides(b, *d) && (a == b || text(a, *d) != text(b, *d))).unwrap_or(9);
    (text(a, decimals) + " %", text(b, decimals) + " %")
}

#[cfg(test)]
mod tests {
    use super::percents;

    #[test]
    fn a_share_never_reads_as_what_it_is_not() {
        for (a, b, expected) in [
            (0.853, 0.6, ("85.3 %", "60.0 %")),
            (0.9999, 0.5, ("99.99 %", "50.00 %")),
            (0.60001, 0.6, ("60.001 %", "60.000 %")),
            (1.0, 0.0, ("100 %", "0 %")),
            (0.0002, 0.5, ("0.02 %", "50.00 %")),
        ] {
            assert_eq!(percents(a, b), (expected.0.to_owned(), expected.1.to_owned()));
        }
    }
}
