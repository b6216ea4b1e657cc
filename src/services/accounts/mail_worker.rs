//! Mail worker: sends queued e-mails. Log messages contain neither addresses nor tokens.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::watch;

use crate::app::state::AppState;
use crate::domain::audit::AuditAction;
use crate::domain::id::UserId;
use crate::error::{ErrorKind, Result};
use crate::net::mail_queue::MailJob;
use crate::net::smtp::{EmailMessage, SmtpMailer};
use crate::secret::Secret;
use crate::services::accounts::emails;
use crate::services::accounts::one_time_links::{MAX_LINKS_PER_HOUR, NewLink};
use crate::services::audit::AuditRecorder;
use crate::services::auth;
use crate::storage::accounts::one_time_links::{self, LinkPurpose};
use crate::storage::accounts::{self};

/// Delays before the second and third attempt, seconds.
const RETRY_DELAYS: [u64; 2] = [2, 30];
/// Maximum time for sending queued e-mails on shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(3);

/// Recipient and content of an e-mail.
type AddressedEmail = (String, EmailMessage);

/// Worker that sends queued e-mails.
pub struct MailWorker {
    app: Arc<AppState>,
    mailer: SmtpMailer,
}

impl MailWorker {
    /// Creates the worker; `None` if no mail server is configured.
    ///
    /// # Errors
    /// `Invalid` for unusable settings; as reading the password.
    pub fn new(app: &Arc<AppState>) -> Result<Option<Self>> {
        let Some(settings) = &app.config.server.smtp else { return Ok(None) };
        let mailer = SmtpMailer::new(settings, &AppState::read_secret_source(&settings.password)?)?;
        Ok(Some(Self { app: app.clone(), mailer }))
    }

    /// Sends queued e-mails until `stop` changes.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            let job = tokio::select! {
                job = self.app.outbox.dequeue() => job,
                _ = stop.changed() => break,
            };
            let mut mailing = pin!(self.send_with_retry(job, &RETRY_DELAYS));
            tokio::select! {
                () = &mut mailing => {}
                _ = stop.changed() => {
                    drop(tokio::time::timeout(SHUTDOWN_TIMEOUT, mailing).await);
                    break;
                }
            }
        }
        let remaining = async {
            while let Some(job) = self.app.outbox.try_dequeue() {
                self.send_with_retry(job, &[]).await;
            }
        };
        if tokio::time::timeout(SHUTDOWN_TIMEOUT, remaining).await.is_err() {
            tracing::warn!("some e-mails were not sent before the shutdown");
        }
    }

    async fn send_with_retry(&self, job: MailJob, waits: &[u64]) {
        let mut waits = waits.iter();
        let (to, content) = match self.compose(job) {
            Ok(Some(addressed)) => addressed,
            Ok(None) => return,
            Err(error) => return tracing::error!("composing an e-mail: {error:?}"),
        };
        loop {
            let Err(error) = self.mailer.send(&to, content.clone()).await else {
                return tracing::info!("an e-mail was sent");
            };
            match waits.next().filter(|_| error.kind() == ErrorKind::Limited) {
                Some(&seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
                None => return tracing::error!("an e-mail was not sent: {error}"),
            }
        }
    }

    /// Returns recipient and content; `None` if there is nothing to send.
    fn compose(&self, job: MailJob) -> Result<Option<AddressedEmail>> {
        match job {
            MailJob::Confirm { user, token } => self.compose_confirmation(user, &token),
            MailJob::Reset { email } => self.compose_password_reset(&email),
        }
    }

    fn compose_confirmation(&self, id: UserId, token: &Secret<String>) -> Result<Option<AddressedEmail>> {
        let (app, hour_ago) = (&self.app, self.hour_ago());
        let found = app.store.accounts.read(|db| {
            let Some(user) = accounts::users::find_by_id(db, id)? else { return Ok(None) };
            let is_taken = accounts::users::find_by_email(db, &user.email)?.is_some_and(|other| other.id != id);
            let sent = one_time_links::count_since_for_pending_email(db, &user.email, &hour_ago)?;
            Ok((sent <= MAX_LINKS_PER_HOUR).then_some((user.email, is_taken)))
        })?;
        Ok(found.map(|(email, is_taken)| {
            let content = if is_taken {
                emails::account_exists_email(&format!("{}/login", app.config.server.app_base_url))
            } else {
                emails::confirmation_email(&NewLink::url(token, LinkPurpose::Verify, app))
            };
            (email, content)
        }))
    }

    fn compose_password_reset(&self, email: &str) -> Result<Option<AddressedEmail>> {
        let (app, hour_ago) = (&self.app, self.hour_ago());
        let (link, trail) = (NewLink::generate(app)?, AuditRecorder::from_ctx(&auth::server(app.clone())));
        let user = app.store.accounts.write(|db| {
            let user =
                accounts::users::find_by_email(db, email)?.filter(|user| user.is_active && user.deleted_at.is_none());
            let Some(user) = user else { return Ok(None) };
            if one_time_links::count_since(db, user.id, LinkPurpose::Reset, &hour_ago)? >= MAX_LINKS_PER_HOUR {
                return Ok(None);
            }
            link.store(app, db, user.id, LinkPurpose::Reset, trail.at())?;
            trail.record(db, AuditAction::ResetLinkIssued, &format!("user:{}", user.id))?;
            Ok(Some(user))
        })?;
        let url = NewLink::url(&link.token, LinkPurpose::Reset, app);
        Ok(user.map(|user| (user.email, emails::password_reset_email(&user.display_name, &url))))
    }

    fn hour_ago(&self) -> String {
        self.app.timestamp_in(SignedDuration::from_hours(-1))
    }
}
