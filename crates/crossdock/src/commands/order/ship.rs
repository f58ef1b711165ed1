//! `crossdock order ship`.

use clap::Args;
use crossdock_app::App;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::order_id;
use crate::commands::options::StaffOption;
use crate::control::Command;
use crate::exit::Failure;

/// Most numbers of one order, as of the Checkout API.
const MOST: usize = 100;
/// Longest number or carrier, in characters.
const LONGEST: usize = 100;

/// `order ship`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Ship {
    /// Full id of the order, such as 123-10001
    order: String,
    /// Tracking number of a parcel; may be repeated
    #[arg(long, value_name = "NUMBER", required = true, value_parser = word)]
    tracking: Vec<String>,
    /// Who carries the parcels
    #[arg(long, value_name = "NAME", value_parser = word)]
    carrier: Option<String>,
    #[command(flatten)]
    staff: StaffOption,
}

/// A number or name that fits on a label.
fn word(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().any(char::is_control) || text.chars().count() > LONGEST {
        return Err(format!("write 1 to {LONGEST} characters on one line"));
    }
    Ok(text.to_owned())
}

impl Command for Ship {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        if self.tracking.len() > MOST {
            return Err(Failure::refused(format!("an order has at most {MOST} tracking numbers")));
        }
        let id = order_id(&self.order)?;
        let parcels = self.tracking.into_iter().map(|number| (number, self.carrier.clone())).collect();
        let orders = app.checkout().orders();
        orders.set_tracking_by_staff(id, parcels, &self.staff.name).await?;
        let status = app.checkout().orders().get(id).await?.status;
        Ok(json!({ "order_id": id.to_string(), "status": status.code() }))
    }
}
