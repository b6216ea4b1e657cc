//! Concurrent processes on one journal.

use std::process::Child;

use crate::support::{ADA, Run, World, display_args, is_available, run_from_output};

fn start(world: &World, args: &[&str]) -> (String, Child) {
    let mut command = world.command();
    command.args(args);
    (display_args(&command), command.spawn().unwrap())
}

fn finish((args, child): (String, Child)) -> Run {
    run_from_output(args, &child.wait_with_output().unwrap())
}

#[test]
fn concurrent_commands_all_succeed() {
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
        let run = finish(run).ok();
        assert!(!run.stderr.contains("warning"), "{run:#?}");
    }

    world.ok(&["job", "run"]);
    let stats = world.json(&["stats"]);
    assert_eq!((&stats["total_entries"], &stats["pending_entries"]), (&45.into(), &0.into()), "{stats}");
    assert_eq!(world.ada().export()["entries"].as_array().unwrap().len(), 45);
    assert_eq!(world.doctor().0, 0);
}

#[test]
fn concurrent_ingests_of_one_folder_store_it_once() {
    let world = World::new();
    for file in 0..12 {
        world.file(&format!("in/{file}.md"), format!("Page {file} of the only copy."));
    }
    let folder = world.path("inbox/in").display().to_string();

    let running: Vec<_> = (0..3).map(|_| start(&world, &["ingest", &folder, "--no-wait"])).collect();
    for run in running {
        finish(run).ok();
    }

    assert_eq!(world.json(&["list"])["total"], 12);
}

#[test]
fn concurrent_edits_are_all_in_the_history() {
    let world = World::new();
    let id = world.ada().write("version 0", "2024-01-01").to_string();
    let files: Vec<_> = (1..=6).map(|n| world.file(&format!("{n}.md"), format!("version {n}"))).collect();

    let running: Vec<_> =
        files.iter().map(|file| start(&world, &["edit", &id, "--text", file.to_str().unwrap()])).collect();
    for run in running {
        finish(run).ok();
    }

    let history = world.json(&["show", &id, "--history"]);
    let mut texts: Vec<String> =
        history["items"].as_array().unwrap().iter().map(|v| v["final_text"].to_string()).collect();
    texts.push(world.json(&["show", &id])["final_text"].to_string());
    texts.sort();
    assert_eq!(texts, (0..=6).map(|n| format!("\"version {n}\"")).collect::<Vec<_>>());
}

#[test]
fn concurrent_rotations_leave_a_keyring_that_opens() {
    let world = World::new();
    for round in 0..6 {
        let running: Vec<_> = (0..4).map(|_| start(&world, &["keyring", "rotate"])).collect();
        let runs: Vec<Run> = running.into_iter().map(finish).collect();

        let listed = world.run(&["list"]);
        assert_eq!(listed.code, 0, "round {round}: locked out: {listed:#?}\nafter {runs:#?}");
        for run in runs.into_iter().filter(|run| run.code != 0) {
            assert!([4, 5, 7].contains(&run.code), "{run:#?}");
            run.assert_clear_error();
        }
    }
    world.ok(&["keyring", "rotate"]);
    assert_eq!(world.json(&["keyring", "status"])["rotation_unfinished"], false);
}

#[test]
fn a_rotation_during_a_slow_one_keeps_the_keyring_usable() {
    if !is_available("strace", &["-f", "-o", "/dev/null", "true"]) {
        println!("skipped: strace is missing or not permitted");
        return;
    }
    let world = World::new();
    let before = std::fs::read(world.secret()).unwrap();
    // A slow disk: each fsync takes 400 ms.
    let slow = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e", "inject=fsync:delay_exit=400000"];
    let mut command = world.command_under(&slow);
    command.args(["keyring", "rotate"]);
    let mut slow = (display_args(&command), command.spawn().unwrap());
    while std::fs::read(world.secret()).unwrap() == before && slow.1.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }

    let quick = world.run(&["keyring", "rotate"]);
    let slow = finish(slow);

    let listed = world.run(&["list"]);
    assert_eq!(listed.code, 0, "locked out: {listed:#?}\nafter {quick:#?}\nand {slow:#?}");
}

#[test]
fn an_export_is_consistent_during_deletions() {
    if !is_available("strace", &["-f", "-o", "/dev/null", "true"]) {
        println!("skipped: strace is missing or not permitted");
        return;
    }
    let world = World::new();
    for day in 1..=3 {
        world.ada().write(&format!("Leaf {day}."), &format!("2024-01-0{day}"));
    }
    let out = world.path("inbox/out");
    // It is delayed for a second after it created its folder, when its list of entries is fixed.
    let slow = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=mkdir", "-e", "inject=mkdir:delay_exit=1000000"];
    let mut command = world.command_under(&slow);
    command.args(["export", "--json", "--to", out.to_str().unwrap()]);
    let mut export = (display_args(&command), command.spawn().unwrap());
    while !out.exists() && export.1.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }

    world.ok(&["delete", "1", "3", "--yes"]);
    let summary = finish(export).ok().document();

    let text = std::fs::read_to_string(out.join("journal.json")).unwrap();
    let whole: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let ids: Vec<_> = whole["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_i64().unwrap()).collect();
    let files = std::fs::read_dir(out.join("entries")).unwrap().count();
    assert!([vec![2], vec![1, 2, 3]].contains(&ids), "{ids:?}");
    assert_eq!((&summary["entries"], files), (&ids.len().into(), ids.len()), "the summary counts the written files");
}

#[test]
fn concurrent_inits_leave_one_working_journal() {
    for round in 0..8 {
        let world = World::empty();
        let running: Vec<_> = (0..3).map(|_| start(&world, &["init", "--email", ADA])).collect();
        let runs: Vec<Run> = running.into_iter().map(finish).collect();

        let users = world.run(&["user", "list", "--json"]);
        assert_eq!(users.code, 0, "round {round}: {users:#?}\nafter {runs:#?}");
        assert_eq!(users.document()["items"].as_array().unwrap().len(), 1, "round {round}");
        world.ok(&["write", "It works."]);
        for run in runs.into_iter().filter(|run| run.code != 0) {
            assert_eq!(run.code, 4, "{run:#?}");
        }
    }
}
