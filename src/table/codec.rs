//! A table as bytes, little-endian, for the artifact store: `PTAB`, a version, a JSON head, then the columns' cells.

use serde::{Deserialize, Serialize};

use super::{Bitmap, Column, ColumnData, DataType, Table};

const MAGIC: &[u8; 8] = b"PTAB\x01\0\0\0";

/// Why stored bytes are not a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    #[error("The stored table is damaged ({0}). Open the file again to rebuild it.")]
    Damaged(&'static str),
}

#[derive(Serialize, Deserialize)]
struct Head {
    n_rows: usize,
    columns: Vec<ColumnHead>,
}

#[derive(Serialize, Deserialize)]
struct ColumnHead {
    name: String,
    data_type: DataType,
    layout: Layout,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    labels: Vec<String>,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Layout {
    F64,
    I64,
    Code16,
    Bits,
}

/// The table as bytes that `from_bytes` reads.
#[must_use]
pub fn to_bytes(table: &Table) -> Vec<u8> {
    let columns = table.columns().iter().map(|column| {
        let (layout, labels) = match &*column.data {
            ColumnData::Number(_) => (Layout::F64, Vec::new()),
            ColumnData::Timestamp(_) => (Layout::I64, Vec::new()),
            ColumnData::Category { labels, .. } => (Layout::Code16, labels.clone()),
            ColumnData::Text { .. } => (Layout::Bits, Vec::new()),
        };
        ColumnHead { name: column.name.clone(), data_type: column.data_type, layout, labels }
    });
    let head = Head { n_rows: table.n_rows(), columns: columns.collect() };
    let head = serde_json::to_vec(&head).unwrap_or_default();
    let mut out = Vec::with_capacity(16 + head.len() + table.n_rows() * table.columns().len() * 8);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&(head.len() as u64).to_le_bytes());
    out.extend_from_slice(&head);
    for column in table.columns() {
        match &*column.data {
            ColumnData::Number(values) => values.iter().for_each(|v| out.extend_from_slice(&v.to_le_bytes())),
            ColumnData::Timestamp(values) => values.iter().for_each(|v| out.extend_from_slice(&v.to_le_bytes())),
            ColumnData::Category { codes, .. } => codes.iter().for_each(|v| out.extend_from_slice(&v.to_le_bytes())),
            ColumnData::Text { missing } => {
                missing.words().iter().for_each(|v| out.extend_from_slice(&v.to_le_bytes()));
            }
        }
    }
    out
}

/// Reads what `to_bytes` wrote.
///
/// # Errors
/// `Damaged` when the bytes are cut short or are not a table.
pub fn from_bytes(bytes: &[u8]) -> Result<Table, CodecError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(CodecError::Damaged("not a table"))?;
    let (head_len, rest) = rest.split_first_chunk::<8>().ok_or(CodecError::Damaged("cut short"))?;
    let head_len = usize::try_from(u64::from_le_bytes(*head_len)).map_err(|_| CodecError::Damaged("head too long"))?;
    let (head, mut rest) = rest.split_at_checked(head_len).ok_or(CodecError::Damaged("cut short"))?;
    let head: Head = serde_json::from_slice(head).map_err(|_| CodecError::Damaged("unreadable head"))?;
    let mut columns = Vec::with_capacity(head.columns.len());
    for column in head.columns {
        let data = match column.layout {
            Layout::F64 => ColumnData::Number(read(&mut rest, head.n_rows, f64::from_le_bytes)?),
            Layout::I64 => ColumnData::Timestamp(read(&mut rest, head.n_rows, i64::from_le_bytes)?),
            Layout::Code16 => {
                let codes = read(&mut rest, head.n_rows, u16::from_le_bytes)?;
                if codes.iter().any(|code| *code != super::MISSING_CODE && usize::from(*code) >= column.labels.len()) {
                    return Err(CodecError::Damaged("a code without a label"));
                }
                ColumnData::Category { codes, labels: column.labels }
            }
            Layout::Bits => {
                let words = read(&mut rest, head.n_rows.div_ceil(64), u64::from_le_bytes)?;
                ColumnData::Text { missing: Bitmap::from_words(words, head.n_rows) }
            }
        };
        columns.push(Column::new(column.name, column.data_type, data));
    }
    Ok(Table::new(columns, head.n_rows))
}

fn read<T, const N: usize>(rest: &mut &[u8], count: usize, from: fn([u8; N]) -> T) -> Result<Vec<T>, CodecError> {
    let bytes = count.checked_mul(N).ok_or(CodecError::Damaged("too many rows"))?;
    let (cells, after) = rest.split_at_checked(bytes).ok_or(CodecError::Damaged("cut short"))?;
    *rest = after;
    Ok(cells.as_chunks::<N>().0.iter().map(|chunk| from(*chunk)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_survives_and_damage_is_refused() {
        let mut missing = Bitmap::zeros(2);
        missing.push(true);
        let table = Table::new(
            vec![
                Column::float("x", vec![1.5, -0.0, 3.0]),
                Column::new("t", DataType::Timestamp, ColumnData::Timestamp(vec![0, super::super::MISSING_TIME, 7])),
                Column::new(
                    "c",
                    DataType::Category,
                    ColumnData::Category { codes: vec![0, 1, u16::MAX], labels: vec!["ü".into(), "b".into()] },
                ),
                Column::new("s", DataType::Text, ColumnData::Text { missing }),
            ],
            3,
        );
        let bytes = to_bytes(&table);
        assert_eq!(from_bytes(&bytes), Ok(table));
        assert_eq!(from_bytes(&bytes[..bytes.len() - 1]), Err(CodecError::Damaged("cut short")));
        assert_eq!(from_bytes(b"nonsense"), Err(CodecError::Damaged("not a table")));
    }
}
