//! Inserts paragraph breaks suggested by a model into a transcript without changing a word.

use crate::app::context::Ctx;
use crate::config::runtime::RuntimeSettings;
use crate::domain::egress::EgressPurpose;
use crate::domain::id::JobId;
use crate::egress::DelimitedText;
use crate::entropy::Entropy;
use crate::error::Result;
use crate::providers::chat::ChatPrompt;
use crate::services::ingest::asking::complete_or_none;

/// Token limit of the answer; longer transcripts are left unchanged.
const MAX_TOKENS: u32 = 8192;

/// Returns a transcript with blank lines between paragraphs, or unchanged if no model may be called or the answer has
/// different words.
pub(super) async fn format_transcript(ctx: &Ctx, job: JobId, runtime: &RuntimeSettings, text: &str) -> String {
    let fits = bpe_openai::cl100k_base().count(text) < MAX_TOKENS as usize;
    let answer = if runtime.is_on("transcript_formatting") && fits {
        let model = ctx.app.config.providers.formatter_model.clone();
        match prompt(ctx.app.entropy.as_ref(), text, model) {
            Ok(prompt) => complete_or_none(ctx, job, EgressPurpose::Formatting, &prompt).await,
            Err(_) => None,
        }
    } else {
        None
    };
    answer.and_then(|answer| apply_paragraph_breaks(text, &answer)).unwrap_or_else(|| text.to_owned())
}

fn prompt(entropy: &dyn Entropy, text: &str, model: String) -> Result<ChatPrompt> {
    let delimited = DelimitedText::new(entropy, text)?;
    let system = format!(
        "You put paragraph breaks into the transcript of a spoken journal entry: a blank line wherever the speaker turns \
         to something else. Change, add and leave out nothing else, neither a word nor a letter nor a punctuation mark. {} \
         Answer with the transcript alone, without those two lines.",
        delimited.instruction
    );
    Ok(ChatPrompt { system, user: delimited.text, model, max_tokens: MAX_TOKENS, schema: None })
}

/// Applies the blank lines of an answer to the text; `None` if the answer has different words.
fn apply_paragraph_breaks(text: &str, answer: &str) -> Option<String> {
    let breaks: Vec<bool> = words_with_gaps(answer.trim_start()).map(|(_, gap)| is_break(gap)).collect();
    if !text.split_whitespace().eq(answer.split_whitespace()) {
        return None;
    }
    let mut formatted = String::with_capacity(text.len() + 2 * breaks.len());
    let trimmed = text.trim_start();
    formatted.push_str(&text[..text.len() - trimmed.len()]);
    let mut gaps = breaks.iter();
    let mut rest = words_with_gaps(trimmed).peekable();
    while let Some((word, gap)) = rest.next() {
        let wanted = gaps.next().is_some_and(|wanted| *wanted) && rest.peek().is_some();
        formatted.push_str(word);
        formatted.push_str(if wanted && !is_break(gap) { "\n\n" } else { gap });
    }
    Some(formatted)
}

fn is_break(gap: &str) -> bool {
    gap.matches('\n').count() > 1
}

/// Iterates over the words of a text, each with the white space after it.
fn words_with_gaps(text: &str) -> impl Iterator<Item = (&str, &str)> {
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
    fn only_blank_lines_are_taken_from_the_answer() {
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
            assert_eq!(apply_paragraph_breaks(text, answer).as_deref(), wanted, "{text:?} {answer:?}");
        }
    }
}
