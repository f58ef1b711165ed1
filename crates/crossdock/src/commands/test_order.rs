//! `crossdock test-order`.

use clap::Args;
use crossdock_app::App;
use crossdock_app::checkout::payment::PaymentStep;
use crossdock_app::checkout::test_order::{TestOrder as PlaceTestOrder, TestOutcome};
use crossdock_domain::country::Country;
use crossdock_domain::ids::CartId;
use serde::{Deserialize, Serialize};

use super::shown::Shown;
use crate::context::Context;
use crate::control::Command;
use crate::exit::{Failure, NegativeResult};
use crate::output;
use crate::session::ask;

/// Place a test order without a browser
///
/// Goes through the same rules as the pages: opens the cart's checkout, enters a sample address, takes the cheapest shipping
/// option and pays with a test card. Needs test mode (checkout.test_mode, always on in a demo) and a store that takes the
/// provider "test".
#[derive(Debug, Args, Serialize, Deserialize)]
#[command(after_help = "\
Examples:
  crossdock test-order --cart 01a20069-e369-751d-91cb-20a2a77e86c8 --country CA
  crossdock test-order --cart 01a20069-e369-751d-91cb-20a2a77e86c8 --country DE --outcome review

Prints orderId, orderStatus and redirect (where the buyer is sent). With --outcome declined there is
no order: the three are null, `declined` gives the reason, and the exit code is 1.")]
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
}

/// How a test payment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// Paid
    Approved,
    /// Paid, and held for fraud review
    Review,
    /// Refused; no order is made
    Declined,
}

impl From<Outcome> for TestOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Approved => Self::Approved,
            Outcome::Review => Self::Review,
            Outcome::Declined => Self::Declined,
        }
    }
}

/// How a test order ended. The keys are those of the protocol; `declined` is there only when there is no order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestOrderResult {
    /// Full id.
    order_id: Option<String>,
    /// First status.
    order_status: Option<String>,
    /// Where the buyer is sent.
    redirect: Option<String>,
    /// Why there is no order: `card_declined`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    declined: Option<String>,
}

impl Command for TestOrder {
    type Answer = TestOrderResult;

    async fn run(self, app: &App) -> Result<TestOrderResult, Failure> {
        let order = PlaceTestOrder { cart: self.cart, country: self.country, outcome: self.outcome.into() };
        match Box::pin(app.checkout().test_orders().place(order)).await? {
            PaymentStep::Placed { order, status, redirect } => Ok(TestOrderResult {
                order_id: Some(order.to_string()),
                order_status: Some(status.code().to_owned()),
                redirect: Some(redirect),
                declined: None,
            }),
            PaymentStep::Declined { reason } => {
                Ok(TestOrderResult { declined: Some(reason), ..TestOrderResult::default() })
            }
            PaymentStep::Challenge | PaymentStep::Pending | PaymentStep::NotStarted => {
                Err(Failure::failed("another payment of this cart is under way; ask again when it has ended"))
            }
        }
    }
}

/// Runs the command.
pub async fn run(context: &Context, command: Shown<TestOrder>) -> anyhow::Result<()> {
    let order = ask(context, command.command).await?;
    command.format.print(&order, |order| {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".to_owned());
        output::line(format!("orderId: {}", shown(&order.order_id)));
        output::line(format!("orderStatus: {}", shown(&order.order_status)));
        output::line(format!("redirect: {}", shown(&order.redirect)));
        if let Some(reason) = &order.declined {
            output::line(format!("declined: {reason}"));
        }
    })?;
    if order.declined.is_some() { Err(NegativeResult.into()) } else { Ok(()) }
}
