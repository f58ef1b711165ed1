//! Where an import reads: a file or standard input, packed or not, in a thread of its own.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use crossdock_wire::catalogue::{Format, ReadError};
use flate2::read::MultiGzDecoder;
use tokio::sync::mpsc;

use super::stop::StopSignal;
use crate::commands::export::FileFormat;
use crate::exit::{ExitKind, Failure};

/// What a name stands for that means standard input.
const STANDARD_INPUT: &str = "-";
/// Most records that are handed over at once.
const CHUNK: usize = 64;
/// Bytes of the file after which records are handed over, however few they are.
const CHUNK_BYTES: u64 = 256 * 1024;
/// Chunks that are read ahead.
const AHEAD: usize = 8;

/// A file to import.
#[derive(Debug)]
pub(super) struct Source {
    path: PathBuf,
    format: Format,
    /// Absent when it is not known.
    pub(super) length: Option<u64>,
}

/// Counts the bytes that were read of the file itself, before they are unpacked.
struct CountingReader<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// What readers of records give.
pub(super) type Records<T> = Box<dyn Iterator<Item = Result<T, ReadError>> + Send>;

impl Source {
    pub(super) fn open(path: PathBuf, format: Option<FileFormat>) -> anyhow::Result<Self> {
        let name = path.to_string_lossy();
        let format = format.map(Format::from).or_else(|| Format::of_name(&name));
        if path.as_os_str() == STANDARD_INPUT {
            let format = format.ok_or_else(|| {
                Failure::new(ExitKind::Usage, "standard input has no name that tells what it is; name it with --format")
            })?;
            return Ok(Self { path, format, length: None });
        }
        let format = format.ok_or_else(|| {
            Failure::new(ExitKind::Usage, format!("{name}: the name does not tell what it is; name it with --format"))
        })?;
        let metadata = std::fs::metadata(&path).with_context(|| format!("cannot read {name}"))?;
        if metadata.is_dir() {
            return Err(Failure::new(ExitKind::Usage, format!("{name} is a directory")).into());
        }
        // Pipes have no length.
        let length = Some(metadata.len()).filter(|_| metadata.is_file());
        Ok(Self { path, format, length })
    }

    /// What the file is called in messages.
    pub(super) fn name(&self) -> String {
        if self.path.as_os_str() == STANDARD_INPUT {
            "standard input".to_owned()
        } else {
            self.path.display().to_string()
        }
    }

    /// The end of an import whose file cannot be read any further.
    pub(super) fn broken(&self, line: u64, reason: &str, wrote: bool) -> anyhow::Error {
        let state = if wrote {
            "; what stands before it is stored, and what stands behind it needs the file mended first"
        } else {
            "; nothing was changed"
        };
        let at = if line == 0 { String::new() } else { format!("{}, line {line}: ", self.name()) };
        Failure::refused(format!("{at}{reason}{state}")).into()
    }

    fn reader(&self, count: Arc<AtomicU64>) -> anyhow::Result<Box<dyn BufRead + Send>> {
        let cannot = || format!("cannot read {}", self.name());
        let input: Box<dyn Read + Send> = if self.path.as_os_str() == STANDARD_INPUT {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(&self.path).with_context(cannot)?)
        };
        let mut input = CountingReader { inner: input, count };
        // Its first bytes tell whether it is packed, whatever it is called.
        let mut first = Vec::with_capacity(2);
        input.by_ref().take(2).read_to_end(&mut first).with_context(cannot)?;
        let packed = first == [0x1f, 0x8b];
        let whole = Cursor::new(first).chain(input);
        Ok(if packed {
            Box::new(BufReader::with_capacity(128 * 1024, MultiGzDecoder::new(BufReader::new(whole))))
        } else {
            Box::new(BufReader::with_capacity(128 * 1024, whole))
        })
    }

    /// Begins to read, in a thread: what waits for a pipe must not keep Ctrl-C from being heard, and reading goes on while a batch
    /// is stored.
    pub(super) fn start<T: Send + 'static>(
        &self,
        read: fn(Format, Box<dyn BufRead + Send>) -> Records<T>,
    ) -> anyhow::Result<RecordStream<T>> {
        let position = Arc::new(AtomicU64::new(0));
        let (send, chunks) = mpsc::channel(AHEAD);
        let (source, count) = (Self { path: self.path.clone(), ..*self }, position.clone());
        // Opened in the thread: even the first two bytes may be waited for.
        let run = move || {
            let records = match source.reader(count.clone()) {
                Ok(input) => read(source.format, input),
                Err(error) => {
                    let reason = format!("{error:#}");
                    drop(send.blocking_send(vec![Err(ReadError::Broken { line: 0, reason })]));
                    return;
                }
            };
            let mut chunk = Vec::with_capacity(CHUNK);
            let mut begun = 0;
            for record in records {
                chunk.push(record);
                let now = count.load(Ordering::Relaxed);
                if chunk.len() == CHUNK || now - begun >= CHUNK_BYTES {
                    begun = now;
                    if send.blocking_send(std::mem::take(&mut chunk)).is_err() {
                        return;
                    }
                }
            }
            drop(send.blocking_send(chunk));
        };
        std::thread::Builder::new().name("import".to_owned()).spawn(run).context("cannot start a thread")?;
        Ok(RecordStream { chunks, position })
    }
}

/// Records on their way.
#[derive(Debug)]
pub(super) struct RecordStream<T> {
    chunks: mpsc::Receiver<Vec<Result<T, ReadError>>>,
    position: Arc<AtomicU64>,
}

impl<T> RecordStream<T> {
    /// The next records; `None` at the end, and as soon as somebody wants to stop.
    pub(super) async fn next(&mut self, stop: &StopSignal) -> Option<Vec<Result<T, ReadError>>> {
        tokio::select! {
            biased;
            () = stop.pressed() => None,
            chunk = self.chunks.recv() => chunk,
        }
    }

    /// Bytes of the file that were read.
    pub(super) fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }
}
