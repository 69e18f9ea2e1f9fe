//! How the error falls with the number of training rows, at scikit-learn's default sizes.

use super::super::Stop;
use super::super::modelling::{FoldError, fit_fold, rows_a_step};
use super::folds::{folds_of, rows_at, solver};
use super::prepared::Prepared;
use super::words::{count, number};
use super::{LearningCurveResult, Line, Pace, Said};
use crate::evaluate::{Scores, Task, mse, r2};
use crate::features::design_matrix;
use crate::split::cv::Folds;
use crate::validation::{FactorScore, LearningCurving, LearningPoint, SHARES, ValidationError};

pub(super) async fn curve<P: Pace>(pace: &P, prepared: &Prepared<'_>) -> Result<LearningCurveResult, Stop> {
    let folds = folds_of(prepared)?;
    let points = if prepared.is_plain() && prepared.estimator.solves_from_r() {
        from_factors(pace, prepared, &folds).await?
    } else {
        from_rows(pace, prepared, &folds).await?
    };
    let train = |point: &LearningPoint| point.train.clone();
    let test = |point: &LearningPoint| point.test.clone();
    let rmse = |score: &FactorScore| Some(score.mse.sqrt());
    let lines = [
        line("train rmse", &points, train, rmse),
        line("test rmse", &points, test, rmse),
        line("train r2", &points, train, |score| score.r2),
        line("test r2", &points, test, |score| score.r2),
    ];
    let lines: Vec<Line> = lines.into_iter().flatten().collect();
    let sentence = sentence(&lines, &prepared.spec.features.target);
    Ok(LearningCurveResult { said: Said { sentence, notes: Vec::new() }, lines, n_folds: folds.len() as u64 })
}

async fn from_factors<P: Pace>(pace: &P, prepared: &Prepared<'_>, folds: &Folds) -> Result<Vec<LearningPoint>, Stop> {
    let matrix = design_matrix(&prepared.plain, &prepared.spec.features)?;
    let mut curving = LearningCurving::new(&matrix, &prepared.rows.train, folds, &SHARES)?;
    let solve = solver(prepared.estimator);
    while curving.step(rows_a_step(&matrix), &solve)? {
        let (done, total) = curving.progress();
        pace.breathe(done, total).await?;
    }
    Ok(curving.finish().points)
}

/// A fit for each size in each fold; rows are taken from the front of the fold's training rows.
async fn from_rows<P: Pace>(pace: &P, prepared: &Prepared<'_>, folds: &Folds) -> Result<Vec<LearningPoint>, Stop> {
    let Prepared { spec, estimator, table, plain, rows } = prepared;
    let largest = folds.n_train(0);
    let size = |share: &f64| ((share * largest as f64) as usize).min(largest);
    let mut sizes: Vec<usize> = SHARES.iter().map(size).filter(|n| *n > 1).collect();
    sizes.dedup();
    let mut points: Vec<LearningPoint> =
        sizes.iter().map(|n| LearningPoint { n_train: *n as u64, train: Vec::new(), test: Vec::new() }).collect();
    let (mut done, total) = (0, (sizes.len() * folds.len()) as u64);
    let target = prepared.plain.column(&spec.features.target).and_then(crate::table::Column::numbers);
    let target = target.unwrap_or_default();
    for fold in 0..folds.len() {
        let (train, test) = (rows_at(&rows.train, &folds.train(fold)), rows_at(&rows.train, folds.test(fold)));
        for (point, size) in points.iter_mut().zip(&sizes) {
            let seen = train.get(..(*size).min(train.len())).unwrap_or_default();
            let of_fold = |error: FoldError| {
                Stop::from(ValidationError::Fit {
                    fold: fold + 1,
                    code: crate::base::Coded::code(&error),
                    message: format!("with {} {error}", count(seen.len() as u64, "training row")),
                })
            };
            let predict = fit_fold(spec, estimator, (table, plain), seen, Task::Regression).map_err(of_fold)?;
            let score = |rows: &[u32]| {
                let actual: Vec<f64> =
                    rows.iter().map(|row| target.get(*row as usize).copied().unwrap_or(f64::NAN)).collect();
                let scores = Scores::of(&actual, &predict(rows), 0);
                mse(&scores).map(|mse| FactorScore { mse, r2: r2(&scores) })
            };
            let row = || ValidationError::NotFinite { row: seen.first().map_or(0, |row| u64::from(*row) + 1) };
            point.train.push(score(seen).ok_or_else(row)?);
            point.test.push(score(&test).ok_or_else(row)?);
            done += 1;
            pace.breathe(done, total).await?;
        }
    }
    Ok(points)
}

/// Mean over the folds and one standard deviation; `None` where a fold's is not defined.
fn line(
    name: &str,
    points: &[LearningPoint],
    part: fn(&LearningPoint) -> Vec<FactorScore>,
    of: fn(&FactorScore) -> Option<f64>,
) -> Option<Line> {
    let mut line = Line { name: name.to_owned(), ..Line::default() };
    for point in points {
        let values: Vec<f64> = part(point).iter().map(of).collect::<Option<_>>()?;
        let n = values.len().max(1) as f64;
        let mean = values.iter().sum::<f64>() / n;
        // With n in the denominator, as the bands of scikit-learn's `LearningCurveDisplay`.
        let sd = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt();
        line.x.push(point.n_train as f64);
        line.y.push(mean);
        line.lo.push(mean - sd);
        line.hi.push(mean + sd);
    }
    Some(line)
}

/// More rows help where the test error still falls beyond its spread, and cannot where both errors have met.
fn sentence(lines: &[Line], target: &str) -> String {
    let find = |name: &str| lines.iter().find(|line| line.name == name);
    let (Some(train), Some(test)) = (find("train rmse"), find("test rmse")) else { return String::new() };
    let n = test.y.len();
    let at = |values: &[f64], place: usize| values.get(place).copied().unwrap_or(f64::NAN);
    let (rows, last, of_train) = (at(&test.x, n - 1), at(&test.y, n - 1), at(&train.y, n - 1));
    let head = format!(
        "With {}, predictions of {target} are off by {} on rows not seen and by {} on those seen (RMSE).",
        count(rows as u64, "training row"),
        number(last),
        number(of_train)
    );
    if n < 2 {
        return head;
    }
    let before = at(&test.y, n - 2);
    let (gained, gap) = ((before - last) / before, (last - of_train) / last);
    let advice = if gained > 0.01 {
        format!(
            " The last {} still took the error down by {:.1} %: more rows should help.",
            count((rows - at(&test.x, n - 2)) as u64, "row"),
            gained * 100.0
        )
    } else if gap > 0.1 {
        " More rows no longer help by much, yet the two are apart: a simpler model, or more penalty, may do better."
            .into()
    } else {
        " More rows would hardly help: other features or another model might.".into()
    };
    head + &advice
}
