//! The parameters of all rules: named, printed with every answer, and changed by name.

use oligomet_base::suggest::did_you_mean;
use oligomet_base::{Place, Problem};

use crate::counting::NodeCounting;
use crate::{Fact, estro_astro, oligoprogression, stage4, states, subtype};

/// One parameter of a rule, by its place.
pub enum Slot<'a> {
    /// A whole number.
    Whole(&'a mut u32),
    /// A number.
    Number(&'a mut f64),
    /// Yes or no.
    Switch(&'a mut bool),
    /// A rule for counting nodes.
    Nodes(&'a mut NodeCounting),
    /// The day from which a disease-free interval counts.
    Origin(&'a mut stage4::IntervalOrigin),
}

impl Slot<'_> {
    fn set(self, text: &str) -> bool {
        fn put<T>(place: &mut T, value: Option<T>) -> bool {
            value.map(|value| *place = value).is_some()
        }
        match self {
            Self::Whole(place) => put(place, text.parse().ok()),
            Self::Number(place) => put(place, text.parse().ok().filter(|v: &f64| v.is_finite() && *v >= 0.0)),
            Self::Switch(place) => {
                put(place, [("yes", true), ("no", false)].iter().find(|w| w.0 == text).map(|w| w.1))
            }
            Self::Nodes(place) => put(place, NodeCounting::from_name(text)),
            Self::Origin(place) => put(place, stage4::IntervalOrigin::from_name(text)),
        }
    }

    fn fact(self, name: &'static str) -> Fact {
        match self {
            Self::Whole(value) => Fact::whole(name, *value),
            // A whole number prints as one: 20, not 20.0; every u32 is exact as f64.
            Self::Number(value) if f64::from(*value as u32) == *value => Fact::whole(name, *value as u32),
            Self::Number(value) => Fact::new(name, value),
            Self::Switch(true) => Fact::word(name, "yes"),
            Self::Switch(false) => Fact::word(name, "no"),
            Self::Nodes(value) => Fact::word(name, value.name()),
            Self::Origin(value) => Fact::word(name, value.name()),
        }
    }

    fn allowed(&self) -> &'static str {
        match self {
            Self::Whole(_) => "a whole number",
            Self::Number(_) => "a number",
            Self::Switch(_) => "yes or no",
            Self::Nodes(_) => "each node, each region or all nodes as one",
            Self::Origin(_) => "primary diagnosis or end of primary treatment",
        }
    }
}

/// Parameters of one rule, listed once: the same list prints them and sets them.
pub trait Parameters: Copy {
    /// Every parameter with its name.
    fn slots(&mut self) -> Vec<(&'static str, Slot<'_>)>;

    /// The parameters as printed in a finding.
    fn facts(self) -> Vec<Fact> {
        self.facts_where(|_| true)
    }

    /// Those parameters that a rule uses, as printed in its finding.
    fn facts_where(mut self, used: impl Fn(&str) -> bool) -> Vec<Fact> {
        let slots = self.slots().into_iter().filter(|(name, _)| used(name));
        slots.map(|(name, slot)| slot.fact(name)).collect()
    }
}

/// The parameters of all rules.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Settings {
    /// ESTRO-EORTC states.
    pub states: states::Parameters,
    /// ESTRO-ASTRO definition.
    pub estro_astro: estro_astro::Parameters,
    /// Oligoprogression.
    pub oligoprogression: oligoprogression::Parameters,
    /// Subtype and HER2.
    pub subtype: subtype::Parameters,
    /// Stage IV: status, presentation, interval, burden, extent, disease outside the breast.
    pub stage4: stage4::Parameters,
}

impl Settings {
    /// Every parameter with its dotted name: `states.omd_max`.
    fn slots(&mut self) -> Vec<(String, Slot<'_>)> {
        let groups = [
            ("states", self.states.slots()),
            ("estro_astro", self.estro_astro.slots()),
            ("oligoprogression", self.oligoprogression.slots()),
            ("subtype", self.subtype.slots()),
            ("stage4", self.stage4.slots()),
        ];
        let dotted = |group: &'static str| move |(name, slot)| (format!("{group}.{name}"), slot);
        groups.into_iter().flat_map(|(group, slots)| slots.into_iter().map(dotted(group))).collect()
    }

    /// Names and values of all parameters, as printed: `states.omd_max`, `5`.
    #[must_use]
    pub fn list(mut self) -> Vec<(String, String)> {
        self.slots().into_iter().map(|(name, slot)| (name, slot.fact("").value.into_owned())).collect()
    }

    /// Changes one parameter by its dotted name.
    ///
    /// # Errors
    /// OM510 if there is no such parameter or the value is not one that it takes; nothing is changed.
    ///
    /// ```
    /// let mut settings = oligomet_disease::Settings::default();
    /// settings.set("states.omd_max", "3").unwrap();
    /// assert_eq!(settings.states.omd_max, 3);
    /// assert!(settings.set("states.omdmax", "3").unwrap_err().mend.contains("states.omd_max"));
    /// ```
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), Box<Problem>> {
        let mut slots = self.slots();
        let Some(at) = slots.iter().position(|(known, _)| known == name) else {
            let names = slots.iter().map(|(known, _)| known.as_str());
            let mend = did_you_mean(name, names).unwrap_or_else(|| "see the pages of the rules".into());
            return Err(problem(name, format!("there is no parameter `{name}`"), mend));
        };
        let (_, slot) = slots.swap_remove(at);
        let allowed = slot.allowed();
        if slot.set(text.trim()) {
            return Ok(());
        }
        Err(problem(name, format!("\"{text}\" is no value of `{name}`"), format!("write {allowed}")))
    }
}

fn problem(name: &str, what: String, mend: String) -> Box<Problem> {
    let problem = Problem::error("OM510", what)
        .at(Place::subject(format!("parameter {name}")))
        .why("a parameter that is not understood would leave the rule as it is")
        .mend(mend);
    Box::new(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_is_listed_and_takes_its_own_printed_value() {
        let list = Settings::default().list();
        let mut settings = Settings::default();
        for (name, value) in &list {
            assert!(settings.set(name, value).is_ok(), "{name} {value}");
            assert!(settings.set(name, "nonsense").is_err(), "{name}");
        }
        assert_eq!(settings, Settings::default());
        for (i, (name, _)) in list.iter().enumerate() {
            assert!(list[i + 1..].iter().all(|(other, _)| other != name), "{name} stands twice");
        }
    }
}
