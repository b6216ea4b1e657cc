//! Making an account, where strangers may.

use std::sync::Arc;

use crate::account::links;
use crate::account::missing;
use crate::app::App;
use crate::audit::Trail;
use crate::auth::login;
use crate::auth::passwords;
use crate::config::runtime;
use crate::ctx::Origin;
use crate::entropy;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::email::Email;
use crate::model::text;
use crate::model::user::User;
use crate::net::outbox::Letter;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::links::Purpose;

/// What a stranger says.
pub struct Registration {
    /// The address they say is theirs.
    pub email: String,
    /// The password they want.
    pub password: Secret<String>,
    /// Name shown to people.
    pub display_name: String,
}

/// Somebody who registered and is logged in.
pub struct Registered {
    /// Who.
    pub user: User,
    /// The session's token, for the cookie.
    pub token: Secret<String>,
}

/// Tells whether strangers may make an account.
pub async fn is_open(app: &Arc<App>) -> Result<bool> {
    let runtime = app.store.accounts.read(|db| app.runtime(db))?;
    Ok(runtime.is_on(runtime::REGISTRATION))
}

/// Refuses strangers where they may not make an account.
///
/// # Errors
/// `Forbidden` with code `registration_disabled`.
pub async fn check_open(app: &Arc<App>) -> Result<()> {
    if is_open(app).await? {
        return Ok(());
    }
    Err(Error::new(Kind::Forbidden, "Registration is closed on this server")
        .code("registration_disabled")
        .hint("ask whoever runs it for an account"))
}

/// Makes an account whose address is not proven yet, and logs it in.
///
/// Whether the address has an account already changes nothing: neither status nor body nor time.
///
/// # Errors
/// `Forbidden` where registration is closed; `Invalid` with the codes `missing_fields`, `weak_password`,
/// `registration_failed` for an address or a name that cannot be one; `Limited` when too many passwords are being hashed.
pub async fn register(app: &Arc<App>, origin: &Arc<Origin>, given: Registration) -> Result<Registered> {
    check_open(app).await?;
    let name = given.display_name.trim().to_owned();
    if given.email.trim().is_empty() || given.password.expose().is_empty() || name.is_empty() {
        return Err(missing("email, password and display_name"));
    }
    passwords::check(app, &given.password, &[given.email.trim(), &name])?;
    let email: Email = given.email.parse().map_err(|_| failed("the address cannot be used"))?;
    if !text::is_name(&name) {
        return Err(failed("the name must be one line of 1 to 100 characters"));
    }
    let hash = passwords::hash(app, given.password).await?;
    let placeholder = data_encoding::HEXLOWER.encode(&entropy::draw::<16>(app.entropy.as_ref())?);
    let link = links::Fresh::draw(app)?;
    let trail = Trail::of_stranger(app, origin);
    let registered = app.store.accounts.write(|db| {
        let row = accounts::registrants::NewRegistrant {
            placeholder: &placeholder,
            email: &email,
            display_name: &name,
            password_hash: &hash,
            at: trail.at(),
        };
        let id = accounts::registrants::add(db, &row)?;
        trail.record(db, Action::UserRegistered, &format!("user:{id}"))?;
        link.store(app, db, id, Purpose::Verify, trail.at())?;
        let user = accounts::users::by_id(db, id)?.ok_or_else(|| Error::not_found("user"))?;
        let token = login::open_session(app, db, &user, origin, &Trail::of_user(app, &user, origin))?;
        Ok(Registered { user, token })
    })?;
    if app.config.server.smtp.is_some() {
        app.outbox.put(Letter::Confirm { user: registered.user.id, token: link.token });
    }
    Ok(registered)
}

fn failed(why: &str) -> Error {
    Error::invalid(format!("Registration failed: {why}")).code("registration_failed").hint("check what you typed")
}
