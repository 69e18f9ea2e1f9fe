//! Lowess: a smooth line through a cloud of points (Cleveland 1979), as statsmodels' `lowess(frac=2/3, it=3)`.

const FRACTION: f64 = 2.0 / 3.0;
const N_ROBUST: usize = 3;

/// (x, smoothed y) at every point, by ascending x. Empty below three points.
pub(super) fn lowess(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let n = points.len();
    if n < 3 {
        return Vec::new();
    }
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (x, y): (Vec<f64>, Vec<f64>) = sorted.into_iter().unzip();
    let n_neighbours = ((FRACTION * n as f64 + 1e-10) as usize).clamp(2, n);
    let mut robust = vec![1.0; n];
    let mut smooth = vec![0.0; n];
    for round in 0..=N_ROBUST {
        let mut left = 0;
        for (i, (smooth, at)) in smooth.iter_mut().zip(&x).enumerate() {
            // The window of nearest neighbours only moves right.
            while left + n_neighbours < n && value(&x, left + n_neighbours) - at < at - value(&x, left) {
                left += 1;
            }
            let window = left..left + n_neighbours;
            *smooth = local(&x, &y, &robust, window, *at).unwrap_or_else(|| value(&y, i));
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

/// The weighted line through the window, at `at`.
fn local(x: &[f64], y: &[f64], robust: &[f64], window: std::ops::Range<usize>, at: f64) -> Option<f64> {
    let (first, last) = (*x.get(window.start)?, *x.get(window.end - 1)?);
    let radius = (at - first).max(last - at);
    let (mut total, mut x_mean, mut y_mean) = (0.0, 0.0, 0.0);
    let weight = |i: usize| {
        let distance = (value(x, i) - at).abs() / radius;
        let tricube = if radius <= 0.0 {
            1.0
        } else if distance >= 1.0 {
            0.0
        } else {
            (1.0 - distance.powi(3)).powi(3)
        };
        tricube * value(robust, i)
    };
    for i in window.clone() {
        let weight = weight(i);
        total += weight;
        x_mean += weight * value(x, i);
        y_mean += weight * value(y, i);
    }
    if total <= 0.0 {
        return None;
    }
    (x_mean, y_mean) = (x_mean / total, y_mean / total);
    let (mut xx, mut xy) = (0.0, 0.0);
    for i in window {
        let (weight, dx) = (weight(i), value(x, i) - x_mean);
        xx += weight * dx * dx;
        xy += weight * dx * (value(y, i) - y_mean);
    }
    // All x equal: the line has no slope.
    let slope = if xx > 1e-24 * total * radius * radius { xy / xx } else { 0.0 };
    Some(y_mean + slope * (at - x_mean))
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
