//! Time and memory of reading 1,000,000 rows of 15 columns, from Parquet and from CSV.
//!
//! `cargo run --release -p oligomet-import --example speed -- FOLDER [ROWS]` writes two files into FOLDER (once) and reads
//! them. Peak memory is what the system reports (Linux; elsewhere it is left out).
#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, RecordBatch, StringArray};
use oligomet_import::{Silent, SiteFile, read};
use parquet::arrow::ArrowWriter;

const COLUMNS: &str = "[times]\norigin = \"surgery\"\n\
    [column.id]\nfrom = \"id\"\ntype = \"id\"\n\
    [column.death]\nfrom = \"death\"\ntype = \"yes-no\"\nyes = [\"1\"]\nno = [\"0\"]\n\
    [column.menopause]\nfrom = \"meno\"\ntype = \"yes-no\"\nyes = [\"true\"]\nno = [\"false\"]\n\
    [column.dtime]\nfrom = \"dtime\"\ntype = \"duration\"\nunit = \"days\"\n\
    [column.group_of_four]\nfrom = \"group\"\ntype = \"category\"\nlevels = { \"a\" = \"A\", \"b\" = \"B\", \"c\" = \"C\", \"d\" = \"D\" }\n\
    [column.grade]\nfrom = \"grade\"\ntype = \"category\"\nlevels = { \"1\" = \"Grade 1\", \"2\" = \"Grade 2\", \"3\" = \"Grade 3\" }\n\
    [column.diagnosis]\nfrom = \"diagnosis\"\ntype = \"date\"\norder = \"yyyy-mm-dd\"\n";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| ".".into());
    let n_rows: usize = arguments.next().map_or(Ok(1_000_000), |n| n.parse())?;
    let folder = Path::new(&folder);
    let names = [format!("speed_{n_rows}.parquet"), format!("speed_{n_rows}.csv")];
    if !folder.join(&names[1]).exists() {
        write_files(folder, &names, n_rows)?;
    }
    for name in names {
        let site = site_of(&name)?;
        let start = Instant::now();
        let (data, problems) = read(&site, folder, &mut Silent).map_err(|p| p.to_string())?;
        let seconds = start.elapsed().as_secs_f64();
        let columns: usize = data.table.columns.len();
        println!(
            "{name}: {} rows x {columns} columns in {seconds:.2} s; {}",
            data.table.n_rows(),
            problems.summary()
        );
        println!("  peak memory {}", peak_memory());
    }
    Ok(())
}

fn site_of(file: &str) -> Result<SiteFile, Box<dyn Error>> {
    let mut text = format!("format = 1\n[site]\nid = \"speed\"\n[source]\nfile = \"{file}\"\n{COLUMNS}");
    for i in 0..8 {
        text += &format!("[column.x{i}]\nfrom = \"x{i}\"\ntype = \"number\"\n");
    }
    let (site, problems) = SiteFile::parse("site.toml", &text);
    site.ok_or_else(|| problems.to_string().into())
}

/// `VmHWM` of this process.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("not known on this system");
    line.trim_start_matches("VmHWM:").trim().to_owned()
}

/// A sequence that looks random and is the same everywhere.
struct Sequence(u64);

impl Sequence {
    fn step(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

fn write_files(folder: &Path, names: &[String; 2], n: usize) -> Result<(), Box<dyn Error>> {
    let mut random = Sequence(7);
    let ids: Vec<String> = (0..n).map(|i| format!("P{:07}", (i * 7919) % n)).collect();
    let death: Vec<i32> = (0..n).map(|_| i32::from(random.step().is_multiple_of(3))).collect();
    let meno: Vec<bool> = (0..n).map(|_| random.step().is_multiple_of(2)).collect();
    let dtime: Vec<f64> = (0..n).map(|_| (random.step() % 7000) as f64).collect();
    let group: Vec<&str> = (0..n).map(|_| ["a", "b", "c", "d"][(random.step() % 4) as usize]).collect();
    let grade: Vec<i32> = (0..n).map(|_| (random.step() % 3) as i32 + 1).collect();
    let day: Vec<i32> = (0..n).map(|_| 14_000 + (random.step() % 4000) as i32).collect();
    let x: Vec<Vec<f64>> =
        (0..8).map(|_| (0..n).map(|_| (random.step() % 100_000) as f64 / 64.0).collect()).collect();

    let mut csv = BufWriter::new(File::create(folder.join(&names[1]))?);
    writeln!(csv, "id,death,meno,dtime,group,grade,diagnosis,x0,x1,x2,x3,x4,x5,x6,x7")?;
    for i in 0..n {
        let date = oligomet_base::Day(day[i]);
        write!(csv, "{},{},{},{},{},{},{date}", ids[i], death[i], meno[i], dtime[i], group[i], grade[i])?;
        for column in &x {
            write!(csv, ",{}", column[i])?;
        }
        writeln!(csv)?;
    }
    let mut columns: Vec<(String, ArrayRef)> = vec![
        ("id".into(), Arc::new(StringArray::from(ids))),
        ("death".into(), Arc::new(Int32Array::from(death))),
        ("meno".into(), Arc::new(BooleanArray::from(meno))),
        ("dtime".into(), Arc::new(Float64Array::from(dtime))),
        ("group".into(), Arc::new(StringArray::from(group))),
        ("grade".into(), Arc::new(Int32Array::from(grade))),
        ("diagnosis".into(), Arc::new(Date32Array::from(day))),
    ];
    for (i, column) in x.into_iter().enumerate() {
        columns.push((format!("x{i}"), Arc::new(Float64Array::from(column))));
    }
    let batch = RecordBatch::try_from_iter(columns)?;
    let mut writer = ArrowWriter::try_new(File::create(folder.join(&names[0]))?, batch.schema(), None)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(())
}
