//! The regression report against SciPy and statsmodels.

use pipette::base::Coded;
use pipette::diagnostics::distributions::{Tails, chi2, f, normal, student_t};
use pipette::diagnostics::{
    RegressionReport, ReportOptions, Reporting, contributions, correlations, effects, partial_dependence, report,
};
use pipette::estimators::{EstimatorSpec, Fit, LinearRegressionParams, fit};
use pipette::features::{DesignMatrix, FeatureSpec, design_matrix};
use pipette::table::{Column, Table};
use proptest::prelude::{prop_assert, proptest};
use serde_json::Value;

use crate::estimators::{assert_close, floats, golden, mixed_split, mixed_table, read_csv};

#[track_caller]
fn assert_tails(found: Tails, expected: &[f64], relative: f64, what: &str) {
    for (found, expected) in [found.lower, found.upper].iter().zip(expected) {
        let difference = (found - expected).abs();
        assert!(difference <= relative * expected.abs(), "{what}: {found:e} is not {expected:e} within {relative:e}");
    }
}

/// SciPy 1.17.1 (`tests/python/distributions.py`).
#[test]
fn tails_are_scipys() {
    let golden = golden("distributions");
    let rows = |name: &str| golden[name].as_array().unwrap().iter().map(floats).collect::<Vec<_>>();
    for row in rows("t") {
        assert_tails(student_t::tails(row[1], row[0]), &row[2..], 2e-13, &format!("t {row:?}"));
    }
    for row in rows("f") {
        assert_tails(f::tails(row[2], row[0], row[1]), &row[3..], 2e-13, &format!("F {row:?}"));
    }
    for row in rows("chi2") {
        assert_tails(chi2::tails(row[1], row[0]), &row[2..], 2e-13, &format!("chi2 {row:?}"));
    }
    for row in rows("norm") {
        assert_tails(normal::tails(row[0]), &row[1..], 2e-13, &format!("normal {row:?}"));
    }
}

#[test]
fn quantiles_are_scipys() {
    let golden = golden("distributions");
    let rows = |name: &str| golden["ppf"][name].as_array().unwrap().iter().map(floats).collect::<Vec<_>>();
    let check = |found: f64, row: &[f64]| {
        let expected = *row.last().unwrap();
        // Around the median of t and normal, the answer itself is zero to rounding.
        let tolerance = 2e-13 * expected.abs() + 1e-15;
        assert!((found - expected).abs() <= tolerance, "{row:?}: {found:e}");
    };
    rows("t").iter().for_each(|row| check(student_t::ppf(row[1], row[0]), row));
    rows("f").iter().for_each(|row| check(f::ppf(row[2], row[0], row[1]), row));
    rows("chi2").iter().for_each(|row| check(chi2::ppf(row[1], row[0]), row));
    rows("norm").iter().for_each(|row| check(normal::ppf(row[0]), row));
}

#[test]
fn ends_and_nonsense() {
    assert_eq!((student_t::two_sided(0.0, 5.0), student_t::two_sided(f64::INFINITY, 5.0)), (1.0, 0.0));
    assert_eq!((student_t::ppf(1.0, 3.0), student_t::ppf(0.0, 3.0)), (f64::INFINITY, f64::NEG_INFINITY));
    assert_eq!((f::ppf(0.0, 3.0, 4.0), chi2::ppf(1.0, 3.0), normal::ppf(0.5)), (0.0, f64::INFINITY, 0.0));
    assert!(
        student_t::two_sided(1.0, 0.0).is_nan()
            && student_t::ppf(1.5, 3.0).is_nan()
            && f::ppf(f64::NAN, 1.0, 1.0).is_nan()
    );
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn fitted(x: &DesignMatrix, rows: &[u32], fit_intercept: bool) -> Fit {
    let spec =
        EstimatorSpec::LinearRegression(LinearRegressionParams { fit_intercept, ..LinearRegressionParams::default() });
    fit(&spec, x, rows).unwrap()
}

pub(crate) fn report_of(x: &DesignMatrix, rows: &[u32], options: ReportOptions) -> RegressionReport {
    let fit = fitted(x, rows, options.fit_intercept);
    report(options, fit.summary.model.linear().unwrap(), &fit.r, x, rows).unwrap()
}

fn design(columns: Vec<Column>) -> DesignMatrix {
    let n_rows = columns[0].len();
    let spec = FeatureSpec { target: "y".into(), ..FeatureSpec::default() };
    design_matrix(&Table::new(columns, n_rows), &spec).unwrap()
}

/// statsmodels 0.15.0, `golden/estimators.json`.
#[test]
fn the_report_is_statsmodels() {
    let golden = &golden("estimators")["statsmodels_ols"];
    let (x, (train, test)) = (mixed_table(), mixed_split());
    let report = report_of(&x, &train, ReportOptions::default());
    let lists = ["params", "std_err", "t", "p"].map(|name| floats(&golden[name]));
    let robust = ["HC0", "HC1", "HC2", "HC3"].map(|name| floats(&golden["robust_std_err"][name]));
    for (i, coefficient) in report.coefficients.iter().enumerate() {
        let name = &coefficient.name;
        let found = [Some(coefficient.value), coefficient.se, coefficient.t, coefficient.p];
        found.iter().zip(&lists).for_each(|(found, list)| assert_close(found.unwrap(), list[i], 1e-10, name));
        let interval = floats(&golden["ci95"][i]);
        assert_close(coefficient.lo.unwrap(), interval[0], 1e-10, name);
        assert_close(coefficient.hi.unwrap(), interval[1], 1e-10, name);
        let found = [coefficient.hc0, coefficient.hc1, coefficient.hc2, coefficient.hc3];
        found.iter().zip(&robust).for_each(|(found, list)| assert_close(found.unwrap(), list[i], 1e-10, name));
        if i > 0 {
            assert_close(coefficient.vif.unwrap(), floats(&golden["vif"])[i], 1e-10, name);
        }
    }
    assert_eq!((report.n_rows, report.df_model, report.df_residual), (240, 4, 235));
    let fit = &report.fit;
    let tests = &report.tests;
    let (pagan, pagan_f) = (tests.breusch_pagan.unwrap(), tests.breusch_pagan_f.unwrap());
    for (found, expected) in [
        (fit.r2.unwrap(), &golden["r2"]),
        (fit.adj_r2.unwrap(), &golden["adj_r2"]),
        (fit.f.unwrap(), &golden["f"]),
        (fit.f_p.unwrap(), &golden["f_p"]),
        (fit.log_likelihood.unwrap(), &golden["llf"]),
        (fit.aic.unwrap(), &golden["aic"]),
        (fit.bic.unwrap(), &golden["bic"]),
        (fit.ss_residual, &golden["ssr"]),
        (fit.ss_explained, &golden["ess"]),
        (fit.ss_total, &golden["centered_tss"]),
        (fit.residual_sd.unwrap().powi(2), &golden["mse_resid"]),
        (tests.durbin_watson.unwrap(), &golden["durbin_watson"]),
        (tests.jarque_bera.unwrap().statistic, &golden["jarque_bera"]["stat"]),
        (tests.jarque_bera.unwrap().p, &golden["jarque_bera"]["p"]),
        (tests.skew.unwrap(), &golden["jarque_bera"]["skew"]),
        (tests.kurtosis.unwrap(), &golden["jarque_bera"]["kurtosis"]),
        (tests.omnibus.unwrap().statistic, &golden["omnibus"]["stat"]),
        (tests.omnibus.unwrap().p, &golden["omnibus"]["p"]),
        (pagan.statistic, &golden["breusch_pagan"]["lm"]),
        (pagan.p, &golden["breusch_pagan"]["lm_p"]),
        (pagan_f.statistic, &golden["breusch_pagan"]["f"]),
        (pagan_f.p, &golden["breusch_pagan"]["f_p"]),
        (report.condition_number.unwrap(), &golden["condition_number"]),
    ] {
        assert_close(found, number(expected), 1e-9, &format!("{expected}"));
    }
    let columns = ["residuals", "leverage", "cooks", "studentized_internal", "studentized_external", "dffits"]
        .map(|name| floats(&golden[format!("{name}_first20")]));
    for (i, point) in report.points.iter().take(20).enumerate() {
        let found = [
            point.residual,
            point.leverage,
            point.cooks.unwrap(),
            point.studentised.unwrap(),
            point.studentised_external.unwrap(),
            point.dffits.unwrap(),
        ];
        found.iter().zip(&columns).for_each(|(found, list)| assert_close(*found, list[i], 1e-9, &format!("row {i}")));
        assert_eq!(point.row, train[i]);
    }
    let intervals = report.intervals.unwrap().of_rows(&x.columns(), &test[..5], 0.95).unwrap();
    let golden = &golden["prediction_test_first5"];
    for (i, interval) in intervals.iter().enumerate() {
        for (found, name) in [
            (interval.prediction, "mean"),
            (interval.mean_se, "mean_se"),
            (interval.mean_lo, "mean_ci_lower"),
            (interval.mean_hi, "mean_ci_upper"),
            (interval.lo, "obs_ci_lower"),
            (interval.hi, "obs_ci_upper"),
        ] {
            assert_close(found, floats(&golden[name])[i], 1e-10, name);
        }
    }
    assert!(report.notes.is_empty() && report.qq.len() == 240 && !report.is_sample && report.points.len() == 240);
}

/// statsmodels 0.15.0, `tests/python/diagnostics.py`.
#[test]
fn influence_and_fits_without_intercept_are_statsmodels() {
    let golden = golden("diagnostics");
    let (x, (train, _)) = (mixed_table(), mixed_split());
    for (fit_intercept, name) in [(true, "with_intercept"), (false, "without_intercept")] {
        let golden = &golden[name];
        let report =
            report_of(&x, &train, ReportOptions { fit_intercept, confidence: 0.9, ..ReportOptions::default() });
        let list = |name: &str| floats(&golden[name]);
        for (i, coefficient) in report.coefficients.iter().enumerate() {
            let interval = floats(&golden["ci90"][i]);
            for (found, expected) in [
                (Some(coefficient.value), list("params")[i]),
                (coefficient.se, list("se")[i]),
                (coefficient.t, list("t")[i]),
                (coefficient.p, list("p")[i]),
                (coefficient.lo, interval[0]),
                (coefficient.hi, interval[1]),
                (coefficient.hc0, floats(&golden["hc"][0])[i]),
                (coefficient.hc1, floats(&golden["hc"][1])[i]),
                (coefficient.hc2, floats(&golden["hc"][2])[i]),
                (coefficient.hc3, floats(&golden["hc"][3])[i]),
            ] {
                assert_close(found.unwrap(), expected, 1e-9, &coefficient.name);
            }
            if let Some(vif) = coefficient.vif {
                assert_close(vif, list("vif")[i], 1e-9, &coefficient.name);
            }
        }
        let (fit, tests) = (&report.fit, &report.tests);
        for (found, expected) in [
            (fit.r2, "r2"),
            (fit.adj_r2, "adj_r2"),
            (fit.f, "f"),
            (fit.f_p, "f_p"),
            (fit.log_likelihood, "llf"),
            (fit.aic, "aic"),
            (fit.bic, "bic"),
            (tests.durbin_watson, "durbin_watson"),
            (report.condition_number, "condition_number"),
        ] {
            assert_close(found.unwrap(), number(&golden[expected]), 1e-9, expected);
        }
        assert_close(tests.jarque_bera.unwrap().statistic, list("jarque_bera")[0], 1e-9, "jarque_bera");
        assert_close(tests.omnibus.unwrap().p, list("omnibus")[1], 1e-9, "omnibus");
        assert_eq!(tests.breusch_pagan.is_some(), fit_intercept, "statsmodels refuses it without a constant");
        let rows: Vec<f64> = report.influential.iter().map(|influence| f64::from(influence.row)).collect();
        assert_eq!(rows, list("largest"));
        for (i, influence) in report.influential.iter().enumerate() {
            assert_close(influence.leverage, list("leverage")[i], 1e-9, "leverage");
            for (found, name) in [
                (influence.cooks, "cooks"),
                (influence.studentised, "internal"),
                (influence.studentised_external, "external"),
                (influence.dffits, "dffits"),
            ] {
                assert_close(found.unwrap(), list(name)[i], 1e-9, name);
            }
        }
        assert_eq!(report.n_influential, golden["n_influential"].as_u64().unwrap());
    }
    let report = report_of(&x, &train, ReportOptions::default());
    let smooth: Vec<Vec<f64>> = golden["lowess"].as_array().unwrap().iter().map(floats).collect();
    assert_eq!(report.smooth_residual.len(), 100);
    for (x, y) in report.smooth_residual {
        let expected = smooth.iter().find(|point| (point[0] - x).abs() < 1e-9).unwrap();
        assert!((y - expected[1]).abs() < 1e-8, "{x}: {y} is not {}", expected[1]);
    }
}

#[test]
fn steps_of_any_size_give_the_same_bits_and_other_data_is_refused() {
    let (x, (train, test)) = (mixed_table(), mixed_split());
    let rows: Vec<u32> = train.iter().chain(&test).copied().cycle().take(1500).collect();
    let fit = fitted(&x, &rows, true);
    let whole = report(ReportOptions::default(), fit.summary.model.linear().unwrap(), &fit.r, &x, &rows).unwrap();
    let mut reporting =
        Reporting::new(ReportOptions::default(), fit.summary.model.linear().unwrap(), &fit.r, &x, &rows).unwrap();
    let mut n_steps = 0;
    while reporting.step(1) {
        n_steps += 1;
        assert_eq!(reporting.progress(), (512 * n_steps, 1500));
    }
    assert_eq!(reporting.finish().unwrap(), whole);
    assert!(whole.is_sample && whole.points.len() == 400 && whole.qq.len() == 500);
    let refused = |options, rows: &[u32]| {
        report(options, fit.summary.model.linear().unwrap(), &fit.r, &x, rows).unwrap_err().code()
    };
    assert_eq!(refused(ReportOptions::default(), &train), "diagnostics.other_data");
    assert_eq!(refused(ReportOptions::default(), &[]), "diagnostics.no_rows");
    assert_eq!(refused(ReportOptions { confidence: 1.0, ..ReportOptions::default() }, &rows), "diagnostics.confidence");
}

fn codes(report: &RegressionReport) -> Vec<&str> {
    report.notes.iter().map(|note| note.code.as_str()).collect()
}

#[test]
fn what_is_not_defined_is_said() {
    let n = 30_u32;
    let rows: Vec<u32> = (0..n).collect();
    let column =
        |name: &str, of: &dyn Fn(f64) -> f64| Column::float(name, rows.iter().map(|i| of(f64::from(*i))).collect());
    let (a, y) = (column("a", &|i| (i * 1.7).sin()), column("y", &|i| (i * 0.9).cos() + i));
    // b = 2a + 1 adds nothing: the rank is that without it, and so is all that does not need single coefficients.
    let twice = design(vec![a.clone(), column("b", &|i| 2.0 * (i * 1.7).sin() + 1.0), y.clone()]);
    let once = design(vec![a.clone(), y.clone()]);
    let deficient = report_of(&twice, &rows, ReportOptions::default());
    let full = report_of(&once, &rows, ReportOptions::default());
    assert_eq!(codes(&deficient), ["rank_deficient"]);
    assert!(deficient.notes[0].message.starts_with("b repeats what other features say"));
    assert_eq!((deficient.df_model, deficient.df_residual), (1, 28));
    assert!(deficient.coefficients.iter().all(|c| c.se.is_none() && c.vif.is_none()) && deficient.intervals.is_none());
    assert_close(deficient.fit.f.unwrap(), full.fit.f.unwrap(), 1e-11, "F");
    assert_close(deficient.fit.aic.unwrap(), full.fit.aic.unwrap(), 1e-12, "AIC");
    let pagan = |report: &RegressionReport| report.tests.breusch_pagan.unwrap().statistic;
    assert_close(pagan(&deficient), pagan(&full), 1e-9, "Breusch–Pagan");
    assert_close(deficient.influential[0].cooks.unwrap(), full.influential[0].cooks.unwrap(), 1e-11, "Cook");

    // Three rows for three parameters.
    let few =
        report_of(&design(vec![a.clone(), column("c", &|i| i * i), y.clone()]), &rows[..3], ReportOptions::default());
    assert!(codes(&few).contains(&"no_degrees_of_freedom"));
    assert!(
        few.fit.adj_r2.is_none() && few.fit.f.is_none() && few.coefficients[0].se.is_none() && few.fit.r2.is_some()
    );

    // The target made of the feature.
    let exact = report_of(
        &design(vec![a.clone(), column("y", &|i| 3.0 * (i * 1.7).sin() - 2.0)]),
        &rows,
        ReportOptions::default(),
    );
    assert_eq!(codes(&exact), ["exact_fit"]);
    assert!(exact.coefficients[1].p.is_none() && exact.tests.durbin_watson.is_none() && exact.fit.aic.is_none());

    let constant = report_of(&design(vec![a.clone(), column("y", &|_| 7.0)]), &rows, ReportOptions::default());
    assert_eq!((codes(&constant), constant.fit.r2), (vec!["constant_target"], None));

    // One row alone has d = 1: its leverage is 1.
    let alone = report_of(
        &design(vec![column("d", &|i| f64::from(u8::from(i == 4.0))), a, y]),
        &rows,
        ReportOptions::default(),
    );
    assert_eq!(codes(&alone), ["leverage_one"]);
    assert!(alone.coefficients[1].hc3.is_none() && alone.coefficients[1].hc0.is_some());
    assert!(serde_json::to_string(&alone).unwrap().contains("\"leverage_one\""));

    let options = ReportOptions { is_least_squares: false, ..ReportOptions::default() };
    let shrunken = report_of(&once, &rows, options);
    assert_eq!(codes(&shrunken), ["not_least_squares"]);
    assert!(shrunken.coefficients[1].se.is_none() && shrunken.tests.durbin_watson.is_some());
}

#[test]
fn a_report_reads_as_sentences_markdown_latex_and_python() {
    let (x, (train, _)) = (mixed_table(), mixed_split());
    let report = report_of(&x, &train, ReportOptions::default());
    let sentences = report.sentences();
    assert_eq!(
        sentences[0],
        "On its 240 training rows, the model explains 77.4 % of the variance in y: more than chance would \
         (F(4, 235) = 201.4, p < 0.001). Its errors have a standard deviation of 4.886."
    );
    let x1 = "x1: each extra unit goes with 0.7101 more y (95 % interval 0.6302 to 0.79, p < 0.001).";
    assert!(sentences.contains(&x1.to_owned()), "{sentences:#?}");
    assert!(sentences.iter().any(|sentence| sentence.starts_with("Errors spread more for some rows")));
    assert!(sentences.iter().any(|sentence| sentence.contains("Cook's distance above 4/n")));
    let markdown = report.markdown();
    assert!(markdown.contains("| x1 | 0.7101 | 0.04056 | 17.51 | 1.750e-44 | 0.6302 | 0.79 | 0.04835 | 2.01 |"));
    assert!(markdown.contains("| \\(intercept) |") || markdown.contains("| (intercept) |"));
    assert!(markdown.lines().filter(|line| line.starts_with('|')).all(|line| line.ends_with('|')));
    let latex = report.latex();
    assert!(latex.contains("x1 & 0.7101 & 0.04056") && latex.contains("\\toprule") && latex.contains("95 \\% from"));
    assert_eq!(latex.matches("\\begin{").count(), latex.matches("\\end{").count());
    // `tests/python/check_report.py` runs this very text with statsmodels.
    assert_eq!(report.python(), include_str!("../golden/report.py"));
    let plain = report_of(&x, &train, ReportOptions { fit_intercept: false, ..ReportOptions::default() });
    assert!(!plain.python().contains("het_breuschpagan(ols"));
}

#[test]
fn what_has_no_standard_errors_is_not_told_to_trust_them() {
    let x: Vec<f64> = (0..60).map(f64::from).collect();
    // Errors grow with x.
    let y = x.iter().map(|x| 2.0 * x + if x % 2.0 == 0.0 { *x } else { -x }).collect();
    let x = design(vec![Column::float("x", x), Column::float("y", y)]);
    let rows: Vec<u32> = (0..60).collect();
    let sentence = |is_least_squares| {
        let report = report_of(&x, &rows, ReportOptions { fit_intercept: true, confidence: 0.95, is_least_squares });
        report.sentences().into_iter().find(|sentence| sentence.starts_with("Errors spread more")).unwrap()
    };
    assert!(sentence(true).ends_with(": trust the HC3 standard errors."));
    assert!(!sentence(false).contains("standard errors"));
}

#[test]
fn effects_are_those_of_replaced_columns() {
    let (x, (train, _)) = (mixed_table(), mixed_split());
    let fit = fitted(&x, &train, true);
    let (model, means) = (fit.summary.model.linear().unwrap(), fit.r.means());
    let means = &means[..4];
    // By hand: the column replaced in every row, then the mean of the predictions.
    for (j, grid) in [(0, [30.0, 50.0, 80.0]), (2, [0.0, 10.0, -5.0])] {
        for (value, found) in partial_dependence(model, means, j, &grid).unwrap() {
            let mut predicted = Vec::new();
            let replaced = vec![value; x.n_rows()];
            let mut columns = x.columns();
            columns[j] = &replaced;
            model.predict_columns(&columns, &train, &mut predicted);
            assert_close(found, predicted.iter().sum::<f64>() / 240.0, 1e-12, "partial dependence");
        }
    }
    let found = effects(model, &x.columns(), &train).unwrap();
    assert_eq!(found.len(), 4);
    assert_close(found[0].mean, means[0], 1e-13, "mean");
    assert_close(found[0].range, model.coef[0] * (found[0].high - found[0].low), 1e-15, "range");
    assert!(found.iter().all(|effect| effect.low <= effect.median && effect.median <= effect.high));
    assert_eq!(contributions(model, means, &[1.0]).unwrap_err().code(), "diagnostics.values");
    assert_eq!(partial_dependence(model, means, 9, &[1.0]).unwrap_err().code(), "diagnostics.values");
    assert_eq!(effects(model, &x.columns(), &[]).unwrap_err().code(), "diagnostics.no_rows");
}

/// pandas 3.1.1, `golden/estimators.json`: with missing cells, pair by pair.
#[test]
fn correlations_are_pandas() {
    let golden = &golden("estimators")["describe"];
    let names = ["x1", "x2", "x3", "k", "y"];
    let columns: Vec<Column> = read_csv("tests/cases/mixed.csv")
        .into_iter()
        .filter(|(name, _)| names.contains(&name.as_str()))
        .map(|(name, values)| Column::float(name, values))
        .collect();
    let table = Table::new(columns, 300);
    let found = correlations(&table, None).unwrap();
    assert_eq!(found.names, names);
    for (matrix, name) in [(&found.pearson, "pearson"), (&found.spearman, "spearman")] {
        for (i, row) in matrix.iter().enumerate() {
            let expected = floats(&golden[name][i]);
            row.iter().zip(expected).for_each(|(cell, expected)| assert_close(cell.unwrap(), expected, 1e-11, name));
        }
    }
    let some = correlations(&table, Some(&[0, 1, 2, 3, 4])).unwrap();
    assert_ne!(some.pearson, found.pearson);
    let constant = Table::new(vec![Column::float("a", vec![1.0; 3]), Column::float("b", vec![1.0, 2.0, 4.0])], 3);
    let found = correlations(&constant, None).unwrap();
    assert_eq!((found.pearson[0][1], found.pearson[0][0], found.pearson[1][1]), (None, None, Some(1.0)));
    let wide = (0..41).map(|j| Column::float(format!("c{j}"), vec![0.0; 2])).collect();
    assert_eq!(correlations(&Table::new(wide, 2), None).unwrap_err().code(), "diagnostics.too_many_columns");
}

proptest! {
    #[test]
    fn contributions_add_up_to_the_prediction(row in 0_u32..300) {
        let (x, (train, _)) = (mixed_table(), mixed_split());
        let fit = fitted(&x, &train, true);
        let (model, means) = (fit.summary.model.linear().unwrap(), fit.r.means());
        let values: Vec<f64> = x.columns().iter().map(|column| column[row as usize]).collect();
        let found = contributions(model, &means[..4], &values).unwrap();
        let mut predicted = Vec::new();
        model.predict_columns(&x.columns(), &[row], &mut predicted);
        prop_assert!((found.prediction - predicted[0]).abs() < 1e-11);
        let sum: f64 = found.contributions.iter().map(|part| part.contribution).sum();
        prop_assert!((sum - (predicted[0] - found.baseline)).abs() < 1e-11);
        // The mean prediction over the training rows is the mean of the target there.
        let mean = train.iter().map(|row| x.target()[*row as usize]).sum::<f64>() / 240.0;
        prop_assert!((found.baseline - mean).abs() < 1e-11);
    }

    #[test]
    fn leverages_sum_to_the_number_of_parameters(seed in 0_u32..1000, n in 12_usize..120) {
        let mut random = pipette::split::RandomState::new(seed);
        let mut column = |name: &str, scale: f64| {
            Column::float(name, (0..n).map(|_| scale * (random.standard_normal() + 3.0)).collect::<Vec<f64>>())
        };
        let x = design(vec![column("a", 1e-4), column("b", 1.0), column("c", 1e6), column("y", 5.0)]);
        let rows: Vec<u32> = (0..n as u32).collect();
        for fit_intercept in [true, false] {
            let report = report_of(&x, &rows, ReportOptions { fit_intercept, ..ReportOptions::default() });
            let sum: f64 = report.points.iter().map(|point| point.leverage).sum();
            let expected = 3.0 + f64::from(u8::from(fit_intercept));
            prop_assert!((sum - expected).abs() < 1e-9, "{sum} is not {expected}");
        }
    }
}
