//! Prompts on a terminal: whole lines, exact answers, and a restored terminal after Ctrl-C.

use crate::support::terminal::{Terminal, TerminalRun, has_terminals, quote};
use crate::support::{ADA, Person, World};

const BOB: &str = "bob@home.example";

/// Runs a command whose only prompt ends with `continue: ` and gives this answer.
fn answer(world: &World, args: &[&str], keys: &str) -> TerminalRun {
    let mut terminal = Terminal::start(world, args, &[]);
    terminal.wait_for("continue: ").press(keys);
    terminal.finish()
}

/// Asserts that the answer cancels the command.
#[track_caller]
fn assert_cancelled(run: &TerminalRun) {
    assert_eq!(run.code, 4, "{run:#?}");
    assert!(run.shown.contains("cancelled; nothing was changed"), "{run:#?}");
}

fn count(world: &World, email: &str) -> i64 {
    world.json(&["list", "--user", email])["total"].as_i64().unwrap()
}

/// Adds Bob with two entries.
fn add_bob(world: &World) {
    let bob = world.user(BOB);
    bob.write("The first of Bob.", "2024-02-01");
    bob.write("The last of Bob.", "2024-06-30");
}

#[test]
fn only_the_word_yes_and_enter_confirm() {
    if !has_terminals() {
        return;
    }
    let world = World::new();
    world.ada().write("An entry.", "2024-05-01");

    for keys in ["may\n", "y\n", "\n", "YES\n", "yes, of course\n", "\u{4}"] {
        assert_cancelled(&answer(&world, &["delete", "1"], keys));
    }
    assert_eq!(count(&world, ADA), 1);
    let run = answer(&world, &["delete", "1"], "yes\n");

    assert_eq!((run.code, count(&world, ADA)), (0, 0), "{run:#?}");
}

#[test]
fn several_entries_are_confirmed_by_their_number() {
    if !has_terminals() {
        return;
    }
    let world = World::new();
    for date in ["2024-05-01", "2024-05-02", "2024-05-03"] {
        world.ada().write("An entry.", date);
    }

    assert_cancelled(&answer(&world, &["delete", "1", "2"], "yes\n"));
    assert_cancelled(&answer(&world, &["delete", "1", "2"], "3\n"));
    let run = answer(&world, &["delete", "1", "2"], "2\n");

    assert_eq!((run.code, count(&world, ADA)), (0, 1), "{run:#?}");
}

#[test]
fn destroying_a_user_takes_the_address_and_shows_the_loss() {
    if !has_terminals() {
        return;
    }
    let world = World::new();
    add_bob(&world);
    let args = ["user", "delete", BOB, "--now"];

    for keys in ["yes\n", "y\n", "bob\n"] {
        let run = answer(&world, &args, keys);
        assert_cancelled(&run);
        let question =
            "Delete bob@home.example and the whole journal with 2 entries from 2024-02-01 to 2024-06-30, now";
        assert!(run.shown.contains(question), "{run:#?}");
    }
    let run = answer(&world, &args, "bob@home.example\n");

    assert_eq!(run.code, 0, "{run:#?}");
    assert!(!world.ok(&["user", "list"]).contains(BOB));
}

#[test]
fn replacing_a_journal_shows_both_and_takes_the_address() {
    if !has_terminals() {
        return;
    }
    let world = World::new();
    add_bob(&world);
    let (backups, passphrase) = (world.path("inbox/backups"), world.file("passphrase", "a long passphrase"));
    crate::support::chmod(&passphrase, 0o600);
    let (backups, passphrase) = (backups.to_str().unwrap(), passphrase.to_str().unwrap());
    world.ok(&["backup", "create", "--to", backups, "--passphrase-file", passphrase]);
    Person { world: &world, email: BOB }.write("After the backup.", "2024-07-15");
    let mut archive = std::fs::read_dir(backups).unwrap().map(|file| file.unwrap().path());
    let archive = archive.find(|path| path.extension().is_some_and(|end| end == "age")).unwrap();
    let args = ["restore", archive.to_str().unwrap(), "--passphrase-file", passphrase, "--user", BOB];

    let run = answer(&world, &args, "yes\n");

    assert_cancelled(&run);
    assert!(run.shown.contains("here has 3 entries from 2024-02-01 to 2024-07-15"), "{run:#?}");
    assert!(run.shown.contains("has 2 entries from 2024-02-01 to 2024-06-30"), "{run:#?}");
    assert_eq!(count(&world, BOB), 3);
    let run = answer(&world, &args, "bob@home.example\n");
    assert_eq!((run.code, count(&world, BOB)), (0, 2), "{run:#?}");
}

#[test]
fn rekeying_asks_if_a_recovery_kit_becomes_useless() {
    if !has_terminals() {
        return;
    }
    let world = World::new();
    world.ok(&["keyring", "rotate", "--deep"]);
    world.ok(&["keyring", "recover-kit", "--to", world.path("inbox/kit.txt").to_str().unwrap()]);

    world.run(&["keyring", "rotate", "--deep"]).refused(2).says("--yes");
    let cancelled = answer(&world, &["keyring", "rotate", "--deep"], "yes\n");
    assert_cancelled(&cancelled);
    assert!(cancelled.shown.contains("will no longer open the journal"), "{cancelled:#?}");
    let run = answer(&world, &["keyring", "rotate", "--deep"], "rotate\n");

    assert_eq!(run.code, 0, "{run:#?}");
}

#[test]
fn a_kit_that_others_can_read_is_reported() {
    let world = World::new();
    let kit = world.path("inbox/kit.txt");
    world.ok(&["keyring", "recover-kit", "--to", kit.to_str().unwrap()]);

    let private = world.run(&["keyring", "check-kit", kit.to_str().unwrap()]).ok();
    crate::support::chmod(&kit, 0o644);
    let loose = world.run(&["keyring", "check-kit", kit.to_str().unwrap()]).ok();

    assert!(!private.stderr.contains("warning"), "{private:#?}");
    assert!(loose.stderr.contains("warning: other users can read"), "{loose:#?}");
}

#[test]
fn init_and_user_add_ask_for_no_password() {
    if !has_terminals() {
        return;
    }
    let world = World::empty();

    let made = Terminal::start(&world, &["init", "--email", ADA], &[]).finish();
    let added = Terminal::start(&world, &["user", "add", BOB], &[]).finish();
    world.run(&["user", "add", "eve@home.example", "--ask-password"]).refused(2).says("--password-file");

    for run in [&made, &added] {
        assert_eq!(run.code, 0, "{run:#?}");
        assert!(run.shown.contains("No password was set") && run.shown.contains("journal user passwd"), "{run:#?}");
        assert!(run.shown.contains("Next: journal") && !run.shown.contains("Password:"), "{run:#?}");
    }
}

/// Runs a command, presses Ctrl-C at its prompt, and prints the exit code and the settings of the terminal.
fn interrupt(world: &World, args: &[&str], prompt: &str) -> TerminalRun {
    let command: Vec<String> = [env!("CARGO_BIN_EXE_journal")].iter().chain(args).map(|arg| quote(arg)).collect();
    let script = format!("trap : INT; {}; echo \"exit code $?\"; stty -a", command.join(" "));
    let mut terminal = Terminal::start_script(world, &script, &[]);
    terminal.wait_for(prompt).press("\u{3}");
    terminal.finish()
}

#[test]
fn ctrl_c_at_a_prompt_restores_the_terminal() {
    if !has_terminals() {
        return;
    }
    let world = World::new();
    world.ada().write("An entry.", "2024-05-01");
    let empty = World::empty();

    for (world, args, prompt) in [
        (&world, &["delete", "1"][..], "continue: "),
        (&world, &["user", "passwd", ADA], "Password"),
        (&world, &["user", "add", BOB, "--ask-password"], "Password"),
        (&empty, &["init"], "E-mail address"),
    ] {
        let run = interrupt(world, args, prompt);

        assert!(run.shown.contains("exit code 130"), "{args:?}: {run:#?}");
        let flags: Vec<&str> = run.shown.split_whitespace().collect();
        for flag in ["echo", "icanon", "isig", "icrnl", "opost"] {
            assert!(flags.contains(&flag), "{flag} is off after {args:?}: {run:#?}");
        }
        let (hidden, shown) = (run.shown.rfind("\u{1b}[?25l"), run.shown.rfind("\u{1b}[?25h"));
        assert!(hidden <= shown, "the cursor is hidden after {args:?}: {run:#?}");
    }
    assert_eq!(count(&world, ADA), 1);
}

#[test]
fn signals_that_the_parent_ignores_stay_ignored() {
    let world = World::new();
    let journal = env!("CARGO_BIN_EXE_journal");
    // The signal arrives after the handlers are installed, that of SIGTERM (bit 14) included.
    let script = format!(
        "trap '' HUP; mkfifo pipe; {journal} write - < pipe & exec 3> pipe; \
         until grep -qE 'SigCgt:.*[4-7c-f][0-9a-f]{{3}}$' /proc/$!/status || ! kill -0 $!; do :; done; \
         kill -HUP $!; echo 'It rained.' >&3; exec 3>&-; wait $!"
    );
    let mut command = world.program("bash");
    command.args(["-c", &script]);

    let run = crate::support::run_with_input(command, None);

    assert_eq!(run.code, 0, "{run:#?}");
    assert_eq!(count(&world, ADA), 1);
}
