//! Comparison of a shadow transcript with the primary one; logs numbers only, never text.

use std::time::Duration;

use similar::{Algorithm, DiffTag, TextDiff};

use crate::error::Result;
use crate::providers::transcription::recording::SpeechTranscript;

/// Time after which the diff is approximated.
const DIFF_TIMEOUT: Duration = Duration::from_secs(1);

/// Logs the difference of two transcripts, or the error of the second. Errors of the first are reported by the caller.
pub(super) fn log_difference(
    label: &str,
    shadow: &str,
    first: &Result<SpeechTranscript>,
    second: &Result<SpeechTranscript>,
) {
    match (first, second) {
        (Ok(first), Ok(second)) => {
            let difference = TranscriptDiff::between(&first.text, &second.text);
            tracing::info!(
                label,
                shadow,
                chars = first.text.chars().count(),
                shadow_chars = second.text.chars().count(),
                spans = first.spans.len(),
                shadow_spans = second.spans.len(),
                similarity = difference.similarity,
                differing_groups = difference.groups,
                "transcription_shadow_diff"
            );
        }
        (Ok(_), Err(error)) => tracing::warn!(label, shadow, %error, "transcription_shadow_failed"),
        (Err(_), _) => {}
    }
}

#[derive(Debug, PartialEq)]
struct TranscriptDiff {
    /// Ratio of words in common, 0 to 1.
    similarity: f32,
    /// Runs of words that differ.
    groups: usize,
}

impl TranscriptDiff {
    fn between(first: &str, second: &str) -> Self {
        let (first, second): (Vec<&str>, Vec<&str>) =
            (first.split_whitespace().collect(), second.split_whitespace().collect());
        let diff = TextDiff::configure().algorithm(Algorithm::Myers).timeout(DIFF_TIMEOUT).diff_slices(&first, &second);
        let groups = diff.ops().iter().filter(|operation| operation.tag() != DiffTag::Equal).count();
        Self { similarity: diff.ratio(), groups }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use super::*;
    use crate::error::Error;

    #[derive(Clone, Default)]
    struct LogCapture(Arc<parking_lot::Mutex<Vec<u8>>>);

    impl io::Write for LogCapture {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            self.0.lock().extend(text);
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(first: &Result<SpeechTranscript>, second: &Result<SpeechTranscript>) -> String {
        let pen = LogCapture::default();
        let writer = pen.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(subscriber, || log_difference("openai/a", "gemini/b", first, second));
        String::from_utf8(pen.0.lock().clone()).unwrap()
    }

    #[test]
    fn the_log_has_numbers_and_no_words() {
        let said = |text: &str| Ok(SpeechTranscript { text: text.to_owned(), spans: Vec::new() });

        let log = logged(&said("We met Ilse at noon."), &said("We met Else at noon."));

        for part in
            ["transcription_shadow_diff", "openai/a", "gemini/b", "chars=20", "similarity=0.8", "differing_groups=1"]
        {
            assert!(log.contains(part), "{part}: {log}");
        }
        assert!(!log.contains("Ilse") && !log.contains("Else") && !log.contains("noon"), "{log}");
        let failed = logged(&said("We met Ilse."), &Err(Error::invalid("no words")));
        assert!(failed.contains("transcription_shadow_failed") && !failed.contains("Ilse"), "{failed}");
        assert_eq!(logged(&Err(Error::invalid("x")), &said("Ilse")), "");
    }

    #[test]
    fn texts_are_compared_by_their_words() {
        for (first, second, similarity, groups) in [
            ("", "", 1.0, 0),
            ("we met Ilse", "we  met\nIlse", 1.0, 0),
            ("we met Ilse today", "we met Else today", 0.75, 1),
            ("a b c d", "x b c y", 0.5, 2),
            ("a", "b", 0.0, 1),
        ] {
            assert_eq!(
                TranscriptDiff::between(first, second),
                TranscriptDiff { similarity, groups },
                "{first:?} {second:?}"
            );
        }
    }
}
