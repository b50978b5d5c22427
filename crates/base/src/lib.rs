//! Time, dose, identifiers, problems and number formatting: what every other room shares.
