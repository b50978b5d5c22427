//! BED of what? Isodose and metrics of the volume, carried along with a prescription.

use oligomet_base::Dose;

use crate::error::DoseError;

/// What the prescription dose means in the volume. Unknown parts stay unknown: a prescription to the 65 % isodose and
/// one to the centre of the volume are different treatments with the same BED.
///
/// # Source
/// ICRU Report 91 (2014): report D98, D50, D2 of the planning target volume with the prescription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PrescriptionMetrics {
    isodose_percent: Option<u32>,
    ptv_d98: Option<Dose>,
    ptv_d50: Option<Dose>,
    ptv_d2: Option<Dose>,
    gtv_mean: Option<Dose>,
}

impl PrescriptionMetrics {
    /// The isodose prescribed to, in whole percent of the maximum, and near-minimum (D98), median (D50) and near-maximum
    /// (D2) dose of the planning target volume, and the mean dose of the gross tumour volume, as far as known.
    ///
    /// # Errors
    /// [`DoseError::Parameter`] for an isodose outside 1-100 %, [`DoseError::NotPositive`],
    /// [`DoseError::Contradiction`] unless D98 <= D50 <= D2.
    pub fn new(
        isodose_percent: Option<u32>,
        [ptv_d98, ptv_d50, ptv_d2]: [Option<Dose>; 3],
        gtv_mean: Option<Dose>,
    ) -> Result<Self, DoseError> {
        if isodose_percent.is_some_and(|percent| !(1..=100).contains(&percent)) {
            return Err(DoseError::Parameter {
                parameter: "the prescription isodose",
                range: "from 1 to 100 %",
            });
        }
        let doses = [ptv_d98, ptv_d50, ptv_d2, gtv_mean];
        if let Some(dose) = doses.into_iter().flatten().find(|dose| dose.milligray() <= 0) {
            return Err(DoseError::NotPositive { dose });
        }
        for ((lower, low), (higher, high)) in [
            (("PTV D98", ptv_d98), ("PTV D50", ptv_d50)),
            (("PTV D50", ptv_d50), ("PTV D2", ptv_d2)),
            (("PTV D98", ptv_d98), ("PTV D2", ptv_d2)),
        ] {
            if let (Some(low), Some(high)) = (low, high)
                && low > high
            {
                return Err(DoseError::Contradiction { lower, low, higher, high });
            }
        }
        Ok(Self { isodose_percent, ptv_d98, ptv_d50, ptv_d2, gtv_mean })
    }

    /// The isodose prescribed to, in percent of the maximum.
    #[must_use]
    pub fn isodose_percent(&self) -> Option<u32> {
        self.isodose_percent
    }

    /// The doses that are known, each with its name.
    #[must_use]
    pub fn doses(&self) -> Vec<(&'static str, Dose)> {
        self.named_doses().into_iter().filter_map(|(name, dose)| Some((name, dose?))).collect()
    }

    /// What is not known: a pooled dose-response over centres needs all of it.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let isodose = self.isodose_percent.is_none().then_some("prescription isodose");
        let doses = self.named_doses().into_iter().filter(|(_, dose)| dose.is_none()).map(|(name, _)| name);
        isodose.into_iter().chain(doses).collect()
    }

    fn named_doses(&self) -> [(&'static str, Option<Dose>); 4] {
        [
            ("PTV D98", self.ptv_d98),
            ("PTV D50", self.ptv_d50),
            ("PTV D2", self.ptv_d2),
            ("GTV mean", self.gtv_mean),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gray(x: f64) -> Option<Dose> {
        Dose::from_gray(x)
    }

    #[test]
    fn known_and_missing() {
        let some = PrescriptionMetrics::new(Some(80), [gray(47.5), None, gray(61.0)], None).unwrap();
        assert_eq!(some.doses().iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["PTV D98", "PTV D2"]);
        assert_eq!(some.missing(), ["PTV D50", "GTV mean"]);
        assert_eq!(some.isodose_percent(), Some(80));
        assert_eq!(PrescriptionMetrics::default().missing().len(), 5);
    }

    #[test]
    fn contradictions_are_refused() {
        let of = |isodose, doses| PrescriptionMetrics::new(isodose, doses, None);
        let error = of(None, [gray(50.0), None, gray(48.0)]).unwrap_err();
        assert_eq!(error.to_string(), "PTV D98 of 50 Gy is above PTV D2 of 48 Gy");
        assert_eq!(error.to_problem().code, "OM407");
        assert!(of(None, [gray(50.0), gray(49.0), None]).is_err());
        assert!(of(Some(0), [None; 3]).is_err());
        assert!(of(Some(101), [None; 3]).is_err());
        assert!(of(None, [gray(0.0), None, None]).is_err());
    }
}
