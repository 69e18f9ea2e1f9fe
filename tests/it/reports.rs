//! The reports of weighted least squares and of logistic regression against statsmodels 0.15.0 (`tests/python/reports.py`).

use pipette::base::Coded;
use pipette::diagnostics::{
    LogitCoefficient, LogitOptions, LogitReport, LogitReporting, RegressionReport, ReportOptions, WeightedReporting,
    Weights,
};
use pipette::estimators::{EstimatorSpec, Fit, LinearRegressionParams, LogisticRegressionParams, Model, Penalty};
use pipette::estimators::{fit, fit_weighted};
use pipette::features::{DesignMatrix, FeatureSpec, design_matrix};
use pipette::table::{Column, Table};
use serde_json::Value;

use crate::estimators::{assert_close, floats, golden, mixed_split, mixed_table};

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// As the script has them, by the row of the file.
fn weights(with_zeros: bool) -> Vec<f64> {
    let of = |row: u32| if with_zeros && row.is_multiple_of(13) { 0.0 } else { 0.25 + f64::from(row * 7 % 11) / 4.0 };
    (0..300).map(of).collect()
}

fn weighted_fit(x: &DesignMatrix, rows: &[u32], weights: &[f64], fit_intercept: bool) -> Fit {
    let params =
        LinearRegressionParams { fit_intercept, sample_weight: Some("w".into()), ..LinearRegressionParams::default() };
    fit_weighted(&EstimatorSpec::LinearRegression(params), x, rows, Some(weights.to_vec())).unwrap()
}

fn weighted(fit: &Fit, x: &DesignMatrix, rows: &[u32], values: &[f64], options: ReportOptions) -> RegressionReport {
    let model = fit.summary.model.linear().unwrap();
    WeightedReporting::new(options, model, &fit.r, x, rows, Weights { column: "w", values }).unwrap().finish().unwrap()
}

#[test]
fn weighted_least_squares_are_statsmodels() {
    let golden = &golden("reports")["wls"];
    let (x, (train, _)) = (mixed_table(), mixed_split());
    for (name, fit_intercept, with_zeros) in
        [("with_intercept", true, false), ("without_intercept", false, false), ("some_weigh_nothing", true, true)]
    {
        let golden = &golden[name];
        let list = |name: &str| floats(&golden[name]);
        let weights = weights(with_zeros);
        let fit = weighted_fit(&x, &train, &weights, fit_intercept);
        let options = ReportOptions { fit_intercept, confidence: 0.9, ..ReportOptions::default() };
        let report = weighted(&fit, &x, &train, &weights, options);
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
                (fit.summary.coefficients[i].se, list("se")[i]),
            ] {
                assert_close(found.unwrap(), expected, 1e-9, &coefficient.name);
            }
        }
        let vif: Vec<f64> = report.coefficients.iter().filter_map(|c| c.vif).collect();
        assert_eq!(vif.len(), 4);
        vif.iter().zip(list("vif")).for_each(|(found, expected)| assert_close(*found, expected, 1e-9, "vif"));
        let (fitted, tests) = (&report.fit, &report.tests);
        for (found, expected) in [
            (fitted.r2, "r2"),
            (fitted.adj_r2, "adj_r2"),
            (fitted.f, "f"),
            (fitted.f_p, "f_p"),
            (Some(fitted.ss_explained), "ess"),
            (Some(fitted.ss_residual), "ssr"),
            (fitted.residual_sd.map(|sd| sd * sd), "scale"),
            (fitted.log_likelihood, "llf"),
            (fitted.aic, "aic"),
            (fitted.bic, "bic"),
            (tests.durbin_watson, "durbin_watson"),
            (report.condition_number, "condition_number"),
        ] {
            match golden[expected].as_f64() {
                Some(expected_value) => assert_close(found.unwrap(), expected_value, 1e-9, expected),
                None => assert_eq!(found, None, "{expected}"),
            }
        }
        let (bera, omnibus) = (tests.jarque_bera.unwrap(), tests.omnibus.unwrap());
        let found = [bera.statistic, bera.p, tests.skew.unwrap(), tests.kurtosis.unwrap()];
        found.iter().zip(list("jarque_bera")).for_each(|(found, expected)| assert_close(*found, expected, 1e-9, "JB"));
        let found = [omnibus.statistic, omnibus.p];
        found.iter().zip(list("omnibus")).for_each(|(found, expected)| assert_close(*found, expected, 1e-9, "omnibus"));
        match tests.breusch_pagan.zip(tests.breusch_pagan_f) {
            Some((lm, f)) => [lm.statistic, lm.p, f.statistic, f.p]
                .iter()
                .zip(list("breusch_pagan"))
                .for_each(|(found, expected)| assert_close(*found, expected, 1e-9, "Breusch–Pagan")),
            None => assert!(!fit_intercept && golden["breusch_pagan"].is_null()),
        }
        assert_eq!(
            (report.df_model as f64, report.df_residual as f64),
            (number(&golden["df_model"]), number(&golden["df_resid"]))
        );
        let rows: Vec<f64> = report.influential.iter().map(|influence| f64::from(influence.row)).collect();
        assert_eq!(rows, list("largest"));
        for (i, influence) in report.influential.iter().enumerate() {
            for (found, name) in [
                (Some(influence.fitted), "fitted"),
                (Some(influence.residual), "resid"),
                (Some(influence.leverage), "leverage"),
                (influence.cooks, "cooks"),
                (influence.studentised, "internal"),
                (influence.studentised_external, "external"),
                (influence.dffits, "dffits"),
            ] {
                assert_close(found.unwrap(), list(name)[i], 1e-9, name);
            }
        }
        assert_eq!(report.n_influential, golden["n_influential"].as_u64().unwrap());
        let ahead = report.intervals.as_ref().unwrap().of_rows(&x.columns(), &train[..5], 0.9).unwrap();
        for (i, interval) in ahead.iter().enumerate() {
            for (found, name) in [
                (interval.prediction, "mean"),
                (interval.mean_se, "mean_se"),
                (interval.mean_lo, "mean_ci_lower"),
                (interval.mean_hi, "mean_ci_upper"),
                (interval.lo, "obs_ci_lower"),
                (interval.hi, "obs_ci_upper"),
            ] {
                assert_close(found, floats(&golden["ahead"][name])[i], 1e-9, name);
            }
        }
        let codes: Vec<&str> = report.notes.iter().map(|note| note.code.as_str()).collect();
        let expected: &[&str] = if with_zeros { &["weighted", "weights_of_zero"] } else { &["weighted"] };
        assert_eq!((codes.as_slice(), report.weights.as_deref()), (expected, Some("w")));
    }
}

#[test]
fn weights_of_one_are_none_and_another_unit_of_them_changes_no_inference() {
    let (x, (train, _)) = (mixed_table(), mixed_split());
    let plain = crate::diagnostics::report_of(&x, &train, ReportOptions::default());
    let ones = vec![1.0; 300];
    let same = weighted(&weighted_fit(&x, &train, &ones, true), &x, &train, &ones, ReportOptions::default());
    let once = weights(false);
    let hundred: Vec<f64> = once.iter().map(|weight| weight * 100.0).collect();
    let once = weighted(&weighted_fit(&x, &train, &once, true), &x, &train, &once, ReportOptions::default());
    let hundred = weighted(&weighted_fit(&x, &train, &hundred, true), &x, &train, &hundred, ReportOptions::default());
    for (a, b) in [(&plain, &same), (&once, &hundred)] {
        for (a, b) in a.coefficients.iter().zip(&b.coefficients) {
            assert_close(a.se.unwrap(), b.se.unwrap(), 1e-11, &a.name);
            assert_close(a.hc3.unwrap(), b.hc3.unwrap(), 1e-11, &a.name);
        }
        let pagan = |report: &RegressionReport| report.tests.breusch_pagan.unwrap().statistic;
        assert_close(pagan(a), pagan(b), 1e-9, "Breusch–Pagan");
        assert_close(a.fit.aic.unwrap(), b.fit.aic.unwrap(), 1e-12, "AIC");
        let at =
            |report: &RegressionReport| report.intervals.as_ref().unwrap().at(&[1.0, 2.0, 3.0, 4.0], 0.95).unwrap();
        assert_close(at(a).lo, at(b).lo, 1e-11, "one row");
        assert_close(at(a).mean_hi, at(b).mean_hi, 1e-11, "mean");
        assert_eq!(a.influential[0].row, b.influential[0].row);
    }
}

#[test]
fn weighted_steps_of_any_size_give_the_same_bits() {
    let (x, (train, test)) = (mixed_table(), mixed_split());
    let rows: Vec<u32> = train.iter().chain(&test).copied().cycle().take(1500).collect();
    let weights = weights(false);
    let fit = weighted_fit(&x, &rows, &weights, true);
    let model = fit.summary.model.linear().unwrap();
    let of = Weights { column: "w", values: &weights };
    let mut reporting = WeightedReporting::new(ReportOptions::default(), model, &fit.r, &x, &rows, of).unwrap();
    let mut n_steps = 0;
    while reporting.step(1).unwrap() {
        n_steps += 1;
    }
    assert_eq!((n_steps, reporting.progress()), (5, (3000, 3000)));
    let whole = weighted(&fit, &x, &rows, &weights, ReportOptions::default());
    assert_eq!(reporting.finish().unwrap(), whole);
    let few = Weights { column: "w", values: &weights[..10] };
    let refused = WeightedReporting::new(ReportOptions::default(), model, &fit.r, &x, &rows, few).unwrap_err();
    assert_eq!(refused.code(), "diagnostics.other_data");
}

/// A further column, of x1 and the target.
type Extra = (&'static str, fn(f64, f64) -> f64);

/// The same rows, with a target of two values.
fn classes(limit: f64, extra: &[Extra]) -> DesignMatrix {
    let x = mixed_table();
    let target: Vec<f64> = x.target().iter().map(|y| f64::from(u8::from(*y > limit))).collect();
    let mut columns: Vec<Column> =
        x.names().iter().zip(x.columns()).map(|(name, cells)| Column::float(name, cells.to_vec())).collect();
    for (name, of) in extra {
        let cells = x.columns()[0].iter().zip(&target).map(|(x1, high)| of(*x1, *high)).collect();
        columns.push(Column::float(*name, cells));
    }
    columns.push(Column::float("high", target));
    let spec = FeatureSpec { target: "high".into(), ..FeatureSpec::default() };
    design_matrix(&Table::new(columns, 300), &spec).unwrap()
}

fn logit(x: &DesignMatrix, rows: &[u32], params: &LogisticRegressionParams) -> LogitReport {
    let fit = fit(&EstimatorSpec::Logistic(params.clone()), x, rows).unwrap();
    let Model::Logistic(model) = &fit.summary.model else { panic!("another model") };
    let options = LogitOptions {
        fit_intercept: params.fit_intercept,
        confidence: 0.9,
        c: (params.penalty == Penalty::L2).then_some(params.c),
        n_iter: fit.n_iter,
    };
    let whole = LogitReporting::new(options, model, &fit.r, x, rows).unwrap().finish().unwrap();
    let mut in_steps = LogitReporting::new(options, model, &fit.r, x, rows).unwrap();
    while in_steps.step(1).unwrap() {}
    assert_eq!(in_steps.finish().unwrap(), whole);
    whole
}

fn plain() -> LogisticRegressionParams {
    LogisticRegressionParams { penalty: Penalty::None, ..LogisticRegressionParams::default() }
}

#[test]
fn logistic_regression_is_statsmodels_logit() {
    let golden = &golden("reports")["logit"];
    let (train, _) = mixed_split();
    for (name, limit, fit_intercept) in
        [("with_intercept", 45.0, true), ("without_intercept", 45.0, false), ("rare", 60.0, true)]
    {
        let golden = &golden[name];
        let report = logit(&classes(limit, &[]), &train, &LogisticRegressionParams { fit_intercept, ..plain() });
        for (i, coefficient) in report.coefficients.iter().enumerate() {
            let LogitCoefficient { value, se, z, p, lo, hi, odds_ratio, odds_lo, odds_hi, .. } = coefficient;
            let (interval, odds) = (floats(&golden["ci90"][i]), floats(&golden["odds_ci90"][i]));
            let list = |name: &str| floats(&golden[name])[i];
            for (found, expected) in [
                (Some(*value), list("params")),
                (*se, list("se")),
                (*z, list("z")),
                (*p, list("p")),
                (*lo, interval[0]),
                (*hi, interval[1]),
                (*odds_ratio, list("odds")),
                (*odds_lo, odds[0]),
                (*odds_hi, odds[1]),
            ] {
                assert_close(found.unwrap(), expected, 1e-9, &coefficient.name);
            }
        }
        for (found, expected) in [
            (Some(report.log_likelihood), "llf"),
            (Some(report.null_log_likelihood), "llnull"),
            (Some(report.pseudo_r2), "prsquared"),
            (Some(report.deviance), "deviance"),
            (report.aic, "aic"),
            (report.bic, "bic"),
        ] {
            assert_close(found.unwrap(), number(&golden[expected]), 1e-9, expected);
        }
        assert_eq!(report.df_residual as f64, number(&golden["df_resid"]));
        assert!(report.n_iter.is_some_and(|n| n > 2 && n < 30), "{:?}", report.n_iter);
        if fit_intercept {
            assert_close(report.llr.unwrap(), number(&golden["llr"]), 1e-9, "llr");
            assert_close(report.llr_p.unwrap(), number(&golden["llr_p"]), 1e-9, "llr_p");
        } else {
            assert_eq!((report.llr, report.notes[0].code.as_str()), (None, "no_intercept"));
        }
    }
}

fn codes(report: &LogitReport) -> Vec<&str> {
    report.notes.iter().map(|note| note.code.as_str()).collect()
}

#[test]
fn what_a_logistic_regression_does_not_have_is_said() {
    let (train, _) = mixed_split();
    let penalised = logit(&classes(45.0, &[]), &train, &LogisticRegressionParams::default());
    assert_eq!((codes(&penalised), penalised.c), (vec!["penalised"], Some(1.0)));
    assert!(penalised.coefficients.iter().all(|c| c.se.is_none() && c.lo.is_none() && c.odds_ratio.is_some()));
    assert!(penalised.aic.is_none() && penalised.llr.is_none() && penalised.python().is_none());
    // Drawn towards 0 it is less likely than the most likely one, and has its numbers to say so.
    let free = logit(&classes(45.0, &[]), &train, &plain());
    assert!(penalised.log_likelihood < free.log_likelihood && penalised.pseudo_r2 > 0.5);

    // Twice a column: the fit as a whole is the same.
    let twice = logit(&classes(45.0, &[("again", |x1, _| 2.0 * x1 + 1.0)]), &train, &plain());
    assert_eq!((codes(&twice), twice.df_model), (vec!["rank_deficient"], 4));
    assert!(twice.coefficients.iter().all(|c| c.se.is_none()));
    // The first of the two has all of what they share.
    assert_eq!(twice.coefficients[5].value, 0.0);
    assert_close(twice.coefficients[1].value, free.coefficients[1].value, 1e-9, "x1");
    assert_close(twice.aic.unwrap(), free.aic.unwrap(), 1e-9, "AIC");

    // A column that gives the target away, but for a few rows.
    let told = logit(&classes(45.0, &[("near", |x1, high| high + 1.1 * (x1 * 7.3).fract())]), &train, &plain());
    assert_eq!(codes(&told), ["separated"]);

    let other = LogitOptions { fit_intercept: true, confidence: 0.9, c: None, n_iter: None };
    let x = classes(45.0, &[]);
    let fit = fit(&EstimatorSpec::Logistic(plain()), &x, &train).unwrap();
    let Model::Logistic(model) = &fit.summary.model else { panic!("another model") };
    let refused = |options, rows: &[u32]| LogitReporting::new(options, model, &fit.r, &x, rows).unwrap_err().code();
    assert_eq!(refused(other, &train[..9]), "diagnostics.other_data");
    assert_eq!(refused(other, &[]), "diagnostics.no_rows");
    assert_eq!(refused(LogitOptions { confidence: 1.0, ..other }, &train), "diagnostics.confidence");
}

#[test]
fn both_read_as_sentences_markdown_latex_and_python() {
    let (x, (train, _)) = (mixed_table(), mixed_split());
    let weights = weights(false);
    let report = weighted(&weighted_fit(&x, &train, &weights, true), &x, &train, &weights, ReportOptions::default());
    assert!(report.headline().starts_with("On its 240 training rows, weighted by w, the model explains "));
    assert!(report.headline().ends_with(" for a row of weight 1."));
    assert!(report.markdown().contains("- Rows count by w: "));
    assert!(report.latex().contains("\\caption{Regression of y, weighted by w}"));
    assert_eq!(report.python(), std::fs::read_to_string("tests/golden/report_wls.py").unwrap());

    let report = logit(&classes(45.0, &[]), &train, &plain());
    assert_eq!(
        report.headline(),
        "On its 240 training rows, 102 of them with high = 1, the model explains 51.4 % of the deviance in high \
         (McFadden's pseudo R²): more than chance would (χ²(4) = 168.3, p < 0.001)."
    );
    assert_eq!(
        report.of_coefficient(&report.coefficients[1]),
        "x1: each extra unit multiplies the odds of high = 1 by 1.351 (90 % interval 1.253 to 1.456, p < 0.001)."
    );
    assert!(report.of_coefficient(&report.coefficients[2]).starts_with("x2: no effect that can be told from chance; "));
    let markdown = report.markdown();
    assert!(markdown.starts_with("# Logistic regression of high\n\n"));
    assert!(markdown.contains("| x1 | 0.3008 | 0.04566 | 6.588 | "), "{markdown}");
    assert!(markdown.contains("| Pseudo R² (McFadden) | 0.5143 |"));
    let tables = markdown.lines().filter(|line| line.starts_with('|') && line.contains("x1"));
    assert!(tables.clone().count() == 1 && tables.into_iter().all(|line| line.matches(" | ").count() == 9));
    let latex = report.latex();
    assert!(latex.contains("\\begin{tabular}{lrrrrrrrrr}") && latex.contains("x1 & 0.3008 & "));
    assert_eq!(report.python().unwrap(), std::fs::read_to_string("tests/golden/report_logit.py").unwrap());
    // As stored and read again.
    let stored = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<LogitReport>(&stored).unwrap(), report);
}
