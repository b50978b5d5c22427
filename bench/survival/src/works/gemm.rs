//! Matrix products with the library that the Cox kernel uses: what the machine gives at best.

use crate::AnyError;
use crate::data::Data;
use crate::timing::measure;
use rayon::prelude::*;

/// Side of the square product.
const SIDE: usize = 1000;

/// X'X of the set with the rows split over the threads, and one square product per thread.
pub fn products(work: &str, data: &Data) -> Result<(), AnyError> {
    let (n, p) = (data.n(), data.columns.len());
    let x: Vec<f64> = data.columns.concat();
    let threads = rayon::current_num_threads();
    let parts: Vec<(usize, usize)> = (0..threads).map(|t| (n * t / threads, n * (t + 1) / threads)).collect();
    let gram = |()| -> Vec<Vec<f64>> {
        parts.par_iter().map(|&(from, to)| transposed_by_itself(&x[from..], n, to - from, p)).collect()
    };
    let flops = |m: usize, k: usize| vec![("_flops", vec![2.0 * (m * m * k) as f64])];
    measure(work, "matrixmultiply, X'X", || (), gram, |_| flops(p, n));
    let square = vec![0.5; SIDE * SIDE];
    let squares = |()| -> Vec<Vec<f64>> {
        (0..threads).into_par_iter().map(|_| transposed_by_itself(&square, SIDE, SIDE, SIDE)).collect()
    };
    measure(work, "matrixmultiply, square", || (), squares, |_| flops(SIDE, SIDE * threads));
    Ok(())
}

/// X'X of `rows` rows of `p` columns, column-major, `stride` apart.
fn transposed_by_itself(x: &[f64], stride: usize, rows: usize, p: usize) -> Vec<f64> {
    assert!(rows <= stride && x.len() >= (p - 1) * stride + rows);
    let mut product = vec![0.0; p * p];
    let (apart, width) = (stride as isize, p as isize);
    // SAFETY: the largest offsets read, (p - 1) stride + rows - 1, and written, p p - 1, lie within the slices.
    unsafe {
        let (from, to) = (x.as_ptr(), product.as_mut_ptr());
        matrixmultiply::dgemm(p, rows, p, 1.0, from, apart, 1, from, 1, apart, 0.0, to, width, 1);
    }
    product
}
