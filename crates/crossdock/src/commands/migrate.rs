//! `crossdock migrate`.

use crossdock_db::MIGRATIONS;

use crate::context::Context;
use crate::control::Database;
use crate::output;
use crate::session::Session;

/// Bring the database to the newest schema
///
/// Makes the database when it is missing. `crossdock serve` does the same when it starts. Use this command where servers must
/// not change the schema, or to see that the migration works before servers are replaced.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  crossdock migrate
  CROSSDOCK_DATABASE__URL=postgres://crossdock@db.example/crossdock crossdock migrate")]
pub struct Migrate {}

/// Runs the command.
pub async fn run(context: &Context, _: &Migrate) -> anyhow::Result<()> {
    // Opening does it, here or in the server that has the database.
    let session = Session::open(context, Database::OrNew).await?;
    let by = if session.is_remote() { ", as the running server left it" } else { "" };
    session.close().await;
    let newest = MIGRATIONS.last().map_or(0, |step| step.version);
    output::line(format!("schema version {newest}{by}"));
    Ok(())
}
