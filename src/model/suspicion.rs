//! Places in a text that speak to a model and not to a reader: shown to the owner, never obeyed, and changing nothing of
//! what is made of the text.
//!
//! What stands here are the usual forms. A text without any of them is not thereby harmless, which is why every text goes
//! to a model between two lines that nobody who wrote it can have foreseen, whether anything was found in it or not.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Serialize;

/// Most places of one text that are shown.
pub const MOST: usize = 20;
/// Letters of base64 in a row that nobody writes by hand: 150 bytes of something.
const WALL: usize = 200;
/// Characters of no width in a row. Emoji and Indic scripts have one between two letters, never several.
const RUN: usize = 3;

/// What is suspicious about a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// Earlier instructions are to be ignored or forgotten.
    Override,
    /// It is told what it is from now on.
    Identity,
    /// It is spoken to as a model or an assistant.
    Address,
    /// Its instructions are to be shown.
    Disclosure,
    /// Marks by which a conversation with a model is written down.
    Role,
    /// The shape of a tool call.
    ToolCall,
    /// An address to which something is to be sent by loading a picture.
    Beacon,
    /// A long run of encoded bytes.
    Encoded,
    /// Characters that are not shown, and that spell letters.
    HiddenTags,
    /// Several characters of no width in a row.
    ZeroWidth,
    /// Characters that reorder what is shown.
    Bidi,
}

impl Pattern {
    /// Returns the name in replies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Override => "override",
            Self::Identity => "identity",
            Self::Address => "address",
            Self::Disclosure => "disclosure",
            Self::Role => "role",
            Self::ToolCall => "tool_call",
            Self::Beacon => "beacon",
            Self::Encoded => "encoded",
            Self::HiddenTags => "hidden_tags",
            Self::ZeroWidth => "zero_width",
            Self::Bidi => "bidi",
        }
    }
}

/// A suspicious place of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Suspicion {
    /// What is suspicious.
    pub pattern: Pattern,
    /// First code point.
    pub char_start: i64,
    /// One past the last code point.
    pub char_end: i64,
}

/// What is looked for by form. English first, then what is most often seen in other languages.
const FORMS: [(Pattern, &str); 17] = [
    (
        Pattern::Override,
        r"\b(?:ignore|disregard|forget|override|bypass)\s+(?:(?:all|any|every|everything|the|your|of|these|those|my)\s+){0,3}(?:previous|prior|above|earlier|preceding|foregoing|system|original|initial)\s+(?:\w+\s+){0,2}(?:instructions?|prompts?|rules?|directions?|guidelines?|directives?|messages?|commands?|context)\b",
    ),
    (
        Pattern::Override,
        r"\b(?:ignore|disregard|forget)\s+(?:everything|all|anything|whatever)\s+(?:(?:that\s+)?(?:you\s+(?:were|have\s+been|are)\s+told|stands?\s+(?:above|before))|above\b|before\s+this\b)",
    ),
    (Pattern::Override, r"\b(?:new|updated|real|actual)\s+(?:system\s+)?instructions?\s*:"),
    (
        Pattern::Override,
        r"\b(?:ignoriere?|vergiss|missachte)\s+(?:\w+\s+){0,3}(?:vorherigen?|bisherigen?|obigen?|fr(?:ü|ue)heren?)\s+(?:Anweisung|Instruktion|Vorgabe|Regel|Befehl)",
    ),
    (
        Pattern::Override,
        r"\bnegeer\s+(?:\w+\s+){0,3}(?:vorige|eerdere|bovenstaande|voorgaande)\s+(?:instructies|opdrachten|regels)",
    ),
    (
        Pattern::Override,
        r"\b(?:ignore[zr]?|oublie[zr]?)\s+(?:\w+\s+){0,3}(?:instructions|consignes|directives)\s+(?:pr(?:é|e)c(?:é|e)dentes|ci-dessus|ant(?:é|e)rieures)",
    ),
    (
        Pattern::Override,
        r"\b(?:ignora|olvida|ignore)\s+(?:\w+\s+){0,3}(?:instrucciones|(?:ó|o)rdenes|instru(?:ç|c)(?:õ|o)es)\s+anteriores",
    ),
    (
        Pattern::Identity,
        r"\b(?:you\s+are\s+now|from\s+now\s+on,?\s+you\s+(?:are|will\s+be|must\s+act\s+as)|pretend\s+(?:that\s+)?you\s+are|act\s+as)\s+(?:(?:a|an|the|in|my|some)\s+)?(?:\w+\s+){0,2}(?:AI|A\.I\.|assistant|language\s+model|LLM|chatbot|DAN|jailbroken|unfiltered|unrestricted|developer\s+mode|root\s+mode|god\s+mode)\b",
    ),
    (
        Pattern::Address,
        r"\b(?:dear|hello|attention|hey|note\s+to(?:\s+the)?|message\s+(?:to|for)(?:\s+the)?|instructions?\s+(?:to|for)(?:\s+the)?|important\s+for(?:\s+the)?|if\s+you\s+are\s+an?|when\s+you\s+are\s+an?|as\s+an)\s+(?:AI|A\.I\.|LLM|large\s+language\s+model|language\s+model)\b(?:\s*(?:assistant|model|agent|reader|system)s?\b|\s*[:,!])",
    ),
    (
        Pattern::Disclosure,
        r"\b(?:reveal|print|show|repeat|output|display|leak|tell\s+me|write\s+out)\s+(?:(?:me|us|all|verbatim|of|the|your|full|entire|whole|exact|word\s+for\s+word)\s+){0,4}(?:system\s+prompt|hidden\s+prompt|(?:initial|original|hidden|secret|system)\s+instructions|API\s+keys?)\b",
    ),
    (Pattern::Role, r"<\|[a-z_]{2,30}\|>|\[/?INST\]|<</?SYS>>|</?(?:system|assistant|human)>"),
    (
        Pattern::Role,
        r"(?m)^[\s#>*\[]*(?:system|assistant|developer)(?:\s+(?:prompt|message|note|override))?\s*[\]*]*:\s*(?:you\s+(?:are|must|will|should|have)|ignore|disregard|forget|always|never|from\s+now|new\s+|override|the\s+(?:user|assistant|model)|do\s+not|respond|reply|answer|output)\b",
    ),
    (Pattern::Role, r"(?m)^\s*#{2,}\s*(?:system\s+prompt|instructions?|system|response)\s*:?\s*$"),
    (
        Pattern::ToolCall,
        r#"</?(?:antml:)?(?:function_calls?|tool_calls?|tool_use|tool_result|invoke|parameter)\b[^>\n]*>|\{\s*"(?:type"\s*:\s*"(?:tool_use|tool_result|function)"|tool_calls?"\s*:|function_call"\s*:|(?:name|tool|function)"\s*:\s*"[\w.:-]{1,64}"\s*,\s*"(?:arguments|input|parameters|args)"\s*:)"#,
    ),
    (
        Pattern::ToolCall,
        r"\b(?:call|invoke|use|run|execute)\s+the\s+(?:tool|function)\s+[`'\x22]?[a-z0-9]+_\w+|\bjournal_(?:delete_entry|update_entry_text|ingest_\w+)\b",
    ),
    (Pattern::Beacon, r"!\[[^\]\n]*\]\(\s*https?://[^\s)]+\?[^\s)]*=[^\s)]*\)"),
    (Pattern::Beacon, r#"<img\b[^>\n]*\bsrc\s*=\s*["']?https?://[^>\n]+\?[^>\n]*>"#),
];

/// The forms; upper and lower case are one. Words of ASCII are all that stands where a form leaves words open, and the
/// tables of all others would have to be laid out at the first entry that is shown.
static COMPILED: LazyLock<Vec<(Pattern, Regex)>> = LazyLock::new(|| {
    let compiled = |(pattern, form): (Pattern, &str)| {
        let form = form.replace(r"\w", "[a-z0-9_]").replace(r"\b", r"(?-u:\b)");
        Some((pattern, Regex::new(&format!("(?i:{form})")).ok()?))
    };
    FORMS.into_iter().filter_map(compiled).collect()
});

/// Returns the suspicious places of a text, in its order, at most [`MOST`].
#[must_use]
pub fn places(text: &str) -> Vec<Suspicion> {
    let mut found: Vec<(Pattern, Range<usize>)> = Vec::new();
    for (pattern, form) in COMPILED.iter() {
        found.extend(form.find_iter(text).take(MOST).map(|place| (*pattern, place.range())));
    }
    runs(text, &mut found);
    found.sort_by_key(|(pattern, place)| (place.start, *pattern, place.end));
    // Two forms of one pattern may find the same place.
    found.dedup_by(|later, first| later.0 == first.0 && later.1.start < first.1.end);
    found.truncate(MOST);
    counted(text, &found)
}

/// Says in one sentence what was found, in names of patterns alone; `None` when nothing was.
///
/// Jobs that read a text with a model put it among their warnings.
#[must_use]
pub fn warning(text: &str) -> Option<String> {
    let places = places(text);
    let mut names: Vec<_> = places.iter().map(|place| place.pattern).collect();
    names.sort_unstable();
    names.dedup();
    let names: Vec<_> = names.into_iter().map(Pattern::name).collect();
    let several = if places.len() == 1 { "1 place".to_owned() } else { format!("{} places", places.len()) };
    (!names.is_empty())
        .then(|| format!("the text speaks to a model in {several} ({}); it was read as data", names.join(", ")))
}

/// How a character belongs to a run.
fn kind(c: char) -> Option<(Pattern, usize)> {
    match c {
        // A flag of a region is spelt with tags, so a few of them are honest; see `runs`.
        '\u{e0000}'..='\u{e007f}' => Some((Pattern::HiddenTags, 1)),
        '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{180e}' => Some((Pattern::ZeroWidth, RUN)),
        '\u{202d}' | '\u{202e}' => Some((Pattern::Bidi, 1)),
        'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' | '=' | '-' | '_' => Some((Pattern::Encoded, WALL)),
        _ => None,
    }
}

/// Adds what is suspicious for how many characters of a kind stand in a row.
fn runs(text: &str, found: &mut Vec<(Pattern, Range<usize>)>) {
    let mut letters = text.char_indices().peekable();
    let mut before = ' ';
    let mut added = 0;
    while let Some((start, first)) = letters.next() {
        let Some((pattern, enough)) = kind(first) else {
            before = first;
            continue;
        };
        let (mut end, mut length, mut last) = (start + first.len_utf8(), 1, first);
        while let Some((at, c)) = letters.next_if(|(_, c)| kind(*c).is_some_and(|(other, _)| other == pattern)) {
            (end, length, last) = (at + c.len_utf8(), length + 1, c);
        }
        // U+1F3F4, a black flag, is followed by the letters of a region and U+E007F.
        let is_flag = pattern == Pattern::HiddenTags && before == '\u{1f3f4}' && last == '\u{e007f}' && length <= 8;
        let is_wall = pattern != Pattern::Encoded || is_mixed(&text[start..end]);
        if length >= enough && !is_flag && is_wall && added < MOST {
            found.push((pattern, start..end));
            added += 1;
        }
        before = last;
    }
}

/// Tells encoded bytes, in which letters of both cases and digits are mixed, from a line of dashes or a scream.
fn is_mixed(run: &str) -> bool {
    let has = |is: fn(&u8) -> bool| run.as_bytes().iter().filter(|byte| is(byte)).count() * 50 > run.len();
    has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit) && (has(u8::is_ascii_uppercase) || is_hex(run))
}

fn is_hex(run: &str) -> bool {
    run.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Turns places in bytes, in order of their beginnings, into places in code points.
fn counted(text: &str, found: &[(Pattern, Range<usize>)]) -> Vec<Suspicion> {
    let (mut at, mut chars) = (0, 0);
    let mut places = Vec::with_capacity(found.len());
    for (pattern, place) in found {
        chars += text[at..place.start].chars().count();
        at = place.start;
        let length = text[place.clone()].chars().count();
        let point = |chars: usize| i64::try_from(chars).unwrap_or(i64::MAX);
        places.push(Suspicion { pattern: *pattern, char_start: point(chars), char_end: point(chars + length) });
    }
    places
}

#[cfg(test)]
mod tests;
