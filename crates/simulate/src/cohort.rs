//! All patients of a department, in shards of fixed size and fixed order.

use oligomet_base::{Problem, Problems};
use oligomet_schema::{RecordTable, Records};
use rayon::prelude::*;

use crate::allocate::allocate;
use crate::emit::emit;
use crate::history::{History, Latent, draw};
use crate::profile::Profile;
use crate::random::Stream;
use crate::rows::{Rows, append};
use crate::variable::{Traits, Variable};

/// Patients per shard. Fixed, so that the same tables come out for any number of threads.
const SHARD: usize = 2048;

/// What to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Patients; the published number where absent.
    pub patients: Option<usize>,
    /// Seed; the profile's where absent.
    pub seed: Option<u64>,
}

/// A department with the truth behind it.
#[derive(Debug)]
pub struct Department {
    /// The tables, marked as synthetic.
    pub records: Records,
    /// What was put in, patient by patient, in the order of the table of patients.
    pub truth: Vec<PatientTruth>,
    /// Seed with which it was drawn.
    pub seed: u64,
}

/// What was put in for one patient. Times are latent: they are there whether or not they were seen.
#[derive(Debug, Clone, PartialEq)]
pub struct PatientTruth {
    /// Identifier.
    pub id: String,
    /// Stratum.
    pub stratum: String,
    /// Whether the patient was drawn to be eligible is the stratum's matter; the months are these: name and value.
    pub months: Vec<(&'static str, f64)>,
    /// Months from the end of radiotherapy to the failure of each irradiated lesion.
    pub local_failure: Vec<f64>,
}

/// Draws a department.
///
/// # Errors
/// Margins that do not add up (OM291), constraints that cannot be kept (OM292), a fault of the program (OM294).
pub fn simulate(profile: &Profile, options: Options) -> Result<Department, Problems> {
    let n = options.patients.unwrap_or_else(|| profile.n_patients());
    let seed = options.seed.unwrap_or(profile.seed);
    let traits = allocate(profile, n, seed, 0)?;
    let width = n.to_string().len().max(4);
    let shards: Vec<Vec<Traits>> = traits.chunks(SHARD).map(<[Traits]>::to_vec).collect();
    let drawn: Vec<Shard> = shards
        .into_par_iter()
        .enumerate()
        .map(|(at, part)| shard(profile, &part, at * SHARD, seed, width))
        .collect();
    let mut records = Records::empty(&profile.site);
    records.synthetic = true;
    let mut truth = Vec::with_capacity(n);
    for shard in drawn {
        if let Some(fault) = shard.fault {
            return Err(fault_of_the_program(&fault).into());
        }
        append(&mut records.tables, shard.tables);
        truth.extend(shard.truth);
    }
    Ok(Department { records, truth, seed })
}

struct Shard {
    tables: Vec<RecordTable>,
    truth: Vec<PatientTruth>,
    fault: Option<String>,
}

fn shard(profile: &Profile, part: &[Traits], first: usize, seed: u64, width: usize) -> Shard {
    let mut rows = Rows::new();
    let mut truth = Vec::with_capacity(part.len());
    let mut fault = None;
    for (i, traits) in part.iter().enumerate() {
        let number = first + i;
        let id = format!("SYN-{:0width$}", number + 1);
        let mut stream = Stream::new(seed, 0, number as u64);
        let Some(history) = draw(profile, traits, &mut stream) else {
            fault.get_or_insert_with(|| format!("{id} has no history"));
            continue;
        };
        truth.push(truth_of(profile, traits, &history, id.clone()));
        emit(profile, traits, &history, &id, &mut stream, &mut rows);
    }
    let fault = fault.or(rows.fault.map(|f| f.to_string()));
    Shard { tables: rows.tables, truth, fault }
}

fn truth_of(profile: &Profile, traits: &Traits, history: &History, id: String) -> PatientTruth {
    let Latent { progression, death_before, death_after, .. } = history.latent;
    let latent = &history.latent;
    PatientTruth {
        id,
        stratum: profile.levels.name(Variable::Stratum, traits.level(Variable::Stratum)).to_owned(),
        months: vec![
            ("progression", progression),
            ("death_before_progression", death_before),
            ("death_after_progression", death_after),
            ("stop_toxicity", latent.stop_toxicity),
            ("stop_other", latent.stop_other),
            ("further_course", latent.further_course),
            ("loss", latent.loss),
        ],
        local_failure: latent.local_failure.clone(),
    }
}

fn fault_of_the_program(what: &str) -> Problem {
    Problem::error("OM294", format!("the program drew something that the tables have no place for: {what}"))
        .why("profile and schema do not fit together; nothing was written")
        .mend("please report it, with the profile")
}

/// The histories of the patients of one stratum in one cohort of an envelope.
pub(crate) fn histories(
    profile: &Profile,
    stratum: usize,
    n: usize,
    seed: u64,
    cohort: u64,
) -> Result<Vec<(Traits, History)>, Problems> {
    let traits = crate::allocate::allocate_stratum(profile, stratum, n, seed, cohort)?;
    let one = |(number, traits): (usize, Traits)| {
        let mut stream = Stream::new(seed, cohort, number as u64);
        draw(profile, &traits, &mut stream).map(|history| (traits, history))
    };
    Ok(traits.into_iter().enumerate().filter_map(one).collect())
}

/// The histories of the patients of one stratum in the department itself, at its published size.
pub(crate) fn department_histories(
    profile: &Profile,
    stratum: usize,
    seed: u64,
) -> Result<Vec<(Traits, History)>, Problems> {
    let all = allocate(profile, profile.n_patients(), seed, 0)?;
    let members =
        all.into_iter().enumerate().filter(|(_, t)| usize::from(t.level(Variable::Stratum)) == stratum);
    let one = |(number, traits): (usize, Traits)| {
        let mut stream = Stream::new(seed, 0, number as u64);
        draw(profile, &traits, &mut stream).map(|history| (traits, history))
    };
    Ok(members.filter_map(one).collect())
}
