//! Blocks of rows: centred, scaled covariates, and weighted sums of x x'.

use super::design::Design;
use crate::matrix::Matrix;

/// Rows per block: enough work for one matrix product, small enough for the second-level cache.
pub(crate) const TILE_ROWS: usize = 128;

/// Column means and scales. All arithmetic is on (x - mean) / scale.
#[derive(Debug, Clone)]
pub(crate) struct Standard {
    pub(crate) mean: Vec<f64>,
    pub(crate) scale: Vec<f64>,
    inverse_scale: Vec<f64>,
}

impl Standard {
    /// Weighted means and mean absolute deviations; a constant column has scale 1.
    pub(crate) fn new(design: &Design<'_>, weights: Option<&[f64]>) -> Self {
        let moments = design.columns.iter().map(|column| {
            let weight = |i: usize| weights.map_or(1.0, |w| w[i]);
            let total: f64 = weights.map_or(column.len() as f64, |w| w.iter().sum());
            let mean = column.iter().enumerate().map(|(i, x)| weight(i) * x).sum::<f64>() / total;
            let spread =
                column.iter().enumerate().map(|(i, x)| weight(i) * (x - mean).abs()).sum::<f64>() / total;
            // What is left of a constant column after centring is rounding.
            let scale = if spread > 1e-13 * mean.abs() && spread.is_normal() { spread } else { 1.0 };
            (mean, scale)
        });
        let (mean, scale): (Vec<f64>, Vec<f64>) = moments.unzip();
        let inverse_scale = scale.iter().map(|s| 1.0 / s).collect();
        Standard { mean, scale, inverse_scale }
    }

    /// Writes rows `start .. start + tile.len() / p`, row by row.
    pub(crate) fn load(&self, design: &Design<'_>, start: usize, tile: &mut [f64]) {
        let p = design.columns.len();
        let rows = tile.len() / p;
        for (j, column) in design.columns.iter().enumerate() {
            let (mean, inverse) = (self.mean[j], self.inverse_scale[j]);
            for (i, &x) in column[start..start + rows].iter().enumerate() {
                tile[i * p + j] = (x - mean) * inverse;
            }
        }
    }
}

/// Collects weighted rows and adds their sum of c x x' to a matrix, a block at a time.
pub(crate) struct Gram {
    p: usize,
    rows: Vec<f64>,
    scaled: Vec<f64>,
    pub(crate) sum: Matrix,
}

impl Gram {
    pub(crate) fn new(p: usize) -> Self {
        Gram { p, rows: Vec::new(), scaled: Vec::new(), sum: Matrix::zeros(p, p) }
    }

    /// Adds the sum over the block's rows of weight x x'.
    pub(crate) fn add_block(&mut self, rows: &[f64], weights: &[f64]) {
        // Rows pushed one by one may be waiting in front.
        let waiting = self.scaled.len();
        for (row, &c) in rows.chunks_exact(self.p).zip(weights) {
            self.scaled.extend(row.iter().map(|x| c * x));
        }
        product(rows, &self.scaled[waiting..], self.p, &mut self.sum);
        self.scaled.truncate(waiting);
    }

    /// Adds weight x x' of one row, with others once a block is full.
    pub(crate) fn push(&mut self, weight: f64, row: impl Iterator<Item = f64>) {
        if weight == 0.0 {
            return;
        }
        let before = self.rows.len();
        self.rows.extend(row);
        self.scaled.extend(self.rows[before..].iter().map(|x| weight * x));
        if self.rows.len() == TILE_ROWS * self.p {
            self.flush();
        }
    }

    /// Adds what is still waiting.
    pub(crate) fn flush(&mut self) {
        product(&self.rows, &self.scaled, self.p, &mut self.sum);
        self.rows.clear();
        self.scaled.clear();
    }
}

/// Adds rows' scaled to the matrix, by blocks of columns on and above the diagonal.
fn product(rows: &[f64], scaled: &[f64], p: usize, sum: &mut Matrix) {
    let n = rows.len() / p;
    if n == 0 {
        return;
    }
    const BLOCK: usize = 64;
    for top in (0..p).step_by(BLOCK) {
        let height = BLOCK.min(p - top);
        gemm(n, height, p - top, &rows[top..], &scaled[top..], p, &mut sum.as_mut_slice()[top * p + top..]);
    }
}

/// c += a' b for `n` rows of stride `p` (a: `m` columns, b: `k` columns, c of stride `p`).
fn gemm(n: usize, m: usize, k: usize, a: &[f64], b: &[f64], p: usize, c: &mut [f64]) {
    multiply::transposed_product(n, m, k, a, b, p, c);
}

/// The one place with unsafe code: the call into `matrixmultiply`.
#[allow(unsafe_code)]
mod multiply {
    /// c += a' b; bounds are checked before the call.
    pub(super) fn transposed_product(
        n: usize,
        m: usize,
        k: usize,
        a: &[f64],
        b: &[f64],
        p: usize,
        c: &mut [f64],
    ) {
        assert!(n > 0 && m > 0 && k > 0 && m <= p && k <= p);
        assert!(a.len() >= (n - 1) * p + m && b.len() >= (n - 1) * p + k && c.len() >= (m - 1) * p + k);
        // SAFETY: the asserts show that every element addressed with these sizes and strides lies
        // within the slices; `c` is borrowed mutably and cannot overlap `a` or `b`.
        unsafe {
            matrixmultiply::dgemm(
                m,
                n,
                k,
                1.0,
                a.as_ptr(),
                1,
                p as isize,
                b.as_ptr(),
                p as isize,
                1,
                1.0,
                c.as_mut_ptr(),
                p as isize,
                1,
            );
        }
    }
}
