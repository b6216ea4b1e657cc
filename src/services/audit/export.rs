//! Signed export of the audit log, verifiable without the server.
//!
//! One JSON object per line, ASCII only, each line terminated by a line feed:
//!
//! - `{"kind":"trail","format":1,"server_key":…,"events":N,"at":…}`: first; the server's Ed25519 public key (RFC 8032)
//!   in hex, and how many events follow;
//! - `{"kind":"event","seq":…,"at":…,…,"mac":…}`: every event from 1 to N with all its fields, `mac` in hex;
//! - `{"kind":"checkpoint","seq":…,"at":…,"mac":…,"signature":…}`: every checkpoint. The signature is over the bytes of
//!   `journal audit checkpoint v1`, a zero byte, `seq` in 8 bytes, big-endian, the 20 characters of `at`, and the 32
//!   bytes of `mac`; the event at `seq` has to have this very `mac`;
//! - `{"kind":"seal","sha256":…,"signature":…}`: last; SHA-256 over all lines before, line feeds included, and a
//!   signature over `journal audit export v1`, a zero byte, and the 32 bytes of the hash.
//!
//! The public key is known from an earlier export or from the operator. With it anyone can verify that the server
//! signed the file as it is, and that its chain passes through the checkpoints of every earlier file. The MACs
//! themselves can be verified only with the server's key, by `journal audit verify`.

use std::io::Write;
use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::app::context::Ctx;
use crate::crypto::identity::ServerIdentity;
use crate::domain::audit::{AuditAction, AuditCheckpoint, AuditEvent};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::accounts::{audit, checkpoints};
use crate::storage::{files, io_error};

/// Events per read.
const PAGE: i64 = 1000;
/// Domain separation prefix of the seal's signature.
const SEAL: &[u8] = b"journal audit export v1\0";

/// Result of an export.
#[derive(Debug, Serialize)]
pub struct AuditExportSummary {
    /// Number of events.
    pub events: i64,
    /// Number of checkpoints.
    pub checkpoints: usize,
    /// The server's public key, hex.
    pub server_key: String,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum AuditExportLine<'a> {
    Trail { format: u32, server_key: &'a str, events: i64, at: &'a str },
    Event(&'a AuditEvent),
    Checkpoint(&'a AuditCheckpoint),
    Seal { sha256: String, signature: String },
}

/// Passes the whole audit log line by line to `take`; the export itself is its last event. Admins and the operator
/// only.
///
/// # Errors
/// The errors of `take`.
pub async fn export(ctx: &Ctx, mut take: impl FnMut(&str) -> Result<()> + Send) -> Result<AuditExportSummary> {
    let trail = AuditRecorder::from_ctx(ctx);
    let at = trail.at().to_owned();
    let (events, signed) = ctx
        .write_accounts(Scope::AdminAudit, move |db| {
            trail.record(db, AuditAction::DataExported, "audit")?;
            let newest = audit::list_newest(db, None, 1)?.pop().map_or(0, |event| event.seq);
            Ok((newest, checkpoints::all(db)?))
        })
        .await?;
    let identity = &ctx.app.store.keys.audit.identity;
    let server_key = data_encoding::HEXLOWER.encode(&identity.public_key());
    let mut sealing = AuditExportWriter { hash: Sha256::new(), take: &mut take };
    sealing.write_line(&AuditExportLine::Trail { format: 1, server_key: &server_key, events, at: &at })?;
    let mut after = 0;
    while after < events {
        // The log is append-only, so the pages form one consistent snapshot.
        let limit = PAGE.min(events - after);
        let page = ctx.read_accounts(Scope::AdminAudit, move |db| audit::list_after(db, after, limit)).await?;
        let Some(last) = page.last().map(|event| event.seq) else { break };
        page.iter().try_for_each(|event| sealing.write_line(&AuditExportLine::Event(event)))?;
        after = last;
    }
    signed.values().try_for_each(|signed| sealing.write_line(&AuditExportLine::Checkpoint(&signed.to_checkpoint())))?;
    sealing.finish(identity)?;
    Ok(AuditExportSummary { events, checkpoints: signed.len(), server_key })
}

/// Exports the audit log to a new file with mode 0600.
///
/// # Errors
/// `Conflict` when the file exists already or cannot be written.
pub async fn export_to(ctx: &Ctx, path: &Path) -> Result<AuditExportSummary> {
    ctx.caller.authorize(Scope::AdminAudit)?;
    let mut file = std::io::BufWriter::new(files::create_new(path)?);
    let failed = |error| io_error::for_path("writing", path, error);
    let exported = export(ctx, |line| writeln!(file, "{line}").map_err(failed)).await?;
    let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    Ok(exported)
}

struct AuditExportWriter<'t> {
    hash: Sha256,
    take: &'t mut (dyn FnMut(&str) -> Result<()> + Send),
}

impl AuditExportWriter<'_> {
    fn write_line(&mut self, line: &AuditExportLine<'_>) -> Result<()> {
        let text = serde_json::to_string(line).map_err(|error| Error::internal("writing JSON", error))?;
        let text = escape_non_ascii(&text);
        self.hash.update(text.as_bytes());
        self.hash.update(b"\n");
        (self.take)(&text)
    }

    fn finish(mut self, identity: &ServerIdentity) -> Result<()> {
        let hash = self.hash.clone().finalize();
        let signature = identity.sign(&[SEAL, hash.as_slice()].concat());
        let hex = &data_encoding::HEXLOWER;
        self.write_line(&AuditExportLine::Seal { sha256: hex.encode(&hash), signature: hex.encode(&signature) })
    }
}

/// Escapes everything but printable ASCII, so that no terminal, editor or transport changes a line; in JSON such
/// characters occur only inside strings.
fn escape_non_ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() && !c.is_ascii_control() {
            text.push(c);
        } else {
            text.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_parse_back() {
        let agent = "Z\u{fc}rich \u{1f600} \u{202e}\u{7f}\u{1b}[2J";
        let line = escape_non_ascii(&serde_json::to_string(agent).unwrap());

        assert!(line.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), agent);
    }
}
