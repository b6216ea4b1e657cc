//! `journal write --recover`: lists, stores and discards texts that were not stored.

use std::io::IsTerminal;

use crate::cli_context::CliContext;
use crate::date_args;
use crate::edit::render_edited;
use crate::editor::command::EditorCommand;
use crate::editor::memory_file::{MemoryTextFile, TextPurpose};
use crate::output::CommandOutput;
use crate::progress::{self, CommandProgress};
use crate::prompt::InteractivePrompt;
use crate::typed_text::TypedText;
use crate::write::kept_text::{self, KeptText};
use crate::write::new_entry::{WITHOUT_EDITOR, check_new_entry, report_embedding, report_stored};
use journal::app::context::Ctx;
use journal::config::EnvironmentSnapshot;
use journal::domain::id::EntryId;
use journal::domain::scope::Scope;
use journal::error::{Error, ErrorKind, Result};
use journal::services::drafts;
use journal::services::entries::{self, EntryEdit, TagEdit};
use journal::services::ingest::{self, TypedEntry};

/// Arguments of `journal write --recover`.
pub struct RecoverRequest {
    /// Number of a draft or path of a file; empty for none.
    pub id: String,
    /// `-` stores the text without the editor.
    pub text: Option<String>,
    pub discard: bool,
    pub plain: bool,
    /// Flags that replace those of the first attempt.
    pub flags: TypedEntry,
}

pub async fn run(
    shell: CliContext,
    mut request: RecoverRequest,
    bar: Option<&CommandProgress>,
    out: &mut CommandOutput,
) -> Result<()> {
    if request.text.as_deref().is_some_and(|text| text != "-") {
        return Err(Error::invalid("--recover stores a kept text, so no other text can be given")
            .hint("pass `-` to store the kept text without the editor"));
    }
    let interactive = !shell.global.no_input && std::io::stdin().is_terminal();
    let opens_editor = interactive && request.text.is_none() && !request.discard;
    let editor = opens_editor.then(|| EditorCommand::resolve(&shell.environment, WITHOUT_EDITOR));
    let (environment, ask) = (shell.environment.clone(), shell.ask);
    let ctx = shell.user_ctx()?;
    request.flags.date = date_args::parse_day(&ctx, request.flags.date.as_deref())?;
    let mut kept = KeptText::list(&ctx, &environment).await?;
    let chosen = match request.id.as_str() {
        "" if request.discard => {
            return Err(Error::invalid("--discard needs the text to discard")
                .hint("`journal write --recover` lists the texts; name one: --recover ID --discard"));
        }
        "" if opens_editor && kept.len() == 1 && !out.wants_json() => kept.remove(0),
        "" => {
            let items: Vec<_> = kept.iter().map(|text| text.summary(&ctx)).collect();
            return out.result(&serde_json::json!({ "items": items }), |_| kept_text::render_list(&items));
        }
        id => KeptText::find(kept, id)?,
    };
    if request.discard {
        return discard(&ctx, ask, chosen, out).await;
    }
    let recovery = TextRecovery { ctx: &ctx, environment: &environment, editor: editor.transpose()? };
    recovery.run(chosen, request, bar, out).await
}

async fn discard(ctx: &Ctx, ask: InteractivePrompt, text: KeptText, out: &mut CommandOutput) -> Result<()> {
    let (id, words) = (text.id(), text.summary(ctx).word_count);
    ask.confirm(&format!("Discard the text {id} ({words} words)?"))?;
    match text {
        KeptText::Draft(draft) => drafts::discard(ctx, draft.id).await?,
        KeptText::File(file) => MemoryTextFile::adopt(&file)?.remove(),
    }
    out.result(&serde_json::json!({ "discarded": true, "id": id }), |_| format!("Discarded the text {id}"))
}

/// Storing of one kept text.
struct TextRecovery<'a> {
    ctx: &'a Ctx,
    environment: &'a EnvironmentSnapshot,
    /// Editor to open the text with; `None` stores it as it is.
    editor: Option<EditorCommand>,
}

impl TextRecovery<'_> {
    async fn run(
        self,
        kept: KeptText,
        request: RecoverRequest,
        bar: Option<&CommandProgress>,
        out: &mut CommandOutput,
    ) -> Result<()> {
        let mut purpose = kept.purpose(self.ctx);
        // A draft that was stored meanwhile does not have to be removed.
        if let (Some(draft), KeptText::File(_)) = (purpose.draft, &kept) {
            let exists = drafts::list(self.ctx).await?.iter().any(|found| found.id == draft);
            purpose.draft = purpose.draft.filter(|_| exists);
        }
        purpose.date = request.flags.date.or(purpose.date);
        purpose.time = request.flags.time.or(purpose.time);
        purpose.title = request.flags.title.or(purpose.title);
        purpose.tags.extend(request.flags.tags);
        purpose.has_front_matter &= !request.plain;
        if let Some(id) = purpose.entry {
            match entries::check_edit(self.ctx, id, edit_of(&purpose, None)).await {
                Ok(()) => return self.change_entry(id, kept, purpose, bar, out).await,
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    out.warn(format!("entry {id} no longer exists; the text becomes a new entry"));
                    purpose.entry = None;
                }
                Err(error) => return Err(error),
            }
        }
        self.add_entry(kept, purpose, bar, out).await
    }

    async fn add_entry(
        self,
        kept: KeptText,
        purpose: TextPurpose,
        bar: Option<&CommandProgress>,
        out: &mut CommandOutput,
    ) -> Result<()> {
        let flags = TypedEntry {
            text: String::new(),
            date: purpose.date,
            typed_on: purpose.typed_on,
            time: purpose.time,
            title: purpose.title,
            tags: purpose.tags,
            has_front_matter: purpose.has_front_matter,
            draft: purpose.draft,
        };
        let purpose = check_new_entry(self.ctx, &flags).await?;
        let text = self.open(kept, purpose)?;
        let store = async |text| ingest::write_typed(self.ctx, TypedEntry { text, ..flags }).await;
        let entry = text.store(self.ctx, self.environment, store).await?;
        report_stored(self.ctx, &entry, bar, out).await
    }

    async fn change_entry(
        self,
        id: EntryId,
        kept: KeptText,
        purpose: TextPurpose,
        bar: Option<&CommandProgress>,
        out: &mut CommandOutput,
    ) -> Result<()> {
        let text = self.open(kept, purpose.clone())?;
        let store = async |text| entries::edit(self.ctx, id, edit_of(&purpose, Some(text))).await;
        let edited = text.store(self.ctx, self.environment, store).await?;
        out.result(&edited, render_edited)?;
        match bar {
            Some(bar) => report_embedding(out, progress::run_embedding_jobs(self.ctx, Scope::EntriesWrite, bar).await),
            None => Ok(()),
        }
    }

    /// Opens the text in the editor, if there is one.
    fn open(&self, kept: KeptText, purpose: TextPurpose) -> Result<TypedText> {
        match (kept, &self.editor) {
            (KeptText::Draft(draft), None) => Ok(TypedText::from_bytes(draft.text.into_bytes(), purpose)),
            (KeptText::Draft(draft), Some(editor)) => {
                let file = MemoryTextFile::for_editor(self.environment, &purpose, draft.text.as_bytes())?;
                TypedText::from_editor(editor, file, purpose)
            }
            (KeptText::File(file), None) => TypedText::from_file(MemoryTextFile::adopt(&file)?, purpose),
            (KeptText::File(file), Some(editor)) => {
                TypedText::from_editor(editor, MemoryTextFile::adopt(&file)?, purpose)
            }
        }
    }
}

/// Builds the edit of an entry that a text was typed for; `text` is `None` while it is not known.
fn edit_of(purpose: &TextPurpose, text: Option<String>) -> EntryEdit {
    EntryEdit {
        text,
        date: purpose.date.clone(),
        time: purpose.time.clone(),
        title: purpose.title.clone(),
        tags: (!purpose.tags.is_empty()).then(|| TagEdit::Change { add: purpose.tags.clone(), remove: Vec::new() }),
        draft: purpose.draft,
        ..EntryEdit::default()
    }
}
