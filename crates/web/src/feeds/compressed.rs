//! The packed bytes of a feed: in memory while they are few, otherwise in a file that nobody else sees.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Most bytes in memory; what is longer goes to a file.
const IN_MEMORY: usize = 1024 * 1024;
/// Bytes written to a file at once.
const WRITTEN: usize = 128 * 1024;

/// Packed bytes.
#[derive(Debug)]
pub(super) enum CompressedFeed {
    Memory(Vec<u8>),
    /// Without a name: it goes when the last reader has ended, or the process.
    File {
        file: File,
        length: u64,
    },
}

impl CompressedFeed {
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { length, .. } => *length,
        }
    }

    /// What it counts for beside others.
    pub(super) fn weight(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { length, .. } => length / 8,
        }
    }

    fn read_at(&self, out: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => {
                let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..)).unwrap_or(&[]);
                let count = rest.len().min(out.len());
                out[..count].copy_from_slice(&rest[..count]);
                Ok(count)
            }
            Self::File { file, .. } => file.read_at(out, offset),
        }
    }

    /// Reads it from the beginning; any number may read at once.
    pub(super) fn reader(self: &Arc<Self>) -> Reader {
        Reader { packed: Arc::clone(self), offset: 0 }
    }
}

/// Reads packed bytes.
#[derive(Debug)]
pub(super) struct Reader {
    packed: Arc<CompressedFeed>,
    offset: u64,
}

impl Read for Reader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.packed.read_at(out, self.offset)?;
        self.offset += count as u64;
        Ok(count)
    }
}

/// Packed bytes that grow.
#[derive(Debug, Default)]
pub(super) struct FeedCompressor {
    bytes: Vec<u8>,
    file: Option<File>,
    written: u64,
}

impl FeedCompressor {
    fn spill(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(nameless()?),
        };
        file.write_all(&self.bytes)?;
        self.written += self.bytes.len() as u64;
        self.bytes.clear();
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<CompressedFeed> {
        if self.file.is_some() {
            self.spill()?;
        }
        Ok(if let Some(file) = self.file {
            CompressedFeed::File { file, length: self.written }
        } else {
            self.bytes.shrink_to_fit();
            CompressedFeed::Memory(self.bytes)
        })
    }
}

impl Write for FeedCompressor {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() >= if self.file.is_some() { WRITTEN } else { IN_MEMORY } {
            self.spill()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A new file for its owner alone, whose name is taken away at once.
fn nameless() -> io::Result<File> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("crossdock-feed-{}-{number}", std::process::id()));
        match OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path) {
            // Left behind by a process of the same number that died within these lines.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => {
                let file = opened?;
                std::fs::remove_file(&path)?;
                return Ok(file);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_from_memory_and_from_a_file() {
        for length in [0, 10, IN_MEMORY - 1, IN_MEMORY, 3 * IN_MEMORY + 5] {
            let bytes: Vec<u8> = (0..=250).cycle().take(length).collect();
            let mut packing = FeedCompressor::default();
            for piece in bytes.chunks(10_000) {
                packing.write_all(piece).expect("written");
            }
            let packed = Arc::new(packing.finish().expect("finished"));
            assert_eq!(packed.length(), length as u64);
            assert_eq!(matches!(*packed, CompressedFeed::File { .. }), length >= IN_MEMORY, "{length}");
            for _ in 0..2 {
                let mut back = Vec::new();
                packed.reader().read_to_end(&mut back).expect("read");
                assert_eq!(back, bytes);
            }
        }
    }
}
