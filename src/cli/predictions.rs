//! What the model says for each row.

use std::path::Path;

use super::unwritable;
use crate::base::{Coded, ErrorReport};
use crate::export::ExportError;
use crate::pipeline::Session;
use crate::tracking::RunRecord;

/// Writes a CSV file with a line a row of the clean table: its number from 1, `train` or `test`, the target, the prediction,
/// and the model's inputs. Numbers are in full precision; what is missing is empty.
pub(super) fn write(run: &RunRecord, session: &Session, path: &Path) -> Result<(), ErrorReport> {
    let no_model = || ExportError::NoModel.report();
    let training = run.training().ok_or_else(no_model)?;
    let table = session.last().and_then(|last| session.cleaned(&last.spec)).ok_or_else(no_model)?;
    let mut is_train = vec![session.rows().is_none(); table.n_rows()];
    for row in session.rows().iter().flat_map(|split| &split.train) {
        is_train.get_mut(*row as usize).into_iter().for_each(|marked| *marked = true);
    }
    let predictions = training.predict(&table).map_err(|error| error.report())?;
    let target = table.column(&training.target);
    let inputs = &training.features.inputs;
    let columns: Vec<_> = inputs.iter().filter_map(|input| table.column(&input.name)).collect();
    let failed = |error: csv::Error| unwritable(&path.display().to_string(), &std::io::Error::from(error));
    let mut writer = csv::Writer::from_path(path).map_err(failed)?;
    let names =
        ["row", "split", "actual", "prediction"].into_iter().chain(inputs.iter().map(|input| input.name.as_str()));
    writer.write_record(names).map_err(failed)?;
    for (row, (prediction, is_train)) in predictions.iter().zip(is_train).enumerate() {
        let split = if is_train { "train" } else { "test" };
        let actual = target.and_then(|column| column.cell_text(row)).unwrap_or_default();
        let mut line = vec![(row + 1).to_string(), split.to_owned(), actual, prediction.to_string()];
        line.extend(columns.iter().map(|column| column.cell_text(row).unwrap_or_default()));
        writer.write_record(line).map_err(failed)?;
    }
    writer.flush().map_err(|error| unwritable(&path.display().to_string(), &error))
}
