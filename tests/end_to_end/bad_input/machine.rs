//! Full and read-only disks, and closed standard streams.

use crate::support::mounted::run_in_mount_namespace;
use crate::support::{ADA, Run, World, run_with_input};

#[test]
fn a_full_disk_refuses_writes_and_keeps_acknowledged_ones() {
    let world = World::empty();
    std::fs::create_dir_all(world.data().parent().unwrap()).unwrap();
    let text = "word ".repeat(20_000);
    let write = r#""$J" ingest --no-wait -"#;
    world.file("big.md", text);
    let script = format!(
        r#"
        mount -t tmpfs -o size=3m,mode=700 tmpfs "$D" || exit 99
        "$J" init --email {ADA} >/dev/null 2>&1 || exit 98
        stored=0
        while [ $stored -lt 60 ]; do
            (cat {inbox}/big.md; echo $stored) | {write} >>{inbox}/out 2>{inbox}/err || break
            stored=$((stored + 1))
        done
        cat {inbox}/err >&2
        echo "acknowledged $(grep -c '^Stored entry' {inbox}/out)"
        mount -o remount,size=60m "$D"
        "$J" list --json | grep '"total"'
        "$J" write "Room again." >/dev/null || exit 96
        "$J" job run >/dev/null || exit 95
        "$J" doctor >/dev/null || exit 94
        "$J" list --json | grep '"total"'
        "#,
        inbox = world.path("inbox").display()
    );

    let Some(run) = run_in_mount_namespace(&world, &script) else { return };

    assert_eq!(run.code, 0, "{run:#?}");
    assert!(run.stderr.contains("the disk is full") && run.stderr.contains("free some space"), "{run:#?}");
    let numbers: Vec<i64> =
        run.stdout.split(|c: char| !c.is_ascii_digit()).filter_map(|text| text.parse().ok()).collect();
    let [acknowledged, total, after] = numbers[..] else { panic!("{run:#?}") };
    assert!(acknowledged > 0 && total == acknowledged && after == total + 1, "{run:#?}");
}

#[test]
fn a_read_only_data_directory_is_refused_and_unchanged() {
    let world = World::new();
    world.ada().write("Before.", "2024-01-01");
    let script = r#"
        mount --bind "$D" "$D" && mount -o remount,ro,bind "$D" || exit 99
        "$J" write "No room for this." ; echo "code $?"
        "$J" keyring rotate ; echo "code $?"
        "$J" user add bob@home.example ; echo "code $?"
    "#;

    let Some(run) = run_in_mount_namespace(&world, script) else { return };

    assert_eq!(run.stdout, "code 4\ncode 4\ncode 4\n", "{run:#?}");
    assert_eq!(run.stderr.matches("error: ").count(), 3, "{run:#?}");
    assert_eq!(run.stderr.matches("  try: ").count(), 3, "{run:#?}");
    assert_eq!(world.json(&["list"])["total"], 1);
    assert_eq!(world.json(&["keyring", "status"])["rotation_unfinished"], false);
}

/// Runs a shell script that has the binary as `$J`.
fn shell(world: &World, script: &str) -> Run {
    let mut command = world.command_under(&["bash", "-c", script]);
    command.env("J", env!("CARGO_BIN_EXE_journal"));
    run_with_input(command, None)
}

#[test]
fn closed_streams_cause_no_panic() {
    let world = World::new();
    world.ada().write("An entry.", "2024-01-01");

    for script in [
        r#""$J" list >&-"#,
        r#""$J" list 2>&-"#,
        r#""$J" list <&- >&- 2>&-"#,
        r#"JOURNAL_LOG=trace "$J" list 2>&-"#,
        r#""$J" --help >&-"#,
        r#""$J" write "Without a terminal." <&-"#,
    ] {
        let run = shell(&world, script);
        assert_eq!(run.code, 0, "{script}: {run:#?}");
        assert!(!run.stderr.contains("panicked"), "{script}: {run:#?}");
    }
    for script in [r#""$J" write <&-"#, r#""$J" ingest - <&-"#] {
        shell(&world, script).refused(2).says("empty");
    }
    assert_eq!(world.json(&["list"])["total"], 2, "no journal file took the number of a closed stream");
    assert_eq!(world.doctor().0, 0);
}

#[test]
fn a_full_output_is_an_error_and_a_closed_pipe_is_not() {
    let world = World::new();
    // More than a pipe buffer holds; embedding so much text would only take time.
    let long = world.file("long.md", "A long line of words. ".repeat(8000));
    world.ok(&["ingest", "--no-wait", long.to_str().unwrap()]);

    shell(&world, r#""$J" list >/dev/full"#).refused(4).says("output");
    for script in [
        r#""$J" show 1 | head -c 10 >/dev/null; echo ${PIPESTATUS[0]}"#,
        r#""$J" list | true; echo ${PIPESTATUS[0]}"#,
        r#""$J" show 1 --json | head -n 1 >/dev/null; echo ${PIPESTATUS[0]}"#,
        r#""$J" -q search words --json | head -n 1 >/dev/null; echo ${PIPESTATUS[0]}"#,
        r#""$J" --help | true; echo ${PIPESTATUS[0]}"#,
        r#""$J" help key | true; echo ${PIPESTATUS[0]}"#,
        r#"JOURNAL_LOG=trace "$J" list 2> >(true) >/dev/null; echo $?"#,
        r#"JOURNAL_LOG=trace "$J" list 2>/dev/full >/dev/null; echo $?"#,
    ] {
        let run = shell(&world, script);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("0\n", ""), "{script}: {run:#?}");
    }
}

#[test]
fn a_call_without_arguments_ignores_a_closed_pipe() {
    let run = shell(&World::empty(), r#"for n in 1 2 3 4 5; do "$J" | true; echo ${PIPESTATUS[0]}; done"#);

    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("0\n0\n0\n0\n0\n", ""));
}
