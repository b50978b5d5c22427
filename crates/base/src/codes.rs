//! The register of problem codes: one file, `codes.toml`, read by `oligomet explain` and by the docs.

use serde::Deserialize;

/// The whole register as text.
pub const CODES_TOML: &str = include_str!("../codes.toml");

/// One code of the register.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The code, `OM204`.
    pub code: String,
    /// What it is about, in a line.
    pub title: String,
    /// Why it matters and what to do, in a few sentences.
    pub text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Register {
    code: Vec<Code>,
}

/// All codes, in the order of the register.
///
/// # Errors
/// The reader's message when `codes.toml` is not well formed; a test keeps it so.
pub fn all() -> Result<Vec<Code>, toml::de::Error> {
    toml::from_str::<Register>(CODES_TOML).map(|r| r.code)
}

/// The code of that name, case folded.
#[must_use]
pub fn find(code: &str) -> Option<Code> {
    all().ok()?.into_iter().find(|c| c.code.eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_is_sound_sorted_and_unique() {
        let codes = all().unwrap();
        assert!(!codes.is_empty());
        for pair in codes.windows(2) {
            assert!(pair[0].code < pair[1].code, "{} before {}", pair[0].code, pair[1].code);
        }
        for code in &codes {
            let digits = code.code.strip_prefix("OM").unwrap();
            assert!(digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()), "{}", code.code);
            assert!(!code.title.is_empty() && code.text.len() > 40, "{}", code.code);
        }
        assert_eq!(find("om201").map(|c| c.code), Some("OM201".into()));
    }
}
