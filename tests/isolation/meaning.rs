//! The commands that are about people, places and moods.

use crate::About;
use crate::Row;
use crate::row;

pub const ROWS: &[Row] = &[
    row("entity list", About::Own, "", &["entries:read"]),
    row("entity show", About::Thing, "9001", &["entries:read"]),
    row("entity rename", About::Thing, "9001 mine", &["entries:read", "entries:write"]),
    row("entity describe", About::Thing, "9001 mine", &["entries:read", "entries:write"]),
    row("entity type", About::Thing, "9001 topic", &["entries:read", "entries:write"]),
    row("entity alias add", About::Thing, "9001 mine", &["entries:read", "entries:write"]),
    row("entity alias remove", About::Thing, "9001 quitzow", &["entries:read", "entries:write"]),
    row("entity merge", About::Thing, "9001 9002", &["entries:read", "entries:write"]),
    row("entity undo", About::Thing, "9001", &["entries:read", "entries:write"]),
    row("entity history", About::Thing, "9001", &["entries:read"]),
    row("entity split", About::Thing, "9001 --mentions 9001 --name mine", &["entries:read", "entries:write"]),
    row("entity different", About::Thing, "9001 9002", &["entries:read", "entries:write"]),
    row("entity quarantine", About::Thing, "9001", &["entries:read", "entries:write"]),
    row("entity release", About::Thing, "9001", &["entries:read", "entries:write"]),
    row("entity delete", About::Thing, "9001 --yes", &["entries:read", "entries:write"]),
    row("entity allow", About::Thing, "old_quitzow", &["entries:read", "entries:write"]),
    row("entity extract", About::Thing, "--entry {entry} --no-wait", &["entries:write"]),
    row("mood show", About::Thing, "{entry}", &["entries:read"]),
    row("mood set", About::Thing, "{entry} joy_sadness 1", &["entries:read", "entries:write"]),
    row("mood clear", About::Thing, "{entry} joy_sadness", &["entries:read", "entries:write"]),
    row("mood trend", About::Own, "", &["entries:read"]),
    row("mood rescore", About::Own, "--force", &["entries:read", "entries:write"]),
    row("mood dimensions", About::Own, "", &["entries:read"]),
];
