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
    let mut weights = Vec::with_capacity(n_neighbours);
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
            let line = local(near(&x, &window), near(&y, &window), near(&robust, &window), *at, &mut weights);
            *smooth = line.unwrap_or_else(|| value(&y, i));
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
