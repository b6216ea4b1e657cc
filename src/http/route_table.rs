//! Table of all routes: method, path, permission, summary and handler of each.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Json;
use serde_json::Value;

use crate::app::context::Ctx;
use crate::config::runtime::RuntimeSettingValue;
use crate::domain::scope::Scope;
use crate::http::openapi::{self, OpenApiDocument};
use crate::http::route::{HttpRoute, delete, get, patch, post, put};
use crate::http::route_policy::RateClass::{Expensive, Free, Throttled};
use crate::http::route_policy::RouteAccess::{self, Member, Public, Requires, Unconfirmed};
use crate::http::route_policy::ThrottledAction::{Forgot, Login, Register, Reset};
use crate::http::routes::entities::{charts, curation};
use crate::http::routes::{
    account, activity, admin, audit, auth, dashboard, digest, egress, entities, entries, extraction, fitness, health,
    ingest, jobs, keys, mcp, media, metrics, moods, notifications, preferences, reload, search, sessions, settings,
    stats, tags, trash,
};
use crate::jobs::IngestResponse;
use crate::mcp::MAX_BODY;
use crate::services::entities::extraction::ExtractionFilter;
use crate::services::ingest::uploads::UploadKind;

const READ: RouteAccess = Requires(Scope::EntriesRead);
const WRITE: RouteAccess = Requires(Scope::EntriesWrite);
const INGEST: RouteAccess = Requires(Scope::Ingest);
const SEARCH: RouteAccess = Requires(Scope::Search);
const ACCOUNT: RouteAccess = Requires(Scope::Account);

/// Returns all routes.
pub fn routes() -> Vec<HttpRoute> {
    let groups = [
        server_routes(),
        account_routes(),
        settings_routes(),
        entry_routes(),
        trash_routes(),
        entity_routes(),
        curation_routes(),
        chart_routes(),
    ];
    groups.into_iter().flatten().collect()
}

/// Generates the OpenAPI document.
#[must_use]
pub fn document() -> Value {
    openapi::generate(&routes())
}

/// Returns the OpenAPI document, generated once per process.
async fn openapi_document(_: Ctx) -> Json<&'static Value> {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(document);
    Json(&DOCUMENT)
}

fn account_routes() -> Vec<HttpRoute> {
    vec![
        post("/api/auth/login", Public, "Logs in and sets the session cookie", auth::log_in)
            .rate_class(Throttled(Login))
            .errors(&[401]),
        post("/api/auth/logout", Public, "Ends the session, if any", auth::log_out),
        get("/api/auth/me", Unconfirmed, "Returns the logged-in user", auth::me),
        get("/api/auth/config", Public, "Returns whether registration is open", account::config),
        post("/api/auth/register", Public, "Creates an account and logs it in", account::register)
            .rate_class(Throttled(Register))
            .errors(&[403]),
        get("/api/auth/verify-email", Public, "Verifies an e-mail address", account::verify_email),
        post(
            "/api/auth/resend-verification",
            Unconfirmed,
            "Sends the verification link again",
            account::resend_verification,
        )
        .errors(&[409]),
        post("/api/auth/forgot-password", Public, "Sends a password reset link", account::forgot_password)
            .rate_class(Throttled(Forgot)),
        get("/api/auth/verify-reset-token", Public, "Checks a password reset link", account::check_token),
        post("/api/auth/reset-password", Public, "Resets the password with a link", account::reset_password)
            .rate_class(Throttled(Reset)),
        post(
            "/api/auth/password",
            ACCOUNT,
            "Changes the password and ends all other sessions",
            account::change_password,
        )
        .rate_class(Throttled(Login)),
        patch("/api/auth/me", Unconfirmed, "Changes the display name", account::rename).errors(&[404]),
        get("/api/auth/api-keys", ACCOUNT, "Lists your API keys, newest first", keys::list),
        post("/api/auth/api-keys", ACCOUNT, "Creates an API key; it is shown only once", keys::add),
        delete("/api/auth/api-keys/{id}", ACCOUNT, "Revokes an API key immediately", keys::revoke),
        get("/api/auth/sessions", ACCOUNT, "Lists your sessions, newest first", sessions::list),
        delete("/api/auth/sessions", ACCOUNT, "Ends all sessions except this one", sessions::revoke_others),
        delete("/api/auth/sessions/{id}", ACCOUNT, "Ends a session", sessions::revoke),
    ]
}

fn settings_routes() -> Vec<HttpRoute> {
    vec![
        get("/api/admin/users", Requires(Scope::AdminUsers), "Lists all users, newest account first", admin::list),
        patch("/api/admin/users/{id}", Requires(Scope::AdminUsers), "Changes a user", admin::change).errors(&[409]),
        get("/api/settings", READ, "Returns the server settings", settings::all),
        get("/api/settings/runtime", READ, "Lists runtime settings", settings::runtime_settings),
        patch("/api/settings/runtime", Requires(Scope::AdminSettings), "Changes runtime settings", settings::change)
            .body::<BTreeMap<String, RuntimeSettingValue>>(),
        get("/api/settings/pricing", READ, "Lists model prices", settings::prices),
        patch("/api/settings/pricing", Requires(Scope::AdminSettings), "Changes model prices", settings::change_prices)
            .body::<BTreeMap<String, settings::UpdatePriceRequest>>()
            .replies::<settings::UpdatePricingResponse>(207),
        get("/api/users/me/preferences", ACCOUNT, "Shows your preferences", preferences::all),
        patch("/api/users/me/preferences", ACCOUNT, "Sets preferences atomically", preferences::set).errors(&[409]),
        get("/api/notifications/topics", ACCOUNT, "Lists the topics you may choose", notifications::topics),
        get("/api/notifications/status", ACCOUNT, "Returns whether notifications can reach you", notifications::status),
        post(
            "/api/notifications/validate",
            ACCOUNT,
            "Validates Pushover credentials and stores valid ones",
            notifications::validate,
        )
        .rate_class(Expensive)
        .replies::<notifications::BadRequestResponse<notifications::PushoverValidationResponse>>(400),
        post("/api/notifications/test", ACCOUNT, "Sends a test notification", notifications::test)
            .rate_class(Expensive)
            .replies::<notifications::BadRequestResponse<notifications::TestNotificationResponse>>(400),
    ]
}

fn entry_routes() -> Vec<HttpRoute> {
    vec![
        get("/api/entries", READ, "Lists entries, newest date first", entries::list),
        get("/api/entries/{id}", READ, "Shows an entry", entries::show),
        patch("/api/entries/{id}", WRITE, "Changes an entry and keeps its previous version", entries::edit),
        delete("/api/entries/{id}", WRITE, "Moves an entry to the trash, or destroys it", entries::delete)
            .errors(&[409]),
        post(
            "/api/entries/{id}/verify-doubts",
            WRITE,
            "Marks the uncertain words of an entry as verified",
            entries::verify_doubts,
        ),
        get("/api/entries/{id}/chunks", READ, "Shows the search chunks of an entry", entries::chunks),
        get("/api/entries/{id}/tokens", READ, "Shows the tokens of an entry", entries::tokens),
        post("/api/entries/ingest/text", INGEST, "Stores a typed text as an entry", ingest::text),
        post("/api/entries/ingest/file", INGEST, "Stores a text file as an entry", ingest::file)
            .body_limit(ingest::MAX_FILE_FORM)
            .form::<ingest::IngestFileForm>()
            .replies::<IngestResponse>(201),
        post(
            "/api/entries/ingest/images",
            INGEST,
            "Queues photographed pages for ingestion as one entry",
            ingest::images,
        )
        .rate_class(Expensive)
        .body_limit(ingest::upload_limit(UploadKind::Images))
        .form::<ingest::IngestImagesForm>()
        .errors(&[409]),
        post("/api/entries/ingest/audio", INGEST, "Queues recordings for ingestion as one entry", ingest::audio)
            .rate_class(Expensive)
            .body_limit(ingest::upload_limit(UploadKind::Recordings))
            .form::<ingest::IngestAudioForm>()
            .errors(&[409]),
        get("/api/entries/{id}/media", READ, "Lists the originals of an entry", media::list),
        get("/api/entries/{id}/media/{n}", READ, "Downloads an original unchanged", media::download)
            .returns_bytes()
            .errors(&[409]),
        get("/api/search", SEARCH, "Searches entries by full text and meaning", search::find).errors(&[409]),
        post("/api/search/answer", SEARCH, "Answers a question from the journal", search::answer)
            .errors(&[409, 502, 503]),
        get("/api/stats", READ, "Counts entries, words and months", stats::stats),
        get("/api/tags", READ, "Lists the tags with their numbers of entries", tags::list),
        patch("/api/tags/{tag}", WRITE, "Renames a tag and those below it in every entry", tags::rename).errors(&[409]),
    ]
}

fn trash_routes() -> Vec<HttpRoute> {
    vec![
        get("/api/trash", READ, "Lists deleted entries, newest deletion first", trash::list),
        delete("/api/trash", WRITE, "Destroys every entry in the trash", trash::empty),
        delete("/api/trash/{id}", WRITE, "Destroys an entry in the trash", trash::destroy),
        post("/api/trash/{id}/restore", WRITE, "Restores an entry from the trash", trash::restore),
    ]
}

fn entity_routes() -> Vec<HttpRoute> {
    vec![
        get("/api/entities", READ, "Lists entities by type and name", entities::list),
        get("/api/entities/{id}", READ, "Shows an entity", entities::show),
        patch("/api/entities/{id}", WRITE, "Changes an entity's name, type or description", entities::edit)
            .errors(&[409]),
        delete("/api/entities/{id}", WRITE, "Deletes an entity; extraction does not create it again", entities::remove),
        get("/api/entities/{id}/mentions", READ, "Lists mentions of an entity", entities::mentions),
        get("/api/entities/{id}/relationships", READ, "Lists relationships of an entity", entities::relationships),
        get("/api/entities/aliases/lookup", READ, "Finds the entity with an alias", entities::lookup),
        post("/api/entities/{id}/aliases", WRITE, "Adds an alias to an entity", entities::add_alias).errors(&[409]),
        delete("/api/entities/{id}/aliases/{alias}", WRITE, "Removes an alias from an entity", entities::remove_alias),
        get("/api/entities/quarantined", READ, "Lists quarantined entities", entities::quarantined),
        post(
            "/api/entities/{id}/quarantine",
            WRITE,
            "Quarantines an entity: it is neither listed nor counted",
            entities::quarantine,
        ),
        post("/api/entities/{id}/release-quarantine", WRITE, "Releases an entity from quarantine", entities::release),
        get("/api/entries/{id}/entities", READ, "Lists the entities that an entry mentions", entities::entry_entities),
    ]
}

fn curation_routes() -> Vec<HttpRoute> {
    vec![
        post("/api/entities/merge", WRITE, "Merges entities into one", curation::merge).errors(&[404]),
        get("/api/entities/{id}/merge-history", READ, "Lists the merges into an entity", curation::history),
        post("/api/entities/merge-history/{id}/undo", WRITE, "Undoes a merge", curation::undo).errors(&[409]),
        post("/api/entities/{id}/split", WRITE, "Moves mentions of an entity to another", curation::split)
            .errors(&[409]),
        get("/api/entities/merge-candidates", READ, "Lists possible duplicates", curation::candidates),
        patch(
            "/api/entities/merge-candidates/{id}",
            WRITE,
            "Accepts or dismisses a possible duplicate; merging is a separate call",
            curation::resolve_candidate,
        ),
        get("/api/entities/pair-decisions", READ, "Lists pairs marked as distinct", curation::decisions),
        post("/api/entities/pair-decisions", WRITE, "Marks a pair as distinct", curation::mark_distinct).errors(&[404]),
        delete(
            "/api/entities/pair-decisions/{id}",
            WRITE,
            "Withdraws the decision that a pair is distinct",
            curation::withdraw_decision,
        ),
        get("/api/entities/dismissed", READ, "Lists names that extraction ignores", curation::dismissed),
        delete(
            "/api/entities/dismissed/{id}",
            WRITE,
            "Removes a name from the ignore list, so that extraction may create an entity for it",
            curation::delete_dismissal,
        ),
        post("/api/entities/extract", WRITE, "Queues entity extraction", extraction::extract)
            .rate_class(Expensive)
            .body::<ExtractionFilter>()
            .errors(&[404, 409]),
    ]
}

fn chart_routes() -> Vec<HttpRoute> {
    vec![
        get(
            "/api/dashboard/writing-stats",
            READ,
            "Counts entries and words per week, month, quarter or year",
            dashboard::writing_stats,
        ),
        get("/api/dashboard/calendar-heatmap", READ, "Counts entries and words per day", dashboard::heatmap),
        get(
            "/api/dashboard/word-count-distribution",
            READ,
            "Counts entries by length in words",
            dashboard::word_counts,
        ),
        get("/api/dashboard/entity-distribution", READ, "Counts mentions per entity", charts::distribution),
        get("/api/dashboard/entity-trends", READ, "Counts mentions per week, month, quarter or year", charts::trends),
        get(
            "/api/dashboard/mood-entity-correlation",
            READ,
            "Averages a mood over the entries that mention each entity",
            charts::correlation,
        ),
        get("/api/dashboard/mood-dimensions", READ, "Lists mood dimensions", moods::dimensions),
        get("/api/dashboard/mood-trends", READ, "Averages moods over time", moods::trends),
        get("/api/dashboard/mood-drilldown", READ, "Lists mood scores of single entries", moods::drilldown),
        post("/api/mood/backfill", WRITE, "Queues entries for mood scoring", moods::backfill)
            .body::<moods::BackfillMoodsRequest>()
            .errors(&[409]),
        get("/api/entries/{id}/moods", READ, "Lists the mood scores of an entry", moods::entry_moods),
        put(
            "/api/entries/{id}/moods/{dimension}",
            WRITE,
            "Sets the owner's own score, which overrides the computed one",
            moods::set_own_score,
        ),
        delete("/api/entries/{id}/moods/{dimension}", WRITE, "Removes the owner's own score", moods::clear_own_score),
        get("/api/today", READ, "Returns entries of this day in earlier years", digest::today),
        get("/api/digest", READ, "Returns the digest of a week", digest::week),
        get("/api/fitness/sync/status", Member, "Returns that no fitness service is connected", fitness::status),
    ]
}

fn server_routes() -> Vec<HttpRoute> {
    vec![
        get("/health", Public, "Liveness check", health::liveness).rate_class(Free),
        get("/api/health", READ, "Returns the health of the caller's journal", health::health),
        get("/api/jobs", READ, "Lists jobs, newest first", jobs::list),
        get("/api/jobs/{job_id}", READ, "Shows a job", jobs::show),
        post("/api/jobs/{job_id}/retry", INGEST, "Queues a failed or cancelled job again", jobs::retry).errors(&[409]),
        post("/api/jobs/{job_id}/cancel", INGEST, "Cancels a queued or running job", jobs::cancel).errors(&[409]),
        get(
            "/api/activity",
            ACCOUNT,
            "Lists changes to the caller's journal and account, and the amount read, newest first",
            activity::list,
        ),
        get("/api/egress", ACCOUNT, "Lists data sent to providers for your journal, newest first", egress::list),
        get("/api/egress/report", ACCOUNT, "Sums up sent data by provider, purpose and model", egress::report),
        get("/api/egress/policy", ACCOUNT, "Shows the egress policy of your journal", egress::show),
        patch("/api/egress/policy", ACCOUNT, "Changes the egress policy of your journal", egress::change)
            .errors(&[404, 409]),
        get("/api/admin/audit", Requires(Scope::AdminAudit), "Lists audit events, newest first", audit::list),
        get(
            "/metrics",
            Requires(Scope::AdminMetrics),
            "Returns server metrics in the OpenMetrics text format",
            metrics::server_metrics,
        )
        .returns_bytes(),
        post(
            "/api/admin/reload/{what}",
            Requires(Scope::AdminReload),
            "Reloads a file: ocr-context, transcription-context, mood-dimensions or entity-casing",
            reload::reload_one,
        )
        .errors(&[409]),
        post("/mcp", Member, "Handles a message of the Model Context Protocol", mcp::answer)
            .undocumented()
            .body_limit(MAX_BODY),
        get("/mcp", Member, "Streams server-initiated messages of a session", mcp::answer).undocumented(),
        delete("/mcp", Member, "Ends a session", mcp::answer).undocumented(),
        get("/api/openapi.json", Member, "Describes every route, as OpenAPI 3.1", openapi_document)
            .replies::<OpenApiDocument>(200),
    ]
}
