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
    plain(
        "log.filter",
        "JOURNAL_LOG",
        Some("warn"),
        "what is logged: error, warn, info, debug, trace; info for `journal serve` if not set",
    ),
    plain("log.format", "JOURNAL_LOG_FORMAT", Some("human"), "human or json; json for `journal serve` if not set"),
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
    plain("server.host", "MCP_HOST", Some("127.0.0.1"), "address that `journal serve` listens on"),
    plain("server.port", "MCP_PORT", Some("8400"), "port that `journal serve` listens on"),
    plain("server.unix", "JOURNAL_UNIX_SOCKET", None, "socket file to listen on instead of an address"),
    plain("server.tls_cert", "JOURNAL_TLS_CERT", None, "certificate chain, PEM; read again when it changes"),
    plain("server.tls_key", "JOURNAL_TLS_KEY", None, "private key of the certificate, PEM, mode 0600"),
    plain("server.behind_proxy", "JOURNAL_BEHIND_PROXY", Some("false"), "allow cleartext beyond the loopback address"),
    plain(
        "server.allowed_hosts",
        "MCP_ALLOWED_HOSTS",
        Some("127.0.0.1,localhost,[::1]"),
        "Host names that are answered, separated by commas; one without a port allows every port",
    ),
    plain("server.cors_origins", "API_CORS_ORIGINS", None, "other origins whose pages may call, separated by commas"),
    plain(
        "server.trusted_proxies",
        "JOURNAL_TRUSTED_PROXIES",
        None,
        "CIDR blocks whose X-Forwarded-For and X-Forwarded-Proto count, separated by commas",
    ),
    plain(
        "server.app_base_url",
        "APP_BASE_URL",
        Some("http://localhost:5173"),
        "where the web client is, for mailed links",
    ),
    plain("server.url", "JOURNAL_URL", Some("http://127.0.0.1:8400"), "the running server, for `journal reload`"),
    plain("session.days", "SESSION_EXPIRY_DAYS", Some("7"), "days until a login ends, 1 to 90"),
    plain("session.idle_hours", "JOURNAL_SESSION_IDLE_HOURS", Some("24"), "hours of silence after which a login ends"),
    plain(
        "session.secure_cookie",
        "COOKIE_SECURE",
        Some("true"),
        "whether cookies are sent over TLS and to localhost only; false for cleartext in a trusted network",
    ),
    plain("registration.enabled", "REGISTRATION_ENABLED", Some("false"), "whether strangers may make an account"),
    plain("limits.auth_enabled", "AUTH_RATE_LIMIT_ENABLED", Some("true"), "whether logins are limited by address"),
    plain("limits.auth_requests", "AUTH_RATE_LIMIT_MAX_REQUESTS", Some("10"), "logins of an address in a window"),
    plain("limits.auth_window", "AUTH_RATE_LIMIT_WINDOW_SECONDS", Some("60"), "the window, seconds"),
    plain("limits.anonymous", "JOURNAL_RATE_ANONYMOUS", Some("10"), "requests a minute without a login, per address"),
    plain(
        "limits.anonymous_burst",
        "JOURNAL_RATE_ANONYMOUS_BURST",
        Some("60"),
        "of those at once after a pause: a page of the web client begins with five",
    ),
    plain("limits.member", "JOURNAL_RATE_MEMBER", Some("100"), "requests a minute of a user"),
    plain(
        "limits.member_burst",
        "JOURNAL_RATE_MEMBER_BURST",
        Some("600"),
        "of those at once after a pause: going through every page of the web client takes 430",
    ),
    plain("limits.key", "JOURNAL_RATE_KEY", Some("100"), "requests a minute of an API key, twice that at once"),
    plain(
        "limits.expensive",
        "JOURNAL_RATE_EXPENSIVE",
        Some("30"),
        "uploads and searches by meaning a minute, per user",
    ),
    plain("smtp.host", "SMTP_HOST", Some("smtp.gmail.com"), "mail server"),
    plain("smtp.port", "SMTP_PORT", Some("465"), "465 is TLS from the start, any other port STARTTLS"),
    plain("smtp.username", "SMTP_USERNAME", None, "mail account; without one no mail is sent"),
    secret("smtp.password", "SMTP_PASSWORD", "its password"),
    plain("smtp.from", "SMTP_FROM_EMAIL", None, "sender; the account if not set"),
    plain("smtp.ca_file", "JOURNAL_SMTP_CA", None, "certificates to trust besides the public ones, PEM"),
    plain("author_name", "JOURNAL_AUTHOR_NAME", None, "the author for providers; the user's own name if not set"),
    plain("ocr.provider", "OCR_PROVIDER", Some("anthropic"), "who reads photographed pages: anthropic or gemini"),
    plain("ocr.model", "OCR_MODEL", None, "with which model; the provider's usual one if not set"),
    plain("ocr.dual_pass", "OCR_DUAL_PASS", Some("false"), "whether two providers read each page"),
    plain("ocr.preprocess_images", "PREPROCESS_IMAGES", Some("true"), "whether page photos are cleaned up first"),
    plain("transcription.provider", "TRANSCRIPTION_PROVIDER", Some("openai"), "who transcribes recordings"),
    plain("transcription.model", "TRANSCRIPTION_MODEL", Some("gpt-4o-transcribe"), "with which model"),
    plain(
        "transcription.fallback_enabled",
        "TRANSCRIPTION_FALLBACK_ENABLED",
        Some("true"),
        "whether another model takes over where that one fails",
    ),
    plain("transcription.fallback_model", "TRANSCRIPTION_FALLBACK_MODEL", Some("whisper-1"), "which one"),
    plain("transcription.shadow_provider", "TRANSCRIPTION_SHADOW_PROVIDER", None, "second transcriber to compare with"),
    plain("transcription.shadow_model", "TRANSCRIPTION_SHADOW_MODEL", None, "with which model"),
    plain("transcription.retry_attempts", "TRANSCRIPTION_RETRY_MAX_ATTEMPTS", Some("3"), "attempts, 1 to 20"),
    plain("transcription.retry_base_delay", "TRANSCRIPTION_RETRY_BASE_DELAY", Some("1"), "seconds before the second"),
    plain("transcription.retry_max_delay", "TRANSCRIPTION_RETRY_MAX_DELAY", Some("30"), "most seconds between two"),
    plain("transcription.formatting", "TRANSCRIPT_FORMATTING", Some("false"), "whether transcripts get paragraphs"),
    plain("transcription.formatter_model", "TRANSCRIPT_FORMATTER_MODEL", Some("claude-haiku-4-5"), "by which model"),
    plain(
        "transcription.context_enabled",
        "TRANSCRIPTION_CONTEXT_ENABLED",
        Some("true"),
        "whether the transcriber is given the names of the glossary",
    ),
    plain(
        "entries.date_heading_detection",
        "DATE_HEADING_DETECTION",
        Some("true"),
        "whether a date at the beginning of a text becomes a heading",
    ),
    plain(
        "entities.dedup_similarity",
        "ENTITY_DEDUP_SIMILARITY_THRESHOLD",
        Some("0.88"),
        "likeness from which two names are one, 0 to 1",
    ),
    plain("mood.scoring", "JOURNAL_ENABLE_MOOD_SCORING", Some("true"), "whether the mood of new entries is scored"),
    plain("mood.model", "MOOD_SCORER_MODEL", Some("claude-sonnet-4-5"), "by which model"),
    secret("pushover.user_key", "PUSHOVER_USER_KEY", "Pushover account of users who have none of their own"),
    secret("pushover.app_token", "PUSHOVER_APP_API_TOKEN", "Pushover application"),
];
