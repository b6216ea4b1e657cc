//! An upload comes in: each piece is sealed as it arrives, and the rows follow when the last one has.

use std::io::Read;
use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;
use uuid::Uuid;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest::uploads::Kind;
use crate::ingest::uploads::Queued;
use crate::ingest::uploads::Status;
use crate::ingest::uploads::kinds::HEAD;
use crate::ingest::uploads::kinds::MAX_FILES;
use crate::model::day;
use crate::model::entry::SourceType;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::model::text;
use crate::providers::imaging;
use crate::storage::media::Intake;
use crate::storage::media::Sealed;
use crate::storage::media::Sealing;
use crate::storage::notebook::uploads;

/// Code points kept of a file's name.
const MAX_NAME: usize = 255;

/// An upload on its way in. Dropped before [`Self::commit`], it leaves nothing.
pub struct Receiving {
    ctx: Ctx,
    kind: Kind,
    intake: Arc<Intake>,
    open: Option<Open>,
    files: Vec<Taken>,
    total: u64,
    date: Option<String>,
    source: Option<SourceType>,
    language: Option<String>,
}

/// The file that is coming in.
struct Open {
    id: Uuid,
    name: String,
    sealing: Sealing,
    bytes: u64,
    head: Vec<u8>,
}

/// A file that came in.
struct Taken {
    id: Uuid,
    name: String,
    media_type: &'static str,
    sealed: Sealed,
}

/// Begins an upload. Nothing of it is kept in memory but the piece that is just being sealed.
///
/// # Errors
/// `Forbidden` without the scope.
pub async fn begin(ctx: &Ctx, kind: Kind) -> Result<Receiving> {
    let store = ctx.media_to_add(Scope::Ingest).await?;
    let upload = draw(ctx)?;
    let intake = blocking(move || store.begin(upload)).await?;
    Ok(Receiving {
        ctx: ctx.clone(),
        kind,
        intake: Arc::new(intake),
        open: None,
        files: Vec::new(),
        total: 0,
        date: None,
        source: None,
        language: None,
    })
}

impl Receiving {
    /// Begins the next file; `media_type` is what whoever sends it says it is.
    ///
    /// # Errors
    /// `Invalid` for a type that is not taken and for a file too many; as [`Self::bytes`] about the file before.
    pub async fn file(&mut self, name: &str, media_type: &str) -> Result<()> {
        self.end_file().await?;
        let name = text::preview(name, MAX_NAME);
        if self.files.len() == MAX_FILES {
            return Err(wrong(format!("an upload has at most {MAX_FILES} files")).hint("send them in several uploads"));
        }
        let said = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !self.kind.takes(&said) {
            return Err(self.unsupported(&name, &text::preview(&said, MAX_NAME)));
        }
        let (id, intake) = (draw(&self.ctx)?, self.intake.clone());
        let sealing = blocking(move || intake.file(id)).await?;
        self.open = Some(Open { id, name, sealing, bytes: 0, head: Vec::with_capacity(HEAD) });
        Ok(())
    }

    /// Takes the next bytes of the file that was begun.
    ///
    /// # Errors
    /// `Invalid` where the file, or all together, become too large.
    pub async fn bytes(&mut self, piece: Vec<u8>) -> Result<()> {
        let Some(mut open) = self.open.take() else { return Err(wrong("bytes that belong to no file")) };
        let megabytes = |bytes: u64| bytes >> 20;
        open.bytes += piece.len() as u64;
        self.total += piece.len() as u64;
        if open.bytes > self.kind.max_file() {
            let limit = megabytes(self.kind.max_file());
            return Err(wrong(format!("File '{}' exceeds {limit} MB limit", open.name)).hint("send a smaller one"));
        }
        if self.total > self.kind.max_total() {
            return Err(Error::invalid(format!(
                "Total upload size exceeds {} MB limit",
                megabytes(self.kind.max_total())
            ))
            .code("payload_too_large")
            .with_status(413)
            .hint("send them in several uploads"));
        }
        let missing = HEAD.saturating_sub(open.head.len()).min(piece.len());
        open.head.extend_from_slice(&piece[..missing]);
        self.open = Some(
            blocking(move || {
                open.sealing.write(&piece)?;
                Ok(open)
            })
            .await?,
        );
        Ok(())
    }

    /// Takes a field that is no file; one that is blank counts as not sent.
    ///
    /// # Errors
    /// `Invalid` for a field that is unknown or there already, for a date that is none, and for a source that does not fit.
    pub fn text(&mut self, field: &str, value: &str) -> Result<()> {
        let value = value.trim();
        let known = match (field, self.kind) {
            ("entry_date", _) => self.date.is_none(),
            ("source_type", Kind::Recordings) => self.source.is_none(),
            _ => false,
        };
        if !known {
            return Err(Error::invalid("the form has a field too many")
                .code("invalid_field")
                .hint("`GET /api/openapi.json` lists the fields"));
        }
        if value.is_empty() {
            return Ok(());
        }
        if field == "entry_date" {
            self.date = Some(day::parse(value)?.to_string());
            return Ok(());
        }
        let source: SourceType = value.parse()?;
        if !self.kind.may_be(source) {
            return Err(Error::invalid("a recording is of another source type")
                .code("invalid_field")
                .hint("one of voice, imported_audio_file"));
        }
        self.source = Some(source);
        Ok(())
    }

    /// Says which language is spoken in the recordings.
    ///
    /// # Errors
    /// `Invalid` for what is no code of a language.
    pub fn language(&mut self, code: &str) -> Result<()> {
        let code = code.trim();
        let is_code =
            (2..=16).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
        if !is_code {
            return Err(wrong("the language is no code of one").hint("give a code such as en, nl or pt-BR"));
        }
        self.language = Some(code.to_owned());
        Ok(())
    }

    /// Ends the upload: files, rows and job are durable once this returns, all of them or none.
    ///
    /// # Errors
    /// `Invalid` for an upload without files; as [`Self::bytes`] about the last file.
    pub async fn commit(mut self) -> Result<Queued> {
        self.end_file().await?;
        if self.files.is_empty() {
            let (one, field) = (self.kind.one(), self.kind.field());
            return Err(Error::invalid(format!("At least one {one} is required in the '{field}' field"))
                .code("invalid_body")
                .hint("send multipart/form-data with the files"));
        }
        let job = JobId::draw(self.ctx.app.entropy.as_ref())?;
        let (ctx, params, trail) = (self.ctx.clone(), self.params(), Trail::of(&self.ctx));
        // On a thread of its own to the end: a client that hangs up now does not come between the files and their rows.
        let by =
            uploads::By { via: ctx.caller.through(), author: ctx.author(), boundary: ctx.caller.boundary().cloned() };
        ctx.act_within(Scope::Ingest, move |notebook, within| {
            // What the pages say of their date is known only when they are read; this is known now.
            if let Some(date) = &self.date {
                within.admit(date, true, &[])?;
            }
            let placed = self.intake.place()?;
            notebook.write(|db| {
                let at = trail.at();
                let files = i64::try_from(self.files.len()).unwrap_or(i64::MAX);
                uploads::enqueue(db, job, self.kind.job(), &params, files, &by, at)?;
                for (file, position) in self.files.iter().zip(1..) {
                    uploads::add_media(db, file.id, file.media_type, &file.sealed, at)?;
                    uploads::add(db, job, position, file.id, &file.name, &file.sealed.plain_hash)?;
                }
                trail.uploaded(db, job)
            })?;
            placed.keep();
            Ok(())
        })
        .await?;
        ctx.left_work();
        Ok(Queued { job_id: job, status: Status::Queued })
    }

    fn params(&self) -> String {
        let mut params = Map::new();
        if let Some(date) = &self.date {
            params.insert("entry_date".to_owned(), date.as_str().into());
        }
        if self.kind == Kind::Recordings {
            params.insert("source_type".to_owned(), self.source.unwrap_or(SourceType::Voice).name().into());
            params.extend(self.language.as_deref().map(|code| ("language".to_owned(), code.into())));
        }
        params.insert(self.kind.counted_as().to_owned(), self.files.len().into());
        Value::Object(params).to_string()
    }

    /// Ends the file that is open, if one is, and makes sure that it is what it has to be.
    async fn end_file(&mut self) -> Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let Open { id, name, sealing, bytes, head } = open;
        if bytes == 0 {
            return Err(wrong(format!("File '{name}' is empty")).hint("send it again"));
        }
        let sealed = blocking(move || sealing.finish()).await?;
        let Some(media_type) = self.kind.sniff(&head) else {
            let said = infer::get(&head).map_or("unknown", |found| found.mime_type());
            return Err(self.unsupported(&name, said));
        };
        if self.kind == Kind::Images {
            let intake = self.intake.clone();
            let open = move || Ok(Box::new(intake.reader(id)?) as Box<dyn Read + Send>);
            imaging::check(Arc::new(open)).await.map_err(|error| named(&name, error))?;
        }
        self.files.push(Taken { id, name, media_type, sealed });
        Ok(())
    }

    fn unsupported(&self, name: &str, media_type: &str) -> Error {
        wrong(format!("File '{name}' has unsupported type '{media_type}'. Allowed: {}.", self.kind.allowed()))
            .hint("convert it to one of these")
    }
}

/// Says which file an error is about.
fn named(name: &str, error: Error) -> Error {
    let hint = error.next_step().map(str::to_owned);
    let told = Error::new(error.kind(), format!("File '{name}': {error}"));
    hint.into_iter().fold(told.caused_by(error), Error::hint)
}

fn wrong(message: impl Into<String>) -> Error {
    Error::invalid(message).code("invalid_body")
}

fn draw(ctx: &Ctx) -> Result<Uuid> {
    JobId::draw(ctx.app.entropy.as_ref()).map(|id| id.0)
}

/// Works with files on a thread that may block.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::internal("working with an upload", error))?
}
