//! Laws of the R factor over random input.

use pipette::linalg::{RFactor, Solution, SolveOptions};
use proptest::prelude::*;

const PLAIN: SolveOptions = SolveOptions { fit_intercept: true, tol: None };

/// Three features and a target over n rows, with means and spreads of their own.
fn columns(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Vec<f64>>> {
    let cell = -1.0..1.0_f64;
    n.prop_flat_map(move |n| {
        let column = |mean: f64, spread: f64| {
            prop::collection::vec(cell.clone().prop_map(move |value| mean + spread * value), n)
        };
        (column(0.0, 1.0), column(50.0, 3.0), column(-2000.0, 400.0), column(10.0, 5.0))
            .prop_map(|(a, b, c, y)| vec![a, b, c, y])
    })
}

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

fn means(columns: &[Vec<f64>]) -> Vec<f64> {
    columns.iter().map(|column| column.iter().sum::<f64>() / column.len() as f64).collect()
}

fn all_rows(columns: &[Vec<f64>]) -> Vec<u32> {
    (0..columns[0].len() as u32).collect()
}

/// The rows cut into blocks of these lengths (and a rest), each folded by its own call.
fn blocked(columns: &[Vec<f64>], lengths: &[usize]) -> RFactor {
    let mut factor = RFactor::new(means(columns));
    let rows = all_rows(columns);
    let mut rest = rows.as_slice();
    for length in lengths {
        let (block, after) = rest.split_at((*length).min(rest.len()));
        let cells: Vec<f64> = columns.iter().flat_map(|column| block.iter().map(|row| column[*row as usize])).collect();
        factor.absorb(&cells).unwrap();
        rest = after;
    }
    factor.absorb_rows(&slices(columns), rest).unwrap();
    factor
}

/// One QR of everything.
fn whole(columns: &[Vec<f64>]) -> RFactor {
    blocked(columns, &[columns[0].len()])
}

/// Every entry, relative to the norm of its column.
fn assert_same(a: &RFactor, b: &RFactor, relative: f64) {
    assert_eq!(a.n_rows(), b.n_rows());
    for j in 0..=a.n_features() + 1 {
        let norm = (0..=j).map(|i| b.entry(i, j).powi(2)).sum::<f64>().sqrt();
        for i in 0..=j {
            let difference = (a.entry(i, j) - b.entry(i, j)).abs();
            assert!(difference <= relative * norm, "R[{i}, {j}]: {} and {}", a.entry(i, j), b.entry(i, j));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_blocking_is_one_qr(columns in columns(12..900), lengths in prop::collection::vec(0..600usize, 0..6)) {
        assert_same(&blocked(&columns, &lengths), &whole(&columns), 1e-12);
    }

    #[test]
    fn any_merge_tree_is_one_qr(columns in columns(12..300), shards in prop::collection::vec(0..6usize, 300), order in any::<u64>()) {
        // Six shards, some of them empty or smaller than a triangle, merged pair by pair in an arbitrary order.
        let mut parts: Vec<RFactor> = (0..6)
            .map(|shard| {
                let rows: Vec<u32> = all_rows(&columns).into_iter().filter(|row| shards[*row as usize] == shard).collect();
                let mut factor = RFactor::new(means(&columns));
                factor.absorb_rows(&slices(&columns), &rows).unwrap();
                factor
            })
            .collect();
        let mut order = order;
        while parts.len() > 1 {
            let first = parts.swap_remove((order % parts.len() as u64) as usize);
            order /= 7;
            let second = parts.swap_remove((order % parts.len() as u64) as usize);
            order /= 5;
            parts.push(first.merge(&second).unwrap());
        }
        assert_same(&parts[0], &whole(&columns), 1e-12);
    }

    #[test]
    fn order_of_rows_does_not_matter(columns in columns(12..400), seed in any::<u32>()) {
        let mut rows = all_rows(&columns);
        rows.sort_by_key(|row| (row.wrapping_mul(2_654_435_761) ^ seed).wrapping_mul(0x9E37_79B9));
        let mut permuted = RFactor::new(means(&columns));
        permuted.absorb_rows(&slices(&columns), &rows).unwrap();
        assert_same(&permuted, &whole(&columns), 1e-12);
    }

    #[test]
    fn the_diagonal_is_not_negative_and_the_rest_below_is_zero(columns in columns(1..40)) {
        let factor = whole(&columns);
        for i in 0..5 {
            prop_assert!(factor.entry(i, i) >= 0.0);
            prop_assert!((0..i).all(|j| factor.entry(i, j) == 0.0));
        }
    }

    #[test]
    fn residuals_are_orthogonal_to_every_column(columns in columns(12..300)) {
        let fit = whole(&columns).solve(PLAIN).unwrap();
        let residuals = residuals(&columns, &fit);
        let norm = residuals.iter().map(|r| r * r).sum::<f64>().sqrt();
        prop_assert!((norm * norm - fit.ss_residual).abs() <= 1e-10 * fit.ss_residual);
        prop_assert!(residuals.iter().sum::<f64>().abs() <= 1e-11 * norm * 2000.0);
        for column in &columns[..3] {
            let along: f64 = column.iter().zip(&residuals).map(|(x, r)| x * r).sum();
            let length = column.iter().map(|x| x * x).sum::<f64>().sqrt();
            prop_assert!(along.abs() <= 1e-11 * norm * length, "{along}");
        }
    }

    #[test]
    fn storing_keeps_every_bit(columns in columns(1..40)) {
        let factor = whole(&columns);
        let text = serde_json::to_string(&factor).unwrap();
        prop_assert_eq!(serde_json::from_str::<RFactor>(&text).unwrap(), factor);
    }
}

fn residuals(columns: &[Vec<f64>], fit: &Solution) -> Vec<f64> {
    let (y, features) = columns.split_last().unwrap();
    let predicted = |row: usize| fit.coef.iter().zip(features).map(|(coef, x)| coef * x[row]).sum::<f64>();
    y.iter().enumerate().map(|(row, y)| y - fit.intercept - predicted(row)).collect()
}

/// Columns of small multiples of 1/1024, and a target that is exactly `3·x1 − 2·x2 + 7`, all moved by `move_by`.
fn moved(move_by: f64) -> Vec<Vec<f64>> {
    let number = |i: u32, step: u32| f64::from(i * step % 17) / 1024.0;
    let x1: Vec<f64> = (0..4000).map(|i| number(i, 7)).collect();
    let x2: Vec<f64> = (0..4000).map(|i| number(i, 11) + number(i * i % 1009, 3)).collect();
    let y: Vec<f64> = x1.iter().zip(&x2).map(|(a, b)| 3.0 * a - 2.0 * b + 7.0).collect();
    [x1, x2, y].map(|column| column.into_iter().map(|value| value + move_by).collect()).to_vec()
}

fn worst_error(fit: &Solution, move_by: f64) -> f64 {
    // y + m = 3·(x1 + m) − 2·(x2 + m) + 7 + m − 3m + 2m: the intercept stays 7.
    let errors =
        [(fit.coef[0], 3.0), (fit.coef[1], -2.0)].map(|(found, exact): (f64, f64)| ((found - exact) / exact).abs());
    let intercept = (fit.intercept - 7.0).abs() / (7.0 + move_by);
    errors.into_iter().fold(intercept, f64::max)
}

#[test]
fn a_large_mean_costs_digits_only_without_shift() {
    for move_by in [0.0, 1e6] {
        let columns = moved(move_by);
        let mut shifted = RFactor::new(means(&columns));
        // One number for all blocks will do: the first row, as a stream that does not know its means would take.
        let mut first_row = RFactor::new(columns.iter().map(|column| column[0]).collect());
        let mut bare = RFactor::new(vec![0.0; 3]);
        for factor in [&mut shifted, &mut first_row, &mut bare] {
            factor.absorb_rows(&slices(&columns), &all_rows(&columns)).unwrap();
        }
        let error = |factor: &RFactor| worst_error(&factor.solve(PLAIN).unwrap(), move_by);
        assert!(error(&shifted) < 1e-13, "means: {:e}", error(&shifted));
        assert!(error(&first_row) < 1e-13, "first row: {:e}", error(&first_row));
        if move_by > 0.0 {
            assert!(error(&bare) > 1e-11, "unshifted folding should lose digits here: {:e}", error(&bare));
        }
    }
}

#[test]
fn without_intercept_a_large_mean_is_exact_too() {
    // Through the origin: y = 3·x1 − 2·x2, both columns a million and a bit.
    let mut columns = moved(1e6);
    columns[2] = columns[0].iter().zip(&columns[1]).map(|(a, b)| 3.0 * a - 2.0 * b).collect();
    let mut factor = RFactor::new(means(&columns));
    factor.absorb_rows(&slices(&columns), &all_rows(&columns)).unwrap();
    let fit = factor.solve(SolveOptions { fit_intercept: false, tol: None }).unwrap();
    assert!((fit.coef[0] - 3.0).abs() < 1e-13 && (fit.coef[1] + 2.0).abs() < 1e-13, "{:?}", fit.coef);
    assert_eq!((fit.intercept, fit.rank, fit.df_residual), (0.0, 2, 3998));
}
