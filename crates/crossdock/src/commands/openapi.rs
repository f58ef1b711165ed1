//! `crossdock openapi`.

use crate::output;

/// Print the description of the checkout API (OpenAPI)
///
/// A server answers the same at /openapi.json.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  crossdock openapi > openapi.json")]
pub struct Openapi {}

/// Runs the command.
#[expect(clippy::unnecessary_wraps, reason = "commands answer alike")]
pub fn run(_: &Openapi) -> anyhow::Result<()> {
    output::line(crossdock_web::openapi::openapi_json().trim_end());
    Ok(())
}
