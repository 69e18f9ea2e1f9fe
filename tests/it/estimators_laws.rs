//! Laws of the estimators over random input.

use pipette::estimators::{Alphas, EstimatorSpec, Model, PathKind, fit, fit_weighted, path, solve_from_r};
use pipette::features::DesignMatrix;
use pipette::linalg::{LassoPath, RFactor, RidgePath, Stop};
use pipette::table::Column;
use proptest::prelude::*;
use serde_json::json;

use crate::estimators_golden::{design, spec};

/// Three features with means and spreads of their own, and a target that depends on them.
fn rows() -> impl Strategy<Value = Vec<Vec<f64>>> {
    (20usize..60).prop_flat_map(|n| {
        let column =
            |mean: f64, spread: f64| prop::collection::vec((-1.0..1.0_f64).prop_map(move |u| mean + spread * u), n);
        (column(0.0, 1.0), column(5.0, 3.0), column(-20.0, 4.0), column(0.0, 2.0)).prop_map(|(a, b, c, noise)| {
            let y =
                a.iter().zip(&b).zip(&c).zip(&noise).map(|(((a, b), c), e)| 1.0 + 2.0 * a - b + 0.1 * c + e).collect();
            vec![a, b, c, y]
        })
    })
}

fn matrix(columns: &[Vec<f64>]) -> DesignMatrix {
    let (target, features) = columns.split_last().unwrap();
    let features =
        features.iter().enumerate().map(|(j, cells)| Column::float(format!("x{j}"), cells.clone())).collect();
    design(features, target.clone(), "y")
}

fn model(spec: &EstimatorSpec, columns: &[Vec<f64>]) -> Model {
    let rows: Vec<u32> = (0..columns[0].len() as u32).collect();
    fit(spec, &matrix(columns), &rows).unwrap().summary.model
}

fn factor(columns: &[Vec<f64>]) -> RFactor {
    let rows: Vec<u32> = (0..columns[0].len() as u32).collect();
    fit(&EstimatorSpec::default(), &matrix(columns), &rows).unwrap().r
}

fn close(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= scale * (1.0 + a.abs().max(b.abs()))
}

fn any(name: &str) -> EstimatorSpec {
    EstimatorSpec::fresh(name).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Another unit and origin of features and target move the coefficients accordingly, and nothing else.
    #[test]
    fn affine_equivariance(columns in rows(), factor in 0.1..10.0_f64, origin in -50.0..50.0_f64, unit in 0.1..10.0_f64) {
        let (unpenalised_huber, median) = (spec("huber_regressor", json!({ "alpha": 0.0, "epsilon": 1.5 })), any("quantile_regressor"));
        for (spec, tolerance) in [(any("linear_regression"), 1e-10), (unpenalised_huber, 1e-7), (median, 1e-6), (any("best_subset_regression"), 1e-9)] {
            let before = model(&spec, &columns);
            let mut moved = columns.clone();
            moved[1].iter_mut().for_each(|x| *x = factor * *x + origin);
            moved[3].iter_mut().for_each(|y| *y *= unit);
            let after = model(&spec, &moved);
            for j in 0..3 {
                let expected = before.coef()[j] * unit / if j == 1 { factor } else { 1.0 };
                prop_assert!(close(after.coef()[j], expected, tolerance * unit.max(1.0) / factor.min(1.0)), "{} {:?} {:?}", spec.name(), before, after);
            }
        }
    }

    /// The order of columns and of rows does not matter.
    #[test]
    fn permutations(columns in rows(), step in 1usize..19) {
        for name in ["linear_regression", "ridge", "lasso", "elastic_net", "stepwise_regression", "huber_regressor", "dummy_regressor"] {
            let spec = any(name);
            let before = model(&spec, &columns);
            let mut turned = columns.clone();
            turned.swap(0, 2);
            turned.iter_mut().for_each(|column| column.rotate_left(step));
            let after = model(&spec, &turned);
            for (j, other) in [(0, 2), (1, 1), (2, 0)] {
                if let (Some(a), Some(b)) = (before.coef().get(j), after.coef().get(other)) {
                    prop_assert!(close(*a, *b, 1e-9), "{name} {before:?} {after:?}");
                }
            }
            prop_assert!(close(before.intercept(), after.intercept(), 1e-8), "{name}");
        }
    }

    /// Ridge becomes least squares as α goes to 0, and its ways agree.
    #[test]
    fn ridge_without_penalty_is_least_squares(columns in rows(), alpha in 1e-3..1e3_f64) {
        let r = factor(&columns);
        let squares = solve_from_r(&any("linear_regression"), &r).unwrap().unwrap();
        let all = RidgePath::new(&r, true).unwrap();
        for tiny in [0.0, 1e-13] {
            let by_qr = r.ridge(tiny, true).unwrap();
            for (j, expected) in squares.coef.iter().enumerate() {
                prop_assert!(close(by_qr.coef[j], *expected, 1e-11));
                prop_assert!(close(all.solve(tiny).coef[j], *expected, 1e-11));
            }
        }
        let (one, other) = (r.ridge(alpha, true).unwrap(), all.solve(alpha));
        prop_assert!(one.coef.iter().zip(&other.coef).all(|(a, b)| close(*a, *b, 1e-12)) && close(one.df, other.df, 1e-12));
        // The elastic net without ℓ1 is ridge with n times the penalty.
        let net = spec("elastic_net", json!({ "alpha": alpha / r.total_weight(), "l1_ratio": 0.0 }));
        let net = solve_from_r(&net, &r).unwrap().unwrap();
        prop_assert!(net.coef.iter().zip(&one.coef).all(|(a, b)| close(*a, *b, 1e-11)));
    }

    /// At α_max all coefficients are 0, just below one is not; everywhere the optimality conditions hold.
    #[test]
    fn lasso_is_optimal(columns in rows(), share in 0.001..0.999_f64, l1_ratio in 0.1..1.0_f64) {
        let r = factor(&columns);
        let mut lasso = LassoPath::new(&r, true).unwrap();
        let top = lasso.alpha_max(l1_ratio);
        let solve = |lasso: &mut LassoPath, alpha: f64| lasso.solve(alpha, l1_ratio, Stop::Optimum).unwrap();
        prop_assert!(solve(&mut lasso, top * (1.0 + 1e-12)).coef.iter().all(|w| *w == 0.0));
        prop_assert_eq!(solve(&mut lasso, top * (1.0 - 1e-6)).df, 1.0);
        let found = solve(&mut lasso, share * top);
        let (y, features) = columns.split_last().unwrap();
        let n = y.len() as f64;
        let residual = |i: usize| y[i] - found.intercept - (0..3).map(|j| found.coef[j] * features[j][i]).sum::<f64>();
        let residuals: Vec<f64> = (0..y.len()).map(residual).collect();
        prop_assert!(residuals.iter().sum::<f64>().abs() < 1e-9);
        for (j, w) in found.coef.iter().enumerate() {
            let slope = features[j].iter().zip(&residuals).map(|(x, r)| x * r).sum::<f64>() / n - share * top * (1.0 - l1_ratio) * w;
            let bound = share * top * l1_ratio;
            let miss = if *w == 0.0 { slope.abs() - bound } else { (slope - bound * w.signum()).abs() };
            prop_assert!(miss <= 1e-9);
        }
    }

    /// A weight of 2 is a row that is there twice, and a weight of 0 one that is not.
    #[test]
    fn weights_are_repetitions(columns in rows()) {
        let n = columns[0].len();
        let weights: Vec<f64> = (0..n).map(|i| (i % 3) as f64).collect();
        let repeated: Vec<Vec<f64>> = columns
            .iter()
            .map(|column| column.iter().enumerate().flat_map(|(i, x)| vec![*x; i % 3]).collect())
            .collect();
        let all: Vec<u32> = (0..n as u32).collect();
        for name in ["linear_regression", "ridge", "lasso"] {
            let weighted = fit_weighted(&any(name), &matrix(&columns), &all, Some(weights.clone())).unwrap();
            let plain = model(&any(name), &repeated);
            for (a, b) in weighted.summary.model.coef().iter().zip(plain.coef()) {
                prop_assert!(close(*a, *b, 1e-10), "{name}");
            }
            let mse = weighted.r.mse_of(plain.coef(), plain.intercept());
            prop_assert!(close(mse, factor(&repeated).mse_of(plain.coef(), plain.intercept()), 1e-10));
        }
        // The same from two merged halves.
        let (left, right) = all.split_at(n / 2);
        let mut slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        slices.truncate(4);
        let part = |rows: &[u32]| {
            let mut r = RFactor::new(vec![1.0; 4]);
            r.absorb_weighted(&slices, rows, &weights).unwrap();
            r
        };
        let merged = part(left).merge(&part(right)).unwrap();
        let whole = solve_from_r(&any("ridge"), &part(&all)).unwrap().unwrap();
        let merged_solution = solve_from_r(&any("ridge"), &merged).unwrap().unwrap();
        prop_assert!(whole.coef.iter().zip(&merged_solution.coef).all(|(a, b)| close(*a, *b, 1e-10)));
        prop_assert_eq!(merged.total_weight(), weights.iter().sum::<f64>());
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn sweeps_cost_milliseconds() {
    // 10 folds of 12 features, 1000 penalties each: solved and judged on the fold left out, from R alone.
    let n = 4000;
    let cell = |i: usize, j: usize| ((i * 7919 + j * 104_729 + i * i * (j + 3)) % 1009) as f64 / 500.0 - 1.0;
    let columns: Vec<Vec<f64>> = (0..12).map(|j| (0..n).map(|i| cell(i, j)).collect()).collect();
    let y: Vec<f64> =
        (0..n).map(|i| (0..12).map(|j| (j as f64 - 4.0) * columns[j][i]).sum::<f64>() + cell(i, 50)).collect();
    let slices: Vec<&[f64]> = columns.iter().chain([&y]).map(Vec::as_slice).collect();
    let folds: Vec<RFactor> = (0..10)
        .map(|fold| {
            let mut r = RFactor::new(vec![0.0; 13]);
            r.absorb_rows(&slices, &(0..n as u32).filter(|i| *i as usize * 10 / n == fold).collect::<Vec<_>>())
                .unwrap();
            r
        })
        .collect();
    let alphas: Vec<f64> = (0..1000).map(|i| 10f64.powf(3.0 - 6.0 * f64::from(i) / 999.0)).collect();
    for lasso in [false, true] {
        let start = std::time::Instant::now();
        let mut best = vec![0.0; alphas.len()];
        for (left_out, of_test) in folds.iter().enumerate() {
            let others = folds.iter().enumerate().filter(|(i, _)| *i != left_out).map(|(_, r)| r);
            let train = others.fold(RFactor::new(vec![0.0; 13]), |merged, r| merged.merge(r).unwrap());
            if lasso {
                let mut path = LassoPath::new(&train, true).unwrap();
                for (alpha, total) in alphas.iter().zip(&mut best) {
                    let found = path.solve(*alpha * 1e-3, 1.0, Stop::Optimum).unwrap();
                    *total += of_test.mse_of(&found.coef, found.intercept);
                }
            } else {
                let path = RidgePath::new(&train, true).unwrap();
                for (alpha, total) in alphas.iter().zip(&mut best) {
                    let found = path.solve(*alpha);
                    *total += of_test.mse_of(&found.coef, found.intercept);
                }
            }
        }
        let taken = start.elapsed();
        println!("lasso {lasso}: {taken:?}");
        // Under 200 ms with the compute profile (docs/accuracy.md); no test holds a time.
        assert!(best.iter().all(|mse| mse.is_finite()) && best[0] > best[999]);
    }
    assert_eq!(path(&folds[0], PathKind::Ridge, &Alphas::Listed(vec![1.0]), true).unwrap().len(), 1);
}
