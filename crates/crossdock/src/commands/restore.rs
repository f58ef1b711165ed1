//! `crossdock restore`.

mod swap;

use std::path::{Path, PathBuf};

use crossdock_db::{
    Db, DbError, FileLock, SkippedNumbers, checksum_file, checksum_of, copy_whole, counters_of, fold, inspect,
};
use crossdock_domain::clock::{Clock as _, SystemClock};

use crate::context::Context;
use crate::exit::{ExitKind, Failure};
use crate::output;
use swap::{Swap, next_to, remove_all};

/// Replace the SQLite database by a backup
///
/// The server must be stopped. The backup is copied, checked and opened first; the replaced database is kept next to the new one,
/// whole in one file. Carts, orders and payments since the backup are lost: compare with the payment provider afterwards.
/// Numbers (of orders, parcels and so on) that were given out since are not given out again, as far as the file `numbers` of the
/// data directory or the replaced database knows them; where neither is left, leave some out with --skip-numbers.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  crossdock restore /backups/crossdock-2026-01-31.db --force
  crossdock --data-dir ./try-out restore /backups/crossdock-2026-01-31.db
  crossdock --data-dir /srv/new restore /backups/crossdock-2026-01-31.db --skip-numbers 1000")]
pub struct Restore {
    /// File that `crossdock backup` wrote, or a replaced database
    file: PathBuf,
    /// Replace the present database
    #[arg(long)]
    force: bool,
    /// Leave out this many numbers of every counter: more than were given out since the backup
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    skip_numbers: Option<u32>,
}

/// Runs the command.
pub async fn run(context: &Context, command: Restore) -> anyhow::Result<()> {
    let Some(database) = context.database_file() else {
        return Err(Failure::new(
            ExitKind::Usage,
            "this command restores embedded SQLite databases; for PostgreSQL use pg_restore or your base backups, then look at \
             `crossdock numbers --help`",
        )
        .into());
    };
    context.data_dir.create()?;
    context.data_dir.refuse_root()?;
    let lock = taken(&database, "stop the server that has it open, then restore")?;
    if database.exists() && !command.force {
        return Err(Failure::refused(format!(
            "{} is there already; --force replaces it and keeps it aside",
            database.display()
        ))
        .into());
    }
    let copy = next_to(&database, ".restoring");
    let prepared = Box::pin(prepare(context, &command, &database, &copy)).await;
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(error) => {
            remove_all(&copy);
            return Err(error);
        }
    };
    let aside = Swap::new(&database, &copy, SystemClock.now())?.run()?;
    remove_all(&copy);
    drop(lock);
    output::line(format!(
        "{} restored from {} (schema version {})",
        database.display(),
        command.file.display(),
        prepared.version
    ));
    if let Some(aside) = aside {
        context.note(&format!("the replaced database is {}", aside.display()));
    }
    tell_numbers(context, &command, &prepared);
    Ok(())
}

/// What is known once the copy is ready to take its place.
struct Prepared {
    version: i64,
    /// Whether anything knew which numbers were given out since.
    numbers_known: bool,
    skipped: Vec<SkippedNumbers>,
}

/// Makes a whole, good copy of the backup in `copy`, which opens and whose counters are ahead of everything that was given out.
async fn prepare(context: &Context, command: &Restore, database: &Path, copy: &Path) -> anyhow::Result<Prepared> {
    let version = copy_and_check(&command.file, database, copy)?;
    let mut numbers_known = context.data_dir.numbers().exists();
    let mut present = Vec::new();
    if database.exists() {
        // Only what was folded is looked at, so that the last orders count.
        match fold(database).and_then(|()| counters_of(database)) {
            Ok(counters) => {
                numbers_known = true;
                present = counters;
            }
            Err(error) => context.note(&format!(
                "the present database cannot be read ({error}); it is kept aside with its log, as it is"
            )),
        }
    }
    // Opening runs newer schema steps and proves that a server will be able to.
    let mut options = context.database_options();
    options.url = format!("sqlite:{}", copy.display());
    let db = Db::open(&options).await.map_err(|error| {
        Failure::refused(format!("{}: a server could not open it: {error}", command.file.display()))
    })?;
    let moved = async {
        db.remember_numbers(present).await?;
        let skipped = db.settle_numbers(SystemClock.now().to_rfc3339()).await?;
        if let Some(by) = command.skip_numbers {
            db.skip_numbers(i64::from(by)).await?;
        }
        Ok::<_, DbError>(skipped)
    }
    .await;
    db.close().await;
    let skipped = moved?;
    std::fs::File::open(copy)?.sync_all()?;
    Ok(Prepared { version, numbers_known, skipped })
}

fn tell_numbers(context: &Context, command: &Restore, prepared: &Prepared) {
    for numbers in &prepared.skipped {
        context.note(&format!("left out, because they were given out since the backup: {numbers}"));
    }
    if !prepared.numbers_known && command.skip_numbers.is_none() {
        context.note(
            "nothing here knows which numbers of orders were given out since the backup: if there were any, stop the server and \
             run `crossdock numbers skip N` with a number larger than theirs before orders come in",
        );
    }
}

fn taken(database: &Path, advice: &str) -> anyhow::Result<FileLock> {
    match FileLock::take(database) {
        Ok(lock) => Ok(lock),
        Err(DbError::Locked { .. }) => {
            Err(Failure::unavailable(format!("{} is in use; {advice}", database.display())).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// The schema version of the backup, whose good copy is then in `copy`.
fn copy_and_check(file: &Path, database: &Path, copy: &Path) -> anyhow::Result<i64> {
    remove_all(copy);
    if file.canonicalize().ok().is_some_and(|file| Some(file) == database.canonicalize().ok()) {
        return Err(Failure::new(ExitKind::Usage, format!("{} is the present database itself", file.display())).into());
    }
    let told = |text: String| Failure::refused(format!("{}: {text}", file.display()));
    // A database that somebody writes to cannot be copied file by file.
    let _lock = next_to(file, ".lock")
        .exists()
        .then(|| taken(file, "copy it with `crossdock backup`, or stop the server"))
        .transpose()?;
    std::fs::File::open(file).map_err(|error| Failure::failed(format!("cannot copy {}: {error}", file.display())))?;
    check_sum(file)?;
    copy_whole(file, copy).map_err(|error| told(format!("is no usable backup: {error}")))?;
    let found = inspect(copy).map_err(|error| told(format!("is no usable backup: {error}")))?;
    if let Some(damage) = found.damage.first() {
        return Err(told(format!("is damaged: {damage}")).into());
    }
    found.schema_version.ok_or_else(|| told("is no crossdock database".to_owned()).into())
}

/// Holds a backup against the checksum beside it, if there is one.
fn check_sum(file: &Path) -> anyhow::Result<()> {
    let note = checksum_file(file);
    let Ok(text) = std::fs::read_to_string(&note) else { return Ok(()) };
    let told: String = text.chars().take_while(char::is_ascii_hexdigit).collect();
    if told.eq_ignore_ascii_case(&checksum_of(file)?) {
        return Ok(());
    }
    Err(Failure::refused(format!(
        "{} is not what was written: its checksum differs from {}. Use another backup; if it was changed on purpose, remove {1}",
        file.display(),
        note.display()
    ))
    .into())
}
