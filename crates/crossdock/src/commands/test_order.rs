//! `crossdock test-order`.

use crossdock_domain::country::Country;
use crossdock_domain::ids::CartId;

use crate::admin::{AdminAnswer, AdminRequest, Outcome};
use crate::cli::Global;
use crate::context::Context;
use crate::exit::SaidNo;
use crate::output::{self, Format};
use crate::session::{Database, ask, unexpected};

/// Place a test order without a browser
///
/// Goes through the same rules as the pages: opens the cart's checkout, enters a sample address, takes the cheapest shipping option and pays with a test card. Needs
/// test mode (checkout.test_mode, always on in a demo) and a store that takes the provider "test".
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  crossdock test-order --cart 01a20069-e369-751d-91cb-20a2a77e86c8 --country CA
  crossdock test-order --cart 01a20069-e369-751d-91cb-20a2a77e86c8 --country DE --outcome review

Prints orderId, orderStatus and redirect (where the buyer is sent). With --outcome declined there is
no order: the three are null, `declined` tells the reason, and the exit code is 1.")]
pub struct TestOrder {
    /// The cart: `tempCartUUID` of createTempCart
    #[arg(long, value_name = "UUID")]
    cart: CartId,
    /// Ship-to country
    #[arg(long, value_name = "CC")]
    country: Country,
    /// How the payment ends
    #[arg(long, default_value = "approved")]
    outcome: Outcome,
    #[command(flatten)]
    format: Format,
}

/// Runs the command.
pub async fn run(global: &Global, command: TestOrder) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    let TestOrder { cart, country, outcome, format } = command;
    let answer = ask(&context, Database::Existing, AdminRequest::TestOrder { cart, country, outcome }).await?;
    let AdminAnswer::TestOrder(order) = answer else { return Err(unexpected(&answer)) };
    if format.json {
        output::json(&order)?;
    } else {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".to_owned());
        output::line(format!("orderId: {}", shown(&order.order_id)));
        output::line(format!("orderStatus: {}", shown(&order.order_status)));
        output::line(format!("redirect: {}", shown(&order.redirect)));
        if let Some(reason) = &order.declined {
            output::line(format!("declined: {reason}"));
        }
    }
    if order.declined.is_some() { Err(SaidNo.into()) } else { Ok(()) }
}
