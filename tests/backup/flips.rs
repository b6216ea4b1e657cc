//! Bits that turn over and ends that are missing: never a silent success, never half a journal.
//!
//! `JOURNAL_BACKUP_FLIPS` is how many places are tried (default 16), spread over the archive and the originals.

use std::path::Path;

use crate::reading::Backup;
use crate::support::Run;
use crate::support::World;
use crate::support::rng::Rng;
use crate::support::switch;

/// What has no description beside it is held against nothing but itself.
fn without_description(backup: &Backup) {
    std::fs::remove_file(backup.archive.to_str().unwrap().replace(".tar.age", ".json")).unwrap();
}

#[track_caller]
fn refused(run: &Run, place: &str) {
    assert!([4, 5].contains(&run.code), "{place}: {run:#?}");
    run.is_clear();
}

#[track_caller]
fn reading_is_refused(backup: &Backup, machine: &World, place: &str) {
    for command in ["backup verify", "restore"] {
        refused(&backup.run_on(machine, command, &[]), place);
    }
    assert!(!machine.data().exists() && !machine.secret().exists(), "{place}: something was made");
    let share = machine.path("home/.local");
    assert!(!share.exists(), "{place}: {} is left", share.display());
}

fn flip(path: &Path, at: usize, bit: u8) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 1 << bit;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_bit_that_turned_over_is_found_wherever_it_is() {
    let (backup, machine, mut rng) = (Backup::new(), World::empty(), Rng::new(41));
    let places = switch("JOURNAL_BACKUP_FLIPS").unwrap_or(16);
    without_description(&backup);
    let files: Vec<_> = backup.media().into_iter().chain([backup.archive.clone()]).collect();

    for place in 0..places {
        // The archive first of all: every third time an original.
        let file = if place % 3 == 0 { &files[usize::try_from(place / 3 % 2).unwrap()] } else { &backup.archive };
        let length = std::fs::metadata(file).unwrap().len();
        // The header is short, and every part of it is to be met.
        let at = usize::try_from(if place % 5 == 1 { rng.below(300) } else { rng.below(length) }).unwrap();
        let bit = u8::try_from(rng.below(8)).unwrap();

        flip(file, at, bit);
        reading_is_refused(&backup, &machine, &format!("bit {bit} of byte {at} of {}", file.display()));
        flip(file, at, bit);
    }

    backup.run_on(&machine, "backup verify", &[]).ok();
}

#[test]
fn an_archive_that_is_cut_short_or_goes_on_is_refused_at_every_length() {
    let (backup, machine) = (Backup::new(), World::empty());
    without_description(&backup);
    let whole = std::fs::read(&backup.archive).unwrap();
    let header = whole.windows(4).position(|bytes| bytes == b"\n---").unwrap() + 49;
    // The pieces that age seals, each with its tag.
    let piece = header + 16 + 64 * 1024 + 16;

    let lengths = [0, 1, 22, header, header + 16, header + 17, piece - 1, piece, piece + 1, 2 * whole.len() / 3];
    for length in lengths.into_iter().chain([whole.len() - 17, whole.len() - 16, whole.len() - 1]) {
        std::fs::write(&backup.archive, &whole[..length.min(whole.len() - 1)]).unwrap();
        reading_is_refused(&backup, &machine, &format!("cut to {length} of {}", whole.len()));
    }
    for more in [1, 16, 70_000] {
        std::fs::write(&backup.archive, [whole.as_slice(), &vec![0; more]].concat()).unwrap();
        reading_is_refused(&backup, &machine, &format!("{more} bytes more"));
    }
}
