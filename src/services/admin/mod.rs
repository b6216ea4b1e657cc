//! Administration of the server: diagnosis, keyring, metrics, prices, reload and runtime settings.

pub mod doctor;
pub mod keyring;
pub mod metrics;
pub mod pricing;
pub mod reload;
pub mod settings;
