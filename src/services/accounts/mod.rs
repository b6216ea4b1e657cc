//! Self-service for accounts: registration, confirmation of the address, password reset and change, profile.
//!
//! A registrant claims an address. Until a link sent there confirms it, the address has no owner, any number of
//! registrants may claim it, and they can only log out and request the link again. So registration, like a password
//! reset, answers the same whether or not an address has an account.

pub mod api_keys;
pub mod containment;
mod emails;
mod field_errors;
mod mail_worker;
mod one_time_links;
pub mod preferences;
mod profile;
mod registration;
pub mod sessions;
pub mod users;

pub use mail_worker::MailWorker;
pub use one_time_links::{
    PasswordResetLink, check_reset_token, request_password_reset, resend_verification, reset_link, reset_password,
    verify_email,
};
pub use profile::{change_password, rename};
pub use registration::{RegistrationForm, RegistrationResult, check_open, is_open, register};
