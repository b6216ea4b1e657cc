//! Editors of `write` and `edit`: which one is run, with which arguments, and what it leaves.

use std::path::PathBuf;

use crate::support::terminal::{Terminal, has_terminals};
use crate::support::{Run, World, chmod, is_available, needles, run_with_input, text_of};

/// Phrase that no file may contain in cleartext.
const PHRASE: &str = "marmalade under the sycamore";

/// Writes an executable script and returns its path.
fn script(world: &World, name: &str, body: &str) -> PathBuf {
    let path = world.file(name, format!("#!/bin/sh\n{body}\n"));
    chmod(&path, 0o700);
    path
}

/// Runs `edit 1` with these variables.
fn edit(world: &World, variables: &[(&str, &str)]) -> Run {
    let mut command = world.command();
    command.args(["edit", "1"]).envs(variables.iter().copied());
    run_with_input(command, None)
}

fn text(world: &World) -> String {
    text_of(&world.json(&["show", "1"]), "final_text").to_owned()
}

/// Creates a journal with one entry.
fn world_with_entry() -> World {
    let world = World::new();
    world.ada().write("Before.", "2024-05-01");
    world
}

#[test]
fn editors_with_arguments_blanks_and_renames_are_run() {
    let world = world_with_entry();
    let append = "printf '\\n%s\\n' \"$NAME\" >> \"$FILE\"";
    // Like `code --wait`, `emacs -nw` and editors that replace the file.
    let waits = script(&world, "code", &format!("[ \"$1\" = --wait ] || exit 3\nFILE=$2 NAME=code\n{append}"));
    let blank = script(&world, "my editor/ed itor", &format!("FILE=$1 NAME=blank\n{append}"));
    let renames = script(
        &world,
        "renames",
        "cat \"$1\" > \"$1.new\"\nprintf '\\nrenames\\n' >> \"$1.new\"\nmv \"$1.new\" \"$1\"",
    );
    let quoted = format!("'{}'", blank.display());
    let assigned = format!("env EDITING=yes {} --wait", waits.display());

    for (editor, name) in [
        (format!("{} --wait", waits.display()), "code"),
        (quoted, "blank"),
        (renames.display().to_string(), "renames"),
        (assigned, "code"),
        ("sed -i -e '$aexpanded'".to_owned(), "expanded"),
    ] {
        let run = edit(&world, &[("EDITOR", &editor)]).ok();

        assert!(run.stdout.starts_with("Changed entry 1"), "{run:#?}");
        assert_eq!(text(&world).lines().last(), Some(name), "{editor}");
    }
}

#[test]
fn an_unchanged_text_changes_nothing() {
    let world = world_with_entry();

    let unchanged = edit(&world, &[("EDITOR", "true")]).ok();
    let untagged = world.run(&["edit", "1", "--untag", "absent"]).ok();

    assert_eq!(unchanged.stdout, "Nothing to change in entry 1\n");
    assert_eq!(untagged.stdout, "Nothing to change in entry 1\n");
    assert!(!world.ok(&["show", "1", "--history"]).contains("Version 1"));
    assert_eq!(world.json(&["write", "--recover"])["items"].as_array().unwrap().len(), 0);
}

#[test]
fn without_editor_an_installed_one_is_run() {
    let world = world_with_entry();
    let programs = world.path("inbox/bin");
    std::fs::create_dir(&programs).unwrap();
    std::os::unix::fs::symlink("/bin/sh", programs.join("sh")).unwrap();
    let path = programs.to_str().unwrap().to_owned();

    let none = edit(&world, &[("PATH", &path)]).refused(2);
    assert!(none.stderr.contains("no editor is set or installed"), "{none:#?}");
    assert!(none.stderr.contains("try: set EDITOR, or pass the new text in a file: --text FILE"), "{none:#?}");
    for name in ["vi", "nano", "sensible-editor"] {
        // The version that Debian's vi prints makes it Vim, which gets arguments before the file.
        let body = format!("for last; do :; done\n[ \"$1\" = --version ] || printf '\\n%s\\n' {name} >> \"$last\"");
        script(&world, &format!("bin/{name}"), &body);

        edit(&world, &[("PATH", &path), ("EDITOR", ""), ("VISUAL", "")]).ok();

        // `sensible-editor` is not run, because it would run nano.
        let expected = if name == "vi" { "vi" } else { "nano" };
        assert_eq!(text(&world).lines().last(), Some(expected), "{name}");
    }
}

#[test]
fn an_editor_that_does_not_exist_loses_nothing() {
    let world = world_with_entry();

    edit(&world, &[("EDITOR", "/nowhere/editor")]).refused(4).says("check EDITOR");

    assert_eq!(text(&world), "Before.");
    assert_eq!(world.json(&["write", "--recover"])["items"].as_array().unwrap().len(), 0);
}

/// Vim settings under which it keeps every copy it can.
const VIMRC: &str = "set undofile undodir=~/.vim/undo directory=~/.vim/swap backup writebackup backupdir=~/.vim/backup\n\
    set viminfo='100,<500,s100 swapfile updatecount=1\n";

/// Types a text in Vim, deletes a line into a register, and saves.
#[test]
fn vim_leaves_no_copy_of_the_text() {
    if !has_terminals() || !is_available("vim", &["--version"]) {
        println!("skipped: vim is missing");
        return;
    }
    let world = World::new();
    for folder in ["undo", "swap", "backup"] {
        std::fs::create_dir_all(world.path("home/.vim").join(folder)).unwrap();
    }
    std::fs::write(world.path("home/.vimrc"), VIMRC).unwrap();
    let keys = format!("iThe first line.\r{PHRASE} one\u{1b}yyp:s/one/two/\rdd:w\rp:wq\r");

    for (variable, args) in [("EDITOR", &["write"][..]), ("VISUAL", &["edit", "1"])] {
        let mut terminal = Terminal::start(&world, args, &[(variable, "vim")]);
        terminal.wait_for("~").press(&keys);
        let run = terminal.finish();

        assert_eq!(run.code, 0, "{run:#?}");
    }

    assert!(text(&world).contains(PHRASE));
    let (found, files) = needles::scan(&world.path("home"), &needles::needles(&[PHRASE]));
    assert!(found.is_empty() && files > 3, "{found:#?}");
    for folder in ["undo", "swap", "backup"] {
        let left: Vec<_> = std::fs::read_dir(world.path("home/.vim").join(folder)).unwrap().collect();
        assert!(left.is_empty(), "{folder}: {left:?}");
    }
}

#[test]
fn a_keyboard_interrupt_in_the_editor_is_the_editors() {
    if !has_terminals() {
        return;
    }
    let world = World::new();
    let editor =
        script(&world, "editor.sh", "trap 'echo \"It rained.\" > \"$1\"; exit 0' INT\necho ready\nsleep 60 & wait");
    let mut terminal = Terminal::start(&world, &["write"], &[("EDITOR", editor.to_str().unwrap())]);

    terminal.wait_for("ready").press("\u{3}");
    let run = terminal.finish();

    assert_eq!(run.code, 0, "{run:#?}");
    assert_eq!(text(&world), "It rained.");
}
