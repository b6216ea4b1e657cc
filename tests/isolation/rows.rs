//! Every command there is, with what it works on.

/// What a command works on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum About {
    /// A thing of somebody's, by its number: another's reads as absent.
    Thing,
    /// The caller's own journal or keys: shows and changes nothing of another's.
    Own,
    /// People, the trail or the keyring, for who holds the scope.
    People,
    /// Everybody's journals at once: for the operator, and no key whatever its scopes.
    Operator,
    /// The machine alone; neither keys nor people matter.
    Machine,
}

/// A command, an example of its words, and the scopes it needs, all of them.
pub struct Row {
    pub name: &'static str,
    pub about: About,
    /// `{entry}`, `{key}` and `{job}` become Ada's, `{new}` a folder that is not there yet, `{file}` a text file.
    pub args: &'static str,
    pub scopes: &'static [&'static str],
}

pub const fn row(name: &'static str, about: About, args: &'static str, scopes: &'static [&'static str]) -> Row {
    Row { name, about, args, scopes }
}

pub const ROWS: &[Row] = &[
    row("init", About::Machine, "--email mallory@home.example", &[]),
    row("demo", About::Machine, "", &[]),
    // While there is nothing: an export is brought back into an empty journal only.
    row("import journal", About::Own, "{export}", &["ingest", "account"]),
    row("write", About::Own, "Bobs_own_words", &["ingest"]),
    row("ingest", About::Own, "{file}", &["ingest"]),
    row("import markdown", About::Own, "{notes}", &["ingest"]),
    row("import jrnl", About::Own, "{jrnl}", &["ingest"]),
    row("import day-one", About::Own, "{zip}", &["ingest"]),
    row("search", About::Own, "plum_brandy", &["search"]),
    row("list", About::Own, "", &["entries:read"]),
    row("show", About::Thing, "{entry}", &["entries:read"]),
    row("edit", About::Thing, "{entry} --title mine", &["entries:read", "entries:write"]),
    row("delete", About::Thing, "{entry} --yes", &["entries:read", "entries:write"]),
    row("stats", About::Own, "", &["entries:read"]),
    row("export", About::Own, "--to {new}", &["export"]),
    row("import journal-server", About::Operator, "--db {file}", &[]),
    row("backup create", About::Operator, "--to {new} -r age1unread", &[]),
    row("backup prune", About::Operator, "{new} --keep-daily 1", &[]),
    row("backup list", About::Machine, "{new}", &[]),
    row("user add", About::People, "carol@home.example", &["admin:users"]),
    row("user list", About::People, "", &["admin:users"]),
    row("user show", About::People, "ada@home.example", &["admin:users"]),
    row("user passwd", About::People, "bob@home.example --password-file {file}", &["admin:users"]),
    row("user enable", About::People, "bob@home.example", &["admin:users"]),
    row("user disable", About::People, "dora@home.example", &["admin:users"]),
    row("user admin", About::People, "dora@home.example", &["admin:users"]),
    row("user unlock", About::People, "bob@home.example", &["admin:users"]),
    row("user reset-link", About::People, "bob@home.example", &["admin:users"]),
    row("user delete", About::People, "dora@home.example --yes", &["admin:users"]),
    row("user purge", About::People, "", &["admin:users"]),
    row("key add", About::Own, "laptop --scope account", &["account"]),
    row("key list", About::Own, "", &["account"]),
    row("key rotate", About::Thing, "{key}", &["account"]),
    row("key revoke", About::Thing, "{key}", &["account"]),
    row("session list", About::Own, "", &["account"]),
    row("session revoke", About::Own, "--all", &["account"]),
    row("job list", About::Own, "", &["entries:read"]),
    row("job show", About::Thing, "{job}", &["entries:read"]),
    row("job run", About::Own, "", &["ingest"]),
    row("job retry", About::Thing, "{job}", &["ingest"]),
    row("job cancel", About::Thing, "{job}", &["ingest"]),
    row("reindex", About::Own, "", &["entries:write"]),
    row("keyring status", About::People, "", &["admin:users"]),
    row("audit list", About::People, "", &["admin:audit"]),
    row("audit verify", About::People, "", &["admin:audit"]),
    row("audit export", About::People, "", &["admin:audit"]),
    row("activity", About::Own, "", &["account"]),
    row("egress list", About::Own, "", &["account"]),
    row("egress report", About::Own, "", &["account"]),
    row("egress preview", About::Thing, "{entry}", &["account", "entries:read"]),
    row("egress policy", About::Own, "--redact emails", &["account"]),
    row("user contain", About::People, "dora@home.example", &["admin:users"]),
    // Speaks to a running server, which decides by its key; see tests/http/reload.rs.
    row("reload", About::Machine, "all", &[]),
    // Speaks the protocol, whose every method tests/mcp/isolation.rs tries.
    row("mcp", About::Machine, "", &[]),
    row("mcp config", About::Machine, "cursor", &[]),
    // The operator's alone, whatever a key may; see tests/keyring.
    row("keyring rotate", About::Machine, "", &[]),
    row("keyring recover-kit", About::Machine, "", &[]),
    row("keyring check-kit", About::Machine, "{file}", &[]),
    // The operator's alone, whatever a key may; see tests/backup.
    row("backup verify", About::Machine, "{file}", &[]),
    row("backup drill", About::Machine, "{file}", &[]),
    row("restore", About::Machine, "{file}", &[]),
    row("config", About::Machine, "", &[]),
    row("doctor", About::Machine, "", &[]),
    row("serve", About::Machine, "--check", &[]),
];
