//! Registration of new users.

use std::sync::Arc;

use crate::app::context::ClientInfo;
use crate::app::state::AppState;
use crate::blocking::run_blocking_with;
use crate::config::runtime;
use crate::domain::audit::AuditAction;
use crate::domain::email::EmailAddress;
use crate::domain::text;
use crate::domain::user::User;
use crate::entropy;
use crate::error::{Error, ErrorKind, Result};
use crate::net::mail_queue::MailJob;
use crate::secret::Secret;
use crate::services::accounts::field_errors::missing_fields_error;
use crate::services::accounts::one_time_links;
use crate::services::accounts::users::lookup::find_user;
use crate::services::audit::AuditRecorder;
use crate::services::auth::{login, password_check};
use crate::storage::accounts::one_time_links::LinkPurpose;
use crate::storage::accounts::{self, AccountsDb};

/// Registration request.
pub struct RegistrationForm {
    /// Claimed e-mail address.
    pub email: String,
    /// Password.
    pub password: Secret<String>,
    /// Display name.
    pub display_name: String,
}

/// Result of a registration; the user is logged in.
pub struct RegistrationResult {
    /// The user.
    pub user: User,
    /// Session token, for the cookie.
    pub token: Secret<String>,
}

/// Returns whether registration is open.
pub async fn is_open(app: &Arc<AppState>) -> Result<bool> {
    let state = app.clone();
    let runtime = run_blocking_with(app.store.accounts.clone(), move |db| db.read(|db| state.runtime(db))).await?;
    Ok(runtime.is_on(runtime::REGISTRATION_ENABLED))
}

/// Checks that registration is open.
///
/// # Errors
/// `Forbidden` with code `registration_disabled`.
pub async fn check_open(app: &Arc<AppState>) -> Result<()> {
    if is_open(app).await? {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Forbidden, "Registration is closed on this server")
        .code("registration_disabled")
        .hint("ask the operator for an account"))
}

/// Creates an account with an unconfirmed address and logs it in.
///
/// An existing account with the address changes neither status, body nor time.
///
/// # Errors
/// `Forbidden` if registration is closed; `Invalid` with the codes `missing_fields`, `weak_password`,
/// `registration_failed` for an invalid address or name; `Limited` when the hashing queue is full.
pub async fn register(
    app: &Arc<AppState>,
    origin: &Arc<ClientInfo>,
    given: RegistrationForm,
) -> Result<RegistrationResult> {
    check_open(app).await?;
    let name = given.display_name.trim().to_owned();
    if given.email.trim().is_empty() || given.password.expose().is_empty() || name.is_empty() {
        return Err(missing_fields_error("email, password and display_name"));
    }
    password_check::check_strength(app, &given.password, &[given.email.trim(), &name])?;
    let email: EmailAddress =
        given.email.parse().map_err(|_| registration_failed_error("the address cannot be used"))?;
    if !text::is_name(&name) {
        return Err(registration_failed_error("the name must be one line of 1 to 100 characters"));
    }
    let hash = password_check::hash(app, given.password).await?;
    let placeholder = data_encoding::HEXLOWER.encode(&entropy::draw::<16>(app.entropy.as_ref())?);
    let link = one_time_links::NewLink::generate(app)?;
    let trail = AuditRecorder::anonymous(app, origin);
    let (state, client) = (app.clone(), origin.clone());
    let store = move |db: &AccountsDb<'_>| {
        let row = accounts::pending_registrations::NewPendingRegistration {
            placeholder: &placeholder,
            email: &email,
            display_name: &name,
            password_hash: &hash,
            at: trail.at(),
        };
        let id = accounts::pending_registrations::add(db, &row)?;
        trail.record(db, AuditAction::UserRegistered, &format!("user:{id}"))?;
        link.store(&state, db, id, LinkPurpose::Verify, trail.at())?;
        let user = find_user(db, id)?;
        let session_trail = AuditRecorder::for_user(&state, &user, &client);
        let token = login::open_session(&state, db, &user, &client, &session_trail)?;
        Ok((RegistrationResult { user, token }, link.token))
    };
    let (registered, token) = run_blocking_with(app.store.accounts.clone(), move |db| db.write(store)).await?;
    if app.config.server.smtp.is_some() {
        app.outbox.enqueue(MailJob::Confirm { user: registered.user.id, token });
    }
    Ok(registered)
}

fn registration_failed_error(why: &str) -> Error {
    Error::invalid(format!("Registration failed: {why}")).code("registration_failed").hint("check what you typed")
}
