//! Several processes on one journal at once.

use std::process::Child;

use crate::support::ADA;
use crate::support::Run;
use crate::support::World;
use crate::support::finished;
use crate::support::shown;
use crate::support::works;

fn start(world: &World, args: &[&str]) -> (String, Child) {
    let mut command = world.command();
    command.args(args);
    (shown(&command), command.spawn().unwrap())
}

fn end((args, child): (String, Child)) -> Run {
    finished(args, &child.wait_with_output().unwrap())
}

#[test]
fn ingests_writes_and_searches_at_once_all_succeed_and_add_up() {
    let world = World::new();
    world.ada().write("The first lantern.", "2024-01-01");
    let mut running = Vec::new();
    for folder in 0..4 {
        for file in 0..10 {
            world.file(&format!("{folder}/{file}.md"), format!("Lantern {folder} {file} burned all night."));
        }
        let path = world.path("inbox").join(folder.to_string());
        running.push(start(&world, &["ingest", path.to_str().unwrap()]));
        running.push(start(&world, &["write", &format!("Lantern {folder} by hand.")]));
        running.push(start(&world, &["search", "lantern", "--json"]));
        running.push(start(&world, &["list", "--json"]));
        running.push(start(&world, &["doctor"]));
    }

    for run in running {
        let run = end(run).ok();
        assert!(!run.stderr.contains("warning"), "{run:#?}");
    }

    world.ok(&["job", "run"]);
    let stats = world.json(&["stats"]);
    assert_eq!((&stats["total_entries"], &stats["pending_entries"]), (&45.into(), &0.into()), "{stats}");
    assert_eq!(world.ada().export()["entries"].as_array().unwrap().len(), 45);
    assert_eq!(world.doctor().0, 0);
}

#[test]
fn the_same_folder_given_twice_at_once_is_stored_once() {
    let world = World::new();
    for file in 0..12 {
        world.file(&format!("in/{file}.md"), format!("Page {file} of the only copy."));
    }
    let folder = world.path("inbox/in").display().to_string();

    let running: Vec<_> = (0..3).map(|_| start(&world, &["ingest", &folder, "--no-wait"])).collect();
    for run in running {
        end(run).ok();
    }

    assert_eq!(world.json(&["list"])["total"], 12);
}

#[test]
fn edits_of_one_entry_at_once_are_all_in_its_history() {
    let world = World::new();
    let id = world.ada().write("version 0", "2024-01-01").to_string();
    let files: Vec<_> = (1..=6).map(|n| world.file(&format!("{n}.md"), format!("version {n}"))).collect();

    let running: Vec<_> =
        files.iter().map(|file| start(&world, &["edit", &id, "--text", file.to_str().unwrap()])).collect();
    for run in running {
        end(run).ok();
    }

    let history = world.json(&["show", &id, "--history"]);
    let mut texts: Vec<String> =
        history["items"].as_array().unwrap().iter().map(|v| v["final_text"].to_string()).collect();
    texts.push(world.json(&["show", &id])["final_text"].to_string());
    texts.sort();
    assert_eq!(texts, (0..=6).map(|n| format!("\"version {n}\"")).collect::<Vec<_>>());
}

#[test]
fn rotations_at_once_leave_a_keyring_that_the_secret_in_the_file_opens() {
    let world = World::new();
    for round in 0..6 {
        let running: Vec<_> = (0..4).map(|_| start(&world, &["keyring", "rotate"])).collect();
        let runs: Vec<Run> = running.into_iter().map(end).collect();

        let listed = world.run(&["list"]);
        assert_eq!(listed.code, 0, "round {round}: locked out: {listed:#?}\nafter {runs:#?}");
        for run in runs.into_iter().filter(|run| run.code != 0) {
            assert!([4, 5, 7].contains(&run.code), "{run:#?}");
            run.is_clear();
        }
    }
    world.ok(&["keyring", "rotate"]);
    assert_eq!(world.json(&["keyring", "status"])["rotation_unfinished"], false);
}

#[test]
fn a_quick_rotation_in_the_middle_of_a_slow_one_locks_nobody_out() {
    if !works("strace", &["-f", "-o", "/dev/null", "true"]) {
        println!("skipped: strace is not here, or may not trace");
        return;
    }
    let world = World::new();
    let before = std::fs::read(world.secret()).unwrap();
    // A slow disk: each fsync takes 400 ms.
    let slow = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e", "inject=fsync:delay_exit=400000"];
    let mut command = world.wrapped(&slow);
    command.args(["keyring", "rotate"]);
    let mut slow = (shown(&command), command.spawn().unwrap());
    while std::fs::read(world.secret()).unwrap() == before && slow.1.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }

    let quick = world.run(&["keyring", "rotate"]);
    let slow = end(slow);

    let listed = world.run(&["list"]);
    assert_eq!(listed.code, 0, "locked out: {listed:#?}\nafter {quick:#?}\nand {slow:#?}");
}

#[test]
fn an_export_stays_whole_when_entries_are_deleted_under_it() {
    if !works("strace", &["-f", "-o", "/dev/null", "true"]) {
        println!("skipped: strace is not here, or may not trace");
        return;
    }
    let world = World::new();
    for day in 1..=3 {
        world.ada().write(&format!("Leaf {day}."), &format!("2024-01-0{day}"));
    }
    let out = world.path("inbox/out");
    // It stands still for a second after it made its folder, when it knows which entries there are.
    let slow = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=mkdir", "-e", "inject=mkdir:delay_exit=1000000"];
    let mut command = world.wrapped(&slow);
    command.args(["export", "--json", "--to", out.to_str().unwrap()]);
    let mut export = (shown(&command), command.spawn().unwrap());
    while !out.exists() && export.1.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }

    world.ok(&["delete", "1", "3", "--yes"]);
    let told = end(export).ok().document();

    let text = std::fs::read_to_string(out.join("journal.json")).unwrap();
    let whole: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let ids: Vec<_> = whole["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_i64().unwrap()).collect();
    let files = std::fs::read_dir(out.join("entries")).unwrap().count();
    assert!([vec![2], vec![1, 2, 3]].contains(&ids), "{ids:?}");
    assert_eq!((&told["entries"], files), (&ids.len().into(), ids.len()), "it tells how many it wrote");
}

#[test]
fn inits_at_once_leave_one_journal_that_works() {
    for round in 0..8 {
        let world = World::empty();
        let running: Vec<_> = (0..3).map(|_| start(&world, &["init", "--email", ADA])).collect();
        let runs: Vec<Run> = running.into_iter().map(end).collect();

        let users = world.run(&["user", "list", "--json"]);
        assert_eq!(users.code, 0, "round {round}: {users:#?}\nafter {runs:#?}");
        assert_eq!(users.document()["items"].as_array().unwrap().len(), 1, "round {round}");
        world.ok(&["write", "It works."]);
        for run in runs.into_iter().filter(|run| run.code != 0) {
            assert_eq!(run.code, 4, "{run:#?}");
        }
    }
}
