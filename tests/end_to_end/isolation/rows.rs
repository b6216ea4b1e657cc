//! Table of all commands with their targets and scopes.

/// Kind of data a command accesses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommandTarget {
    /// A record by its ID; another user's record reads as absent.
    Record,
    /// The caller's own journal or keys; never data of another user.
    OwnJournal,
    /// Accounts, the audit log or the keyring; requires an admin scope.
    Accounts,
    /// All journals; for the operator only, never with an API key.
    Operator,
    /// The local machine, independent of users and keys.
    Machine,
}

/// A command with example arguments and all the scopes it requires.
pub struct CommandRow {
    pub name: &'static str,
    pub target: CommandTarget,
    /// Placeholders: `{entry}`, `{trashed}`, `{key}` and `{job}` are Ada's IDs, `{new}` is the path of a new folder, `{file}` a text
    /// file; `create_sample` replaces the others.
    pub args: &'static str,
    pub scopes: &'static [&'static str],
}

pub const fn row(
    name: &'static str,
    target: CommandTarget,
    args: &'static str,
    scopes: &'static [&'static str],
) -> CommandRow {
    CommandRow { name, target, args, scopes }
}

pub const ROWS: &[CommandRow] = &[
    row("init", CommandTarget::Machine, "--email mallory@home.example", &[]),
    row("demo", CommandTarget::Machine, "", &[]),
    // First, because an export can only be imported into an empty journal.
    row("import journal", CommandTarget::OwnJournal, "{export}", &["ingest", "account"]),
    row("write", CommandTarget::OwnJournal, "Bobs_own_words", &["ingest"]),
    row("ingest", CommandTarget::OwnJournal, "{file}", &["ingest"]),
    row("import markdown", CommandTarget::OwnJournal, "{notes}", &["ingest"]),
    row("import jrnl", CommandTarget::OwnJournal, "{jrnl}", &["ingest"]),
    row("import day-one", CommandTarget::OwnJournal, "{zip}", &["ingest"]),
    row("search", CommandTarget::OwnJournal, "plum_brandy", &["search"]),
    row("list", CommandTarget::OwnJournal, "", &["entries:read"]),
    row("show", CommandTarget::Record, "{entry}", &["entries:read"]),
    row("edit", CommandTarget::Record, "{entry} --title mine", &["entries:read", "entries:write"]),
    row("delete", CommandTarget::Record, "{entry} --yes", &["entries:read", "entries:write"]),
    row("trash list", CommandTarget::OwnJournal, "", &["entries:read"]),
    row("trash restore", CommandTarget::Record, "{trashed}", &["entries:write"]),
    row("trash empty", CommandTarget::Record, "{trashed} --yes", &["entries:read", "entries:write"]),
    row("stats", CommandTarget::OwnJournal, "", &["entries:read"]),
    row("tag list", CommandTarget::OwnJournal, "", &["entries:read"]),
    row("tag rename", CommandTarget::Record, "plum prune", &["entries:write"]),
    row("export", CommandTarget::OwnJournal, "--to {new}", &["export"]),
    row("import journal-server", CommandTarget::Operator, "--db {file}", &[]),
    row("backup create", CommandTarget::Operator, "--to {new} -r age1unread", &[]),
    row("backup prune", CommandTarget::Operator, "{new} --keep-daily 1", &[]),
    row("backup list", CommandTarget::Machine, "{new}", &[]),
    row("user add", CommandTarget::Accounts, "carol@home.example", &["admin:users"]),
    row("user list", CommandTarget::Accounts, "", &["admin:users"]),
    row("user show", CommandTarget::Accounts, "ada@home.example", &["admin:users"]),
    row("user default", CommandTarget::Operator, "bob@home.example", &[]),
    row("user passwd", CommandTarget::Accounts, "bob@home.example --password-file {file}", &["admin:users"]),
    row("user enable", CommandTarget::Accounts, "bob@home.example", &["admin:users"]),
    row("user disable", CommandTarget::Accounts, "dora@home.example", &["admin:users"]),
    row("user admin", CommandTarget::Accounts, "dora@home.example", &["admin:users"]),
    row("user unlock", CommandTarget::Accounts, "bob@home.example", &["admin:users"]),
    row("user reset-link", CommandTarget::Accounts, "bob@home.example", &["admin:users"]),
    row("user delete", CommandTarget::Accounts, "dora@home.example --yes", &["admin:users"]),
    row("user purge", CommandTarget::Accounts, "", &["admin:users"]),
    row("key add", CommandTarget::OwnJournal, "laptop --scope account", &["account"]),
    row("key list", CommandTarget::OwnJournal, "", &["account"]),
    row("key rotate", CommandTarget::Record, "{key}", &["account"]),
    row("key revoke", CommandTarget::Record, "{key}", &["account"]),
    row("session list", CommandTarget::OwnJournal, "", &["account"]),
    row("session revoke", CommandTarget::OwnJournal, "--all", &["account"]),
    row("job list", CommandTarget::OwnJournal, "", &["entries:read"]),
    row("job show", CommandTarget::Record, "{job}", &["entries:read"]),
    row("job run", CommandTarget::OwnJournal, "", &["ingest"]),
    row("job retry", CommandTarget::Record, "{job}", &["ingest"]),
    row("job cancel", CommandTarget::Record, "{job}", &["ingest"]),
    row("reindex", CommandTarget::OwnJournal, "", &["entries:write"]),
    row("keyring status", CommandTarget::Accounts, "", &["admin:users"]),
    row("audit list", CommandTarget::Accounts, "", &["admin:audit"]),
    row("audit verify", CommandTarget::Accounts, "", &["admin:audit"]),
    row("audit export", CommandTarget::Accounts, "", &["admin:audit"]),
    row("activity", CommandTarget::OwnJournal, "", &["account"]),
    row("egress list", CommandTarget::OwnJournal, "", &["account"]),
    row("egress report", CommandTarget::OwnJournal, "", &["account"]),
    row("egress preview", CommandTarget::Record, "{entry}", &["account", "entries:read"]),
    row("egress policy", CommandTarget::OwnJournal, "--redact emails", &["account"]),
    row("user contain", CommandTarget::Accounts, "dora@home.example", &["admin:users"]),
    // Calls a running server, which checks the key; see tests/http/reload.rs.
    row("reload", CommandTarget::Machine, "all", &[]),
    // Serves MCP; tests/mcp/isolation.rs covers its methods.
    row("mcp", CommandTarget::Machine, "", &[]),
    row("mcp config", CommandTarget::Machine, "cursor", &[]),
    // For the operator only, never with a key; see tests/keyring.
    row("keyring rotate", CommandTarget::Machine, "", &[]),
    row("keyring recover-kit", CommandTarget::Machine, "", &[]),
    row("keyring check-kit", CommandTarget::Machine, "{file}", &[]),
    // For the operator only, never with a key; see tests/backup.
    row("backup verify", CommandTarget::Machine, "{file}", &[]),
    row("backup drill", CommandTarget::Machine, "{file}", &[]),
    row("restore", CommandTarget::Machine, "{file}", &[]),
    row("completions", CommandTarget::Machine, "bash", &[]),
    row("man", CommandTarget::Machine, "", &[]),
    row("config", CommandTarget::Machine, "", &[]),
    row("doctor", CommandTarget::Machine, "", &[]),
    row("serve", CommandTarget::Machine, "--check", &[]),
];
