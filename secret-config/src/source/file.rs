//! Mounted files: `#[secret(file = "/run/secrets/{field}")]`, as Docker and Kubernetes provide them.

use super::{BoxFuture, Payload, Source, SourceError, SourceErrorKind};
use crate::key::Key;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// No file that is mounted as a secret is larger; Kubernetes and Docker stop at 1 MiB and 500 KiB.
const LARGEST: u64 = 1024 * 1024;

/// Reads each key as the path of a file, below `root` where it is relative.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) root: PathBuf,
}

impl Source for Files {
    fn fetch<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Vec<Result<Payload, SourceError>>> {
        // Mounted secrets are in memory (tmpfs); a thread for each would cost more than the reading.
        Box::pin(async move { keys.iter().map(|key| read(&self.root.join(key.name()))).collect() })
    }
}

fn read(path: &Path) -> Result<Payload, SourceError> {
    // Before it is opened: that of a pipe would wait for a writer.
    let metadata = path.metadata().map_err(|error| failure(error.kind()))?;
    if !metadata.is_file() {
        return Err(SourceError::new(SourceErrorKind::Invalid)
            .with_reason("it is not a file")
            .with_help("mount a file there: Docker makes a directory where the host has no such file"));
    }
    let file = std::fs::File::open(path).map_err(|error| failure(error.kind()))?;
    // One buffer of the exact size, so that it never grows and leaves a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(metadata.len().min(LARGEST)).unwrap_or(0) + 1));
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| failure(error.kind()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(SourceError::new(SourceErrorKind::Invalid)
            .with_reason("it is larger than 1 MiB")
            .with_help("see whether the right file is mounted there"));
    }
    let bytes = std::mem::take(&mut *bytes);
    // Text or bytes is decided by the field's type: bytes that are text may still be asked for as bytes.
    Ok(match String::from_utf8(bytes) {
        Ok(text) => Payload::text(text),
        Err(error) => Payload::bytes(error.into_bytes()),
    })
}

fn failure(kind: ErrorKind) -> SourceError {
    match kind {
        ErrorKind::NotFound => SourceError::not_found(),
        ErrorKind::PermissionDenied => {
            SourceError::new(SourceErrorKind::Denied).with_help("let the user that the program runs as read the file")
        }
        _ => SourceError::new(SourceErrorKind::Unreachable).with_reason("the file cannot be read"),
    }
}
