//! NIST's Statistical Reference Datasets for linear regression, against their certified values.
//!
//! `tests/golden/nist.json` holds the certified values and what scikit-learn 1.9.1, statsmodels 0.15.0 and numpy 2.4.6 reach
//! (made by `make_golden.py`, Python 3.11.7). LRE is −log10 of the worst coefficient's relative error, capped at 15.

use pipette::linalg::{Exact, Moments, RFactor, Refined, Solution, SolveOptions, refine, refine_exact};
use serde_json::Value;

/// Set; digits of the worst coefficient from R alone, after refinement with the doubles, and with the decimals of the file
/// (powers taken of them too); each what is reached, less 0.3. `docs/accuracy.md` has the table.
///
/// Refined with the doubles, each is the exact solution for them (`refinement_is_exact_for_the_doubles_given`): for Filip and
/// Wampler2 what rounding the file's numbers to doubles costs is the rest, and the decimals win it back.
const REACHED: [(&str, f64, f64, f64); 11] = [
    ("Norris", 13.0, 13.7, 14.0),
    ("Pontius", 11.6, 13.2, 14.7),
    ("NoInt1", 14.5, 14.4, 14.4),
    ("NoInt2", 14.7, 14.7, 14.7),
    ("Filip", 7.2, 7.6, 14.0),
    ("Longley", 13.9, 14.3, 14.3),
    ("Wampler1", 9.5, 14.7, 14.7),
    ("Wampler2", 12.6, 12.9, 14.7),
    ("Wampler3", 9.3, 14.7, 14.7),
    ("Wampler4", 7.5, 14.7, 14.7),
    ("Wampler5", 5.5, 14.7, 14.7),
];

struct Set {
    golden: Value,
    /// Features, then the target.
    columns: Vec<Vec<f64>>,
    rows: Vec<u32>,
    fit_intercept: bool,
}

impl Set {
    fn read(name: &str) -> Self {
        let golden = golden()["sets"][name].clone();
        let mut reader = csv::Reader::from_path(format!("tests/cases/nist/{name}.csv")).unwrap();
        let cells: Vec<Vec<f64>> = reader
            .records()
            .map(|record| record.unwrap().iter().map(|cell| cell.trim().parse().unwrap()).collect())
            .collect();
        let column = |j: usize| cells.iter().map(|row| row[j]).collect::<Vec<f64>>();
        let degree = golden["degree"].as_u64().unwrap() as usize;
        let mut columns: Vec<Vec<f64>> = if degree > 1 {
            // By repeated multiplication: `powi` may round differently from machine to machine.
            let power = |x: f64, degree: usize| (1..degree).fold(x, |power, _| power * x);
            (1..=degree).map(|degree| column(1).into_iter().map(|x| power(x, degree)).collect()).collect()
        } else {
            (1..cells[0].len()).map(column).collect()
        };
        columns.push(column(0));
        let fit_intercept = golden["intercept"].as_bool().unwrap();
        Self { golden, columns, rows: (0..cells.len() as u32).collect(), fit_intercept }
    }

    fn slices(&self) -> Vec<&[f64]> {
        self.columns.iter().map(Vec::as_slice).collect()
    }

    fn factor(&self) -> RFactor {
        let mean = |column: &[f64]| {
            let mut moments = Moments::default();
            moments.absorb(column, &self.rows);
            moments.mean()
        };
        let mut factor = RFactor::new(self.slices().into_iter().map(mean).collect());
        factor.absorb_rows(&self.slices(), &self.rows).unwrap();
        factor
    }

    fn refined(&self, fit: &Solution) -> Refined {
        refine(fit, self.options(None), self.factor().shift(), &self.slices(), &self.rows).unwrap()
    }

    /// With the numbers of the file as decimals, and powers of those.
    fn refined_decimals(&self, fit: &Solution) -> Refined {
        let degree = self.golden["degree"].as_u64().unwrap() as usize;
        let mut columns: Vec<Exact> =
            self.columns.iter().map(|column| Exact::decimal(column.iter().copied())).collect();
        for power in 2..=degree {
            let factors = vec![columns[0].clone(); power];
            columns[power - 1] = Exact::product(&factors.iter().collect::<Vec<_>>()).unwrap();
        }
        refine_exact(fit, self.options(None), self.factor().shift(), &columns).unwrap()
    }

    /// The best of scikit-learn 1.9.1, statsmodels, numpy, and of scikit-learn 1.2.2 (REFERENCE: 8.6 and 6.6 on Wampler4, 5).
    fn best_peer(&self, name: &str) -> f64 {
        let lre = &self.golden["lre"];
        let of = |peer: &str| lre[peer].as_f64().unwrap_or(0.0);
        let seed = match name {
            "Wampler4" => 8.6,
            "Wampler5" => 6.6,
            _ => 0.0,
        };
        ["sklearn", "statsmodels_pinv", "statsmodels_qr", "numpy_lstsq"].map(of).into_iter().fold(seed, f64::max)
    }

    fn options(&self, tol: Option<f64>) -> SolveOptions {
        SolveOptions { fit_intercept: self.fit_intercept, tol }
    }

    /// Coefficients in NIST's order: the intercept first, where there is one.
    fn ordered(&self, intercept: f64, coef: &[f64]) -> Vec<f64> {
        self.fit_intercept.then_some(intercept).into_iter().chain(coef.iter().copied()).collect()
    }

    fn certified(&self, what: &str) -> Vec<f64> {
        self.golden["certified"][what]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| v.as_str().unwrap().parse().unwrap())
            .collect()
    }
}

fn golden() -> Value {
    serde_json::from_str(&std::fs::read_to_string("tests/golden/nist.json").unwrap()).unwrap()
}

fn lre(actual: &[f64], certified: &[f64]) -> f64 {
    assert_eq!(actual.len(), certified.len());
    let digits = |(a, c): (&f64, &f64)| {
        let error = if *c == 0.0 { a.abs() } else { ((a - c) / c).abs() };
        (-error.max(1e-15).log10()).clamp(0.0, 15.0)
    };
    actual.iter().zip(certified).map(digits).fold(15.0, f64::min)
}

fn solve(set: &Set, tol: Option<f64>) -> Solution {
    set.factor().solve(set.options(tol)).unwrap()
}

#[test]
fn every_set_keeps_its_digits() {
    let mut table =
        String::from("| set | from R | doubles | decimals | best peer |\n| --- | --- | --- | --- | --- |\n");
    for (name, from_r, from_rows, from_decimals) in REACHED {
        let set = Set::read(name);
        let fit = solve(&set, None);
        assert_eq!(fit.rank, fit.coef.len(), "{name}: all columns count");
        let certified = set.certified("coef");
        let digits = |refined: Refined| lre(&set.ordered(refined.intercept, &refined.coef), &certified);
        let plain = lre(&set.ordered(fit.intercept, &fit.coef), &certified);
        let (doubles, decimals) = (digits(set.refined(&fit)), digits(set.refined_decimals(&fit)));
        let peer = set.best_peer(name);
        table += &format!("| {name} | {plain:.1} | {doubles:.1} | {decimals:.1} | {peer:.1} |\n");
        assert!(plain >= from_r, "{name}: {plain} digits from R");
        assert!(doubles >= from_rows, "{name}: {doubles} digits with the rows");
        assert!(decimals >= from_decimals, "{name}: {decimals} digits with the decimals");
        // The file has the peers to two places.
        assert!(decimals >= peer - 0.005, "{name}: {decimals} digits, a peer has {peer}");
    }
    println!("{table}");
}

#[test]
fn refinement_is_exact_for_the_doubles_given() {
    let exact: Value = serde_json::from_str(&std::fs::read_to_string("tests/golden/nist_exact.json").unwrap()).unwrap();
    for (name, _, _, _) in REACHED {
        let set = Set::read(name);
        let refined = set.refined(&solve(&set, None));
        let exact = exact["coef"][name].as_array().unwrap();
        for (found, exact) in set.ordered(refined.intercept, &refined.coef).iter().zip(exact) {
            let exact = exact.as_f64().unwrap();
            // Two units in the last place.
            assert!((found - exact).abs() <= 4.5e-16 * exact.abs(), "{name}: {found:e} is not {exact:e}");
        }
    }
}

#[test]
fn standard_errors_and_residual_spread_are_certified_too() {
    for (name, _, _, _) in REACHED {
        let set = Set::read(name);
        let fit = solve(&set, None);
        let sd = (set.refined(&fit).ss_residual / fit.df_residual as f64).sqrt();
        let certified_sd: f64 = set.golden["certified"]["resid_sd"].as_str().unwrap().parse().unwrap();
        let se = |inverse: &f64| sd * inverse.sqrt();
        let slopes: Vec<f64> = fit.inverse_diagonal.iter().flatten().map(se).collect();
        let found = set.ordered(fit.inverse_intercept.as_ref().map_or(0.0, se), &slopes);
        let certified = set.certified("std_err");
        if certified_sd == 0.0 {
            // Wampler1 and 2 fit exactly: what is left is rounding, of the target's cells for Wampler2.
            assert!(sd < 1e-10, "{name}: {sd:e}");
            continue;
        }
        // Filip's doubles determine its residuals to about 8 digits.
        let digits = if name == "Filip" { 7.0 } else { 12.0 };
        assert!(lre(&[sd], &[certified_sd]) >= digits, "{name}: {sd:e} {certified_sd:e}");
        let digits = if name == "Filip" { 7.0 } else { 10.5 };
        assert!(lre(&found, &certified) >= digits, "{name}: {} digits {found:?}", lre(&found, &certified));
    }
}

#[test]
fn tol_gives_scikit_learns_answers() {
    for (name, _, _, _) in REACHED {
        let set = Set::read(name);
        let fit = solve(&set, Some(1e-6));
        let expected: Vec<f64> =
            set.golden["sklearn_coef"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
        assert_eq!(fit.rank as u64, set.golden["sklearn_rank"].as_u64().unwrap(), "{name}");
        assert_eq!(fit.rank_scikit_learn, fit.rank, "{name}");
        let differs = pipette::estimators::sklearn_truncates(&set.factor(), set.fit_intercept).unwrap();
        assert_eq!(differs, (fit.rank < fit.coef.len()).then_some((fit.rank, fit.coef.len())), "{name}");
        // With residuals 1e2 and 1e4 times as large, scikit-learn's own answers differ by 1e-9 and 1e-8 from Wampler1's, which
        // are the same in exact arithmetic; so do ours.
        let relative = match name {
            "Wampler4" => 1e-8,
            "Wampler5" => 1e-6,
            _ => 1e-9,
        };
        // Weighed by what a coefficient does to the predictions: of Filip's, the small ones do next to nothing.
        let slopes = &expected[usize::from(set.fit_intercept)..];
        let weights: Vec<f64> = slopes.iter().zip(&fit.norms).map(|(coef, norm)| (coef * norm).abs()).collect();
        let largest = weights.into_iter().fold(0.0, f64::max);
        for ((found, expected), norm) in fit.coef.iter().zip(slopes).zip(&fit.norms) {
            assert!((found - expected).abs() * norm <= relative * largest, "{name}: {found:e} {expected:e}");
        }
        if set.fit_intercept {
            assert!((fit.intercept / expected[0] - 1.0).abs() <= relative, "{name}: {} {}", fit.intercept, expected[0]);
        }
    }
}

/// The design matrix of a pipeline knows which columns are powers: Filip through a pipeline file, as it is, keeps its digits.
#[test]
fn a_polynomial_of_a_pipeline_keeps_its_digits() {
    let text = std::fs::read_to_string("tests/cases/nist/Filip.csv").unwrap();
    let digits = |encoders: Value| {
        let outcome = crate::modelling::run_on(
            &text,
            &serde_json::json!({"pipette": 1, "split": null, "features": {"target": "y", "encoders": encoders}}),
        );
        assert_eq!(outcome.stopped, None);
        let pipette::pipeline::StepOutput::Train(training) = &outcome.outputs[3] else { panic!("no model") };
        let set = Set::read("Filip");
        lre(&set.ordered(training.model.intercept(), training.model.coef()), &set.certified("coef"))
    };
    let polynomial =
        serde_json::json!({"encoder": "polynomial_features", "columns": ["x"], "degree": 10, "include_bias": false});
    let found = digits(serde_json::json!([polynomial.clone()]));
    println!("Filip through the engine: {found} digits");
    assert!(found >= 13.0, "{found}");
}
