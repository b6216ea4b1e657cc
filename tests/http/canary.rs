//! What crosses the wire stays between the client and the encrypted files.

use serde_json::json;

use crate::login::PASSWORD;
use crate::login::world;
use crate::support::ADA;
use crate::support::needles::found;
use crate::support::needles::is_log;
use crate::support::needles::needles;
use crate::support::needles::scan;
use crate::support::server::UNLIMITED;

const TYPED: &str = "heliotrope barometer on the sill";
const UPLOADED: &str = "vermilion sextant in the attic";
const EDITED: &str = "magenta clavichord for sale";
const SOUGHT: &str = "cobalt astrolabe somewhere";
const ASKED: &str = "where is the teal orrery";
const PREFERRED: &str = "saffron gyroscope layout";
const GUESSED: &str = "ochre metronome violin";
const NAMED: &str = "Umber Theodolite";
const STRAYED: &str = "quince abacus nowhere";

#[test]
fn nothing_that_crosses_the_wire_is_readable_in_a_file_a_log_or_a_refusal() {
    for format in ["human", "json"] {
        let world = world();
        let logs = [("JOURNAL_LOG", "trace"), ("JOURNAL_LOG_FORMAT", format)];
        let server = world.serve_with(&[], &[UNLIMITED.as_slice(), &logs].concat());
        let login = server.stranger().post("/api/auth/login", &json!({ "email": ADA, "password": PASSWORD })).ok();
        let browser = server.stranger().with("cookie", &login.cookies());
        let entry =
            browser.post("/api/entries/ingest/text", &json!({ "text": TYPED })).ok().json()["entry"]["id"].clone();
        browser.upload("/api/entries/ingest/file", "file", "note.md", UPLOADED.as_bytes(), &[]).ok();
        browser.patch(&format!("/api/entries/{entry}"), &json!({ "final_text": EDITED })).ok();
        browser.get(&format!("/api/search?q={}", SOUGHT.replace(' ', "+"))).ok();
        browser.post("/api/search/answer", &json!({ "q": format!("{ASKED}?") })).ok();
        browser.patch("/api/users/me/preferences", &json!({ "dashboard_layout": PREFERRED })).ok();
        browser.patch("/api/auth/me", &json!({ "display_name": NAMED })).ok();
        let key = browser.post("/api/auth/api-keys", &json!({ "name": "canary" })).ok().json()["key"].clone();
        let refusals = [
            server.stranger().post("/api/auth/login", &json!({ "email": ADA, "password": GUESSED })),
            browser.post("/api/entries/ingest/text", &json!({ "text": [STRAYED] })),
            browser.post("/api/entries/ingest/text", &json!({ "text": "a", "source_type": STRAYED })),
            browser.post("/api/entries/ingest/text", &json!({ "text": "a", "entry_date": STRAYED })),
            browser.post("/api/search/answer", &json!({ "q": STRAYED.repeat(200) })),
            browser.post("/api/search/answer", &json!({ "q": "when?", "start_date": STRAYED })),
            browser.get(&format!("/api/entries/{}", STRAYED.replace(' ', "%20"))),
            browser.get(&format!("/api/search?q=a&limit={}", STRAYED.replace(' ', "+"))),
            server.key(STRAYED).get("/api/entries"),
        ];
        let token = |name: &str| {
            let cookies = login.cookies();
            let cookie = cookies.split("; ").find_map(|cookie| cookie.strip_prefix(name)).unwrap();
            cookie.trim_start_matches('=').to_owned()
        };
        let (session, device) = (token("__Host-session_id"), token("__Host-device_id"));
        let phrases = [
            TYPED,
            UPLOADED,
            EDITED,
            SOUGHT,
            ASKED,
            PREFERRED,
            GUESSED,
            NAMED,
            STRAYED,
            PASSWORD,
            &session,
            &device,
            key.as_str().unwrap(),
        ];
        let needles = needles(&phrases);

        for refusal in &refusals {
            assert!((400..500).contains(&refusal.status), "{refusal:#?}");
            let told: Vec<_> = found(refusal.text.as_bytes(), &needles).iter().map(|needle| &needle.phrase).collect();
            assert!(told.is_empty(), "{told:?} in {refusal:#?}");
        }
        let clean = || {
            for folder in [world.data(), world.config(), world.path("tmp"), world.path("run")] {
                assert_eq!(scan(&folder, &needles).0, [""; 0], "{format}");
            }
        };
        clean();
        let log = server.log();
        server.kill();
        clean();
        assert!(log.lines().any(is_log), "{log}");
        let told: Vec<_> = found(log.as_bytes(), &needles).iter().map(|needle| needle.phrase.clone()).collect();
        assert!(told.is_empty(), "{told:?} in the log");
    }
}
