//! Paragraphs in a transcript, where a model would put them; not a word of it changes.

use crate::config::runtime::Runtime;
use crate::ctx::Ctx;
use crate::egress::Fenced;
use crate::entropy::Entropy;
use crate::error::Result;
use crate::ingest::asking::ask;
use crate::model::egress::Purpose;
use crate::model::id::JobId;
use crate::providers::chat::Prompt;

/// What the model may answer with; a text that would take more is left alone.
const MAX_TOKENS: u32 = 8192;

/// Returns a transcript with blank lines between paragraphs, or as it is when nobody can be asked or the answer is
/// not the same words.
pub(super) async fn formatted(ctx: &Ctx, job: JobId, runtime: &Runtime, text: &str) -> String {
    let fits = bpe_openai::cl100k_base().count(text) < MAX_TOKENS as usize;
    let answer = if runtime.is_on("transcript_formatting") && fits {
        let model = ctx.app.config.providers.formatter_model.clone();
        match prompt(ctx.app.entropy.as_ref(), text, model) {
            Ok(prompt) => ask(ctx, job, Purpose::Formatting, &prompt).await,
            Err(_) => None,
        }
    } else {
        None
    };
    answer.and_then(|answer| with_paragraphs(text, &answer)).unwrap_or_else(|| text.to_owned())
}

fn prompt(entropy: &dyn Entropy, text: &str, model: String) -> Result<Prompt> {
    let fenced = Fenced::new(entropy, text)?;
    let system = format!(
        "You put paragraph breaks into the transcript of a spoken journal entry: a blank line wherever the speaker turns \
         to something else. Change, add and leave out nothing else, neither a word nor a letter nor a punctuation mark. {} \
         Answer with the transcript alone, without those two lines.",
        fenced.rule
    );
    Ok(Prompt { system, user: fenced.text, model, max_tokens: MAX_TOKENS, schema: None })
}

/// Puts the blank lines of an answer into the text; `None` when the answer is not the same words.
fn with_paragraphs(text: &str, answer: &str) -> Option<String> {
    let breaks: Vec<bool> = words(answer.trim_start()).map(|(_, behind)| is_break(behind)).collect();
    if !text.split_whitespace().eq(answer.split_whitespace()) {
        return None;
    }
    let mut formatted = String::with_capacity(text.len() + 2 * breaks.len());
    let trimmed = text.trim_start();
    formatted.push_str(&text[..text.len() - trimmed.len()]);
    let mut gaps = breaks.iter();
    let mut rest = words(trimmed).peekable();
    while let Some((word, behind)) = rest.next() {
        let wanted = gaps.next().is_some_and(|wanted| *wanted) && rest.peek().is_some();
        formatted.push_str(word);
        formatted.push_str(if wanted && !is_break(behind) { "\n\n" } else { behind });
    }
    Some(formatted)
}

fn is_break(gap: &str) -> bool {
    gap.matches('\n').count() > 1
}

/// Returns each word of a text with the blanks behind it.
fn words(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (word, behind) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        let (gap, next) = behind.split_at(behind.len() - behind.trim_start().len());
        rest = next;
        Some((word, gap))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blank_lines_are_taken_from_an_answer() {
        let cases = [
            ("a b c", "a b c", Some("a b c")),
            ("a b c", "a\n\nb c", Some("a\n\nb c")),
            ("a b c", "a \n \n b\n\n\nc\n\n", Some("a\n\nb\n\nc")),
            ("a b c", "\n\n a b\n\nc", Some("a b\n\nc")),
            ("a b c", "a\nb\tc", Some("a b c")),
            ("a\n\nb c", "a b\n\nc", Some("a\n\nb\n\nc")),
            ("a\n\n\nb", "a\n\nb", Some("a\n\n\nb")),
            ("a\nb  c", "a b c", Some("a\nb  c")),
            (" a b ", "a\n\nb", Some(" a\n\nb ")),
            ("ä 👋 ö", "ä\n\n👋 ö", Some("ä\n\n👋 ö")),
            ("a b c", "a b", None),
            ("a b c", "a b c d", None),
            ("a b c", "a B c", None),
            ("a b c", "a b, c", None),
            ("a b c", "Here it is:\n\na b c", None),
            ("a b c", "", None),
            ("a b c", "a c b", None),
        ];
        for (text, answer, wanted) in cases {
            assert_eq!(with_paragraphs(text, answer).as_deref(), wanted, "{text:?} {answer:?}");
        }
    }
}
