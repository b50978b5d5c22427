//! What is allocated to patients before anything is drawn: the variables that a paper's table counts.

/// A variable whose levels are allocated in whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variable {
    /// Which group of treated patients: the boxes of the flow diagram.
    Stratum,
    /// Metastatic at diagnosis, or relapse.
    Onset,
    /// Surrogate subtype (St. Gallen 2013).
    Subtype,
    /// Oestrogen receptor of HER2-positive tumours; that of the others follows from the subtype.
    Er,
    /// Age at the start of radiotherapy, in groups of completed years.
    Age,
    /// Organ irradiated.
    Organ,
    /// Class of the systemic therapy ongoing.
    Class,
    /// Drugs ongoing.
    Regimen,
    /// Number of the line ongoing, or of lines behind where none is.
    Line,
    /// Schedule of radiotherapy.
    Schedule,
    /// Calendar year of radiotherapy.
    Year,
    /// Progressing lesions (residual lesions where none progresses).
    Lesions,
}

impl Variable {
    /// Number of variables.
    pub(crate) const COUNT: usize = 12;

    /// All, in the order in which they are allocated.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Stratum,
        Self::Onset,
        Self::Subtype,
        Self::Er,
        Self::Age,
        Self::Organ,
        Self::Class,
        Self::Regimen,
        Self::Line,
        Self::Schedule,
        Self::Year,
        Self::Lesions,
    ];

    /// Its word in a profile.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stratum => "stratum",
            Self::Onset => "onset",
            Self::Subtype => "subtype",
            Self::Er => "er",
            Self::Age => "age",
            Self::Organ => "organ",
            Self::Class => "class",
            Self::Regimen => "regimen",
            Self::Line => "line",
            Self::Schedule => "schedule",
            Self::Year => "year",
            Self::Lesions => "lesions",
        }
    }

    pub(crate) fn choices() -> [(&'static str, Self); Self::COUNT] {
        Self::ALL.map(|v| (v.name(), v))
    }
}

/// A level that is not allocated.
pub(crate) const NO_LEVEL: u16 = u16::MAX;

/// The levels of every variable.
#[derive(Debug, Clone, Default)]
pub(crate) struct Levels([Vec<String>; Variable::COUNT]);

impl Levels {
    pub(crate) fn set(&mut self, variable: Variable, names: Vec<String>) {
        self.0[variable as usize] = names;
    }

    pub(crate) fn of(&self, variable: Variable) -> &[String] {
        &self.0[variable as usize]
    }

    pub(crate) fn find(&self, variable: Variable, name: &str) -> Option<u16> {
        self.of(variable).iter().position(|n| n == name).map(|at| at as u16)
    }

    pub(crate) fn name(&self, variable: Variable, level: u16) -> &str {
        self.of(variable).get(usize::from(level)).map_or("", String::as_str)
    }
}

/// What one patient was given by allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Traits {
    /// Completed years at the start of radiotherapy.
    pub(crate) age: i32,
    levels: [u16; Variable::COUNT],
}

impl Traits {
    pub(crate) fn of_stratum(stratum: u16) -> Self {
        let mut levels = [NO_LEVEL; Variable::COUNT];
        levels[Variable::Stratum as usize] = stratum;
        Self { age: 0, levels }
    }

    pub(crate) fn level(&self, variable: Variable) -> u16 {
        self.levels[variable as usize]
    }

    pub(crate) fn set(&mut self, variable: Variable, level: u16) {
        self.levels[variable as usize] = level;
    }
}

/// A condition on allocated levels: for each variable named, one of these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition(pub(crate) Vec<(Variable, Vec<u16>)>);

impl Condition {
    /// Whether all parts hold; `None` while a variable that decides is not allocated.
    pub(crate) fn holds(&self, traits: &Traits) -> Option<bool> {
        let mut open = false;
        for (variable, levels) in &self.0 {
            match traits.level(*variable) {
                NO_LEVEL => open = true,
                level if !levels.contains(&level) => return Some(false),
                _ => {}
            }
        }
        (!open).then_some(true)
    }
}
