//! Iso-effective schedules: the dose for a number of fractions, and the number of fractions for a dose.

use oligomet_base::{Dose, Problem};

use crate::effect::{Bed, Eqd};
use crate::error::DoseError;
use crate::exact::Exact;
use crate::fractionation::{AlphaBeta, Fractionation};
use crate::practice::{Practice, PracticeTable, Site};

/// An effect that another schedule should have: a BED, or an EQDX, at one alpha/beta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Isoeffect {
    bed: Bed,
    /// The quantity that decides whether a rounded schedule reaches the effect, where it is not BED itself.
    eqd: Option<Eqd>,
}

/// A schedule with a practicable dose per fraction, beside the exact solution.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice<'a> {
    /// Total and number of fractions.
    pub fractionation: Fractionation,
    /// Dose per fraction, a multiple of the step asked for.
    pub dose_per_fraction: Dose,
    /// BED in gray at the effect's alpha/beta.
    pub bed_gy: f64,
    /// EQD2 in gray at the effect's alpha/beta.
    pub eqd2_gy: f64,
    /// EQD2 in gray for late tissue, at each of [`AlphaBeta::LATE`].
    pub late_eqd2_gy: [f64; 2],
    /// Whether it reaches the effect, compared exactly (rounded to 1e-9 Gy).
    pub is_enough: bool,
    /// How it stands to cited practice; `None` where no site was given.
    pub practice: Option<Practice<'a>>,
}

impl Choice<'_> {
    /// OM409 where nothing cited for the site has so many fractions with doses around this one.
    #[must_use]
    pub fn problem(&self) -> Option<Problem> {
        let is_outside = self.practice.as_ref().is_some_and(Practice::is_outside);
        is_outside.then(|| {
            Problem::warning("OM409", format!("{} is outside the evidence for this site", self.fractionation))
                .why("the arithmetic gives a dose for any number of fractions; that it was ever given is another matter")
                .mend("choose among the schedules that are cited for the site, or add a source to a table of your own")
        })
    }
}

impl Isoeffect {
    /// The effect of a BED.
    #[must_use]
    pub fn of_bed(bed: Bed) -> Self {
        Self { bed, eqd: None }
    }

    /// The effect of a stated BED.
    ///
    /// # Errors
    /// [`DoseError::NotPositive`] unless it is above 0.
    pub fn stated_bed(dose: Dose, alpha_beta: AlphaBeta) -> Result<Self, DoseError> {
        if dose.milligray() <= 0 {
            return Err(DoseError::NotPositive { dose });
        }
        Ok(Self::of_bed(Bed::from_exact(Exact::new(i128::from(dose.milligray()), 1), alpha_beta)))
    }

    /// The effect of an equivalent dose: BED = EQDX (1 + X / (alpha/beta)).
    ///
    /// # Errors
    /// [`DoseError::TooIntricate`].
    pub fn of_eqd(eqd: Eqd) -> Result<Self, DoseError> {
        let ratio = i128::from(eqd.alpha_beta().milligray());
        let per_fraction = i128::from(eqd.per_fraction().milligray());
        let bed = eqd.exact().checked_scale(ratio + per_fraction, ratio).ok_or(DoseError::TooIntricate)?;
        Ok(Self { bed: Bed::from_exact(bed, eqd.alpha_beta()), eqd: Some(eqd) })
    }

    /// The effect as a BED.
    #[must_use]
    pub fn bed(self) -> Bed {
        self.bed
    }

    /// The total dose in gray that has this effect in `n_fractions`, not rounded:
    /// D = (n/2) (-r + sqrt(r^2 + 4 r B / n)), B the BED, r = alpha/beta. `docs/dose.md`, D-12.
    ///
    /// # Errors
    /// [`DoseError::NoFractions`].
    pub fn total_gy_in(self, n_fractions: u32) -> Result<f64, DoseError> {
        if n_fractions == 0 {
            return Err(DoseError::NoFractions);
        }
        let bed = self.bed.exact().unrounded_gray();
        let ratio = self.bed.alpha_beta().gray();
        // The same root without the difference, which would cancel for small fractions.
        Ok(2.0 * bed / (1.0 + (1.0 + 4.0 * bed / (f64::from(n_fractions) * ratio)).sqrt()))
    }

    /// The number of fractions of `dose_per_fraction` that has this effect, not rounded: n = B / (d (1 + d / r)). `docs/dose.md`, D-13.
    ///
    /// # Errors
    /// [`DoseError::NotPositive`] unless the dose is above 0.
    pub fn fractions_of(self, dose_per_fraction: Dose) -> Result<f64, DoseError> {
        if dose_per_fraction.milligray() <= 0 {
            return Err(DoseError::NotPositive { dose: dose_per_fraction });
        }
        let one = Bed::of(&Fractionation::new(dose_per_fraction, 1)?, self.bed.alpha_beta());
        Ok(self.bed.exact().unrounded_gray() / one.exact().unrounded_gray())
    }

    /// Schedules of `n_fractions` whose dose per fraction is a multiple of `step`: the largest that stays below the
    /// effect (absent where one step is already enough) and the smallest that reaches it.
    ///
    /// # Errors
    /// [`DoseError`] for a step that is not above 0, or a total that is no dose of radiotherapy.
    pub fn choices_in(
        self,
        n_fractions: u32,
        step: Dose,
        site: Option<Site>,
    ) -> Result<Vec<Choice<'static>>, DoseError> {
        if step.milligray() <= 0 {
            return Err(DoseError::NotPositive { dose: step });
        }
        let of = |steps: i64| {
            let per_fraction = step.milligray().saturating_mul(steps);
            let total = Dose::from_milligray(per_fraction.saturating_mul(i64::from(n_fractions)));
            Fractionation::new(total, n_fractions)
        };
        let guess = self.total_gy_in(n_fractions)? / (f64::from(n_fractions) * step.gray());
        let (low, high) = self.around(guess, of)?;
        let choice = |f: Fractionation| {
            let per_fraction = Dose::from_milligray(f.total().milligray() / i64::from(n_fractions));
            self.choice(f, per_fraction, site)
        };
        low.into_iter().chain([high]).map(choice).collect()
    }

    /// Schedules of fractions of `dose_per_fraction`: the largest number that stays below the effect and the smallest
    /// that reaches it.
    ///
    /// # Errors
    /// [`DoseError`] for a dose that is not above 0, or a total or number that is no course of radiotherapy.
    pub fn choices_of(
        self,
        dose_per_fraction: Dose,
        site: Option<Site>,
    ) -> Result<Vec<Choice<'static>>, DoseError> {
        let of = |count: i64| {
            let total = Dose::from_milligray(dose_per_fraction.milligray().saturating_mul(count));
            Fractionation::new(total, u32::try_from(count).unwrap_or(u32::MAX))
        };
        let (low, high) = self.around(self.fractions_of(dose_per_fraction)?, of)?;
        low.into_iter().chain([high]).map(|f| self.choice(f, dose_per_fraction, site)).collect()
    }

    /// The neighbours of the solution on a ladder of schedules, settled by exact comparison.
    fn around(
        self,
        guess: f64,
        of: impl Fn(i64) -> Result<Fractionation, DoseError>,
    ) -> Result<(Option<Fractionation>, Fractionation), DoseError> {
        let mut rung = (guess.round() as i64).max(1);
        while !self.is_reached_by(&of(rung)?)? {
            rung += 1;
        }
        while rung > 1 && self.is_reached_by(&of(rung - 1)?)? {
            rung -= 1;
        }
        let low = if rung > 1 { Some(of(rung - 1)?) } else { None };
        Ok((low, of(rung)?))
    }

    /// Whether a schedule has at least this effect, in the quantity it was stated in, rounded to 1e-9 Gy.
    ///
    /// # Errors
    /// [`DoseError::TooIntricate`].
    pub fn is_reached_by(self, fractionation: &Fractionation) -> Result<bool, DoseError> {
        let bed = Bed::of(fractionation, self.bed.alpha_beta());
        Ok(match self.eqd {
            None => bed.exact().nanogray() >= self.bed.exact().nanogray(),
            Some(eqd) => bed.eqd(eqd.per_fraction())?.exact().nanogray() >= eqd.exact().nanogray(),
        })
    }

    fn choice(
        self,
        fractionation: Fractionation,
        dose_per_fraction: Dose,
        site: Option<Site>,
    ) -> Result<Choice<'static>, DoseError> {
        let alpha_beta = self.bed.alpha_beta();
        Ok(Choice {
            fractionation,
            dose_per_fraction,
            bed_gy: Bed::of(&fractionation, alpha_beta).gray(),
            eqd2_gy: Eqd::eqd2_of(&fractionation, alpha_beta).gray(),
            late_eqd2_gy: AlphaBeta::LATE.map(|late| Eqd::eqd2_of(&fractionation, late).gray()),
            is_enough: self.is_reached_by(&fractionation)?,
            practice: site.map(|site| PracticeTable::published().judge(site, &fractionation)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eqd2_63() -> Isoeffect {
        let ratio = AlphaBeta::from_gray(3.5).unwrap();
        Isoeffect::of_eqd(Eqd::stated(Dose::from_milligray(63_000), ratio, Eqd::TWO_GRAY).unwrap()).unwrap()
    }

    fn bed(dose: i64, ratio: f64) -> Isoeffect {
        Isoeffect::stated_bed(Dose::from_milligray(dose), AlphaBeta::from_gray(ratio).unwrap()).unwrap()
    }

    #[test]
    fn exact_solutions_are_found_and_their_neighbour_is_below() {
        // BED10 of 100 in 5 is 50 Gy exactly; 9.9 Gy is the step below.
        let choices = bed(100_000, 10.0).choices_in(5, Dose::from_milligray(100), None).unwrap();
        let per_fraction: Vec<i64> = choices.iter().map(|c| c.dose_per_fraction.milligray()).collect();
        assert_eq!(per_fraction, [9_900, 10_000]);
        assert_eq!(choices.iter().map(|c| c.is_enough).collect::<Vec<_>>(), [false, true]);
        assert_eq!(choices[1].bed_gy, 100.0);
        assert_eq!(bed(100_000, 10.0).total_gy_in(5), Ok(50.0));
    }

    #[test]
    fn what_reaches_63_in_the_breast() {
        let tenth = Dose::from_milligray(100);
        // 43.91 Gy in 10: 4.4 Gy is enough and cited; 4.3 is not.
        let ten = eqd2_63().choices_in(10, tenth, Some(Site::Breast)).unwrap();
        assert_eq!(ten[1].fractionation.total(), Dose::from_milligray(44_000));
        assert!(matches!(ten[1].practice, Some(Practice::Cited(_))));
        // 36 Gy in 6, advised as 63 Gy, is not enough: 6.1 Gy would be, and nobody cites it.
        let six = eqd2_63().choices_in(6, tenth, Some(Site::Breast)).unwrap();
        assert_eq!(six[0].fractionation.total(), Dose::from_milligray(36_000));
        assert!(!six[0].is_enough && six[0].eqd2_gy == 62.181_818_182);
        assert!(six[1].is_enough && six[1].practice == Some(Practice::Outside));
        // In one fraction it is arithmetic: 17 Gy, outside, 80.75 Gy for late tissue at 2.
        let one = eqd2_63().choices_in(1, tenth, Some(Site::Breast)).unwrap();
        assert_eq!(one[1].late_eqd2_gy[0], 80.75);
        assert!(one.iter().all(|c| c.problem().is_some_and(|problem| problem.code == "OM409")));
        assert!(ten[1].problem().is_none());
    }

    #[test]
    fn numbers_of_fractions_for_a_dose() {
        // 3 Gy at 3.5: BED 99 of 3 (1 + 6/7) = 5.571... each is 17.77 fractions.
        assert!(
            (eqd2_63().fractions_of(Dose::from_milligray(3_000)).unwrap() - 99.0 / (39.0 / 7.0)).abs() < 1e-9
        );
        let choices = eqd2_63().choices_of(Dose::from_milligray(3_000), Some(Site::Breast)).unwrap();
        let numbers: Vec<u32> = choices.iter().map(|c| c.fractionation.n_fractions()).collect();
        assert_eq!(numbers, [17, 18]);
        assert!(matches!(choices[1].practice, Some(Practice::Cited(_))));
    }

    #[test]
    fn one_step_that_is_enough_has_nothing_below() {
        let choices = bed(1_000, 10.0).choices_in(1, Dose::from_milligray(5_000), None).unwrap();
        assert_eq!(choices.len(), 1);
        assert!(bed(1_000, 10.0).total_gy_in(0).is_err());
        assert!(bed(1_000, 10.0).choices_in(3, Dose::from_milligray(0), None).is_err());
        assert!(bed(1_000, 10.0).choices_of(Dose::from_milligray(-1), None).is_err());
        assert!(Isoeffect::stated_bed(Dose::from_milligray(0), AlphaBeta::from_gray(3.0).unwrap()).is_err());
        // What no course can reach is told, not searched for ever.
        assert!(bed(900_000_000, 10.0).choices_in(1, Dose::from_milligray(100), None).is_err());
        assert!(bed(900_000, 10.0).choices_of(Dose::from_milligray(500), None).is_err());
    }
}
