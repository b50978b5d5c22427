//! Blocks of rows: centred, scaled covariates, and weighted sums of x x'.

use super::design::Design;
use crate::matrix::Matrix;
use rayon::prelude::*;
use std::ops::Range;

/// Rows per block: enough work for one matrix product, small enough for the second-level cache.
pub(crate) const TILE_ROWS: usize = 128;

/// Rows from which on columns are worth a thread of their own.
pub(super) const MANY_ROWS: usize = 1 << 12;

/// Sum of weight times f(x): eight sums side by side, since an addition waits for the one before it.
fn weighted_sum(x: &[f64], weights: Option<&[f64]>, f: impl Fn(f64) -> f64) -> f64 {
    const LANES: usize = 8;
    let mut sums = [0.0; LANES];
    match weights {
        None => {
            for chunk in x.chunks(LANES) {
                sums.iter_mut().zip(chunk).for_each(|(s, &x)| *s += f(x));
            }
        }
        Some(weights) => {
            for (chunk, weights) in x.chunks(LANES).zip(weights.chunks(LANES)) {
                let values = chunk.iter().zip(weights);
                sums.iter_mut().zip(values).for_each(|(s, (&x, &w))| *s += w * f(x));
            }
        }
    }
    sums.iter().sum()
}

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
        let total: f64 = weights.map_or(design.n_rows() as f64, |w| w.iter().sum());
        let moments = |column: &&[f64]| {
            let mean = weighted_sum(column, weights, |x| x) / total;
            let spread = weighted_sum(column, weights, |x| (x - mean).abs()) / total;
            // What is left of a constant column after centring is rounding: it becomes 0.
            let varies = spread > 1e-13 * mean.abs() && spread.is_normal();
            (mean, if varies { (spread, 1.0 / spread) } else { (1.0, 0.0) })
        };
        let moments: Vec<(f64, (f64, f64))> = if design.n_rows() >= MANY_ROWS {
            design.columns.par_iter().map(moments).collect()
        } else {
            design.columns.iter().map(moments).collect()
        };
        let (mean, scales): (Vec<f64>, Vec<(f64, f64)>) = moments.into_iter().unzip();
        let (scale, inverse_scale) = scales.into_iter().unzip();
        Standard { mean, scale, inverse_scale }
    }

    /// No value of the standardised column is larger in size.
    pub(super) fn bound(&self, design: &Design<'_>, column: usize) -> f64 {
        (design.largest[column] + self.mean[column].abs()) * self.inverse_scale[column]
    }

    /// No linear predictor of these coefficients is larger in size.
    pub(crate) fn predictor_bound(&self, design: &Design<'_>, beta: &[f64]) -> f64 {
        beta.iter().enumerate().map(|(j, b)| b.abs() * self.bound(design, j)).sum()
    }

    /// Writes rows `start .. start + tile.len() / p`, row by row.
    pub(crate) fn load(&self, design: &Design<'_>, start: usize, tile: &mut [f64]) {
        let p = design.columns.len();
        let rows = start..start + tile.len() / p;
        let mut j = 0;
        // Several columns at once: their values of a row are written side by side.
        while j < p {
            j += match p - j {
                8.. => self.load_columns::<8>(design, j, rows.clone(), tile),
                4..8 => self.load_columns::<4>(design, j, rows.clone(), tile),
                2..4 => self.load_columns::<2>(design, j, rows.clone(), tile),
                _ => self.load_columns::<1>(design, j, rows.clone(), tile),
            };
        }
    }

    /// Writes columns `first .. first + N` and gives N.
    fn load_columns<const N: usize>(
        &self,
        design: &Design<'_>,
        first: usize,
        rows: Range<usize>,
        tile: &mut [f64],
    ) -> usize {
        let columns: [&[f64]; N] = std::array::from_fn(|k| &design.columns[first + k][rows.clone()]);
        let mean: [f64; N] = std::array::from_fn(|k| self.mean[first + k]);
        let inverse: [f64; N] = std::array::from_fn(|k| self.inverse_scale[first + k]);
        let p = design.columns.len();
        for (i, row) in tile.chunks_exact_mut(p).enumerate() {
            for (k, value) in row[first..first + N].iter_mut().enumerate() {
                *value = (columns[k][i] - mean[k]) * inverse[k];
            }
        }
        N
    }
}

/// Calls the body with a number of columns that the compiler knows where it is small: loops over
/// columns then unroll. The body is the same for all.
macro_rules! with_width {
    ($width:expr, |$p:ident| $body:expr) => {
        with_width!($width, |$p| $body, 1 2 3 4 5 6 7 8)
    };
    ($width:expr, |$p:ident| $body:expr, $($small:literal)*) => {
        match $width {
            $($small => { let $p: usize = $small; $body })*
            $p => $body,
        }
    };
}
pub(crate) use with_width;

/// Values of standardised covariates that are worth keeping between passes: no more than fit a
/// first-level cache or two. Larger designs are standardised a block at a time.
const KEPT_VALUES: usize = 1 << 14;

/// The standardised rows, kept where the design is small.
#[derive(Debug, Clone)]
pub(crate) struct Rows(Option<Vec<f64>>);

impl Rows {
    pub(crate) fn new(standard: &Standard, design: &Design<'_>) -> Self {
        let values = design.n_rows() * design.n_columns();
        Rows((values <= KEPT_VALUES).then(|| {
            let mut rows = vec![0.0; values];
            standard.load(design, 0, &mut rows);
            rows
        }))
    }

    /// Calls `f` with each block of rows: the first row's index and the block, row by row.
    #[inline(always)]
    pub(crate) fn for_each_block(
        &self,
        standard: &Standard,
        design: &Design<'_>,
        rows: Range<usize>,
        mut f: impl FnMut(usize, &[f64]),
    ) {
        let p = design.n_columns();
        let mut tile = vec![0.0; if self.0.is_some() { 0 } else { TILE_ROWS.min(rows.len()) * p }];
        for start in rows.clone().step_by(TILE_ROWS) {
            let n = TILE_ROWS.min(rows.end - start);
            let block = match &self.0 {
                Some(kept) => &kept[start * p..(start + n) * p],
                None => {
                    standard.load(design, start, &mut tile[..n * p]);
                    &tile[..n * p]
                }
            };
            f(start, block);
        }
    }
}

/// Columns up to which products are summed row by row, without packing.
const FEW_COLUMNS: usize = 8;

/// Collects weighted rows and adds their sum of c x x' to a matrix, a block at a time.
pub(crate) struct Gram {
    p: usize,
    /// Rows pushed one by one, and their weighted copies, until they make a block.
    rows: Vec<f64>,
    scaled: Vec<f64>,
    /// The weighted copy of the last whole block.
    scaled_block: Vec<f64>,
    pub(crate) sum: Matrix,
}

impl Gram {
    pub(crate) fn new(p: usize) -> Self {
        Gram { p, rows: Vec::new(), scaled: Vec::new(), scaled_block: Vec::new(), sum: Matrix::zeros(p, p) }
    }

    /// Adds the sum over the block's rows of weight x x'.
    pub(crate) fn add_block(&mut self, rows: &[f64], weights: &[f64]) {
        if self.p <= FEW_COLUMNS {
            with_width!(self.p, |p| {
                let sum = &mut self.sum.as_mut_slice()[..p * p];
                rows.chunks_exact(p).zip(weights).for_each(|(row, &c)| add_square(p, sum, c, row));
            });
            return;
        }
        self.scaled_block.resize(rows.len(), 0.0);
        let scaled = self.scaled_block.chunks_exact_mut(self.p);
        for ((scaled, row), &c) in scaled.zip(rows.chunks_exact(self.p)).zip(weights) {
            scaled.iter_mut().zip(row).for_each(|(s, x)| *s = c * x);
        }
        product(rows, &self.scaled_block, self.p, &mut self.sum);
    }

    /// Adds weight x x' of one row, with others once a block is full.
    #[inline(always)]
    pub(crate) fn push(&mut self, weight: f64, row: impl Iterator<Item = f64>) {
        if weight == 0.0 {
            return;
        }
        if self.p <= FEW_COLUMNS {
            let mut x = [0.0; FEW_COLUMNS];
            x.iter_mut().zip(row).for_each(|(x, value)| *x = value);
            with_width!(self.p, |p| add_square(p, &mut self.sum.as_mut_slice()[..p * p], weight, &x[..p]));
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

/// Adds weight x x' to the upper triangle.
#[inline(always)]
fn add_square(p: usize, sum: &mut [f64], weight: f64, x: &[f64]) {
    for i in 0..p {
        let scaled = weight * x[i];
        for j in i..p {
            sum[i * p + j] += scaled * x[j];
        }
    }
}

/// Adds rows' scaled to the matrix, by blocks of columns on and above the diagonal.
fn product(rows: &[f64], scaled: &[f64], p: usize, sum: &mut Matrix) {
    let n = rows.len() / p;
    if n == 0 {
        return;
    }
    // Smaller blocks waste less below the diagonal, and cost more packing.
    const BLOCK: usize = 32;
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
