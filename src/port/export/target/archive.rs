//! One file: a tar (POSIX.1-1988 ustar) inside an age file. Nothing in the clear touches the disk.

use std::fs::File;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use age::stream::StreamWriter;

use crate::crypto::archive;
use crate::crypto::archive::Header;
use crate::crypto::archive::Recipient;
use crate::error::Error;
use crate::error::Result;
use crate::port::export::target::Sink;
use crate::storage::failure;
use crate::storage::files;

/// Bytes of a tar's block.
const BLOCK: u64 = 512;

/// An archive that is being written. Dropped before its end, it leaves nothing.
pub(super) struct Archive {
    path: PathBuf,
    temporary: PathBuf,
    stream: Option<StreamWriter<BufWriter<File>>>,
    header: Header,
    /// Bytes that the file which was begun still needs, and zeros behind it.
    left: u64,
    padding: u64,
}

/// Refuses a place where something is.
pub(super) fn check(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Err(Error::conflict(format!("{} is a folder", path.display()))
            .hint("an encrypted export is one file: name it, such as `--to journal.tar.age`"));
    }
    if path.file_name().is_none() {
        return Err(Error::invalid("that names no file").hint("name one, such as `--to journal.tar.age`"));
    }
    if path.exists() {
        return Err(Error::conflict(format!("{} is there already", path.display())).hint("name a new file"));
    }
    Ok(())
}

impl Archive {
    pub(super) fn begin(path: &Path, recipients: &[Recipient]) -> Result<Self> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let temporary = path.with_file_name(format!(".{name}.new"));
        // What an export that was interrupted left.
        let _ = std::fs::remove_file(&temporary);
        let file = files::create_new(&temporary)?;
        let sealed = archive::seal(recipients, BufWriter::with_capacity(128 * 1024, file));
        let (stream, header) = sealed.inspect_err(|_| {
            let _ = std::fs::remove_file(&temporary);
        })?;
        Ok(Self { path: path.to_owned(), temporary, stream: Some(stream), header, left: 0, padding: 0 })
    }

    /// Ends the archive, makes sure for whom it is, and gives it its name.
    pub(super) fn finish(mut self) -> Result<()> {
        // Two blocks of zeros end a tar.
        self.put(&[0; 2 * BLOCK as usize])?;
        let stream = self.stream.take().expect("it is open until here");
        let failed = |error| failure::io("writing", &self.path, error);
        let file = stream.finish().map_err(failed)?.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        let mut written = BufReader::new(File::open(&self.temporary).map_err(failed)?);
        if !self.header.heads(&mut written).map_err(failed)? {
            return Err(Error::conflict("what was written is not encrypted to the recipients that were given")
                .hint("look at the disk's health; nothing was kept"));
        }
        files::place_new(&self.temporary, &self.path)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let stream = self.stream.as_mut().expect("it is open until its end");
        stream.write_all(bytes).map_err(|error| failure::io("writing", &self.path, error))
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        // Gone already when the archive got its name.
        let _ = std::fs::remove_file(&self.temporary);
    }
}

impl Sink for Archive {
    fn begin(&mut self, name: &str, bytes: u64) -> Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_path(name).map_err(|error| Error::internal("the name of a file of an export", error))?;
        header.set_size(bytes);
        header.set_mode(0o600);
        // No instant and no owner: what is in it depends on the journal alone.
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        header.set_cksum();
        self.put(header.as_bytes())?;
        (self.left, self.padding) = (bytes, bytes.next_multiple_of(BLOCK) - bytes);
        Ok(())
    }

    fn write(&mut self, piece: &[u8]) -> Result<()> {
        let length = piece.len() as u64;
        let left = self.left.checked_sub(length);
        self.left = left.ok_or_else(|| Error::conflict("a file is longer than it was said to be"))?;
        self.put(piece)
    }

    fn end(&mut self) -> Result<()> {
        if self.left > 0 {
            return Err(Error::conflict("a file is shorter than it was said to be"));
        }
        let zeros = [0; BLOCK as usize];
        let padding = usize::try_from(self.padding).unwrap_or_default();
        self.put(&zeros[..padding])
    }
}
