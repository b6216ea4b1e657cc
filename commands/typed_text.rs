//! Text that a person typed. If it cannot be stored, it is kept as a draft in the notebook or as a file in memory.

use std::io::{self, IsTerminal, Read, Write};

use crate::editor::command::EditorCommand;
use crate::editor::memory_file::{MemoryTextFile, TextPurpose};
use crate::editor::{self};
use crate::output::CommandOutput;
use journal::app::context::Ctx;
use journal::config::EnvironmentSnapshot;
use journal::domain::id::DraftId;
use journal::domain::text::MAX_TEXT;
use journal::error::{Error, Result};
use journal::services::drafts::{self, NewDraft};
use journal::services::ingest;

/// Most bytes of standard input that are kept beyond the maximum size of an entry.
const MAX_KEPT_EXCESS: u64 = 64 << 20;
/// Bytes read from standard input at once.
const READ_BYTES: usize = 64 << 10;

/// Typed text with the journal, entry and flags that it belongs to.
pub struct TypedText {
    bytes: Vec<u8>,
    /// File with the text, if an editor or a terminal wrote one.
    file: Option<MemoryTextFile>,
    purpose: TextPurpose,
    /// Error that ended the typing; the text is not stored then.
    failure: Option<Error>,
}

/// Returns the purpose of a text for the caller's journal.
pub fn purpose_of(ctx: &Ctx) -> TextPurpose {
    TextPurpose {
        data_dir: ctx.app.config.data_dir.clone(),
        user: ctx.caller.user.as_ref().map(|user| user.email.clone()).unwrap_or_default(),
        ..TextPurpose::default()
    }
}

impl TypedText {
    /// Creates the text of a command's argument or of a draft.
    pub fn from_bytes(bytes: Vec<u8>, purpose: TextPurpose) -> Self {
        Self { bytes, file: None, purpose, failure: None }
    }

    /// Reads a text that another command left.
    ///
    /// # Errors
    /// `Conflict` if it cannot be read.
    pub fn from_file(file: MemoryTextFile, purpose: TextPurpose) -> Result<Self> {
        Ok(Self { bytes: file.read(MAX_TEXT as u64)?, file: Some(file), purpose, failure: None })
    }

    /// Opens the editor on a file and reads it afterwards.
    ///
    /// # Errors
    /// `Conflict` if the file cannot be read; it is kept then.
    pub fn from_editor(editor: &EditorCommand, file: MemoryTextFile, purpose: TextPurpose) -> Result<Self> {
        let failure = editor::open(editor, &file).err();
        Ok(Self { failure, ..Self::from_file(file, purpose)? })
    }

    /// Reads standard input; prints a prompt on a terminal. Lines typed there are also written to a file, which is kept
    /// if the command is interrupted.
    pub fn from_stdin(environment: &EnvironmentSnapshot, purpose: TextPurpose) -> Self {
        let mut stdin = io::stdin().lock();
        let mut text = Self::from_bytes(Vec::new(), purpose);
        if stdin.is_terminal() {
            CommandOutput::prompt("Write, then press Ctrl-D on an empty line:");
            text.create_file(environment);
        }
        let mut copy = text.file.as_ref().and_then(|file| file.open_to_append().ok());
        let mut buffer = vec![0; READ_BYTES];
        while text.failure.is_none() {
            match stdin.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    text.bytes.extend_from_slice(&buffer[..count]);
                    // A full memory file system only means that an interrupt would lose the text.
                    copy = copy.and_then(|mut file| file.write_all(&buffer[..count]).is_ok().then_some(file));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let failed = Error::invalid("standard input cannot be read");
                    text.failure = Some(failed.hint("check the command that is piped in").caused_by(error));
                }
            }
            if let Err(error) = ingest::check_size(text.bytes.len() as u64) {
                text.failure = Some(error);
                text.create_file(environment);
                let excess = text.file.as_ref().and_then(|file| file.open_to_append().ok());
                // The text is refused in any case; as much of it as possible is kept.
                let _ = excess.map(|mut file| io::copy(&mut (&mut stdin).take(MAX_KEPT_EXCESS), &mut file));
            }
        }
        text
    }

    /// Writes the text to a file, unless it has one; does nothing without a memory file system.
    fn create_file(&mut self, environment: &EnvironmentSnapshot) {
        if self.file.is_none() {
            self.file = MemoryTextFile::for_typed(environment, &self.purpose, &self.bytes).ok();
        }
    }

    fn remove_file(&mut self) {
        if let Some(file) = self.file.take() {
            file.remove();
        }
    }

    /// Stores the text with `work`, or keeps it if that fails.
    ///
    /// # Errors
    /// As `work`; the hint of the error says where the text is kept.
    pub async fn store<T>(
        mut self,
        ctx: &Ctx,
        environment: &EnvironmentSnapshot,
        work: impl AsyncFnOnce(String) -> Result<T>,
    ) -> Result<T> {
        let text = match self.failure.take() {
            Some(error) => Err(error),
            None => self.to_text(),
        };
        let outcome = match text {
            Ok(text) => work(text).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(stored) => {
                self.remove_file();
                Ok(stored)
            }
            Err(error) => Err(self.keep(ctx, environment, error).await),
        }
    }

    fn to_text(&self) -> Result<String> {
        ingest::check_size(self.bytes.len() as u64)?;
        let bytes = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.bytes);
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
            Error::invalid(format!("the text is not UTF-8 text (byte {})", error.valid_up_to()))
                .hint("save it as UTF-8, or convert it with iconv first")
        })
    }

    /// Keeps the text and adds its place to the hint of the error.
    async fn keep(mut self, ctx: &Ctx, environment: &EnvironmentSnapshot, error: Error) -> Error {
        let is_changed = self.file.as_ref().is_none_or(|file| file.is_changed(&self.bytes));
        let draft = if !is_changed || self.bytes.trim_ascii().is_empty() {
            self.purpose.draft.map(Ok)
        } else {
            Some(self.save_draft(ctx, error.wire_code()).await)
        };
        match draft {
            // An empty or unchanged text, of no draft.
            None => {
                self.remove_file();
                error
            }
            Some(Ok(id)) => {
                self.remove_file();
                add_hint(error, &format!("the text is kept as draft {id}: `journal write --recover {id}`"))
            }
            Some(Err(not_saved)) => {
                tracing::debug!("the text is not kept as a draft: {not_saved:?}");
                self.create_file(environment);
                match self.file {
                    Some(file) => add_hint(
                        error,
                        &format!(
                            "the text is kept in {} until the computer restarts: `journal write --recover`",
                            file.text_path().display()
                        ),
                    ),
                    None => add_hint(error, "the text could not be kept"),
                }
            }
        }
    }

    /// Saves the text as a draft.
    ///
    /// # Errors
    /// `Invalid` for a text that no entry could have; as [`drafts::save`].
    async fn save_draft(&self, ctx: &Ctx, reason: &str) -> Result<DraftId> {
        let TextPurpose { entry, date, time, typed_on, title, tags, has_front_matter, draft, .. } =
            self.purpose.clone();
        // A recovered entry gets the day on which it was typed.
        let date = date.or_else(|| typed_on.filter(|_| entry.is_none() && !has_front_matter));
        let text = self.to_text()?;
        let new = NewDraft {
            replaces: draft,
            entry,
            text,
            date,
            time,
            title,
            tags,
            has_front_matter,
            reason: reason.to_owned(),
        };
        drafts::save(ctx, new).await
    }
}

fn add_hint(error: Error, addition: &str) -> Error {
    let hint = match error.hint_text() {
        Some(hint) => format!("{hint}; {addition}"),
        None => addition.to_owned(),
    };
    error.hint(hint)
}
