//! Expressions: reading never fails badly, printing reads back, errors stand at their place. What they compute is held
//! against pandas in `rules.rs`.

use pipette::base::Coded;
use pipette::expression::{Binary, Expression, FUNCTIONS, Kind, Unary};
use pipette::table::{Bitmap, Column, ColumnData, DataType, MISSING_CODE, MISSING_TIME, Table};
use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};

fn table() -> Table {
    let nan = f64::NAN;
    let labels = vec!["SP".into(), "RJ".into()];
    Table::new(
        vec![
            Column::float("x", vec![1.0, 2.5, nan]),
            Column::new("n", DataType::Integer, ColumnData::Number(vec![1.0, 2.0, 3.0])),
            Column::new("flag", DataType::Boolean, ColumnData::Number(vec![1.0, 0.0, nan])),
            Column::new("state", DataType::Category, ColumnData::Category { codes: vec![0, 1, MISSING_CODE], labels }),
            Column::new("day", DataType::Timestamp, ColumnData::Timestamp(vec![0, 86_400_000, MISSING_TIME])),
            Column::new("free text", DataType::Text, ColumnData::Text { missing: Bitmap::zeros(3) }),
        ],
        3,
    )
}

fn holds(text: &str) -> Vec<bool> {
    Expression::parse(text)
        .and_then(|expression| expression.holds(&table()))
        .unwrap_or_else(|error| panic!("{}", error.with_caret(text)))
}

#[test]
fn operators_bind_as_in_python() {
    let same = |a: &str, b: &str| assert_eq!(Expression::parse(a).unwrap(), Expression::parse(b).unwrap(), "{a}");
    same("a + b * c ** d", "a + (b * (c ** d))");
    same("-x ** 2", "-(x ** 2)");
    same("2 ** 3 ** 2", "2 ** (3 ** 2)");
    same("2 ** -1 * 3", "(2 ** (-1)) * 3");
    same("a - b - c", "(a - b) - c");
    same("not a == b and c or d", "((not (a == b)) and c) or d");
    same("a > 1 & b < 2 | ~c", "(a > 1) and (b < 2) or (not c)");
    same("a + 1 in [1, 2] and b is not null", "((a + 1) in [1, 2]) and (b is not null)");
    same("IF(a, TRUE, None)", "if(a, true, null)");
    same("a not in ('x', -1,)", "a not in ['x', -1]");
}

#[test]
fn missing_cells_are_as_in_pandas() {
    assert_eq!(holds("x > 0"), [true, true, false]);
    assert_eq!(holds("x != 1"), [false, true, true]);
    assert_eq!(holds("not x > 2"), [true, false, true]);
    assert_eq!(holds("flag"), [true, false, false]);
    assert_eq!(holds("not flag"), [false, true, true]);
    assert_eq!(holds("state == 'SP' or state is null"), [true, false, true]);
    assert_eq!(holds("state < 'S'"), [false, true, false]);
    assert_eq!(holds("day < '1970-01-02'"), [true, false, false]);
    assert_eq!(holds("'1970-01-02 00:00' <= day"), [false, true, false]);
    assert_eq!(holds("day in ['1970-01-01']"), [true, false, false]);
    assert_eq!(holds("`free text` is not null"), [true; 3]);
    assert_eq!(holds("true"), [true; 3]);
    assert_eq!(holds("x + null is null"), [true; 3]);
}

#[test]
fn types_come_out_as_they_should() {
    let type_of = |text: &str| {
        let values = Expression::parse(text).unwrap().values(&table()).unwrap();
        (values.data_type, Column::new("v", values.data_type, values.data))
    };
    assert_eq!(type_of("n * 2 + 1").0, DataType::Integer);
    assert_eq!(type_of("n / 1").0, DataType::Float);
    assert_eq!(type_of("n + flag").0, DataType::Integer);
    assert_eq!(type_of("x > 1").0, DataType::Boolean);
    let (data_type, column) = type_of("if(n > 1, day, '2020-02-29')");
    assert_eq!((data_type, column.cell_text(0).unwrap().as_str()), (DataType::Timestamp, "2020-02-29"));
    let (data_type, column) = type_of("coalesce(state, 'none')");
    assert_eq!((data_type, column.cell_text(2).unwrap().as_str()), (DataType::Category, "none"));
    let (data_type, column) = type_of("'text'");
    assert_eq!((data_type, column.len()), (DataType::Category, 3));
}

#[track_caller]
fn check_refused(text: &str, caret: usize, code: &str, words: &str) {
    let found = Expression::parse(text).and_then(|expression| expression.values(&table()));
    let error = found.unwrap_err();
    assert_eq!((error.caret(text), error.code()), (caret, code), "{}", error.with_caret(text));
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn errors_stand_at_their_place_with_a_remedy() {
    check_refused("", 0, "expression.syntax", "empty");
    check_refused("x >", 3, "expression.syntax", "lacking");
    check_refused("x > 1 2", 6, "expression.syntax", "\"2\" cannot stand here");
    check_refused("1 < x < 2", 6, "expression.syntax", "a < b and b < c");
    check_refused("x = 1", 2, "expression.syntax", "==");
    check_refused("(x + 1", 0, "expression.syntax", "never closed");
    check_refused("x in [1, n]", 9, "expression.syntax", "list");
    check_refused("x in 3", 5, "expression.syntax", "list");
    check_refused("x is 3", 5, "expression.syntax", "null");
    check_refused("x + stat", 4, "expression.unknown_column", "Did you mean \"state\"");
    check_refused("größe > 1", 0, "expression.unknown_column", "größe");
    check_refused("sqr(x)", 0, "expression.function", "Did you mean \"sqrt\"");
    check_refused("clip(x, 1)", 0, "expression.function", "clip(x, low, high)");
    check_refused("1 + state", 4, "expression.type", "Cast");
    check_refused("1 + day", 4, "expression.type", "year(");
    check_refused("x and n", 0, "expression.type", "!= 0");
    check_refused("state == 1", 0, "expression.type", "a text cannot be compared with a number");
    check_refused("day > 'soon'", 6, "expression.type", "2018-01-17");
    check_refused("x == null", 5, "expression.type", "is null");
    check_refused("if(flag, 1, 'a')", 12, "expression.type", "same type");
    check_refused("round(x, n)", 9, "expression.type", "whole number");
    check_refused("null", 0, "expression.type", "null alone");
    check_refused("`free text` == 'a'", 0, "expression.text_not_kept", "category in the ingest step");
    check_refused(&format!("{}1{}", "(".repeat(500), ")".repeat(500)), 150, "expression.syntax", "deeply");
    check_refused(&vec!["1"; 5000].join(" + "), 598, "expression.syntax", "deeply");
    let error = Expression::parse("a ? b").unwrap_err();
    assert_eq!(error.with_caret("a ? b").lines().nth(1), Some("  ^"));
}

#[test]
fn every_function_runs() {
    for info in FUNCTIONS {
        let text = match info.usage {
            "round(x, digits)" => "round(x, 2)".into(),
            usage => usage
                .replace("text", "state")
                .replace("date", "day")
                .replace("start,", "day,")
                .replace("end)", "day)")
                .replace("(a, b)", "(x, n)")
                .replace("condition, a, b", "flag, x, n")
                .replace("low, high", "1, 2"),
        };
        let values = Expression::parse(&text).and_then(|expression| expression.values(&table()));
        assert!(values.is_ok(), "{text}: {values:?}");
    }
}

fn leaf(kind: Kind) -> Expression {
    Expression { kind, span: 0..0 }
}

fn any_expression() -> impl Strategy<Value = Expression> {
    let name = prop_oneof!["[a-z_][a-z0-9_]{0,6}", "[ -~]{1,8}", "\\PC{1,4}"];
    let leaves = prop_oneof![
        proptest::num::f64::POSITIVE.prop_filter("finite", |x| x.is_finite()).prop_map(Kind::Number),
        (0..1000_u32).prop_map(|x| Kind::Number(f64::from(x))),
        "\\PC{0,6}|[\\t\\n\\r'\\\\]{0,3}".prop_map(Kind::Text),
        Just(Kind::Boolean(true)),
        Just(Kind::Null),
        name.prop_map(Kind::Column),
    ]
    .prop_map(leaf);
    leaves.prop_recursive(6, 40, 4, |inner| {
        let literal = prop_oneof![(0..9_u8).prop_map(|x| Kind::Number(f64::from(x))), "[a-z']{0,3}".prop_map(Kind::Text)];
        let list = proptest::collection::vec(literal.prop_map(leaf), 0..4);
        let operator = proptest::sample::select(vec![
            Binary::Or,
            Binary::And,
            Binary::Equal,
            Binary::NotEqual,
            Binary::Less,
            Binary::GreaterEqual,
            Binary::Add,
            Binary::Subtract,
            Binary::Multiply,
            Binary::Divide,
            Binary::FloorDivide,
            Binary::Remainder,
            Binary::Power,
        ]);
        let unary = prop_oneof![Just(Unary::Minus), Just(Unary::Not)];
        let call = (proptest::sample::select(FUNCTIONS.to_vec()), proptest::collection::vec(inner.clone(), 3)).prop_map(
            |(info, mut arguments)| {
                arguments.truncate(info.arguments.1);
                Kind::Call(info.function, arguments)
            },
        );
        prop_oneof![
            3 => (operator, inner.clone(), inner.clone()).prop_map(|(operator, a, b)| Kind::Binary(operator, a.into(), b.into())),
            1 => (unary, inner.clone()).prop_map(|(operator, a)| Kind::Unary(operator, a.into())),
            1 => (inner.clone(), list, proptest::bool::ANY)
                .prop_map(|(value, list, negated)| Kind::In { value: value.into(), list, negated }),
            1 => (inner, proptest::bool::ANY).prop_map(|(value, negated)| Kind::IsNull { value: value.into(), negated }),
            1 => call,
        ]
        .prop_map(leaf)
    })
}

/// Pieces of which expressions are made, so that random texts get beyond the first word.
fn any_text() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "x",
        "n",
        "state",
        "`free text`",
        "1",
        "2.5e3",
        "'a'",
        "\"",
        "'",
        "`",
        "(",
        ")",
        "[",
        "]",
        ",",
        "+",
        "-",
        "**",
        "//",
        "==",
        "=",
        "<",
        "not",
        "in",
        "is",
        "null",
        "and",
        "or",
        "~",
        "&",
        "if(",
        "sqrt(",
        "contains(",
        " ",
        "é",
        "\u{202e}",
        ".",
        "1_0",
        "\\",
    ]);
    prop_oneof![proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat()), "\\PC{0,30}"]
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(expression in any_expression()) {
        let text = expression.to_string();
        let read = Expression::parse(&text);
        prop_assert_eq!(read.as_ref(), Ok(&expression), "{}", text);
        // Types may be wrong, but nothing fails badly, and there is always code.
        prop_assert!(!expression.python().is_empty());
        if let Err(error) = expression.values(&table()) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in any_text()) {
        match Expression::parse(&text) {
            Ok(expression) => {
                prop_assert_eq!(Expression::parse(&expression.to_string()), Ok(expression.clone()));
                let _ = expression.values(&table());
            }
            Err(error) => {
                prop_assert!(error.span.start <= error.span.end && error.span.end <= text.len());
                prop_assert!(text.get(error.span.clone()).is_some() && error.caret(&text) <= text.chars().count());
            }
        }
    }
}
