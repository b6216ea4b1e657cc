//! Every setting there is.

/// One setting: its name in the config file, its variables, its default.
#[derive(Debug)]
pub struct Definition {
    /// Dotted name in the config file and in `journal config`.
    pub key: &'static str,
    /// Environment variable; the same name with `_FILE` names a file that holds the value.
    pub variable: &'static str,
    /// Default as text; `None` when there is none or it depends on the machine.
    pub default: Option<&'static str>,
    /// Never shown, never read from the config file, looked up among systemd credentials too.
    pub secret: bool,
    /// One line for people.
    pub about: &'static str,
}

const fn plain(
    key: &'static str,
    variable: &'static str,
    default: Option<&'static str>,
    about: &'static str,
) -> Definition {
    Definition { key, variable, default, secret: false, about }
}

const fn secret(key: &'static str, variable: &'static str, about: &'static str) -> Definition {
    Definition { key, variable, default: None, secret: true, about }
}

/// All settings, in the order they are shown.
pub const KNOWN: &[Definition] = &[
    plain("data_dir", "JOURNAL_DATA_DIR", None, "where the encrypted files live"),
    plain("user", "JOURNAL_USER", None, "whose journal a command works on"),
    secret("secret_key", "JOURNAL_SECRET_KEY", "the secret that opens the keyring"),
    secret("api_key", "JOURNAL_API_KEY", "act as this key's owner within its scopes"),
    plain("log.filter", "JOURNAL_LOG", Some("warn"), "what is logged: error, warn, info, debug, trace"),
    plain("log.format", "JOURNAL_LOG_FORMAT", Some("human"), "human or json"),
    plain("min_entry_date", "MIN_ENTRY_DATE", Some("1900-01-01"), "earliest date an entry may have"),
    plain("password.min_length", "JOURNAL_PASSWORD_MIN_LENGTH", Some("12"), "shortest password, 8 or more"),
    plain("chunking.strategy", "CHUNKING_STRATEGY", Some("semantic"), "semantic or fixed"),
    plain("chunking.max_tokens", "CHUNKING_MAX_TOKENS", Some("150"), "longest chunk, cl100k_base tokens"),
    plain("chunking.overlap_tokens", "CHUNKING_OVERLAP_TOKENS", Some("40"), "shared by neighbours (fixed)"),
    plain("chunking.min_tokens", "CHUNKING_MIN_TOKENS", Some("30"), "shortest segment (semantic)"),
    plain(
        "chunking.boundary_percentile",
        "CHUNKING_BOUNDARY_PERCENTILE",
        Some("25"),
        "neighbours at or below this similarity percentile are parted (semantic)",
    ),
    plain(
        "chunking.decisive_percentile",
        "CHUNKING_DECISIVE_PERCENTILE",
        Some("10"),
        "at or below this one without overlap (semantic)",
    ),
    plain(
        "search.keyword_candidates",
        "HYBRID_BM25_CANDIDATES",
        Some("50"),
        "entries the word search hands to the fusion",
    ),
    plain(
        "search.vector_candidates",
        "HYBRID_DENSE_CANDIDATES",
        Some("50"),
        "chunks the meaning search hands to the fusion",
    ),
    plain("search.fused", "HYBRID_FUSION_TOP_M", Some("30"), "entries kept after the fusion"),
];

/// Variables of the Python server that begin with `JOURNAL_` and have no effect in this version.
pub const INERT: &[&str] = &["JOURNAL_AUTHOR_NAME", "JOURNAL_ENABLE_MOOD_SCORING"];
