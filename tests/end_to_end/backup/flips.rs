//! Flipped bits and truncated files: every reading command fails and restores nothing.
//!
//! `JOURNAL_BACKUP_FLIPS` is the number of flipped bits (default 16), spread over the archive and the originals.

use std::path::Path;

use crate::backup::reading::Backup;
use crate::support::rng::Rng;
use crate::support::{Run, World, env_number};

/// Removes the description, so that the archive is checked only against itself.
fn remove_description(backup: &Backup) {
    std::fs::remove_file(backup.archive.to_str().unwrap().replace(".tar.age", ".json")).unwrap();
}

#[track_caller]
fn assert_refused(run: &Run, place: &str) {
    assert!([4, 5].contains(&run.code), "{place}: {run:#?}");
    run.assert_clear_error();
}

#[track_caller]
fn assert_reading_is_refused(backup: &Backup, machine: &World, place: &str) {
    for command in ["backup verify", "restore"] {
        assert_refused(&backup.run_on(machine, command, &[]), place);
    }
    assert!(!machine.data().exists() && !machine.secret().exists(), "{place}: files were created");
    let share = machine.path("home/.local");
    assert!(!share.exists(), "{place}: {} remains", share.display());
}

fn flip_bit(path: &Path, at: usize, bit: u8) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 1 << bit;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_flipped_bit_is_found_anywhere() {
    let (backup, machine, mut rng) = (Backup::new(), World::empty(), Rng::new(41));
    let places = env_number("JOURNAL_BACKUP_FLIPS").unwrap_or(16);
    remove_description(&backup);
    let files: Vec<_> = backup.media().into_iter().chain([backup.archive.clone()]).collect();

    for place in 0..places {
        // Every third flip is in an original, the others are in the archive.
        let file = if place % 3 == 0 { &files[usize::try_from(place / 3 % 2).unwrap()] } else { &backup.archive };
        let length = std::fs::metadata(file).unwrap().len();
        // The header is short: without this it would hardly be hit.
        let at = usize::try_from(if place % 5 == 1 { rng.below(300) } else { rng.below(length) }).unwrap();
        let bit = u8::try_from(rng.below(8)).unwrap();

        flip_bit(file, at, bit);
        assert_reading_is_refused(&backup, &machine, &format!("bit {bit} of byte {at} of {}", file.display()));
        flip_bit(file, at, bit);
    }

    backup.run_on(&machine, "backup verify", &[]).ok();
}

#[test]
fn a_truncated_or_extended_archive_is_refused() {
    let (backup, machine) = (Backup::new(), World::empty());
    remove_description(&backup);
    let whole = std::fs::read(&backup.archive).unwrap();
    let header = whole.windows(4).position(|bytes| bytes == b"\n---").unwrap() + 49;
    // age encrypts chunks of 64 KiB, each with a tag of 16 bytes.
    let chunk_end = header + 16 + 64 * 1024 + 16;

    let lengths =
        [0, 1, 22, header, header + 16, header + 17, chunk_end - 1, chunk_end, chunk_end + 1, 2 * whole.len() / 3];
    for length in lengths.into_iter().chain([whole.len() - 17, whole.len() - 16, whole.len() - 1]) {
        std::fs::write(&backup.archive, &whole[..length.min(whole.len() - 1)]).unwrap();
        assert_reading_is_refused(&backup, &machine, &format!("cut to {length} of {}", whole.len()));
    }
    for extra in [1, 16, 70_000] {
        std::fs::write(&backup.archive, [whole.as_slice(), &vec![0; extra]].concat()).unwrap();
        assert_reading_is_refused(&backup, &machine, &format!("{extra} bytes appended"));
    }
}
