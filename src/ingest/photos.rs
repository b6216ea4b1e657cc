//! Photographed pages become one entry.

use crate::config::runtime::Runtime;
use crate::ctx::Ctx;
use crate::egress;
use crate::egress::About;
use crate::error::Error;
use crate::error::Result;
use crate::ingest::Draft;
use crate::ingest::dating;
use crate::ingest::draft::File;
use crate::ingest::markers::Pages;
use crate::ingest::reading;
use crate::ingest::spans::code_points;
use crate::ingest::spans::within;
use crate::ingest::uploads::Claimed;
use crate::ingest::uploads::Report;
use crate::model::egress::Purpose;
use crate::model::entry::SourceType;
use crate::model::text;
use crate::net::wire::Line;
use crate::providers::closed::Closed;
use crate::providers::imaging;
use crate::providers::ocr::Reader;
use crate::providers::ocr::Reading;
use crate::providers::ocr::Role;
use crate::storage::notebook::uploads::Upload;

/// Reads the pages of an upload and makes a draft of them; pages that an earlier attempt read are not read again.
///
/// # Errors
/// `Conflict` naming the page whose bytes the notebook has already; `Invalid` for what is no picture or has no text;
/// and what the reader says.
pub(crate) async fn draft(ctx: &Ctx, upload: &Claimed, report: &dyn Report) -> Result<Draft> {
    reading::refuse_known(ctx, upload).await?;
    let runtime = reading::runtime(ctx).await?;
    let readings = read_all(ctx, upload, &runtime, report).await?;
    let pages = Pages::assemble(readings.iter().map(|page| (page.text.as_str(), page.spans.as_slice())));
    if pages.muddled {
        tracing::warn!(job = %upload.job, "the marks of where the entry begins and ends contradict each other");
    }
    let (content, start) = pages.content();
    if content.is_empty() {
        return Err(Error::invalid("no text was found on what was photographed")
            .hint("photograph the pages closer and in better light"));
    }
    let body = text::checked(content)?.to_owned();
    let dated = dating::settle(ctx, upload, &runtime, &body).await?;
    let (date, length) = (dated.date.to_string(), code_points(&pages.raw));
    let mut spans = pages.spans;
    spans.extend(within(dated.doubt.as_slice(), start, length));
    spans.sort_by_key(|span| (span.char_start, span.char_end));
    let files = upload.files.iter().zip(pages.texts).map(|(file, page)| File {
        position: file.position,
        label: format!("image_{date}_p{}", file.position),
        media_type: file.media_type.clone(),
        hash: file.hash.clone(),
        page: Some(page),
    });
    Ok(Draft {
        files: files.collect(),
        raw: pages.raw,
        body,
        title: None,
        tags: Vec::new(),
        date,
        date_confirmed: dated.confirmed,
        source: SourceType::Photo,
        window: pages.window,
        spans,
        upload: Some(upload.job),
        bringer: upload.bringer.clone(),
    })
}

async fn read_all(ctx: &Ctx, upload: &Claimed, runtime: &Runtime, report: &dyn Report) -> Result<Vec<Reading>> {
    let mut readings = Vec::with_capacity(upload.files.len());
    let mut desk = None;
    for (file, done) in upload.files.iter().zip(1..) {
        let reading = if let Some(kept) = reading::kept(file) {
            kept
        } else {
            if desk.is_none() {
                desk = Some(Desk::open(ctx, upload, runtime).await?);
            }
            let desk = desk.as_ref().expect("it was opened just now");
            let reading = desk.read(file, role(done, upload.files.len())).await;
            let reading = reading.map_err(|error| reading::of_file(error, upload, file.position))?;
            reading::keep(ctx, upload.job, file.position, &reading).await?;
            reading
        };
        readings.push(reading);
        report.done(done).await?;
    }
    Ok(readings)
}

/// Returns where a page stands among so many.
fn role(page: u64, of: usize) -> Role {
    match (page, u64::try_from(of).unwrap_or(u64::MAX)) {
        (1, 1) => Role::Only,
        (1, _) => Role::First,
        (page, of) if page == of => Role::Last,
        _ => Role::Middle,
    }
}

/// Whoever reads, with what they need for it.
struct Desk<'a> {
    ctx: &'a Ctx,
    reader: Reader,
    line: Box<dyn Line>,
    clean: bool,
    context: String,
}

impl<'a> Desk<'a> {
    async fn open(ctx: &'a Ctx, upload: &Claimed, runtime: &Runtime) -> Result<Self> {
        let reader = Reader::chosen(&ctx.app.config, runtime, &crate::app::App::reveal)?;
        // What is read on this machine needs no leave to go out, so that it works where nothing may.
        let line: Box<dyn Line> = if reader.stays_here() {
            Box::new(Closed)
        } else {
            Box::new(egress::open(ctx, Purpose::Ocr, About { job: Some(upload.job), ..About::default() }).await?)
        };
        let context = ctx.app.contexts.ocr.words()?;
        Ok(Self { ctx, reader, line, clean: runtime.is_on("preprocess_images"), context })
    }

    async fn read(&self, file: &Upload, role: Role) -> Result<Reading> {
        let photo = imaging::prepare(reading::opener(self.ctx, file).await?, self.clean).await?;
        self.reader.read(self.line.as_ref(), &photo, role, &self.context).await
    }
}
