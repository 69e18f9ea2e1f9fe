//! Lowess: a smooth line through a cloud of points (Cleveland 1979), as statsmodels' `lowess(frac=2/3, it=3, delta=…)`.

const FRACTION: f64 = 2.0 / 3.0;
const N_ROBUST: usize = 3;

/// (x, smoothed y) at every point, by ascending x. Empty below three points. Lines are fitted at points that are at most
/// `delta` of the range of x apart, and the points between lie on straight lines; 0.01 is R's default, 0 fits one at each.
pub(super) fn lowess(points: &[(f64, f64)], delta: f64) -> Vec<(f64, f64)> {
    let n = points.len();
    if n < 3 {
        return Vec::new();
    }
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (x, y): (Vec<f64>, Vec<f64>) = sorted.into_iter().unzip();
    let n_neighbours = ((FRACTION * n as f64 + 1e-10) as usize).clamp(2, n);
    let width = delta * (value(&x, n - 1) - value(&x, 0));
    let mut weights = Vec::with_capacity(n_neighbours);
    let mut robust = vec![1.0; n];
    let mut smooth = vec![0.0; n];
    for round in 0..=N_ROBUST {
        let mut left = 0;
        let mut fitted = 0..0;
        loop {
            let i = fitted.end;
            let at = value(&x, i);
            // The window of nearest neighbours only moves right.
            while left + n_neighbours < n && value(&x, left + n_neighbours) - at < at - value(&x, left) {
                left += 1;
            }
            let window = left..left + n_neighbours;
            let line = local(near(&x, &window), near(&y, &window), near(&robust, &window), at, &mut weights);
            put(&mut smooth, i, line.unwrap_or_else(|| value(&y, i)));
            interpolate(&x, &mut smooth, fitted.start..i);
            fitted = next(&x, &mut smooth, i, width);
            if fitted.start + 1 >= n {
                break;
            }
        }
        if round == N_ROBUST {
            break;
        }
        let residuals: Vec<f64> = y.iter().zip(&smooth).map(|(y, smooth)| (y - smooth).abs()).collect();
        let scale = 6.0 * median(&residuals);
        if scale <= 0.0 {
            break;
        }
        for (weight, residual) in robust.iter_mut().zip(&residuals) {
            let share = residual / scale;
            *weight = if share >= 1.0 { 0.0 } else { (1.0 - share * share).powi(2) };
        }
    }
    x.into_iter().zip(smooth).collect()
}

/// The last point that has its value after a line was fitted at `i`, and the next one to fit a line at: the last within
/// `width`. Points at the same x take the same value.
fn next(x: &[f64], smooth: &mut [f64], i: usize, width: f64) -> std::ops::Range<usize> {
    let n = x.len();
    let (mut last, mut place) = (i, i);
    while place + 1 < n {
        place += 1;
        if value(x, place) > value(x, i) + width {
            break;
        }
        if value(x, place) == value(x, last) {
            put(smooth, place, value(smooth, last));
            last = place;
        }
    }
    last..(last + 1).max(place.saturating_sub(1))
}

/// The points strictly between two that have their values.
fn interpolate(x: &[f64], smooth: &mut [f64], between: std::ops::Range<usize>) {
    let (a, b) = (between.start, between.end);
    let (x0, x1, y0, y1) = (value(x, a), value(x, b), value(smooth, a), value(smooth, b));
    for place in a + 1..b {
        let share = (value(x, place) - x0) / (x1 - x0);
        put(smooth, place, share * y1 + (1.0 - share) * y0);
    }
}

fn put(values: &mut [f64], place: usize, value: f64) {
    if let Some(slot) = values.get_mut(place) {
        *slot = value;
    }
}

/// The weighted line through the window, at `at`. `weights` is room to work in.
fn local(x: &[f64], y: &[f64], robust: &[f64], at: f64, weights: &mut Vec<f64>) -> Option<f64> {
    let radius = (at - x.first()?).max(x.last()? - at);
    let to_one = if radius > 0.0 { radius.recip() } else { 0.0 };
    let (mut total, mut x_sum, mut y_sum) = (0.0, 0.0, 0.0);
    weights.clear();
    for ((x, y), robust) in x.iter().zip(y).zip(robust) {
        let distance = (x - at).abs() * to_one;
        let left = (1.0 - distance * distance * distance).max(0.0);
        let weight = left * left * left * robust;
        total += weight;
        x_sum += weight * x;
        y_sum += weight * y;
        weights.push(weight);
    }
    if total <= 0.0 {
        return None;
    }
    let (x_mean, y_mean) = (x_sum / total, y_sum / total);
    let (mut xx, mut xy) = (0.0, 0.0);
    for ((x, y), weight) in x.iter().zip(y).zip(&*weights) {
        let scaled = weight * (x - x_mean);
        xx += scaled * (x - x_mean);
        xy += scaled * (y - y_mean);
    }
    // All x equal: the line has no slope.
    let slope = if xx > 1e-24 * total * radius * radius { xy / xx } else { 0.0 };
    Some(y_mean + slope * (at - x_mean))
}

fn near<'a>(values: &'a [f64], window: &std::ops::Range<usize>) -> &'a [f64] {
    values.get(window.clone()).unwrap_or_default()
}

fn value(values: &[f64], place: usize) -> f64 {
    values.get(place).copied().unwrap_or(0.0)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len();
    0.5 * (value(&sorted, n.saturating_sub(1) / 2) + value(&sorted, n / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_and_points_close_together_are_as_in_statsmodels() {
        let x = [0.0, 1.0, 1.0, 2.0, 3.0, 3.05, 3.1, 4.0, 6.0, 6.0, 6.0, 9.0, 9.01, 10.0];
        let y = [1.0, 3.0, 2.0, 5.0, 4.0, 4.5, 6.0, 5.0, 9.0, 7.0, 8.0, 2.0, 3.0, 1.0];
        let points: Vec<(f64, f64)> = x.into_iter().zip(y).collect();
        // statsmodels 0.15.0: lowess(y, x, frac=2/3, it=3, delta=delta * 10), of x = 0, 2, 3, 3.05, 3.1, 6, 9, 9.01.
        let expected = [
            (
                0.0,
                [
                    1.373159859,
                    3.649393151,
                    4.678689516,
                    4.719009705,
                    4.757141180,
                    7.999495374,
                    2.656485037,
                    2.639629097,
                ],
            ),
            (
                0.05,
                [
                    1.373161259,
                    3.649389362,
                    4.678684558,
                    4.717910266,
                    4.757135974,
                    7.999495372,
                    2.656485079,
                    2.639629141,
                ],
            ),
        ];
        for (delta, expected) in expected {
            let smooth = lowess(&points, delta);
            let found = [0, 3, 4, 5, 6, 9, 11, 12].map(|place: usize| smooth[place].1);
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-8), "{delta}: {found:?}");
        }
    }
}
