//! Upload of photographs and recordings: encrypted on arrival, completely or not at all.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use crate::http::entries::ada;
use crate::support::form::Form;
use crate::support::server::{Client, Reply, Server, wait_for};
use crate::support::{World, needles, pictures, raw};

const IMAGES: &str = "/api/entries/ingest/images";
const AUDIO: &str = "/api/entries/ingest/audio";
const MIB: usize = 1 << 20;

fn media(world: &World) -> PathBuf {
    world.notebook().with_file_name("media")
}

/// Returns the file names in the folder of originals.
fn original_names(world: &World) -> Vec<String> {
    let items = std::fs::read_dir(media(world)).unwrap();
    items.map(|item| item.unwrap().file_name().into_string().unwrap()).collect()
}

#[track_caller]
fn assert_nothing_stored(world: &World, client: &Client) {
    assert_eq!(original_names(world), [""; 0]);
    assert_eq!(client.get("/api/jobs").ok().json()["total"], 0);
}

#[track_caller]
fn assert_error(reply: &Reply, status: u16, words: &str) {
    assert_eq!(reply.status, status, "{words:?}: {reply:#?}");
    let body = reply.json();
    assert!(body["message"].as_str().unwrap().contains(words), "{words:?}: {body}");
    assert!(body["error"].is_string() && body["request_id"].is_string(), "{body}");
}

/// Starts a server without a provider, so that media jobs stay queued.
fn serve_without_provider() -> (World, Server) {
    let world = World::new();
    let server = world.serve();
    (world, server)
}

#[test]
fn pages_of_every_format_become_one_job_and_are_encrypted() {
    let (world, server) = serve_without_provider();
    let ada = ada(&world, &server);
    let picture = pictures::page(60, 40, 0);
    let mut form = Form::default().text("entry_date", "2026-05-12");
    for (format, name) in [
        (image::ImageFormat::Jpeg, "jpeg"),
        (image::ImageFormat::Png, "png"),
        (image::ImageFormat::Gif, "gif"),
        (image::ImageFormat::WebP, "webp"),
    ] {
        let bytes = pictures::encode(&picture, format);
        form = form.file("images", &format!("page.{name}"), &format!("image/{name}"), &bytes);
    }
    let heic = pictures::heic(&world.path("tmp"), 64, 48);
    if let Some(heic) = &heic {
        form = form.file("images", "page.heic", "image/HEIC; x=y", heic);
    }
    let count = 4 + usize::from(heic.is_some());

    let reply = form.send(&ada, IMAGES);

    assert_eq!(reply.status, 202, "{reply:#?}");
    let queued = reply.json();
    assert_eq!(queued["status"], "queued");
    let job = ada.get(&format!("/api/jobs/{}", queued["job_id"].as_str().unwrap())).ok().json();
    assert_eq!((&job["type"], &job["progress_total"]), (&json!("ingest_images"), &json!(count)));
    assert_eq!(job["params"], json!({ "entry_date": "2026-05-12", "page_count": count, "user_id": 1 }));
    let names = original_names(&world);
    assert!(
        names.len() == count
            && names.iter().all(|name| name.rsplit_once('.').is_some_and(|(_, ending)| ending == "age")),
        "{names:?}"
    );
    let activity = server.key(&world.ada().key("owner", &["account"]).1).get("/api/activity").ok().json();
    let line = activity["items"].as_array().unwrap().iter().find(|line| line["action"] == "MEDIA_UPLOADED").unwrap();
    assert_eq!(line["resource"], format!("job:{}", queued["job_id"].as_str().unwrap()));
}

#[test]
fn recordings_become_one_job_with_their_source() {
    let (world, server) = serve_without_provider();
    let ada = ada(&world, &server);
    let webm =
        b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm sound";
    let form = Form::default().file("audio", "recording-1.webm", "audio/webm;codecs=opus", webm).file(
        "audio",
        "recording-2.wav",
        "audio/x-wav",
        &pictures::wav(1000, 9),
    );

    let voice = form.clone().send(&ada, AUDIO);
    let imported = form.text("source_type", "imported_audio_file").text("entry_date", "").send(&ada, AUDIO);

    assert_eq!((voice.status, imported.status), (202, 202), "{voice:#?} {imported:#?}");
    let params = |reply: &Reply| {
        let id = reply.json()["job_id"].as_str().unwrap().to_owned();
        ada.get(&format!("/api/jobs/{id}")).ok().json()["params"].clone()
    };
    assert_eq!(params(&voice), json!({ "source_type": "voice", "recording_count": 2, "user_id": 1 }));
    assert_eq!(params(&imported)["source_type"], "imported_audio_file");
}

#[test]
fn an_invalid_photograph_is_refused_by_name() {
    let (world, server) = serve_without_provider();
    let ada = ada(&world, &server);
    let good = pictures::jpeg(40, 40, 0);
    let send = |name: &str, media_type: &str, bytes: &[u8]| {
        let first = Form::default().file("images", "good.jpg", "image/jpeg", &good);
        first.file("images", name, media_type, bytes).send(&ada, IMAGES)
    };

    assert_error(
        &send("a.pdf", "application/pdf", b"%PDF"),
        400,
        "File 'a.pdf' has unsupported type 'application/pdf'. Allowed: JPEG, PNG, GIF, WebP, HEIC.",
    );
    assert_error(&send("a.avif", "image/avif", b"x"), 400, "unsupported type 'image/avif'");
    assert_error(
        &send("a.zip", "image/png", b"PK\x03\x04zipped"),
        400,
        "File 'a.zip' has unsupported type 'application/zip'",
    );
    assert_error(&send("a.jpg", "image/jpeg", b"not a picture"), 400, "File 'a.jpg' has unsupported type 'unknown'");
    assert_error(&send("none.jpg", "image/jpeg", b""), 400, "File 'none.jpg' is empty");
    assert_error(
        &send("half.jpg", "image/jpeg", &good[..good.len() / 2]),
        400,
        "File 'half.jpg': the photograph is damaged or incomplete",
    );
    let png = pictures::png(40, 40, 0);
    assert_error(
        &send("half.png", "image/png", &png[..png.len() / 2]),
        400,
        "File 'half.png': the photograph is damaged or incomplete",
    );
    let polyglot = b"GIF89a\x10\0\x10\0\0\0\0<html><script>alert(1)</script></html>";
    assert_error(&send("page.gif", "image/gif", polyglot), 400, "File 'page.gif': ");
    let truncated = [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), b"PK\x03\x04"].concat();
    assert_error(
        &send("page.heic", "image/heic", &truncated),
        400,
        "File 'page.heic': the photograph is damaged or incomplete",
    );
    for (name, bomb) in
        [("bomb.png", pictures::png_bomb(50_000, 50_000)), ("bomb.gif", pictures::gif_bomb(50_000, 50_000))]
    {
        assert_error(
            &send(name, "image/png", &bomb),
            400,
            &format!("File '{name}': the photograph has too many pixels"),
        );
    }
    assert_nothing_stored(&world, &ada);
}

#[test]
fn bug_8_an_invalid_recording_is_refused() {
    let (world, server) = serve_without_provider();
    let ada = ada(&world, &server);
    let send = |name: &str, media_type: &str, bytes: &[u8]| {
        Form::default().file("audio", name, media_type, bytes).send(&ada, AUDIO)
    };

    assert_error(
        &send("a.aiff", "audio/aiff", b"FORM"),
        400,
        "File 'a.aiff' has unsupported type 'audio/aiff'. Allowed: MP3, MP4, WAV, WebM, OGG, FLAC, M4A.",
    );
    assert_error(
        &send("a.mp3", "audio/mpeg", &pictures::jpeg(8, 8, 0)),
        400,
        "File 'a.mp3' has unsupported type 'image/jpeg'",
    );
    assert_error(&send("a.ogg", "audio/ogg", b""), 400, "File 'a.ogg' is empty");
    assert_error(&send("a.ogg", "", b"OggS"), 400, "unsupported type ''");
    assert_error(
        &Form::default().text("entry_date", "2026-01-01").send(&ada, AUDIO),
        400,
        "At least one audio file is required in the 'audio' field",
    );
    assert_error(&Form::default().send(&ada, IMAGES), 400, "At least one image is required in the 'images' field");
    assert_nothing_stored(&world, &ada);
}

#[test]
fn an_invalid_form_stores_nothing() {
    let (world, server) = serve_without_provider();
    let ada = ada(&world, &server);
    let good = || Form::default().file("images", "a.jpg", "image/jpeg", &pictures::jpeg(8, 8, 0));
    let sound = || Form::default().file("audio", "a.wav", "audio/wav", &pictures::wav(100, 0));

    for date in ["yesterday", "20260512", "2026-02-30", "2026-5-1"] {
        assert_eq!(good().text("entry_date", date).send(&ada, IMAGES).status, 400, "{date}");
    }
    good().text("user_id", "1").send(&ada, IMAGES).refused(400, "invalid_field");
    good().text("source_type", "photo").send(&ada, IMAGES).refused(400, "invalid_field");
    good()
        .text("entry_date", "2026-01-01")
        .text("entry_date", "2026-01-01")
        .send(&ada, IMAGES)
        .refused(400, "invalid_field");
    good().text("entry_date", &"1".repeat(5000)).send(&ada, IMAGES).refused(400, "invalid_body");
    good().file("audio", "a.wav", "audio/wav", &pictures::wav(100, 0)).send(&ada, IMAGES).refused(400, "invalid_field");
    sound().text("source_type", "photo").send(&ada, AUDIO).refused(400, "invalid_field");
    sound().text("source_type", "carrier_pigeon").send(&ada, AUDIO).refused(400, "invalid_request");
    let mut cut = good().body();
    cut.truncate(cut.len() - 30);
    ada.send("POST", IMAGES, &Form::content_type(), cut).refused(400, "invalid_body");
    ada.send("POST", IMAGES, "multipart/form-data", good().body()).refused(400, "invalid_body");
    ada.send("POST", IMAGES, "application/json", b"{}".to_vec()).refused(400, "invalid_body");
    assert_nothing_stored(&world, &ada);
}

#[test]
fn a_photograph_may_have_ten_mebibytes_and_no_more() {
    let (world, server) = serve_without_provider();
    let ada = ada(&world, &server);
    let full = |ink: u8| pictures::jpeg_of_size(10 * MIB, ink);
    let over = Form::default().file("images", "big.jpg", "image/jpeg", &pictures::jpeg_of_size(10 * MIB + 1, 0));
    let five = (0..5_u8).fold(Form::default(), |form, ink| form.file("images", "p.jpg", "image/jpeg", &full(ink * 10)));
    let more = five.clone().file("images", "one.jpg", "image/jpeg", b"\xff");

    assert_error(&over.send(&ada, IMAGES), 400, "File 'big.jpg' exceeds 10 MB limit");
    let total = more.send(&ada, IMAGES).refused(413, "payload_too_large");
    assert!(total.text.contains("Total upload size exceeds 50 MB limit"), "{total:#?}");
    assert_nothing_stored(&world, &ada);
    assert_eq!(five.send(&ada, IMAGES).status, 202);
    assert_eq!(original_names(&world).len(), 5);
}

#[test]
fn a_recording_may_have_a_hundred_mebibytes_and_no_more() {
    let (world, server) = serve_without_provider();
    let ada = ada(&world, &server);
    let send = |bytes: usize| {
        Form::default().file("audio", "long.wav", "audio/wav", &pictures::wav(bytes, 1)).send(&ada, AUDIO)
    };

    assert_error(&send(100 * MIB + 1), 400, "File 'long.wav' exceeds 100 MB limit");
    assert_nothing_stored(&world, &ada);
    assert_eq!(send(100 * MIB).status, 202);
}

#[test]
fn an_upload_may_have_a_hundred_files_and_no_more() {
    let (world, server) = serve_without_provider();
    let ada = ada(&world, &server);
    let hundred =
        (0..100_u8).fold(Form::default(), |form, n| form.file("audio", "n.wav", "audio/wav", &pictures::wav(100, n)));
    let more = hundred.clone().file("audio", "n.wav", "audio/wav", &pictures::wav(100, 200));

    assert_error(&more.send(&ada, AUDIO), 400, "at most 100 files");
    assert_nothing_stored(&world, &ada);
    assert_eq!(hundred.send(&ada, AUDIO).status, 202);
    assert_eq!(original_names(&world).len(), 100);
}

#[test]
fn an_aborted_upload_stores_nothing() {
    let (world, server) = serve_without_provider();
    let ada = ada(&world, &server);
    let (_, key) = world.ada().key("phone", &["ingest"]);
    let whole = pictures::wav(5 * MIB, 7);
    let body = [Form::file_header("audio", "a.wav", "audio/wav"), whole[..MIB].to_vec()].concat();
    let mut stream = raw::connect(&server);
    let head = format!(
        "POST {AUDIO} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\
        Content-Type: {}\r\nContent-Length: {}\r\n\r\n",
        Form::content_type(),
        6 * MIB,
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
    wait_for("the upload to be under way", || (!original_names(&world).is_empty()).then_some(()));

    drop(stream);

    wait_for("the partial files to be deleted", || original_names(&world).is_empty().then_some(()));
    assert_nothing_stored(&world, &ada);
}

#[test]
fn files_of_a_killed_upload_are_removed_at_startup() {
    let (world, server) = serve_without_provider();
    let (_, key) = world.ada().key("phone", &["ingest"]);
    let mut stream = raw::connect(&server);
    let head = format!(
        "POST {AUDIO} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\
        Content-Type: {}\r\nContent-Length: {}\r\n\r\n",
        Form::content_type(),
        6 * MIB,
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&[Form::file_header("audio", "a.wav", "audio/wav"), pictures::wav(MIB, 7)].concat()).unwrap();
    wait_for("the upload to be under way", || (!original_names(&world).is_empty()).then_some(()));
    server.kill();
    assert!(!original_names(&world).is_empty());

    let _server = world.serve();

    wait_for("the cleanup", || original_names(&world).is_empty().then_some(()));
}

#[test]
fn no_text_of_an_upload_is_readable_on_disk() {
    let (world, server) = serve_without_provider();
    let ada = ada(&world, &server);
    let phrases = ["marmalade heron of Quellwasser", "whispered beneath the copper bridge", "plumtree-under-moonlight"];
    let mut sound = pictures::wav(200_000, 3);
    sound[100_000..100_000 + phrases[0].len()].copy_from_slice(phrases[0].as_bytes());
    let picture = pictures::with_exif(&pictures::jpeg(50, 50, 0), 1, phrases[1]);
    let name = format!("{}.jpg", phrases[2]);

    assert_eq!(Form::default().file("audio", "a.wav", "audio/wav", &sound).send(&ada, AUDIO).status, 202);
    assert_eq!(Form::default().file("images", &name, "image/jpeg", &picture).send(&ada, IMAGES).status, 202);
    let refused = Form::default().file("images", &name, "image/jpeg", &[picture.clone(), vec![0; 11 * MIB]].concat());
    assert_eq!(refused.send(&ada, IMAGES).status, 400);

    let (findings, files) = needles::scan(&world.path(""), &needles::needles(&phrases));
    assert!(files > 4 && findings.is_empty(), "{findings:#?}");
    let (_, log) = server.stop();
    assert!(phrases.iter().all(|phrase| !log.contains(phrase)), "{log}");
}

#[test]
fn a_key_without_the_ingest_scope_uploads_nothing() {
    let (world, server) = serve_without_provider();
    let ada = ada(&world, &server);
    let reader = server.key(&world.ada().key("reader", &["entries:read"]).1);

    Form::default()
        .file("images", "a.jpg", "image/jpeg", &pictures::jpeg(8, 8, 0))
        .send(&reader, IMAGES)
        .refused(403, "forbidden");
    Form::default()
        .file("audio", "a.wav", "audio/wav", &pictures::wav(100, 0))
        .send(&reader, AUDIO)
        .refused(403, "forbidden");

    assert_nothing_stored(&world, &ada);
}
