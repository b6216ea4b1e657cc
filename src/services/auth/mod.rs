//! Authentication: resolves a credential to a [`Ctx`](crate::app::context::Ctx).

mod api_key;
mod caller;
mod failed_attempts;
pub mod login;
mod operator;
pub(crate) mod password_check;
mod revalidate;
mod session;

pub use api_key::{record_refused_key, with_api_key, with_key};
pub(crate) use caller::authentication_required;
pub(crate) use operator::operator_only;
pub use operator::{administration, operator, server, server_for_every_notebook};
pub use revalidate::is_still_valid;
pub use session::{SessionToken, with_session};
