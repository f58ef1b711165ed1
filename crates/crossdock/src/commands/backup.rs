//! `crossdock backup`.

use std::path::PathBuf;

use clap::Args;
use crossdock_app::App;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::control::Command;
use crate::exit::{ExitKind, Failure};
use crate::output;
use crate::session::ask;

/// Copy the SQLite database into a file while it is in use
///
/// The copy is a complete database at one consistent moment; `crossdock restore` puts it back. With PostgreSQL use pg_dump, or
/// base backups with WAL archiving.
#[derive(Debug, Args, Serialize, Deserialize)]
#[command(after_help = "\
Examples:
  crossdock backup /backups/crossdock-$(date +%F).db
  crossdock --data-dir /var/lib/crossdock backup shop.db")]
pub struct Backup {
    /// File to write; must not exist yet
    file: PathBuf,
}

impl Command for Backup {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        Ok(app.db().backup(self.file).await?)
    }
}

/// Runs the command.
pub async fn run(context: &Context, command: Backup) -> anyhow::Result<()> {
    if context.database_file().is_none() {
        return Err(Failure::new(
            ExitKind::Usage,
            "this command copies embedded SQLite databases; for PostgreSQL use pg_dump, or base backups with WAL archiving",
        )
        .into());
    }
    // A running server writes the file, and its working directory may be another.
    let file = std::path::absolute(&command.file)?;
    if file.exists() {
        return Err(Failure::failed(format!("{} exists already; choose another name", command.file.display())).into());
    }
    ask(context, Backup { file: file.clone() }).await?;
    let bytes = std::fs::metadata(&file)?.len();
    output::line(format!("{} ({} kB)", command.file.display(), bytes.div_ceil(1024)));
    Ok(())
}
