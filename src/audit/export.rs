//! The trail as a file that somebody else can keep and check.
//!
//! One JSON object a line, ASCII only, each line ended by a line feed:
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
//! With the public key, known from an earlier export or asked of the operator, everybody can check that the server vouched
//! for the file as it is, and that its chain passes through the checkpoints of every earlier file. The macs themselves
//! can be checked only with the server's key, by `journal audit verify`.

use std::io::Write;
use std::path::Path;

use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

use crate::audit::Trail;
use crate::crypto::identity::Identity;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::audit::Checkpoint;
use crate::model::audit::Event;
use crate::model::scope::Scope;
use crate::storage::accounts::audit;
use crate::storage::accounts::checkpoints;
use crate::storage::failure;
use crate::storage::files;

/// Events read at a time.
const PAGE: i64 = 1000;
/// What stands before the message of a seal.
const SEAL: &[u8] = b"journal audit export v1\0";

/// What was written.
#[derive(Debug, Serialize)]
pub struct Exported {
    /// Events.
    pub events: i64,
    /// Checkpoints.
    pub checkpoints: usize,
    /// The server's public key, hex.
    pub server_key: String,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line<'a> {
    Trail { format: u32, server_key: &'a str, events: i64, at: &'a str },
    Event(&'a Event),
    Checkpoint(&'a Checkpoint),
    Seal { sha256: String, signature: String },
}

/// Hands the whole trail, line by line, to `take`. Admins and the operator only; that it was exported is its last event.
///
/// # Errors
/// As what `take` returns.
pub async fn export(ctx: &Ctx, mut take: impl FnMut(&str) -> Result<()> + Send) -> Result<Exported> {
    let trail = Trail::of(ctx);
    let at = trail.at().to_owned();
    let (events, signed) = ctx
        .write_accounts(Scope::AdminAudit, move |db| {
            trail.record(db, Action::DataExported, "audit")?;
            let newest = audit::newest(db, None, 1)?.pop().map_or(0, |event| event.seq);
            Ok((newest, checkpoints::all(db)?))
        })
        .await?;
    let identity = &ctx.app.store.keys.audit.identity;
    let server_key = data_encoding::HEXLOWER.encode(&identity.public());
    let mut sealing = Sealing { hash: Sha256::new(), take: &mut take };
    sealing.line(&Line::Trail { format: 1, server_key: &server_key, events, at: &at })?;
    let mut after = 0;
    while after < events {
        // The trail only grows, so pages of it are one picture.
        let limit = PAGE.min(events - after);
        let page = ctx.read_accounts(Scope::AdminAudit, move |db| audit::following(db, after, limit)).await?;
        let Some(last) = page.last().map(|event| event.seq) else { break };
        page.iter().try_for_each(|event| sealing.line(&Line::Event(event)))?;
        after = last;
    }
    signed.values().try_for_each(|signed| sealing.line(&Line::Checkpoint(&signed.shown())))?;
    sealing.seal(identity)?;
    Ok(Exported { events, checkpoints: signed.len(), server_key })
}

/// Writes the whole trail to a new file, private to its owner.
///
/// # Errors
/// `Conflict` when the file is there already or cannot be written.
pub async fn export_to(ctx: &Ctx, path: &Path) -> Result<Exported> {
    ctx.caller.authorize(Scope::AdminAudit)?;
    let mut file = std::io::BufWriter::new(files::create_new(path)?);
    let failed = |error| failure::io("writing", path, error);
    let exported = export(ctx, |line| writeln!(file, "{line}").map_err(failed)).await?;
    let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    Ok(exported)
}

struct Sealing<'t> {
    hash: Sha256,
    take: &'t mut (dyn FnMut(&str) -> Result<()> + Send),
}

impl Sealing<'_> {
    fn line(&mut self, line: &Line<'_>) -> Result<()> {
        let text = serde_json::to_string(line).map_err(|error| Error::internal("writing JSON", error))?;
        let text = ascii(&text);
        self.hash.update(text.as_bytes());
        self.hash.update(b"\n");
        (self.take)(&text)
    }

    fn seal(mut self, identity: &Identity) -> Result<()> {
        let hash = self.hash.clone().finalize();
        let signature = identity.sign(&[SEAL, hash.as_slice()].concat());
        let hex = &data_encoding::HEXLOWER;
        self.line(&Line::Seal { sha256: hex.encode(&hash), signature: hex.encode(&signature) })
    }
}

/// Escapes what is not printable ASCII, so that no terminal, editor or transport changes a line; in JSON such characters
/// stand only inside strings.
fn ascii(json: &str) -> String {
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
    fn what_a_terminal_acts_on_is_escaped_and_reads_back() {
        let agent = "Z\u{fc}rich \u{1f600} \u{202e}\u{7f}\u{1b}[2J";
        let line = ascii(&serde_json::to_string(agent).unwrap());

        assert!(line.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), agent);
    }
}
