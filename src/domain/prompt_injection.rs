//! Detection of prompt injection in entry texts.
//!
//! Findings are shown to the owner; they do not change how a text is processed. Only common patterns are detected, so a
//! text without findings is not safe either. Every text is therefore sent to models between random delimiters, with or
//! without findings.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::named_enum::named_enum;

/// Maximum number of findings per text.
pub const MAX_WARNINGS: usize = 20;
/// Minimum length of a base64 run: 150 encoded bytes.
const WALL: usize = 200;
/// Minimum run of zero-width characters. Emoji and Indic scripts use single ones between two letters.
const RUN: usize = 3;

named_enum! {
    /// Prompt injection pattern.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
    pub enum InjectionPattern {
        /// Asks to ignore or forget earlier instructions.
        Override = "override",
        /// Assigns the model a new identity.
        Identity = "identity",
        /// Addresses a model or an assistant directly.
        Address = "address",
        /// Asks to reveal the instructions.
        Disclosure = "disclosure",
        /// Role markers of chat transcripts.
        Role = "role",
        /// Syntax of a tool call.
        ToolCall = "tool_call",
        /// Image URL that would transmit data when loaded.
        Beacon = "beacon",
        /// Long run of encoded bytes.
        Encoded = "encoded",
        /// Invisible tag characters that encode letters.
        HiddenTags = "hidden_tags",
        /// Several zero-width characters in a row.
        ZeroWidth = "zero_width",
        /// Bidirectional overrides that reorder the displayed text.
        Bidi = "bidi",
    }
}

/// Suspected prompt injection in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InjectionWarning {
    /// Pattern that matched.
    pub pattern: InjectionPattern,
    /// First code point.
    pub char_start: i64,
    /// One past the last code point.
    pub char_end: i64,
}

/// Regular expressions, English first, then the most frequent other languages.
const FORMS: [(InjectionPattern, &str); 17] = [
    (
        InjectionPattern::Override,
        r"\b(?:ignore|disregard|forget|override|bypass)\s+(?:(?:all|any|every|everything|the|your|of|these|those|my)\s+){0,3}(?:previous|prior|above|earlier|preceding|foregoing|system|original|initial)\s+(?:\w+\s+){0,2}(?:instructions?|prompts?|rules?|directions?|guidelines?|directives?|messages?|commands?|context)\b",
    ),
    (
        InjectionPattern::Override,
        r"\b(?:ignore|disregard|forget)\s+(?:everything|all|anything|whatever)\s+(?:(?:that\s+)?(?:you\s+(?:were|have\s+been|are)\s+told|stands?\s+(?:above|before))|above\b|before\s+this\b)",
    ),
    (InjectionPattern::Override, r"\b(?:new|updated|real|actual)\s+(?:system\s+)?instructions?\s*:"),
    (
        InjectionPattern::Override,
        r"\b(?:ignoriere?|vergiss|missachte)\s+(?:\w+\s+){0,3}(?:vorherigen?|bisherigen?|obigen?|fr(?:ü|ue)heren?)\s+(?:Anweisung|Instruktion|Vorgabe|Regel|Befehl)",
    ),
    (
        InjectionPattern::Override,
        r"\bnegeer\s+(?:\w+\s+){0,3}(?:vorige|eerdere|bovenstaande|voorgaande)\s+(?:instructies|opdrachten|regels)",
    ),
    (
        InjectionPattern::Override,
        r"\b(?:ignore[zr]?|oublie[zr]?)\s+(?:\w+\s+){0,3}(?:instructions|consignes|directives)\s+(?:pr(?:é|e)c(?:é|e)dentes|ci-dessus|ant(?:é|e)rieures)",
    ),
    (
        InjectionPattern::Override,
        r"\b(?:ignora|olvida|ignore)\s+(?:\w+\s+){0,3}(?:instrucciones|(?:ó|o)rdenes|instru(?:ç|c)(?:õ|o)es)\s+anteriores",
    ),
    (
        InjectionPattern::Identity,
        r"\b(?:you\s+are\s+now|from\s+now\s+on,?\s+you\s+(?:are|will\s+be|must\s+act\s+as)|pretend\s+(?:that\s+)?you\s+are|act\s+as)\s+(?:(?:a|an|the|in|my|some)\s+)?(?:\w+\s+){0,2}(?:AI|A\.I\.|assistant|language\s+model|LLM|chatbot|DAN|jailbroken|unfiltered|unrestricted|developer\s+mode|root\s+mode|god\s+mode)\b",
    ),
    (
        InjectionPattern::Address,
        r"\b(?:dear|hello|attention|hey|note\s+to(?:\s+the)?|message\s+(?:to|for)(?:\s+the)?|instructions?\s+(?:to|for)(?:\s+the)?|important\s+for(?:\s+the)?|if\s+you\s+are\s+an?|when\s+you\s+are\s+an?|as\s+an)\s+(?:AI|A\.I\.|LLM|large\s+language\s+model|language\s+model)\b(?:\s*(?:assistant|model|agent|reader|system)s?\b|\s*[:,!])",
    ),
    (
        InjectionPattern::Disclosure,
        r"\b(?:reveal|print|show|repeat|output|display|leak|tell\s+me|write\s+out)\s+(?:(?:me|us|all|verbatim|of|the|your|full|entire|whole|exact|word\s+for\s+word)\s+){0,4}(?:system\s+prompt|hidden\s+prompt|(?:initial|original|hidden|secret|system)\s+instructions|API\s+keys?)\b",
    ),
    (InjectionPattern::Role, r"<\|[a-z_]{2,30}\|>|\[/?INST\]|<</?SYS>>|</?(?:system|assistant|human)>"),
    (
        InjectionPattern::Role,
        r"(?m)^[\s#>*\[]*(?:system|assistant|developer)(?:\s+(?:prompt|message|note|override))?\s*[\]*]*:\s*(?:you\s+(?:are|must|will|should|have)|ignore|disregard|forget|always|never|from\s+now|new\s+|override|the\s+(?:user|assistant|model)|do\s+not|respond|reply|answer|output)\b",
    ),
    (InjectionPattern::Role, r"(?m)^\s*#{2,}\s*(?:system\s+prompt|instructions?|system|response)\s*:?\s*$"),
    (
        InjectionPattern::ToolCall,
        r#"</?(?:antml:)?(?:function_calls?|tool_calls?|tool_use|tool_result|invoke|parameter)\b[^>\n]*>|\{\s*"(?:type"\s*:\s*"(?:tool_use|tool_result|function)"|tool_calls?"\s*:|function_call"\s*:|(?:name|tool|function)"\s*:\s*"[\w.:-]{1,64}"\s*,\s*"(?:arguments|input|parameters|args)"\s*:)"#,
    ),
    (
        InjectionPattern::ToolCall,
        r"\b(?:call|invoke|use|run|execute)\s+the\s+(?:tool|function)\s+[`'\x22]?[a-z0-9]+_\w+|\bjournal_(?:delete_entry|update_entry_text|ingest_\w+)\b",
    ),
    (InjectionPattern::Beacon, r"!\[[^\]\n]*\]\(\s*https?://[^\s)]+\?[^\s)]*=[^\s)]*\)"),
    (InjectionPattern::Beacon, r#"<img\b[^>\n]*\bsrc\s*=\s*["']?https?://[^>\n]+\?[^>\n]*>"#),
];

/// Compiled [`FORMS`], case-insensitive. `\w` and `\b` are limited to ASCII, because the Unicode tables would slow
/// down the first display of an entry.
static COMPILED: LazyLock<Vec<(InjectionPattern, Regex)>> = LazyLock::new(|| {
    let compiled = |(pattern, form): (InjectionPattern, &str)| {
        let form = form.replace(r"\w", "[a-z0-9_]").replace(r"\b", r"(?-u:\b)");
        Some((pattern, Regex::new(&format!("(?i:{form})")).ok()?))
    };
    FORMS.into_iter().filter_map(compiled).collect()
});

/// Returns the suspected prompt injections of a text in text order, at most [`MAX_WARNINGS`].
#[must_use]
pub fn find_injections(text: &str) -> Vec<InjectionWarning> {
    let mut found: Vec<(InjectionPattern, Range<usize>)> = Vec::new();
    for (pattern, form) in COMPILED.iter() {
        found.extend(form.find_iter(text).take(MAX_WARNINGS).map(|place| (*pattern, place.range())));
    }
    find_character_runs(text, &mut found);
    found.sort_by_key(|(pattern, place)| (place.start, *pattern, place.end));
    // Two expressions of one pattern may match the same range.
    found.dedup_by(|later, first| later.0 == first.0 && later.1.start < first.1.end);
    found.truncate(MAX_WARNINGS);
    to_code_points(text, &found)
}

/// Returns one sentence that names the patterns found; `None` without findings.
///
/// Jobs that process a text with a model add it to their warnings.
#[must_use]
pub fn injection_summary(text: &str) -> Option<String> {
    let places = find_injections(text);
    let mut names: Vec<_> = places.iter().map(|place| place.pattern).collect();
    names.sort_unstable();
    names.dedup();
    let names: Vec<_> = names.into_iter().map(InjectionPattern::name).collect();
    let several = if places.len() == 1 { "1 place".to_owned() } else { format!("{} places", places.len()) };
    (!names.is_empty()).then(|| {
        format!("the text may contain a prompt injection in {several} ({}); it was read as data", names.join(", "))
    })
}

/// Returns the pattern of a character and its minimum run length.
fn run_pattern(c: char) -> Option<(InjectionPattern, usize)> {
    match c {
        // Flags of regions are encoded with tag characters, so short runs are legitimate; see `runs`.
        '\u{e0000}'..='\u{e007f}' => Some((InjectionPattern::HiddenTags, 1)),
        '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{180e}' => {
            Some((InjectionPattern::ZeroWidth, RUN))
        }
        '\u{202d}' | '\u{202e}' => Some((InjectionPattern::Bidi, 1)),
        'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' | '=' | '-' | '_' => Some((InjectionPattern::Encoded, WALL)),
        _ => None,
    }
}

/// Adds the suspicious character runs.
fn find_character_runs(text: &str, found: &mut Vec<(InjectionPattern, Range<usize>)>) {
    let mut letters = text.char_indices().peekable();
    let mut before = ' ';
    let mut added = 0;
    while let Some((start, first)) = letters.next() {
        let Some((pattern, enough)) = run_pattern(first) else {
            before = first;
            continue;
        };
        let (mut end, mut length, mut last) = (start + first.len_utf8(), 1, first);
        while let Some((at, c)) = letters.next_if(|(_, c)| run_pattern(*c).is_some_and(|(other, _)| other == pattern)) {
            (end, length, last) = (at + c.len_utf8(), length + 1, c);
        }
        // U+1F3F4, a black flag, is followed by the tag letters of a region and U+E007F.
        let is_flag =
            pattern == InjectionPattern::HiddenTags && before == '\u{1f3f4}' && last == '\u{e007f}' && length <= 8;
        let is_wall = pattern != InjectionPattern::Encoded || is_mixed(&text[start..end]);
        if length >= enough && !is_flag && is_wall && added < MAX_WARNINGS {
            found.push((pattern, start..end));
            added += 1;
        }
        before = last;
    }
}

/// Returns whether a run mixes digits and letters of both cases, unlike a row of dashes or a repeated letter.
fn is_mixed(run: &str) -> bool {
    let has = |is: fn(&u8) -> bool| run.as_bytes().iter().filter(|byte| is(byte)).count() * 50 > run.len();
    has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit) && (has(u8::is_ascii_uppercase) || is_hex(run))
}

fn is_hex(run: &str) -> bool {
    run.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Converts byte ranges, in ascending order of their starts, to code point ranges.
fn to_code_points(text: &str, found: &[(InjectionPattern, Range<usize>)]) -> Vec<InjectionWarning> {
    let (mut at, mut chars) = (0, 0);
    let mut places = Vec::with_capacity(found.len());
    for (pattern, place) in found {
        chars += text[at..place.start].chars().count();
        at = place.start;
        let length = text[place.clone()].chars().count();
        let point = |chars: usize| i64::try_from(chars).unwrap_or(i64::MAX);
        places.push(InjectionWarning { pattern: *pattern, char_start: point(chars), char_end: point(chars + length) });
    }
    places
}

#[cfg(test)]
mod tests;
