//! `crossdock restore`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use crossdock_db::{Db, DbError, FileLock, inspect};
use crossdock_domain::clock::{Clock as _, SystemClock};

use crate::context::Context;
use crate::exit::{ExitKind, Failure};
use crate::output;

/// Replace the SQLite database by a backup
///
/// The server must be stopped. The backup is copied and checked first; the replaced database is kept next to the new one. Carts,
/// orders and payments since the backup are lost: compare with the payment provider afterwards.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  crossdock restore /backups/crossdock-2026-01-31.db --force
  crossdock --data-dir ./try-out restore /backups/crossdock-2026-01-31.db")]
pub struct Restore {
    /// File that `crossdock backup` wrote
    file: PathBuf,
    /// Replace the present database
    #[arg(long)]
    force: bool,
}

/// Runs the command.
pub async fn run(context: &Context, command: Restore) -> anyhow::Result<()> {
    let Some(database) = context.database_file() else {
        return Err(Failure::new(
            ExitKind::Usage,
            "this command restores embedded SQLite databases; for PostgreSQL use pg_restore or your base backups",
        )
        .into());
    };
    context.data_dir.create()?;
    let lock = match FileLock::take(&database) {
        Ok(lock) => lock,
        Err(DbError::Locked { .. }) => {
            return Err(Failure::unavailable(format!(
                "{} is in use; stop the server that has it open, then restore",
                database.display()
            ))
            .into());
        }
        Err(error) => return Err(error.into()),
    };
    if database.exists() && !command.force {
        return Err(Failure::refused(format!(
            "{} is there already; --force replaces it and keeps it aside",
            database.display()
        ))
        .into());
    }
    let copy = next_to(&database, ".restoring");
    let checked = copy_and_check(&command.file, &copy);
    let version = match checked {
        Ok(version) => version,
        Err(error) => {
            remove_all(&copy);
            return Err(error);
        }
    };
    let aside = set_aside(&database)?;
    std::fs::rename(&copy, &database).with_context(|| format!("cannot put the copy to {}", database.display()))?;
    remove_all(&copy);
    drop(lock);
    // Opening runs newer schema steps and proves that a server will be able to.
    Db::open(&context.database_options()).await.context("the restored database does not open")?.close().await;
    output::line(format!("{} restored from {} (schema version {version})", database.display(), command.file.display()));
    if let Some(aside) = aside {
        context.note(&format!("the replaced database is {}", aside.display()));
    }
    Ok(())
}

/// The schema version of the backup, whose good copy is then in `copy`.
fn copy_and_check(file: &Path, copy: &Path) -> anyhow::Result<i64> {
    remove_all(copy);
    std::fs::copy(file, copy).with_context(|| format!("cannot copy {}", file.display()))?;
    std::fs::File::open(copy)?.sync_all()?;
    let told = |text: String| Failure::refused(format!("{}: {text}", file.display()));
    let found = inspect(copy).map_err(|error| told(format!("is no usable backup: {error}")))?;
    if let Some(damage) = found.damage.first() {
        return Err(told(format!("is damaged: {damage}")).into());
    }
    found.schema_version.ok_or_else(|| told("is no crossdock database".to_owned()).into())
}

/// Moves the present database out of the way; where to.
fn set_aside(database: &Path) -> anyhow::Result<Option<PathBuf>> {
    if !database.exists() {
        return Ok(None);
    }
    let moment: String = SystemClock.now().to_rfc3339().chars().filter(char::is_ascii_digit).take(14).collect();
    let aside = next_to(database, &format!(".replaced-{moment}"));
    // Its log belongs to it: without it the last orders would be missing.
    for part in ["", "-wal", "-shm"] {
        let from = next_to(database, part);
        if from.exists() {
            std::fs::rename(&from, next_to(&aside, part))
                .with_context(|| format!("cannot move {} aside", from.display()))?;
        }
    }
    Ok(Some(aside))
}

fn next_to(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Removes a file and what SQLite may have put next to it.
fn remove_all(file: &Path) {
    for part in ["", "-wal", "-shm"] {
        // What is not there need not be removed; what cannot be removed is overwritten or refused later.
        let _ = std::fs::remove_file(next_to(file, part));
    }
}
