//! Floating-point numbers that round-trip.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// Floating-point number parsed exactly, so that it round-trips; `serde_json` rounds by default.
#[derive(Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(transparent)]
pub struct ExactNumber(pub f64);

impl fmt::Debug for ExactNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for ExactNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Box::<RawValue>::deserialize(deserializer)?;
        number.get().parse().map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_round_trips_exactly() {
        for text in ["0.1", "-0.30000000000000004", "0.12345678901234568", "1.7976931348623157e308", "5e-324", "1.0"] {
            let number: ExactNumber = serde_json::from_str(text).unwrap();

            assert_eq!(serde_json::to_string(&number).unwrap(), text.replace("e308", "e+308"), "{text}");
        }
        assert!(serde_json::from_str::<ExactNumber>("\"0.1\"").is_err());
    }
}
