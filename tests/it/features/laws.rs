//! Laws over random columns: order of rows, affine equivariance, partitions of unity, storage.

use pipette::features::{DesignMatrix, ENCODERS, FeatureSpec, FittedFeatures, fit_transform};
use pipette::table::{Column, ColumnData, DataType, MISSING_CODE, Table};
use proptest::prelude::*;
use serde_json::json;

fn table(x: &[f64], codes: &[u16]) -> Table {
    let labels = ["a", "b", "c", "d"].map(String::from).to_vec();
    let codes = codes.iter().map(|code| if *code > 3 { MISSING_CODE } else { *code }).collect();
    let times = x.iter().map(|x| (x * 1e8) as i64).collect();
    let columns = vec![
        Column::float("x", x.to_vec()),
        Column::float("z", x.iter().map(|x| (x * 0.7).sin() * 5.0 + 6.0).collect()),
        Column::new("c", DataType::Category, ColumnData::Category { codes, labels }),
        Column::new("t", DataType::Timestamp, ColumnData::Timestamp(times)),
        Column::float("y", x.iter().map(|x| x.abs() + 1.0).collect()),
    ];
    Table::new(columns, x.len())
}

/// An encoder as it starts, on a column that suits it, and nothing else.
fn alone(name: &str) -> FeatureSpec {
    let column = match name {
        "date_parts_encoder" => "t",
        "one_hot_encoder" | "ordinal_encoder" | "target_encoder" | "frequency_encoder" | "text_features" => "c",
        "log_transform" => "z",
        _ => "x",
    };
    let mut encoders = vec![json!({"encoder": name, "columns": [column]})];
    if name == "ordinal_encoder" {
        encoders[0]["encoded_missing_value"] = json!(-2);
    }
    super::spec(json!({"columns": [column], "encoders": encoders}))
}

fn fit(table: &Table, spec: &FeatureSpec) -> (FittedFeatures, DesignMatrix) {
    let train: Vec<u32> = (0..table.n_rows() as u32).collect();
    fit_transform(table, spec, &train).unwrap()
}

fn sample() -> impl Strategy<Value = (Vec<f64>, Vec<u16>)> {
    let x = prop_oneof![-50.0..50.0_f64, (-5..5_i32).prop_map(f64::from)];
    (8..60_usize)
        .prop_flat_map(move |n| (prop::collection::vec(x.clone(), n), prop::collection::vec(0..6_u16, n)))
        .prop_filter("a spline needs two values", |(x, _)| x.iter().any(|value| *value != x[0]))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_does_not_matter((x, codes) in sample(), seed in any::<u32>()) {
        let table = table(&x, &codes);
        let order = pipette::split::RandomState::new(seed).permutation(x.len() as u32);
        let shuffled = table.take_rows(&order);
        for info in ENCODERS {
            let spec = alone(info.name);
            let (fitted, _) = fit(&table, &spec);
            let (other, _) = fit(&shuffled, &spec);
            // Of the full fit: cross-fitting depends on which rows are in which fold.
            let (a, b) = (fitted.transform(&shuffled).unwrap(), other.transform(&shuffled).unwrap());
            prop_assert_eq!(a.names(), b.names());
            for (a, b) in a.columns().iter().zip(b.columns()) {
                for (a, b) in a.iter().zip(b) {
                    // The power is found to about 1e-8, and its cost depends on the order in its last bits.
                    let tolerance = if info.name == "power_transformer" { 1e-5 } else { 1e-10 };
                    prop_assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "{} {a} {b}", info.name);
                }
            }
        }
    }

    #[test]
    fn a_row_alone_is_a_row_among_others((x, codes) in sample()) {
        let table = table(&x, &codes);
        for info in ENCODERS {
            let (fitted, _) = fit(&table, &alone(info.name));
            let text = serde_json::to_string(&fitted).unwrap();
            prop_assert_eq!(&serde_json::from_str::<FittedFeatures>(&text).unwrap(), &fitted);
            let design = fitted.transform(&table).unwrap();
            for row in [0, x.len() / 2, x.len() - 1] {
                let cells: Vec<_> = table.columns().iter().map(|c| (c.name.clone(), pipette::features::Cell::of(c, row))).collect();
                let expected: Vec<f64> = design.columns().iter().map(|cells| cells[row]).collect();
                prop_assert_eq!(fitted.transform_row(&cells).unwrap(), expected, "{}", info.name);
            }
        }
    }

    #[test]
    fn scalers_do_not_see_the_unit((x, codes) in sample(), shift in -1e3..1e3_f64, factor in 0.01..100.0_f64) {
        let plain = table(&x, &codes);
        let moved = table(&x.iter().map(|x| x * factor + shift).collect::<Vec<_>>(), &codes);
        for name in ["standard_scaler", "min_max_scaler", "robust_scaler"] {
            let (a, b) = (fit(&plain, &alone(name)).1, fit(&moved, &alone(name)).1);
            // A robust scale may be 0, and is then 1 in any unit.
            let (state, _) = fit(&plain, &alone(name));
            let scale = serde_json::to_value(&state.encoders[0]).unwrap()["scale"][0].as_f64().unwrap();
            if name == "robust_scaler" && scale == 1.0 {
                continue;
            }
            let spread = x.iter().fold(0.0_f64, |most, x| most.max(x.abs())) * factor + shift.abs();
            for (a, b) in a.columns()[0].iter().zip(b.columns()[0]) {
                let step = if name == "min_max_scaler" { scale } else { 1.0 / scale };
                prop_assert!((a - b).abs() <= 1e-12 * (1.0 + spread * step / factor) * (1.0 + a.abs()), "{name} {a} {b}");
            }
        }
    }

    #[test]
    fn all_splines_and_all_bins_add_up_to_one((x, codes) in sample(), degree in 1..5_u32, n_knots in 2..8_u32, beyond in -90.0..90.0_f64) {
        let table = table(&x, &codes);
        let encoders = [
            json!({"encoder": "spline_transformer", "degree": degree, "n_knots": n_knots, "extrapolation": "linear"}),
            json!({"encoder": "k_bins_discretizer", "n_bins": n_knots}),
        ];
        for encoder in encoders {
            let (fitted, _) = fit(&table, &super::spec(json!({"columns": ["x"], "encoders": [encoder]})));
            let row = fitted.transform_row(&[("x".into(), pipette::features::Cell::Number(beyond))]).unwrap();
            let size = row.iter().fold(1.0_f64, |most, value| most.max(value.abs()));
            prop_assert!((row.iter().sum::<f64>() - 1.0).abs() <= 1e-11 * size, "{row:?}");
        }
    }
}
