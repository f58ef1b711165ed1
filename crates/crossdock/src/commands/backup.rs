//! `crossdock backup`.

use std::path::PathBuf;

use crate::admin::AdminRequest;
use crate::cli::Global;
use crate::context::Context;
use crate::exit::{End, Failure};
use crate::output;
use crate::session::{Database, ask};

/// Copy the SQLite database into a file while it is in use
///
/// The copy is one consistent moment and a complete database; `crossdock restore` takes it. With PostgreSQL use pg_dump, or
/// base backups with WAL archiving.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  crossdock backup /backups/crossdock-$(date +%F).db
  crossdock --data-dir /var/lib/crossdock backup shop.db")]
pub struct Backup {
    /// Where to; must not exist yet
    file: PathBuf,
}

/// Runs the command.
pub async fn run(global: &Global, command: Backup) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    if context.database_file().is_none() {
        return Err(Failure::new(
            End::Usage,
            "this command copies embedded SQLite databases; for PostgreSQL use pg_dump, or base backups with WAL archiving",
        )
        .into());
    }
    // A running server writes the file, and its working directory may be another.
    let file = std::path::absolute(&command.file)?;
    if file.exists() {
        return Err(Failure::failed(format!("{} exists already; choose another name", command.file.display())).into());
    }
    ask(&context, Database::Existing, AdminRequest::Backup { file: file.clone() }).await?;
    let bytes = std::fs::metadata(&file)?.len();
    output::line(format!("{} ({} kB)", command.file.display(), bytes.div_ceil(1024)));
    Ok(())
}
