//! The lock file that keeps a second process away from an embedded database.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::error::DbError;

/// Holds `<database file>.lock` for as long as it lives. The operating system lets go of it when the process ends, however
/// that happens; the file itself stays, because removing it would race with the next holder.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FileLock {
    /// Takes the lock of the database in `database`, or answers [`DbError::Locked`] at once.
    pub fn take(database: &Path) -> Result<Self, DbError> {
        let path = lock_path(database);
        let unavailable = |error: std::io::Error| DbError::Unavailable(format!("{}: {error}", path.display()));
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path).map_err(unavailable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(DbError::Locked { path: database.to_owned() }),
            Err(TryLockError::Error(error)) => Err(unavailable(error)),
        }
    }
}

/// Two names of one database must lead to one lock, so links are followed first.
fn lock_path(database: &Path) -> PathBuf {
    let real = database.canonicalize().unwrap_or_else(|_| database.to_owned());
    let mut name = real.into_os_string();
    name.push(".lock");
    name.into()
}
