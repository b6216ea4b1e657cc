//! Web addresses come in: what a user names is fetched through the gate, by a client that reaches no private machine.

mod charset;
mod kind;
mod page;

use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;
use uuid::Uuid;

use crate::app::App;
use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::egress::About;
use crate::egress::FollowUps;
use crate::egress::Guarded;
use crate::error::Error;
use crate::error::Result;
use crate::ingest;
use crate::ingest::Dates;
use crate::ingest::Draft;
use crate::ingest::Incoming;
use crate::ingest::Outcome;
use crate::ingest::draft::Bringer;
use crate::ingest::draft::File;
use crate::ingest::uploads;
use crate::ingest::uploads::Queued;
use crate::ingest::urls::kind::Kind;
use crate::model::egress::Purpose;
use crate::model::entry::SourceType;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::model::text;
use crate::net::fetch::Address;
use crate::net::fetch::Fetched;
use crate::net::fetch::Fetcher;
use crate::net::fetch::Gate;
use crate::net::fetch::Rules;
use crate::storage::media::Intake;
use crate::storage::media::Sealed;
use crate::storage::notebook::sources;
use crate::storage::notebook::uploads as rows;

/// Most addresses of one entry.
pub const MAX_ADDRESSES: usize = 20;

/// An address to take in.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// As the user writes it.
    pub url: String,
    /// What it leads to, where the caller knows better than the site.
    pub media_type: Option<String>,
    /// What it has to lead to, where anything else would be a mistake.
    pub expected: Option<uploads::Kind>,
    /// The code of the language that is spoken there.
    pub language: Option<String>,
}

/// What became of addresses that make one entry.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Taken {
    /// A text, which is an entry now or was there already.
    Text(Outcome),
    /// Photographs or recordings, of which a job makes an entry.
    Upload(Queued),
}

/// What was fetched of one address.
struct Body {
    /// The machine that was named; paths and queries are not kept.
    host: String,
    /// The last part of the path, for a date in it.
    name: String,
    kind: Kind,
    charset: Option<String>,
    bytes: Vec<u8>,
}

/// Tells whether a word of a command is meant as a web address.
#[must_use]
pub fn is_address(word: &str) -> bool {
    let scheme = word.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https"))
}

/// Fetches addresses and makes one entry of them: a text of one, or the pages or recordings that all of them lead to.
///
/// # Errors
/// `Forbidden` without both scopes, or when nothing may leave to fetch; `Invalid` for addresses that do not lead to the public
/// Internet, and for what no entry can be made of; `Upstream` for what their sites do.
pub async fn take(ctx: &Ctx, wanted: &[Wanted], date: Option<&str>) -> Result<Taken> {
    ctx.caller.authorize(Scope::IngestUrl)?;
    ctx.caller.authorize(Scope::Ingest)?;
    let slack = ctx.app.config.outside.slack_token.as_ref().map(App::reveal).transpose()?;
    let fetcher = Fetcher::new(Rules::public(ctx.app.config.outside.name_server), slack)?;
    let gate = Guarded { ctx, purpose: Purpose::Fetch, about: About::default(), provider: "fetch" };
    take_with(ctx, &fetcher, &gate, wanted, date).await
}

async fn take_with(
    ctx: &Ctx,
    fetcher: &Fetcher,
    gate: &dyn Gate,
    wanted: &[Wanted],
    date: Option<&str>,
) -> Result<Taken> {
    let date = ingest::parsed(date)?;
    if !(1..=MAX_ADDRESSES).contains(&wanted.len()) {
        return Err(Error::invalid(format!("an entry is made of 1 to {MAX_ADDRESSES} addresses"))
            .hint("take them in several times"));
    }
    // All are looked at before the first is asked.
    let addresses = wanted.iter().map(|wanted| fetcher.address(&wanted.url)).collect::<Result<Vec<_>>>()?;
    let mut bodies = Vec::with_capacity(wanted.len());
    for (address, wanted) in addresses.iter().zip(wanted) {
        let body = body(address, wanted, fetcher.get(address, gate).await?)?;
        expect(wanted, &body)?;
        bodies.push(body);
    }
    match bodies.as_slice() {
        [one] if !matches!(one.kind, Kind::Upload(..)) => {
            let text = bodies.swap_remove(0);
            take_text(ctx, text, date).await.map(Taken::Text)
        }
        _ => take_uploads(ctx, bodies, date, wanted.iter().find_map(|wanted| wanted.language.as_deref())).await,
    }
}

fn body(address: &Address, wanted: &Wanted, fetched: Fetched) -> Result<Body> {
    let said = fetched.content_type.as_deref();
    if fetched.body.is_empty() {
        return Err(Error::invalid("the address leads to nothing: its site sent no bytes").hint("check the address"));
    }
    Ok(Body {
        host: address.host().to_owned(),
        name: address.file_name(),
        kind: kind::decide(wanted.media_type.as_deref(), said, &fetched.body)?,
        charset: kind::charset(wanted.media_type.as_deref()).or_else(|| kind::charset(said)).map(str::to_owned),
        bytes: fetched.body,
    })
}

/// Refuses what an address should not have led to.
fn expect(wanted: &Wanted, body: &Body) -> Result<()> {
    match (wanted.expected, &body.kind) {
        (Some(expected), Kind::Upload(found, _)) if *found == expected => Ok(()),
        (None, _) => Ok(()),
        (Some(uploads::Kind::Images), _) => Err(Error::invalid("the address does not lead to a photograph")),
        (Some(uploads::Kind::Recordings), _) => Err(Error::invalid("the address does not lead to a recording")),
    }
    .map_err(|error| error.hint("check the address, and what it is said to lead to"))
}

/// Photographs and recordings go the way of every upload.
async fn take_uploads(ctx: &Ctx, bodies: Vec<Body>, date: Option<Date>, language: Option<&str>) -> Result<Taken> {
    let kinds = bodies.iter().map(|body| match &body.kind {
        Kind::Upload(kind, media_type) => Some((*kind, media_type)),
        _ => None,
    });
    let kinds: Option<Vec<_>> = kinds.collect();
    let Some((first, kinds)) = kinds.and_then(|kinds| Some((kinds.first()?.0, kinds))) else { return Err(mixed()) };
    if kinds.iter().any(|(kind, _)| *kind != first) {
        return Err(mixed());
    }
    if let [only] = bodies.as_slice() {
        let hash = Sha256::digest(&only.bytes);
        let known = ctx.act_within(Scope::Ingest, move |notebook, within| {
            notebook.read(|db| sources::entry_with(db, &hash, within))
        });
        if let Some(id) = known.await? {
            return Ok(Taken::Text(Outcome::AlreadyThere { id }));
        }
    }
    let mut receiving = uploads::begin(ctx, first).await?;
    if let Some(date) = date {
        receiving.text("entry_date", &date.to_string())?;
    }
    if let Some(language) = language {
        receiving.language(language)?;
    }
    for body in bodies {
        let Kind::Upload(_, media_type) = &body.kind else { return Err(mixed()) };
        receiving.file(&label(&body.host), media_type).await?;
        receiving.bytes(body.bytes).await?;
    }
    receiving.commit().await.map(Taken::Upload)
}

fn mixed() -> Error {
    Error::invalid("the pages of one entry are all photographs, or all recordings")
        .hint("take the other addresses in by themselves")
}

fn label(host: &str) -> String {
    format!("url:{host}")
}

/// A text becomes an entry at once; what was fetched is kept sealed, as it was.
async fn take_text(ctx: &Ctx, body: Body, date: Option<Date>) -> Result<Outcome> {
    let (draft, bytes, media_type) = written(ctx, body, date).await?;
    let (trail, job) = (Trail::of(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    let (media, follow_ups) = (ctx.media_to_add(Scope::Ingest).await?, FollowUps::now(ctx).await?);
    let (upload, original) = (JobId::draw(ctx.app.entropy.as_ref())?.0, JobId::draw(ctx.app.entropy.as_ref())?.0);
    let outcome = ctx
        .act_within(Scope::Ingest, move |notebook, _| {
            if let Some(id) = notebook.read(|db| draft.already_there(db))? {
                return Ok(Outcome::AlreadyThere { id });
            }
            let intake = media.begin(upload)?;
            let sealed = sealed(&intake, original, &bytes)?;
            let placed = intake.place()?;
            let outcome = notebook.write(|db| {
                let outcome = ingest::store(db, &draft, (job, &follow_ups), &trail)?;
                if let Outcome::Stored { id, .. } = &outcome {
                    rows::add_media(db, original, media_type, &sealed, trail.at())?;
                    rows::give_to(db, original, *id)?;
                }
                Ok(outcome)
            })?;
            if matches!(outcome, Outcome::Stored { .. }) {
                placed.keep();
            }
            Ok(outcome)
        })
        .await?;
    ctx.left_work();
    Ok(outcome)
}

fn sealed(intake: &Intake, id: Uuid, bytes: &[u8]) -> Result<Sealed> {
    let mut sealing = intake.file(id)?;
    sealing.write(bytes)?;
    sealing.finish()
}

/// Writes a body as the draft of an entry, and returns what is to be sealed, with its type.
async fn written(ctx: &Ctx, body: Body, date: Option<Date>) -> Result<(Draft, Vec<u8>, &'static str)> {
    let bytes = Arc::new(body.bytes);
    let (is_page, media_type) = match body.kind {
        Kind::Text(media_type) => (false, media_type),
        _ => (true, "text/html"),
    };
    let text = charset::decode(&bytes, body.charset.as_deref(), is_page)?;
    let file = File {
        position: 1,
        label: label(&body.host),
        media_type: media_type.to_owned(),
        hash: Sha256::digest(bytes.as_slice()).to_vec(),
        page: None,
    };
    let mut draft = if is_page {
        of_page(ctx, text, date).await?
    } else {
        let incoming = Incoming { name: body.name, bytes: text.into_bytes() };
        ingest::prepare(ctx, &incoming, Dates { stated: date, otherwise: None })?
    };
    draft.files = vec![file];
    Ok((draft, Arc::unwrap_or_clone(bytes), media_type))
}

/// A page is of the day on which it is taken in: the dates in it are its own.
async fn of_page(ctx: &Ctx, html: String, date: Option<Date>) -> Result<Draft> {
    ingest::check_size(html.len() as u64)?;
    let date = ctx.app.bounds().check(date.unwrap_or_else(|| ctx.app.clock.today()))?;
    let _turn = ctx.app.core().await?;
    let read = tokio::task::spawn_blocking(move || page::read(&html)).await;
    // What a panic said is not passed on: it may quote the page.
    let page = read.map_err(|_| Error::new(crate::error::Kind::Internal, "the page could not be read as text"))??;
    let text = text::checked(&page.text)?.to_owned();
    Ok(Draft {
        raw: text.clone(),
        body: text,
        title: page.title,
        tags: Vec::new(),
        date: date.to_string(),
        date_confirmed: true,
        source: SourceType::ImportedTextFile,
        window: None,
        spans: Vec::new(),
        files: Vec::new(),
        upload: None,
        bringer: Bringer::of(ctx),
    })
}
