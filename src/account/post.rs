//! Works the outbox beside the requests. What it logs names neither addresses nor tokens.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::watch;

use crate::account::letters;
use crate::account::links::Fresh;
use crate::account::links::MOST_AN_HOUR;
use crate::app::App;
use crate::audit::Trail;
use crate::auth;
use crate::error::Kind;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::id::UserId;
use crate::net::outbox::Letter;
use crate::net::smtp::Mailer;
use crate::net::smtp::Written;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::links;
use crate::storage::accounts::links::Purpose;

/// Seconds before the second and the third attempt.
const RETRY: [u64; 2] = [2, 30];
/// How long a server that stops goes on mailing what waits.
const LAST: Duration = Duration::from_secs(3);

/// To whom a letter goes, and what it says.
type Addressed = (String, Written);

/// Somebody who mails letters.
pub struct Post {
    app: Arc<App>,
    mailer: Mailer,
}

impl Post {
    /// Prepares for mailing; `None` where no mail account is set.
    ///
    /// # Errors
    /// `Invalid` for settings with which no mail could be sent; as reading the password.
    pub fn new(app: &Arc<App>) -> Result<Option<Self>> {
        let Some(settings) = &app.config.server.smtp else { return Ok(None) };
        let mailer = Mailer::new(settings, &App::reveal(&settings.password)?)?;
        Ok(Some(Self { app: app.clone(), mailer }))
    }

    /// Mails what is put into the outbox until `stop` says so.
    pub async fn work(self, mut stop: watch::Receiver<bool>) {
        loop {
            let letter = tokio::select! {
                letter = self.app.outbox.next() => letter,
                _ = stop.changed() => break,
            };
            let mut mailing = pin!(self.mail(letter, &RETRY));
            tokio::select! {
                () = &mut mailing => {}
                _ = stop.changed() => {
                    drop(tokio::time::timeout(LAST, mailing).await);
                    break;
                }
            }
        }
        let rest = async {
            while let Some(letter) = self.app.outbox.take() {
                self.mail(letter, &[]).await;
            }
        };
        if tokio::time::timeout(LAST, rest).await.is_err() {
            tracing::warn!("some letters were not mailed before the end");
        }
    }

    async fn mail(&self, letter: Letter, waits: &[u64]) {
        let mut waits = waits.iter();
        let (to, letter) = match self.addressed(letter) {
            Ok(Some(addressed)) => addressed,
            Ok(None) => return,
            Err(error) => return tracing::error!("writing a letter: {error:?}"),
        };
        loop {
            let Err(error) = self.mailer.send(&to, letter.clone()).await else {
                return tracing::info!("a letter was mailed");
            };
            match waits.next().filter(|_| error.kind() == Kind::Limited) {
                Some(&seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
                None => return tracing::error!("a letter was not mailed: {error}"),
            }
        }
    }

    /// Finds out to whom a letter goes and what it says; `None` if to nobody.
    fn addressed(&self, letter: Letter) -> Result<Option<Addressed>> {
        match letter {
            Letter::Confirm { user, token } => self.confirm(user, &token),
            Letter::Reset { email } => self.reset(&email),
        }
    }

    fn confirm(&self, id: UserId, token: &Secret<String>) -> Result<Option<Addressed>> {
        let (app, hour_ago) = (&self.app, self.hour_ago());
        let found = app.store.accounts.read(|db| {
            let Some(user) = accounts::users::by_id(db, id)? else { return Ok(None) };
            let is_taken = accounts::users::by_email(db, &user.email)?.is_some_and(|other| other.id != id);
            let sent = links::since_for_registrants(db, &user.email, &hour_ago)?;
            Ok((sent <= MOST_AN_HOUR).then_some((user.email, is_taken)))
        })?;
        Ok(found.map(|(email, is_taken)| {
            let letter = if is_taken {
                letters::known(&format!("{}/login", app.config.server.app_base_url))
            } else {
                letters::confirm(&Fresh::url(token, Purpose::Verify, app))
            };
            (email, letter)
        }))
    }

    fn reset(&self, email: &str) -> Result<Option<Addressed>> {
        let (app, hour_ago) = (&self.app, self.hour_ago());
        let (link, trail) = (Fresh::draw(app)?, Trail::of(&auth::server(app.clone())));
        let user = app.store.accounts.write(|db| {
            let user = accounts::users::by_email(db, email)?.filter(|user| user.is_active && user.deleted_at.is_none());
            let Some(user) = user else { return Ok(None) };
            if links::since(db, user.id, Purpose::Reset, &hour_ago)? >= MOST_AN_HOUR {
                return Ok(None);
            }
            link.store(app, db, user.id, Purpose::Reset, trail.at())?;
            trail.record(db, Action::ResetLinkIssued, &format!("user:{}", user.id))?;
            Ok(Some(user))
        })?;
        let url = Fresh::url(&link.token, Purpose::Reset, app);
        Ok(user.map(|user| (user.email, letters::reset(&user.display_name, &url))))
    }

    fn hour_ago(&self) -> String {
        self.app.stamp_in(SignedDuration::from_hours(-1))
    }
}
