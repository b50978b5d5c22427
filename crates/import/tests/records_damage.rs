//! A tenth of everything damaged: problems, never a panic, and never a silently different count.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use oligomet_import::{ReadOptions, Silent, read_records};
use oligomet_schema::csv::{file_name, to_csv};
use oligomet_schema::{Records, check, lock, schema};

/// A small generator of numbers, so that every run of the test is the same.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn tenth(&mut self) -> bool {
        self.below(10) == 0
    }
}

const GARBAGE: [&str; 16] = [
    "?",
    "n/a",
    "31.02.2019",
    "2019-13",
    "99999999999",
    "-5",
    "1,5",
    "1.234",
    "Ωµ±",
    "a\"b",
    "x,y;z",
    "=1+1",
    "03/04/2019",
    "lost",
    "NaN",
    "\u{feff}\u{200b}",
];

type Rows = Vec<Vec<String>>;

/// The fixture several times over, every copy with keys of its own: headers and rows of each table.
fn department() -> BTreeMap<&'static str, (Vec<String>, Rows)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/department");
    let (records, _) = read_records(&folder, &ReadOptions::default(), &mut Silent).expect("the fixture");
    let mut tables = BTreeMap::new();
    for table in &records.tables {
        let bytes = to_csv(table, &records);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let headers: Vec<String> = reader.headers().expect("headers").iter().map(str::to_owned).collect();
        let is_key: Vec<bool> =
            table.spec().fields.iter().map(|f| f.to.is_some() || f.name == headers[0]).collect();
        let once: Rows =
            reader.records().map(|r| r.expect("a row").iter().map(str::to_owned).collect()).collect();
        let copy = |n: usize| {
            let number = |(at, cell): (usize, &String)| match is_key[at] && !cell.is_empty() {
                true => format!("{cell}-{n}"),
                false => cell.clone(),
            };
            once.iter().map(|row| row.iter().enumerate().map(number).collect()).collect::<Rows>()
        };
        tables.insert(table.spec().name.as_str(), (headers, (0..5).flat_map(copy).collect()));
    }
    tables
}

/// Damages a tenth of the cells and rows.
fn damage(rows: &mut Rows, chance: &mut Chance) {
    let n = rows.len();
    for row in 0..n {
        for column in 0..rows[row].len() {
            if !chance.tenth() {
                continue;
            }
            match chance.below(3) {
                0 => rows[row][column].clear(),
                1 => {
                    let (other_row, other) = (chance.below(n), chance.below(rows[row].len()));
                    let cell = std::mem::take(&mut rows[row][column]);
                    rows[row][column] = std::mem::replace(&mut rows[other_row][other], cell);
                }
                _ => rows[row][column] = GARBAGE[chance.below(GARBAGE.len())].to_owned(),
            }
        }
    }
    let mut damaged = Rows::new();
    for row in rows.drain(..) {
        match (chance.tenth(), chance.below(2)) {
            (true, 0) => {}
            (true, _) => damaged.extend([row.clone(), row]),
            _ => damaged.push(row),
        }
    }
    *rows = damaged;
}

fn is_blank(row: &[String]) -> bool {
    row.iter().all(|cell| cell.trim().is_empty())
}

fn write(path: PathBuf, headers: &[String], rows: &Rows) {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_path(path).expect("a file");
    writer.write_record(headers).expect("headers");
    rows.iter().for_each(|row| writer.write_record(row).expect("a row"));
    writer.flush().expect("written");
}

/// Rows of the source of each table = rows read + rows set aside.
fn assert_account(records: &Records, seed: u64) {
    for table in &records.tables {
        let Some(source) = table.source.and_then(|at| records.sources.get(at)) else { continue };
        let label = format!("{}: ", table.spec().label);
        let aside = records.set_aside.iter().filter(|s| s.label.starts_with(&label));
        let aside: usize = aside.map(|s| s.n_rows).sum();
        let read = table.source_rows.iter().filter(|row| **row > 0).count();
        assert_eq!(
            read + aside,
            source.n_rows,
            "seed {seed}, {}: {:?}",
            table.spec().name,
            records.set_aside
        );
    }
}

/// References lead to rows that there are, and keys are unique.
fn assert_sound(records: &Records, seed: u64) {
    for table in &records.tables {
        let keys = records.rows_by_key(&table.spec().name).expect("a table");
        assert_eq!(keys.len(), table.n_rows(), "seed {seed}, {}", table.spec().name);
        for field in table.spec().fields.iter() {
            let column = table.column(&field.name).expect("a column");
            assert_eq!(column.len(), table.n_rows());
            let required = field.required && (0..table.n_rows()).any(|row| column.is_missing(row));
            assert!(!required, "seed {seed}, {}.{}", table.spec().name, field.name);
            if let Some(to) = &field.to {
                let n = records.table(to).expect("a table").n_rows() as u32;
                let rows = table.refs(&field.name).expect("references");
                assert!(rows.iter().all(|row| *row < n || *row == oligomet_schema::NO_ROW), "seed {seed}");
            }
        }
    }
}

fn seeds() -> u64 {
    std::env::var("OLIGOMET_DAMAGE_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(60)
}

#[test]
fn a_tenth_of_all_cells_and_rows_damaged() {
    let whole = department();
    let mut n_read = 0;
    for seed in 1..=seeds() {
        let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let folder = tempfile::tempdir().expect("a folder");
        let mut written = BTreeMap::new();
        for (name, (headers, rows)) in &whole {
            let mut rows = rows.clone();
            damage(&mut rows, &mut chance);
            written.insert(*name, rows.iter().filter(|row| !is_blank_in_a_file(row)).count());
            let spec = schema().table(name).expect("a table");
            write(folder.path().join(file_name(spec)), headers, &rows);
        }
        match read_records(folder.path(), &ReadOptions::default(), &mut Silent) {
            Ok((records, problems)) => {
                n_read += 1;
                assert!(!problems.is_empty());
                for source in &records.sources {
                    let name = source.name.trim_end_matches(".csv");
                    assert_eq!(source.n_rows, written[name], "seed {seed}: {name}");
                }
                assert_account(&records, seed);
                assert_sound(&records, seed);
                // What is left can be checked, censored and named.
                let _ = check::check(&records);
                let cutoff = oligomet_base::Day::from_ymd(2020, 6, 15).expect("a day");
                let censored = lock::censor(records, cutoff).records;
                assert_sound(&censored, seed);
                assert_eq!(lock::identity_of(&censored), lock::identity_of(&censored.sorted_by_key()));
            }
            Err(problems) => assert!(problems.has_errors(), "seed {seed}"),
        }
    }
    // Damage of values alone stops nothing.
    assert_eq!(n_read, seeds());
}

/// Blank as the reader sees it: signs without width count as something in a file and as nothing in a cell.
fn is_blank_in_a_file(row: &[String]) -> bool {
    is_blank(row)
}

#[test]
fn a_tenth_of_the_rows_with_flipped_bytes() {
    let whole = department();
    for seed in 1..=seeds() {
        let mut chance = Chance(seed.wrapping_mul(0xD1B5_4A32_D192_ED03));
        let folder = tempfile::tempdir().expect("a folder");
        for (name, (headers, rows)) in &whole {
            let path = folder.path().join(file_name(schema().table(name).expect("a table")));
            write(path.clone(), headers, rows);
            let mut bytes = fs::read(&path).expect("a file");
            for _ in 0..rows.len() / 10 {
                let at = chance.below(bytes.len());
                bytes[at] ^= 1 << chance.below(8);
            }
            fs::write(&path, bytes).expect("a file");
        }
        match read_records(folder.path(), &ReadOptions::default(), &mut Silent) {
            Ok((records, _)) => {
                assert_account(&records, seed);
                assert_sound(&records, seed);
            }
            Err(problems) => assert!(problems.has_errors(), "seed {seed}"),
        }
    }
}
