//! Table of the commands for entities, moods and digests.

use crate::isolation::rows::{CommandRow, CommandTarget, row};

pub const ROWS: &[CommandRow] = &[
    row("digest", CommandTarget::OwnJournal, "--week 2024-W19", &["entries:read"]),
    row("today", CommandTarget::OwnJournal, "--date 2025-05-03", &["entries:read"]),
    row("ask", CommandTarget::OwnJournal, "who_served_brandy?", &["search"]),
    row("entity list", CommandTarget::OwnJournal, "", &["entries:read"]),
    row("entity show", CommandTarget::Record, "9001", &["entries:read"]),
    row("entity rename", CommandTarget::Record, "9001 mine", &["entries:read", "entries:write"]),
    row("entity describe", CommandTarget::Record, "9001 mine", &["entries:read", "entries:write"]),
    row("entity type", CommandTarget::Record, "9001 topic", &["entries:read", "entries:write"]),
    row("entity alias add", CommandTarget::Record, "9001 mine", &["entries:read", "entries:write"]),
    row("entity alias remove", CommandTarget::Record, "9001 quitzow", &["entries:read", "entries:write"]),
    row("entity merge", CommandTarget::Record, "9001 9002", &["entries:read", "entries:write"]),
    row("entity undo", CommandTarget::Record, "9001", &["entries:read", "entries:write"]),
    row("entity history", CommandTarget::Record, "9001", &["entries:read"]),
    row("entity split", CommandTarget::Record, "9001 --mentions 9001 --name mine", &["entries:read", "entries:write"]),
    row("entity different", CommandTarget::Record, "9001 9002", &["entries:read", "entries:write"]),
    row("entity quarantine", CommandTarget::Record, "9001", &["entries:read", "entries:write"]),
    row("entity release", CommandTarget::Record, "9001", &["entries:read", "entries:write"]),
    row("entity delete", CommandTarget::Record, "9001 --yes", &["entries:read", "entries:write"]),
    row("entity allow", CommandTarget::Record, "old_quitzow", &["entries:read", "entries:write"]),
    row("entity extract", CommandTarget::Record, "--entry {entry} --no-wait", &["entries:write"]),
    row("mood show", CommandTarget::Record, "{entry}", &["entries:read"]),
    row("mood set", CommandTarget::Record, "{entry} joy_sadness 1", &["entries:read", "entries:write"]),
    row("mood clear", CommandTarget::Record, "{entry} joy_sadness", &["entries:read", "entries:write"]),
    row("mood trend", CommandTarget::OwnJournal, "", &["entries:read"]),
    row("mood rescore", CommandTarget::OwnJournal, "--force", &["entries:read", "entries:write"]),
    row("mood dimensions", CommandTarget::OwnJournal, "", &["entries:read"]),
];
