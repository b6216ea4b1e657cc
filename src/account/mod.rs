//! What people do with their own account: register, prove their address, get a lost password replaced, change one they
//! know, change their name.
//!
//! A registrant says that an address is theirs. Until a link sent there proves it, nobody holds the address, any number
//! of registrants may claim it, and they can do nothing but log out and ask for the link again. So registering, like
//! asking for a new password, answers the same whether or not an address has an account.

mod letters;
mod links;
mod password;
mod post;
mod profile;
mod register;

pub use links::Link;
pub use links::check_reset_token;
pub use links::forgot;
pub use links::resend_verification;
pub use links::reset_link;
pub use links::reset_password;
pub use links::verify_email;
pub use password::change_password;
pub use post::Post;
pub use profile::rename;
pub use register::Registered;
pub use register::Registration;
pub use register::check_open;
pub use register::is_open;
pub use register::register;

use crate::error::Error;

/// The refusal of a request in which something is empty.
fn missing(what: &str) -> Error {
    Error::invalid(format!("{what} must not be empty")).code("missing_fields").hint("fill them in")
}
