//! Times of reading, locking and opening a department of many rows, and the memory they took.
//!
//! `cargo run --release -p oligomet-import --example read_records_speed -- PATIENTS FOLDER`: makes about 30 rows per patient as CSV in
//! FOLDER where there are none yet, reads them, writes the lock beside them, opens it.

#![expect(clippy::print_stdout, reason = "it is what this program does")]

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use oligomet_base::{Day, Problems};
use oligomet_import::{ReadOptions, Silent, read_records};
use oligomet_schema::{check, lock};

type Anything = Box<dyn std::error::Error>;

fn main() -> Result<(), Anything> {
    let arguments: Vec<String> = std::env::args().collect();
    let n: u32 = arguments.get(1).map_or(Ok(10_000), |n| n.parse())?;
    let folder = Path::new(arguments.get(2).map_or("records_speed", String::as_str));
    if !folder.join("patient.csv").exists() {
        fs::create_dir_all(folder)?;
        make(n, folder)?;
    }
    let told = |problems: Problems| problems.to_string();
    let mut watch = Watch(Instant::now());
    let (records, problems) = read_records(folder, &ReadOptions::default(), &mut Silent).map_err(told)?;
    let rows: usize = records.tables.iter().map(oligomet_schema::RecordTable::n_rows).sum();
    watch.say(&format!("read {rows} rows ({})", problems.summary()));
    let problems = check::check(&records);
    watch.say(&format!("checked ({})", problems.summary()));
    let censored = lock::censor(records, Day::from_ymd(2022, 12, 31).ok_or("no day")?);
    watch.say(&format!("censored ({} steps)", censored.steps.len()));
    let out = folder.with_extension("lock");
    fs::create_dir_all(&out)?;
    let store = |name: &str, bytes: &[u8]| {
        let _ = fs::write(out.join(name), bytes);
        Ok(())
    };
    let manifest = lock::write(&censored.records, lock::WriteOptions::default(), &store).map_err(told)?;
    drop(censored);
    watch.say(&format!("written ({})", manifest.identity));
    let (records, _) = lock::open(&out).map_err(told)?;
    watch.say(&format!("opened ({} tables)", records.tables.len()));
    println!("memory at most: {}", peak_memory());
    Ok(())
}

struct Watch(Instant);

impl Watch {
    fn say(&mut self, what: &str) {
        println!("{:>7.2} s  {what}", self.0.elapsed().as_secs_f64());
        self.0 = Instant::now();
    }
}

fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("not known here").to_owned()
}

/// Tables with about 30 rows per patient.
fn make(n: u32, folder: &Path) -> Result<(), Anything> {
    let day = |patient: u32, days: u32| Day(15_000 + (patient * 7 % 2_000 + days) as i32);
    let table = |name: &str, header: &str, each: &dyn Fn(u32, &mut dyn Write) -> std::io::Result<()>| {
        let mut out = BufWriter::new(File::create(folder.join(format!("{name}.csv")))?);
        writeln!(out, "{header}")?;
        (0..n).try_for_each(|patient| each(patient, &mut out))?;
        out.flush()
    };
    table("patient", "patient_id,sex,birth_date", &|p, o| {
        writeln!(o, "SYN-{p:07},female,{}-0{}", 1930 + p % 60, 1 + p % 9)
    })?;
    table(
        "primary_tumour",
        "tumour_id,patient_id,diagnosis_date,grade,er_percent,her2_ihc,ki67_percent",
        &|p, o| {
            writeln!(
                o,
                "T{p:07},SYN-{p:07},{},{},{},{}+,{}",
                day(p, 0),
                1 + p % 3,
                p % 100,
                1 + p % 3,
                p % 90
            )
        },
    )?;
    table("metastatic_episode", "episode_id,patient_id,diagnosis_date,n_lesions,imaging", &|p, o| {
        writeln!(o, "E{p:07},SYN-{p:07},{},2,pet-ct", day(p, 900))
    })?;
    table("lesion", "lesion_id,patient_id,episode_id,organ,site,first_seen_date", &|p, o| {
        (0..3).try_for_each(|k| writeln!(o, "L{p:07}{k},SYN-{p:07},E{p:07},bone,T{k},{}", day(p, 900)))
    })?;
    table(
        "systemic_line",
        "line_id,patient_id,setting,line_number,regimen,start_date,end_date,end_reason",
        &|p, o| {
            (0..3_u32).try_for_each(|k| {
                let (start, end) = (day(p, 920 + 300 * k), day(p, 1_200 + 300 * k));
                writeln!(
                    o,
                    "S{p:07}{k},SYN-{p:07},metastatic,{},letrozole + palbociclib,{start},{end},progression",
                    k + 1
                )
            })
        },
    )?;
    table("rt_course", "course_id,patient_id,episode_id,start_date,end_date,intent,completed", &|p, o| {
        writeln!(o, "C{p:07},SYN-{p:07},E{p:07},{},{},radical,yes", day(p, 950), day(p, 955))
    })?;
    table(
        "rt_volume",
        "volume_id,course_id,organ,technique,gtv_cm3,dose_prescribed_gy,fractions_prescribed,dose_delivered_gy,fractions_delivered",
        &|p, o| {
            (0..2).try_for_each(|k| {
                writeln!(o, "V{p:07}{k},C{p:07},bone,sbrt,{}.{},25.5,3,25.5,3", p % 50, k + 1)
            })
        },
    )?;
    table("rt_target", "target_id,volume_id,lesion_id", &|p, o| {
        (0..2).try_for_each(|k| writeln!(o, "R{p:07}{k},V{p:07}{k},L{p:07}{k}"))
    })?;
    table(
        "imaging_assessment",
        "assessment_id,patient_id,date,modality,criteria,response,n_lesions_total,n_lesions_progressing",
        &|p, o| {
            (0..4_u32).try_for_each(|k| {
                writeln!(o, "A{p:07}{k},SYN-{p:07},{},ct,recist,SD,3,0", day(p, 1_000 + 90 * k))
            })
        },
    )?;
    table("lesion_measurement", "measurement_id,assessment_id,lesion_id,role,longest_mm,state", &|p, o| {
        (0..8_u32).try_for_each(|k| {
            writeln!(o, "M{p:07}{k},A{p:07}{},L{p:07}{},target,{}.5,present", k / 2, k % 3, 5 + (p + k) % 40)
        })
    })?;
    table("toxicity", "toxicity_id,patient_id,course_id,term,grade,onset_date", &|p, o| {
        writeln!(o, "X{p:07},SYN-{p:07},C{p:07},Fatigue,1,{}", day(p, 960))
    })?;
    table("follow_up", "follow_up_id,patient_id,date,status,source", &|p, o| {
        (0..3_u32)
            .try_for_each(|k| writeln!(o, "F{p:07}{k},SYN-{p:07},{},alive,clinic", day(p, 1_300 + 200 * k)))
    })?;
    Ok(())
}
