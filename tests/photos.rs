//! Photographs are decoded in a process of their own, through the real binary: what goes in, and what alone comes out.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::io::Write;
use std::process::Stdio;

use image::ImageFormat;
use image::RgbImage;

use support::World;
use support::pictures;

/// What the decoder did: its exit code, or -1 for a signal, and what it wrote.
fn decoded(purpose: &str, bytes: &[u8]) -> (i32, Vec<u8>) {
    let world = World::empty();
    let mut command = world.command();
    let mut child = command.env_clear().args(["decode-image", purpose]).stdin(Stdio::piped()).spawn().unwrap();
    let output = std::thread::scope(|scope| {
        let mut stdin = child.stdin.take().unwrap();
        // A decoder that refuses early does not read to the end.
        scope.spawn(move || drop(stdin.write_all(bytes)));
        child.wait_with_output().unwrap()
    });
    (output.status.code().unwrap_or(-1), output.stdout)
}

#[track_caller]
fn picture(purpose: &str, bytes: &[u8]) -> (Vec<u8>, RgbImage) {
    let (code, jpeg) = decoded(purpose, bytes);
    assert_eq!(code, 0);
    let picture = image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg).unwrap().into_rgb8();
    (jpeg, picture)
}

fn holds(bytes: &[u8], phrase: &[u8]) -> bool {
    bytes.windows(phrase.len()).any(|window| window == phrase)
}

/// A page with its bar in the upper left corner has it there.
fn is_upright(picture: &RgbImage) -> bool {
    let (width, height) = picture.dimensions();
    let dark = |x: u32, y: u32| picture.get_pixel(x, y)[0] < 128;
    dark(width / 4, height / 8) && !dark(width * 3 / 4, height / 8) && !dark(width / 4, height * 3 / 4)
}

#[test]
fn every_format_comes_out_as_a_jpeg_of_the_same_picture() {
    let page = pictures::page(400, 300, 0);
    let mut files: Vec<Vec<u8>> = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP]
        .map(|format| pictures::encoded(&page, format))
        .into();
    let folder = tempfile::tempdir().unwrap();
    files.extend(pictures::heic(folder.path(), 400, 300));

    for bytes in files {
        let (_, upright) = picture("upright", &bytes);
        let (_, clean) = picture("clean", &bytes);

        assert_eq!(upright.dimensions(), (400, 300));
        assert!(is_upright(&upright));
        assert_eq!(clean.dimensions(), (240, 115), "half the page and a quarter of it, with 40 pixels around");
        assert_eq!(decoded("check", &bytes), (0, Vec::new()));
    }
}

/// How a camera was held: what it made of the page.
type Hold = fn(&RgbImage) -> RgbImage;

#[test]
fn a_photograph_is_turned_upright_and_says_nothing_of_where_it_was_taken() {
    let word = "taken behind the copper bridge";
    let upright = pictures::page(400, 300, 0);
    let held: [(u8, Hold); 8] = [
        (1, Clone::clone),
        (2, image::imageops::flip_horizontal),
        (3, image::imageops::rotate180),
        (4, image::imageops::flip_vertical),
        (5, |page| image::imageops::flip_horizontal(&image::imageops::rotate90(page))),
        (6, image::imageops::rotate270),
        (7, |page| image::imageops::flip_horizontal(&image::imageops::rotate270(page))),
        (8, image::imageops::rotate90),
    ];
    for (orientation, hold) in held {
        let stored = pictures::encoded(&hold(&upright), ImageFormat::Jpeg);
        let taken = pictures::with_exif(&stored, orientation, word);
        assert!(holds(&taken, word.as_bytes()) && holds(&taken, b"Exif"));

        let (jpeg, sent) = picture("upright", &taken);
        let (clean, _) = picture("clean", &taken);

        assert!(sent.dimensions() == (400, 300) && is_upright(&sent), "orientation {orientation}");
        for bytes in [jpeg, clean] {
            assert!(!holds(&bytes, word.as_bytes()) && !holds(&bytes, b"Exif"), "orientation {orientation}");
        }
    }
}

#[test]
fn a_large_photograph_is_scaled_down() {
    let large = pictures::jpeg(9000, 1000, 0);

    assert_eq!(picture("upright", &large).1.dimensions().0, 8000);
    assert_eq!(picture("clean", &large).1.dimensions().0, 1800);
}

#[test]
fn each_kind_of_bad_photograph_has_an_exit_code_of_its_own() {
    let (jpeg, png) = (pictures::jpeg(60, 60, 0), pictures::png(60, 60, 0));
    let code = |bytes: &[u8]| decoded("check", bytes).0;

    assert_eq!(code(b""), 64, "empty");
    assert_eq!(code(b"%PDF-1.7"), 65, "no photograph");
    assert_eq!(code(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), 65, "no photograph");
    assert_eq!(code(&jpeg[..jpeg.len() - 20]), 66, "a JPEG that ends early");
    assert_eq!(code(&png[..png.len() - 20]), 66, "a PNG that ends early");
    assert_eq!(
        code(b"GIF89a\x10\0\x10\0\0\0\0<html><body>not a picture</body></html>"),
        66,
        "HTML behind the header of a GIF"
    );
    assert_eq!(code(&pictures::png_bomb(50_000, 50_000)), 67, "a bomb");
    assert_eq!(code(&pictures::gif_bomb(50_000, 50_000)), 67, "a bomb");
    assert_eq!(code(&pictures::png_bomb(20_001, 1)), 67, "a side too long");
    assert_eq!(code(&vec![0; (10 << 20) + 1]), 68, "too many bytes");
    assert_eq!(code(&pictures::jpeg_of(10 << 20, 0)), 0, "as many as may be");
    assert_eq!(decoded("paint", &jpeg).0, 2, "no purpose");
}

#[test]
fn the_decoder_may_open_no_file_start_no_program_and_dump_no_core() {
    if !support::works("strace", &["-V"]) {
        return;
    }
    let world = World::empty();
    let trace = world.path("tmp/trace");
    let mut command = world.wrapped(&["strace", "-f", "-o", trace.to_str().unwrap()]);
    command.args(["decode-image", "clean"]).stdin(Stdio::piped());
    let run = support::feed(command, Some(&pictures::jpeg(64, 64, 0)));
    let calls = std::fs::read_to_string(&trace).unwrap();

    let read = calls
        .lines()
        .position(|line| line.contains(" read(0, \"\\377\\330"))
        .unwrap_or_else(|| panic!("{run:?} {calls}"));
    let after: Vec<&str> = calls.lines().skip(read).collect();
    for limit in ["RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_NPROC"] {
        assert!(
            after.iter().any(|line| line.contains("setrlimit") || line.contains("prlimit64")) && calls.contains(limit),
            "{limit}"
        );
    }
    for call in ["openat(", "execve(", "clone", "fork(", "socket("] {
        assert!(!after.iter().any(|line| line.contains(call)), "{call}: {after:#?}");
    }
    let before = calls.lines().take(read);
    for limit in ["RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_CORE"] {
        assert!(before.clone().any(|line| line.contains(limit)), "{limit} comes before the first byte");
    }
}

#[test]
fn nothing_of_a_heic_photograph_is_left_in_memory_or_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let Some(heic) = pictures::heic(folder.path(), 64, 48) else { return };
    let left = || {
        let items = std::fs::read_dir("/dev/shm").unwrap().flatten();
        items.filter(|item| item.file_name().to_string_lossy().starts_with("journal-picture-")).count()
    };

    assert_eq!(decoded("clean", &heic).0, 0);
    assert_eq!(decoded("clean", &heic[..heic.len() / 2]).0, 66);

    support::server::wait_for("others to be done", || (left() == 0).then_some(()));
}

#[test]
fn pages_that_belong_together_become_one_job_and_the_others_one_each() {
    let world = World::new();
    let (one, two) = (world.file("b.png", pictures::png(40, 40, 0)), world.file("a.JPG", pictures::jpeg(40, 40, 9)));
    let sound = world.file("c.wav", pictures::wav(500, 1));
    world.file("in/text.md", "It rained.");
    world.file("in/page.gif", pictures::encoded(&pictures::page(40, 40, 20), ImageFormat::Gif));
    world.file("in/broken.png", &pictures::png(40, 40, 0)[..60]);
    world.file("in/letter.pdf", "%PDF");
    let path = |file: &std::path::Path| file.to_str().unwrap().to_owned();
    let [one, two, sound] = [&one, &two, &sound].map(|file| path(file));

    world.run(&["ingest", &one, &sound, "--pages", "--no-wait"]).refused(2).says("all photographs, or all recordings");
    let together = world.json(&["ingest", &one, &two, "--pages", "--no-wait", "--date", "2026-05-12"]);
    let apart = world.json(&["ingest", &sound, &one, "--no-wait"]);
    let folder = world.run(&["ingest", world.path("inbox/in").to_str().unwrap(), "--no-wait"]).refused(2);

    assert_eq!((&together["queued"], &together["items"][0]["outcome"]), (&1.into(), &"queued".into()), "{together}");
    assert_eq!(apart["queued"], 2, "{apart}");
    let folder = folder
        .says("1 stored, 0 already there, 1 queued, 1 refused")
        .says("File 'broken.png': the photograph is damaged");
    assert!(folder.stderr.contains("1 files are neither"), "{folder:#?}");
    let jobs = world.json(&["job", "list", "--type", "ingest_images"]);
    let first = jobs["items"].as_array().unwrap().last().unwrap();
    assert_eq!((&first["params"]["page_count"], &first["params"]["entry_date"]), (&2.into(), &"2026-05-12".into()));
    assert_eq!((&jobs["total"], &first["status"]), (&3.into(), &"queued".into()));
    world.run(&["ingest", &one, "--no-wait", "--date", "12 May"]).refused(2);
}
