//! Database files that nobody has open: copied with their logs, folded into one file, checked, and looked into.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rusqlite::OpenFlags;
use sha2::{Digest, Sha256};

use crate::error::DbError;
use crate::numbers::CounterRow;
use crate::numbers::marks::sync_directory;

/// What SQLite puts next to a database. Transactions may be in these alone.
const LOGS: [&str; 2] = ["-wal", "-journal"];

/// The path with something behind its name.
pub(super) fn next_to(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn trouble(file: &Path) -> impl Fn(std::io::Error) -> DbError + '_ {
    move |error| DbError::other(format!("{}: {error}", file.display()))
}

/// Copies a database file with its logs, and folds them into the copy: one private file that is the whole, on the disk. Blocking.
///
/// The source is only read; nobody may write to it meanwhile.
pub fn copy_whole(from: &Path, to: &Path) -> Result<(), DbError> {
    for ending in ["", LOGS[0], LOGS[1]] {
        let (source, target) = (next_to(from, ending), next_to(to, ending));
        let mut read = match File::open(&source) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::NotFound && !ending.is_empty() => continue,
            Err(error) => return Err(trouble(&source)(error)),
        };
        let mut options = OpenOptions::new();
        let mut write =
            options.write(true).create(true).truncate(true).mode(0o600).open(&target).map_err(trouble(&target))?;
        std::io::copy(&mut read, &mut write).map_err(trouble(&target))?;
    }
    fold(to)?;
    File::open(to).and_then(|file| file.sync_all()).map_err(trouble(to))
}

/// Brings everything that is in the logs of a database file into the file itself, after which it has none. Blocking.
pub fn fold(file: &Path) -> Result<(), DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(file, flags)?;
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy != 0 {
        return Err(DbError::Unavailable(format!("another program has {} open", file.display())));
    }
    connection.close().map_err(|(_, error)| DbError::from(error))
}

/// The counters of a database file that nobody has open. Blocking.
pub fn counters_of(file: &Path) -> Result<Vec<CounterRow>, DbError> {
    // Not read-only: that would leave an empty log behind.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(file, flags)?;
    let mut list = connection.prepare(crate::numbers::COUNTERS.sqlite)?;
    let rows = list.query_map([], |row| {
        Ok(CounterRow { owner: row.get(0)?, id: row.get(1)?, counter: row.get(2)?, next: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The SHA-256 of a file, in hexadecimal digits. Blocking.
pub fn checksum_of(file: &Path) -> Result<String, DbError> {
    let mut read = File::open(file).map_err(trouble(file))?;
    let mut sum = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match read.read(&mut buffer).map_err(trouble(file))? {
            0 => return Ok(crate::migrate::hexadecimal(&sum.finalize())),
            length => sum.update(&buffer[..length]),
        }
    }
}

/// Makes a new file by `write`, under a name of its own until it is whole: whoever sees `to` sees all of it. Its checksum is in
/// `to.sha256` before, as `sha256sum` writes it.
pub(super) fn write_whole(to: &Path, write: impl FnOnce(&Path) -> Result<(), DbError>) -> Result<(), DbError> {
    let taken = || DbError::other(format!("{}: exists already", to.display()));
    let part = next_to(to, ".part");
    let mut options = OpenOptions::new();
    let claim = options.write(true).create(true).truncate(false).mode(0o600).open(&part).map_err(trouble(to))?;
    // What a killed backup left behind is nobody's.
    if let Err(TryLockError::WouldBlock) = claim.try_lock() {
        return Err(DbError::other(format!("{}: another backup is writing it", part.display())));
    }
    let written = (|| {
        if to.exists() {
            return Err(taken());
        }
        claim.set_len(0).map_err(trouble(&part))?;
        for ending in LOGS {
            // Of a killed backup; not there, it need not be removed.
            drop(std::fs::remove_file(next_to(&part, ending)));
        }
        write(&part)?;
        File::open(&part).and_then(|file| file.sync_all()).map_err(trouble(&part))?;
        note_checksum(to, &checksum_of(&part)?)?;
        match std::fs::hard_link(&part, to) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(taken()),
            // Not every file system has links.
            Err(_) => std::fs::rename(&part, to).map_err(trouble(to)),
        }?;
        sync_directory(to).map_err(trouble(to))
    })();
    // Renamed, it is not there any more.
    drop(std::fs::remove_file(&part));
    written
}

/// The file with the checksum of another.
pub fn checksum_file(file: &Path) -> PathBuf {
    next_to(file, ".sha256")
}

fn note_checksum(file: &Path, sum: &str) -> Result<(), DbError> {
    let note = checksum_file(file);
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut options = OpenOptions::new();
    let written = options.write(true).create(true).truncate(true).mode(0o600).open(&note).and_then(|mut open| {
        open.write_all(format!("{sum}  {name}\n").as_bytes())?;
        open.sync_all()
    });
    written.map_err(trouble(&note))
}
