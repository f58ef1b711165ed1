//! `crossdock openapi`.

use crate::output;

/// Print the description of the checkout API or of the Customer API (OpenAPI)
///
/// A server answers the same at /openapi.json and /customer-api/openapi.json.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  crossdock openapi > openapi.json\n  crossdock openapi --customer > customer.json")]
pub struct Openapi {
    /// The Customer API, its JSON side; SOAP has a WSDL for every gate
    #[arg(long)]
    customer: bool,
}

/// Runs the command.
#[expect(clippy::unnecessary_wraps, reason = "commands answer alike")]
pub fn run(command: &Openapi) -> anyhow::Result<()> {
    let document = if command.customer {
        crossdock_web::openapi::customer_openapi_json()
    } else {
        crossdock_web::openapi::openapi_json()
    };
    output::line(document.trim_end());
    Ok(())
}
