//! The course's cleaning rules for the Olist orders.

use super::{DropColumns, FillMissing, FillStrategy, FillValue, KeepNumeric, Rule};

/// The rules of the course project for the Olist schema, in its order: 33 columns become 12 features and `review_score`.
/// The medians come from all rows, before the split: a small leak that the course has.
#[must_use]
pub fn course_rules() -> Vec<Rule> {
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let dates = names(&[
        "order_approved_at",
        "order_delivered_carrier_date",
        "order_delivered_customer_date",
        "order_estimated_delivery_date",
        "order_purchase_timestamp",
    ]);
    let sizes = names(&["product_weight_g", "product_length_cm", "product_height_cm", "product_width_cm"]);
    let fill = |columns: Vec<String>, strategy, fill_value| {
        Rule::from(FillMissing { columns: Some(columns), strategy, fill_value, group_by: None })
    };
    vec![
        Rule::from(DropColumns { columns: dates }),
        fill(sizes, FillStrategy::Median, None),
        fill(names(&["review_comment_message"]), FillStrategy::Constant, Some(FillValue::Text("No review".into()))),
        Rule::from(KeepNumeric {}),
        Rule::from(DropColumns { columns: names(&["customer_zip_code_prefix", "order_item_id"]) }),
    ]
}
