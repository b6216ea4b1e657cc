//! Request data is stored and logged nowhere as plain text.

use serde_json::json;

use crate::http::login::{PASSWORD, world};
use crate::support::ADA;
use crate::support::needles::{find_in, is_log, needles, scan};
use crate::support::server::UNLIMITED;

const TYPED_TEXT: &str = "heliotrope barometer on the sill";
const UPLOADED_TEXT: &str = "vermilion sextant in the attic";
const EDITED_TEXT: &str = "magenta clavichord for sale";
const SEARCH_QUERY: &str = "cobalt astrolabe somewhere";
const QUESTION: &str = "where is the teal orrery";
const PREFERENCE: &str = "saffron gyroscope layout";
const WRONG_PASSWORD: &str = "ochre metronome violin";
const DISPLAY_NAME: &str = "Umber Theodolite";
const INVALID_VALUE: &str = "quince abacus nowhere";

#[test]
fn request_data_is_readable_in_no_file_log_or_refusal() {
    for format in ["human", "json"] {
        let world = world();
        let logs = [("JOURNAL_LOG", "trace"), ("JOURNAL_LOG_FORMAT", format)];
        let server = world.serve_with(&[], &[UNLIMITED.as_slice(), &logs].concat());
        let login = server.anonymous().post("/api/auth/login", &json!({ "email": ADA, "password": PASSWORD })).ok();
        let browser = server.anonymous().with("cookie", &login.cookies());
        let entry =
            browser.post("/api/entries/ingest/text", &json!({ "text": TYPED_TEXT })).ok().json()["entry"]["id"].clone();
        browser.upload("/api/entries/ingest/file", "file", "note.md", UPLOADED_TEXT.as_bytes(), &[]).ok();
        browser.patch(&format!("/api/entries/{entry}"), &json!({ "final_text": EDITED_TEXT })).ok();
        browser.get(&format!("/api/search?q={}", SEARCH_QUERY.replace(' ', "+"))).ok();
        browser.post("/api/search/answer", &json!({ "q": format!("{QUESTION}?") })).ok();
        browser.patch("/api/users/me/preferences", &json!({ "dashboard_layout": PREFERENCE })).ok();
        browser.patch("/api/auth/me", &json!({ "display_name": DISPLAY_NAME })).ok();
        let key = browser.post("/api/auth/api-keys", &json!({ "name": "canary" })).ok().json()["key"].clone();
        let refusals = [
            server.anonymous().post("/api/auth/login", &json!({ "email": ADA, "password": WRONG_PASSWORD })),
            browser.post("/api/entries/ingest/text", &json!({ "text": [INVALID_VALUE] })),
            browser.post("/api/entries/ingest/text", &json!({ "text": "a", "source_type": INVALID_VALUE })),
            browser.post("/api/entries/ingest/text", &json!({ "text": "a", "entry_date": INVALID_VALUE })),
            browser.post("/api/search/answer", &json!({ "q": INVALID_VALUE.repeat(200) })),
            browser.post("/api/search/answer", &json!({ "q": "when?", "start_date": INVALID_VALUE })),
            browser.get(&format!("/api/entries/{}", INVALID_VALUE.replace(' ', "%20"))),
            browser.get(&format!("/api/search?q=a&limit={}", INVALID_VALUE.replace(' ', "+"))),
            server.key(INVALID_VALUE).get("/api/entries"),
        ];
        let token = |name: &str| {
            let cookies = login.cookies();
            let cookie = cookies.split("; ").find_map(|cookie| cookie.strip_prefix(name)).unwrap();
            cookie.trim_start_matches('=').to_owned()
        };
        let (session, device) = (token("__Host-session_id"), token("__Host-device_id"));
        let phrases = [
            TYPED_TEXT,
            UPLOADED_TEXT,
            EDITED_TEXT,
            SEARCH_QUERY,
            QUESTION,
            PREFERENCE,
            WRONG_PASSWORD,
            DISPLAY_NAME,
            INVALID_VALUE,
            PASSWORD,
            &session,
            &device,
            key.as_str().unwrap(),
        ];
        let needles = needles(&phrases);

        for refusal in &refusals {
            assert!((400..500).contains(&refusal.status), "{refusal:#?}");
            let leaked: Vec<_> =
                find_in(refusal.text.as_bytes(), &needles).iter().map(|needle| &needle.phrase).collect();
            assert!(leaked.is_empty(), "{leaked:?} in {refusal:#?}");
        }
        let assert_files_clean = || {
            for folder in [world.data(), world.config(), world.path("tmp"), world.path("run")] {
                assert_eq!(scan(&folder, &needles).0, [""; 0], "{format}");
            }
        };
        assert_files_clean();
        let log = server.log();
        server.kill();
        assert_files_clean();
        assert!(log.lines().any(is_log), "{log}");
        let leaked: Vec<_> = find_in(log.as_bytes(), &needles).iter().map(|needle| needle.phrase.clone()).collect();
        assert!(leaked.is_empty(), "{leaked:?} in the log");
    }
}
