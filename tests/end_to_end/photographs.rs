//! Image decoding in the sandboxed `decode-image` process of the real binary.

use std::io::Write;
use std::process::Stdio;

use image::{ImageFormat, RgbImage};

use crate::support::{World, pictures};

/// Runs the decoder and returns its exit code, or -1 for a signal, and its output.
fn decode(purpose: &str, bytes: &[u8]) -> (i32, Vec<u8>) {
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

/// Runs the decoder, which must succeed, and returns the JPEG and its pixels.
#[track_caller]
fn decode_picture(purpose: &str, bytes: &[u8]) -> (Vec<u8>, RgbImage) {
    let (code, jpeg) = decode(purpose, bytes);
    assert_eq!(code, 0);
    let picture = image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg).unwrap().into_rgb8();
    (jpeg, picture)
}

fn contains(bytes: &[u8], phrase: &[u8]) -> bool {
    bytes.windows(phrase.len()).any(|window| window == phrase)
}

/// Returns true if the bar of the test page is in the upper left corner.
fn is_upright(picture: &RgbImage) -> bool {
    let (width, height) = picture.dimensions();
    let dark = |x: u32, y: u32| picture.get_pixel(x, y)[0] < 128;
    dark(width / 4, height / 8) && !dark(width * 3 / 4, height / 8) && !dark(width / 4, height * 3 / 4)
}

#[test]
fn every_format_is_decoded_to_a_jpeg_of_the_same_picture() {
    let page = pictures::page(400, 300, 0);
    let mut files: Vec<Vec<u8>> = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP]
        .map(|format| pictures::encode(&page, format))
        .into();
    let folder = tempfile::tempdir().unwrap();
    files.extend(pictures::heic(folder.path(), 400, 300));

    for bytes in files {
        let (_, upright) = decode_picture("upright", &bytes);
        let (_, clean) = decode_picture("clean", &bytes);

        assert_eq!(upright.dimensions(), (400, 300));
        assert!(is_upright(&upright));
        assert_eq!(
            clean.dimensions(),
            (240, 115),
            "the bar, half the width and a quarter of the height, with a margin of 40 pixels"
        );
        assert_eq!(decode("check", &bytes), (0, Vec::new()));
    }
}

/// Transforms the page as a camera in this orientation stores it.
type OrientationTransform = fn(&RgbImage) -> RgbImage;

#[test]
fn a_photo_is_rotated_upright_and_loses_its_exif_data() {
    let description = "taken behind the copper bridge";
    let upright = pictures::page(400, 300, 0);
    let orientations: [(u8, OrientationTransform); 8] = [
        (1, Clone::clone),
        (2, image::imageops::flip_horizontal),
        (3, image::imageops::rotate180),
        (4, image::imageops::flip_vertical),
        (5, |page| image::imageops::flip_horizontal(&image::imageops::rotate90(page))),
        (6, image::imageops::rotate270),
        (7, |page| image::imageops::flip_horizontal(&image::imageops::rotate270(page))),
        (8, image::imageops::rotate90),
    ];
    for (orientation, transform) in orientations {
        let stored = pictures::encode(&transform(&upright), ImageFormat::Jpeg);
        let taken = pictures::with_exif(&stored, orientation, description);
        assert!(contains(&taken, description.as_bytes()) && contains(&taken, b"Exif"));

        let (jpeg, sent) = decode_picture("upright", &taken);
        let (clean, _) = decode_picture("clean", &taken);

        assert!(sent.dimensions() == (400, 300) && is_upright(&sent), "orientation {orientation}");
        for bytes in [jpeg, clean] {
            assert!(
                !contains(&bytes, description.as_bytes()) && !contains(&bytes, b"Exif"),
                "orientation {orientation}"
            );
        }
    }
}

#[test]
fn a_large_photograph_is_scaled_down() {
    let large = pictures::jpeg(9000, 1000, 0);

    assert_eq!(decode_picture("upright", &large).1.dimensions().0, 8000);
    assert_eq!(decode_picture("clean", &large).1.dimensions().0, 1800);
}

#[test]
fn each_kind_of_invalid_photo_has_its_own_exit_code() {
    let (jpeg, png) = (pictures::jpeg(60, 60, 0), pictures::png(60, 60, 0));
    let code = |bytes: &[u8]| decode("check", bytes).0;

    assert_eq!(code(b""), 64, "empty");
    assert_eq!(code(b"%PDF-1.7"), 65, "not an image");
    assert_eq!(code(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), 65, "not an image");
    assert_eq!(code(&jpeg[..jpeg.len() - 20]), 66, "a JPEG that ends early");
    assert_eq!(code(&png[..png.len() - 20]), 66, "a PNG that ends early");
    assert_eq!(code(b"GIF89a\x10\0\x10\0\0\0\0<html><body>not a picture</body></html>"), 66, "HTML after a GIF header");
    assert_eq!(code(&pictures::png_bomb(50_000, 50_000)), 67, "a decompression bomb");
    assert_eq!(code(&pictures::gif_bomb(50_000, 50_000)), 67, "a decompression bomb");
    assert_eq!(code(&pictures::png_bomb(20_001, 1)), 67, "a side that is too long");
    assert_eq!(code(&vec![0; (10 << 20) + 1]), 68, "too many bytes");
    assert_eq!(code(&pictures::jpeg_of_size(10 << 20, 0)), 0, "the maximum size");
    assert_eq!(decode("paint", &jpeg).0, 2, "an unknown purpose");
}

/// Its resource limits, which also forbid core dumps, are set before it reads the first byte.
#[test]
fn the_decoder_opens_no_files_and_starts_no_processes() {
    if !crate::support::is_available("strace", &["-V"]) {
        return;
    }
    let world = World::empty();
    let trace = world.path("tmp/trace");
    let mut command = world.command_under(&["strace", "-f", "-o", trace.to_str().unwrap()]);
    command.args(["decode-image", "clean"]).stdin(Stdio::piped());
    let run = crate::support::run_with_input(command, Some(&pictures::jpeg(64, 64, 0)));
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
        assert!(before.clone().any(|line| line.contains(limit)), "{limit} is set before the first byte is read");
    }
}

#[test]
fn a_heic_photo_leaves_no_files_in_shared_memory() {
    let folder = tempfile::tempdir().unwrap();
    let Some(heic) = pictures::heic(folder.path(), 64, 48) else { return };
    let remaining_files = || {
        let items = std::fs::read_dir("/dev/shm").unwrap().flatten();
        items.filter(|item| item.file_name().to_string_lossy().starts_with("journal-picture-")).count()
    };

    assert_eq!(decode("clean", &heic).0, 0);
    assert_eq!(decode("clean", &heic[..heic.len() / 2]).0, 66);

    crate::support::server::wait_for("other tests to finish", || (remaining_files() == 0).then_some(()));
}

#[test]
fn pages_of_one_entry_become_one_job() {
    let world = World::new();
    let (one, two) = (world.file("b.png", pictures::png(40, 40, 0)), world.file("a.JPG", pictures::jpeg(40, 40, 9)));
    let sound = world.file("c.wav", pictures::wav(500, 1));
    world.file("in/text.md", "It rained.");
    world.file("in/page.gif", pictures::encode(&pictures::page(40, 40, 20), ImageFormat::Gif));
    world.file("in/broken.png", &pictures::png(40, 40, 0)[..60]);
    world.file("in/letter.pdf", "%PDF");
    let [one, two, sound] = [&one, &two, &sound].map(|file| file.to_str().unwrap().to_owned());

    world
        .run(&["ingest", &one, &sound, "--pages", "--no-wait"])
        .refused(2)
        .says("must be all photographs or all recordings");
    let together = world.json(&["ingest", &one, &two, "--pages", "--no-wait", "--date", "2026-05-12"]);
    let apart = world.json(&["ingest", &sound, &one, "--no-wait"]);
    let folder = world.run(&["ingest", world.path("inbox/in").to_str().unwrap(), "--no-wait"]).refused(2);

    assert_eq!((&together["queued"], &together["items"][0]["outcome"]), (&1.into(), &"queued".into()), "{together}");
    assert_eq!(apart["queued"], 2, "{apart}");
    let folder =
        folder.says("1 stored, 0 duplicates, 1 queued, 1 refused").says("File 'broken.png': the photograph is damaged");
    assert!(folder.stderr.contains("skipped 1 files that are neither"), "{folder:#?}");
    let jobs = world.json(&["job", "list", "--type", "ingest_images"]);
    let first = jobs["items"].as_array().unwrap().last().unwrap();
    assert_eq!((&first["params"]["page_count"], &first["params"]["entry_date"]), (&2.into(), &"2026-05-12".into()));
    assert_eq!((&jobs["total"], &first["status"]), (&3.into(), &"queued".into()));
    world.run(&["ingest", &one, "--no-wait", "--date", "someday"]).refused(2);
}
