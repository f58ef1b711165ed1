//! A look at a database file that nobody has open, without changing it: for restoring backups.

use std::path::Path;

use rusqlite::OpenFlags;

use crate::error::DbError;
use crate::migrate;

/// What a database file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Newest schema step that was run on it; `None` when this is no database of ours.
    pub schema_version: Option<i64>,
    /// Damage; empty when all is well.
    pub damage: Vec<String>,
}

/// Looks at a file; blocking. An error when it cannot be read, is no SQLite database, or comes from a newer build.
pub fn inspect(file: &Path) -> Result<Inspection, DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(file, flags)?;
    let mut damage: Vec<String> = Vec::new();
    {
        let mut check = connection.prepare("PRAGMA integrity_check")?;
        for line in check.query_map([], |row| row.get::<_, String>(0))? {
            damage.push(line?);
        }
    }
    damage.retain(|line| line != "ok");
    damage.extend(migrate::dangling(&connection)?);
    Ok(Inspection { schema_version: migrate::sqlite_version(&connection)?, damage })
}
