//! Built-in TLS.

use std::path::Path;

use ed25519_dalek::{Signer, SigningKey};
use reqwest::Certificate;
use reqwest::tls::Version;

use crate::support::server::{Server, UNLIMITED, wait_for};
use crate::support::{World, chmod};

/// Encodes one DER value (ITU-T X.690) shorter than 64 KiB.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let head = match content.len() {
        0..128 => vec![tag, length[1]],
        128..256 => vec![tag, 0x81, length[1]],
        _ => vec![tag, 0x82, length[0], length[1]],
    };
    [head, content].concat()
}

fn pem(label: &str, bytes: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", data_encoding::BASE64.encode(bytes))
}

/// Makes a self-signed certificate for 127.0.0.1 and its key, PEM.
fn certificate(seed: u8) -> (String, String) {
    const ED25519: [u8; 5] = [0x06, 0x03, 0x2b, 0x65, 0x70];
    const COMMON_NAME: [u8; 5] = [0x06, 0x03, 0x55, 0x04, 0x03];
    const ALTERNATIVE_NAME: [u8; 5] = [0x06, 0x03, 0x55, 0x1d, 0x11];
    let key = SigningKey::from_bytes(&[seed; 32]);
    let algorithm = der(0x30, &[&ED25519]);
    let name = format!("journal {seed}");
    let name = der(0x30, &[&der(0x31, &[&der(0x30, &[&COMMON_NAME, &der(0x0c, &[name.as_bytes()])])])]);
    let validity = der(0x30, &[&der(0x18, &[b"20200101000000Z"]), &der(0x18, &[b"20991231235959Z"])]);
    let public = der(0x30, &[&algorithm, &der(0x03, &[&[0], key.verifying_key().as_bytes()])]);
    let addresses = der(0x30, &[&der(0x87, &[&[127, 0, 0, 1]])]);
    let extension = der(0x30, &[&ALTERNATIVE_NAME, &der(0x04, &[&addresses])]);
    let extensions = der(0xa3, &[&der(0x30, &[&extension])]);
    let version = der(0xa0, &[&der(0x02, &[&[2]])]);
    let number = der(0x02, &[&[seed]]);
    let body = der(0x30, &[&version, &number, &algorithm, &name, &validity, &name, &public, &extensions]);
    let signature = key.sign(&body).to_bytes();
    let signed = der(0x30, &[&body, &algorithm, &der(0x03, &[&[0], &signature])]);
    let private = der(0x30, &[&der(0x02, &[&[0]]), &algorithm, &der(0x04, &[&der(0x04, &[&[seed; 32]])])]);
    (pem("CERTIFICATE", &signed), pem("PRIVATE KEY", &private))
}

fn write_certificate(world: &World, seed: u8) -> (String, String) {
    let (cert, key) = certificate(seed);
    let (cert, key) = (world.file("cert.pem", cert), world.file("key.pem", key));
    chmod(&key, 0o600);
    (cert.to_str().unwrap().to_owned(), key.to_str().unwrap().to_owned())
}

/// Requests `/health`, trusting one certificate only; returns status and HSTS header.
fn health(server: &Server, trusted: u8, max_version: Version) -> Result<(u16, Option<String>), reqwest::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let root = Certificate::from_pem(certificate(trusted).0.as_bytes()).unwrap();
        let client =
            reqwest::Client::builder().no_proxy().tls_certs_only([root]).tls_version_max(max_version).build().unwrap();
        let reply = client.get(format!("{}/health", server.base)).send().await?;
        let hsts = reply.headers().get("strict-transport-security").map(|hsts| hsts.to_str().unwrap().to_owned());
        Ok((reply.status().as_u16(), hsts))
    })
}

#[test]
fn only_tls_1_3_is_offered_with_hsts() {
    let world = World::new();
    let (cert, key) = write_certificate(&world, 1);
    let server = world.serve_with(&["--tls-cert", &cert, "--tls-key", &key], &UNLIMITED);

    assert!(server.base.starts_with("https://"), "{}", server.base);
    let (status, hsts) = health(&server, 1, Version::TLS_1_3).unwrap();
    assert_eq!((status, hsts.as_deref()), (200, Some("max-age=31536000")));
    health(&server, 1, Version::TLS_1_2).unwrap_err();
    health(&server, 2, Version::TLS_1_3).unwrap_err();
}

#[test]
fn sighup_loads_a_new_certificate_and_skips_an_invalid_one() {
    let world = World::new();
    let (cert, key) = write_certificate(&world, 1);
    let server = world.serve_with(&["--tls-cert", &cert, "--tls-key", &key], &UNLIMITED);
    health(&server, 1, Version::TLS_1_3).unwrap();

    write_certificate(&world, 2);
    server.signal("HUP");
    wait_for("the new certificate", || health(&server, 2, Version::TLS_1_3).ok());

    std::fs::write(&cert, "no certificate").unwrap();
    server.signal("HUP");
    wait_for("the error message", || server.log().contains("cannot reload the certificate").then_some(()));
    health(&server, 2, Version::TLS_1_3).unwrap();
}

#[test]
fn a_key_readable_by_others_prevents_startup() {
    let world = World::new();
    let (cert, key) = write_certificate(&world, 1);
    let serve = ["serve", "--check", "--tls-cert", &cert, "--tls-key", &key];
    world.ok(&serve);

    for mode in [0o640, 0o604, 0o644] {
        chmod(Path::new(&key), mode);
        world.run(&serve).refused(4).says("open to others");
    }
}

#[test]
fn a_certificate_without_its_key_prevents_startup() {
    let world = World::new();
    let (cert, key) = write_certificate(&world, 1);
    world.run(&["serve", "--check", "--tls-cert", &cert]).refused(2);
    world.run_with(&["serve", "--check"], &[("JOURNAL_TLS_KEY", &key)], None).refused(2);
    world.run(&["serve", "--check", "--tls-cert", &key, "--tls-key", &key]).refused(2);

    let other = world.file("other.pem", certificate(2).1);
    chmod(&other, 0o600);
    let mixed = ["serve", "--check", "--tls-cert", &cert, "--tls-key", other.to_str().unwrap()];
    world.run(&mixed).refused(2).says("do not match");
}
