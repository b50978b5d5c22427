//! Small dense matrices and the rank-revealing factorisation of symmetric ones.

/// A dense matrix, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    n_rows: usize,
    n_cols: usize,
    data: Vec<f64>,
}

impl Matrix {
    /// A matrix of zeros.
    pub fn zeros(n_rows: usize, n_cols: usize) -> Self {
        Matrix { n_rows, n_cols, data: vec![0.0; n_rows * n_cols] }
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Number of columns.
    pub fn n_cols(&self) -> usize {
        self.n_cols
    }

    /// Element in row `i`, column `j`.
    ///
    /// # Panics
    /// Outside the matrix.
    #[inline]
    pub fn get(&self, i: usize, j: usize) -> f64 {
        self.data[i * self.n_cols + j]
    }

    /// All elements, row by row.
    pub fn as_slice(&self) -> &[f64] {
        &self.data
    }

    #[inline]
    pub(crate) fn at(&mut self, i: usize, j: usize) -> &mut f64 {
        &mut self.data[i * self.n_cols + j]
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [f64] {
        &mut self.data
    }

    pub(crate) fn row(&self, i: usize) -> &[f64] {
        &self.data[i * self.n_cols..(i + 1) * self.n_cols]
    }

    /// Copies the upper triangle onto the lower.
    pub(crate) fn mirror_upper(&mut self) {
        for i in 0..self.n_rows {
            for j in 0..i {
                *self.at(i, j) = self.get(j, i);
            }
        }
    }

    pub(crate) fn add(&mut self, other: &Matrix) {
        crate::shards::add_assign(&mut self.data, &other.data);
    }

    /// Adds `scale` x x' to the upper triangle.
    pub(crate) fn add_outer_upper(&mut self, scale: f64, x: &[f64]) {
        for (i, &xi) in x.iter().enumerate() {
            let factor = scale * xi;
            let row = &mut self.data[i * self.n_cols..(i + 1) * self.n_cols];
            for (cell, &xj) in row[i..].iter_mut().zip(&x[i..]) {
                *cell += factor * xj;
            }
        }
    }

    /// The submatrix of the given rows and columns.
    pub(crate) fn select(&self, rows: &[usize], columns: &[usize]) -> Matrix {
        let mut out = Matrix::zeros(rows.len(), columns.len());
        for (i, &r) in rows.iter().enumerate() {
            for (j, &c) in columns.iter().enumerate() {
                *out.at(i, j) = self.get(r, c);
            }
        }
        out
    }

    pub(crate) fn times_vector(&self, x: &[f64]) -> Vec<f64> {
        (0..self.n_rows).map(|i| dot(self.row(i), x)).collect()
    }

    pub(crate) fn times(&self, other: &Matrix) -> Matrix {
        let mut out = Matrix::zeros(self.n_rows, other.n_cols);
        for i in 0..self.n_rows {
            for k in 0..self.n_cols {
                let factor = self.get(i, k);
                for j in 0..other.n_cols {
                    *out.at(i, j) += factor * other.get(k, j);
                }
            }
        }
        out
    }

    /// x' M x.
    pub(crate) fn quadratic_form(&self, x: &[f64]) -> f64 {
        dot(&self.times_vector(x), x)
    }
}

/// Inner product. Of long vectors four sums are made side by side, since an addition waits for the one before it.
#[inline]
pub(crate) fn dot(x: &[f64], y: &[f64]) -> f64 {
    const LANES: usize = 4;
    if x.len() <= 2 * LANES {
        return x.iter().zip(y).map(|(a, b)| a * b).sum();
    }
    let mut sums = [0.0; LANES];
    let (x, y) = (x.chunks_exact(LANES), y[..x.len()].chunks_exact(LANES));
    let rest: f64 = x.remainder().iter().zip(y.remainder()).map(|(a, b)| a * b).sum();
    for (x, y) in x.zip(y) {
        sums.iter_mut().zip(x.iter().zip(y)).for_each(|(s, (a, b))| *s += a * b);
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// M = L D L' of a symmetric, non-negative matrix; columns that depend on earlier ones are dropped.
///
/// A column is dropped when what remains of its diagonal after the earlier columns is no more than
/// `tolerance` times the diagonal itself: 1 - R^2 of the column on those before it.
#[derive(Debug, Clone)]
pub(crate) struct Ldl {
    lower: Matrix,
    pivot: Vec<f64>,
}

impl Ldl {
    pub(crate) fn new(matrix: &Matrix, tolerance: f64) -> Self {
        let p = matrix.n_rows();
        let mut lower = Matrix::zeros(p, p);
        let mut pivot = vec![0.0; p];
        let mut scaled = vec![0.0; p];
        for j in 0..p {
            for k in 0..j {
                scaled[k] = lower.get(j, k) * pivot[k];
            }
            let remaining = matrix.get(j, j) - dot(&lower.row(j)[..j], &scaled[..j]);
            let kept = remaining.is_finite() && remaining > 0.0 && remaining > tolerance * matrix.get(j, j);
            pivot[j] = if kept { remaining } else { 0.0 };
            *lower.at(j, j) = 1.0;
            if !kept {
                continue;
            }
            for i in j + 1..p {
                *lower.at(i, j) = (matrix.get(i, j) - dot(&lower.row(i)[..j], &scaled[..j])) / pivot[j];
            }
        }
        Ldl { lower, pivot }
    }

    pub(crate) fn is_kept(&self, j: usize) -> bool {
        self.pivot[j] > 0.0
    }

    pub(crate) fn rank(&self) -> usize {
        self.pivot.iter().filter(|&&d| d > 0.0).count()
    }

    /// Log of the determinant of the kept part.
    pub(crate) fn log_determinant(&self) -> f64 {
        self.pivot.iter().filter(|&&d| d > 0.0).map(|&d| libm::log(d)).sum()
    }

    /// Solves M x = b over the kept columns; 0 for the dropped ones.
    pub(crate) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let p = self.pivot.len();
        let mut x = b.to_vec();
        for i in 0..p {
            x[i] = if self.is_kept(i) { x[i] - dot(&self.lower.row(i)[..i], &x[..i]) } else { 0.0 };
        }
        for (xi, &pivot) in x.iter_mut().zip(&self.pivot) {
            *xi = if pivot > 0.0 { *xi / pivot } else { 0.0 };
        }
        for i in (0..p).rev() {
            let value = x[i];
            if !self.is_kept(i) {
                continue;
            }
            for (k, xk) in x.iter_mut().enumerate().take(i) {
                if self.pivot[k] > 0.0 {
                    *xk -= self.lower.get(i, k) * value;
                }
            }
        }
        x
    }

    /// Inverse over the kept columns; rows and columns of the dropped ones are 0.
    pub(crate) fn inverse(&self) -> Matrix {
        let p = self.pivot.len();
        let mut inverse = Matrix::zeros(p, p);
        let mut column = vec![0.0; p];
        for j in (0..p).filter(|&j| self.is_kept(j)) {
            // L y = unit vector j: nothing before j. Then L' x = y / D, for the rows from j on: the rest is
            // given by symmetry.
            column.fill(0.0);
            column[j] = 1.0;
            for i in j + 1..p {
                if self.is_kept(i) {
                    column[i] = -dot(&self.lower.row(i)[j..i], &column[j..i]);
                }
            }
            column.iter_mut().zip(&self.pivot).filter(|(_, d)| **d > 0.0).for_each(|(x, d)| *x /= d);
            for i in (j..p).rev().filter(|&i| self.is_kept(i)) {
                let value = column[i];
                *inverse.at(i, j) = value;
                *inverse.at(j, i) = value;
                column[j..i].iter_mut().zip(&self.lower.row(i)[j..i]).for_each(|(x, l)| *x -= l * value);
            }
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(values: &[&[f64]]) -> Matrix {
        let mut m = Matrix::zeros(values.len(), values[0].len());
        for (i, row) in values.iter().enumerate() {
            for (j, &v) in row.iter().enumerate() {
                *m.at(i, j) = v;
            }
        }
        m
    }

    #[test]
    fn inverse_of_a_two_by_two() {
        let inverse = Ldl::new(&matrix(&[&[4.0, 2.0], &[2.0, 3.0]]), 1e-12).inverse();
        let expected = [3.0 / 8.0, -2.0 / 8.0, -2.0 / 8.0, 4.0 / 8.0];
        for (found, expected) in inverse.as_slice().iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn a_dependent_column_is_dropped_and_the_rest_solved() {
        // The third column is the sum of the first two.
        let m = matrix(&[&[2.0, 1.0, 3.0], &[1.0, 2.0, 3.0], &[3.0, 3.0, 6.0]]);
        let ldl = Ldl::new(&m, 1e-12);
        assert_eq!((ldl.rank(), ldl.is_kept(2)), (2, false));
        let x = ldl.solve(&[3.0, 3.0, 6.0]);
        assert!((x[0] - 1.0).abs() < 1e-14 && (x[1] - 1.0).abs() < 1e-14 && x[2] == 0.0);
    }
}
