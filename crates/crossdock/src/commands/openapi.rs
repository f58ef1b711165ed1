//! `crossdock openapi`.

use crate::output;

/// Print the OpenAPI document of the checkout API, the Customer API or the Admin API
///
/// A running server serves the same at /openapi.json, /customer-api/openapi.json and /api/admin/openapi.json.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  crossdock openapi > openapi.json\n  crossdock openapi --customer > customer.json")]
pub struct Openapi {
    /// The Customer API in JSON; for SOAP every gate has a WSDL
    #[arg(long)]
    customer: bool,
    /// The Admin API
    #[arg(long, conflicts_with = "customer")]
    admin: bool,
}

/// Runs the command.
#[expect(clippy::unnecessary_wraps, reason = "commands answer alike")]
pub fn run(command: &Openapi) -> anyhow::Result<()> {
    let document = match command {
        Openapi { customer: true, .. } => crossdock_wire::customer::openapi::document(),
        Openapi { admin: true, .. } => crossdock_wire::admin::openapi::document(),
        Openapi { .. } => crossdock_wire::checkout::openapi::document(),
    };
    output::line(document.trim_end());
    Ok(())
}
