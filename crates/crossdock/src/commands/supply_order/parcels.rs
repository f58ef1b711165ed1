//! `crossdock supply-order add-parcel` and `remove-parcel`.

use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::NewParcel;
use crossdock_domain::wholesale::{CourierId, ParcelId, SupplyParcel};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::OrderArgs;
use crate::commands::options::StaffOption;
use crate::control::Command;
use crate::exit::Failure;
use crate::output::Fields;

pub(super) const COLUMNS: Fields<'_> = &[
    ("parcel", "id"),
    ("courier", "courier_name"),
    ("consignment", "shipping_number"),
    ("parcel number", "package_number"),
    ("tracking", "tracking_url"),
];

pub(super) fn view(parcel: &SupplyParcel) -> Value {
    json!({
        "id": parcel.id,
        "courier": parcel.courier,
        "courier_name": parcel.courier_name,
        "package_number": parcel.package_number,
        "shipping_number": parcel.shipping_number,
        "tracking_url": parcel.tracking_url(),
        "weight_grams": parcel.weight_grams,
        "added_at": parcel.added_at.to_rfc3339(),
    })
}

/// `supply-order add-parcel`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct AddParcel {
    #[command(flatten)]
    order: OrderArgs,
    /// Number of the whole consignment
    #[arg(long, default_value = "", hide_default_value = true, value_name = "NUMBER")]
    shipping_number: String,
    /// Number of this parcel
    #[arg(long, default_value = "", hide_default_value = true, value_name = "NUMBER")]
    package_number: String,
    /// Number of the courier [default: the order's courier]
    #[arg(long, value_name = "ID")]
    courier: Option<CourierId>,
    /// Weight in grams, packaging included
    #[arg(long, default_value_t = 0, value_name = "GRAMS")]
    weight: i64,
    #[command(flatten)]
    staff: StaffOption,
}

impl Command for AddParcel {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (wholesaler, serial) = self.order.find(app).await?;
        let Self { shipping_number, package_number, courier, weight: weight_grams, .. } = self;
        let parcel = NewParcel { courier, package_number, shipping_number, weight_grams };
        let added = app.hub().orders().add_parcels(wholesaler, serial, self.staff.actor(), vec![parcel]).await?;
        Ok(added.iter().map(view).collect())
    }
}

/// `supply-order remove-parcel`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct RemoveParcel {
    #[command(flatten)]
    order: OrderArgs,
    /// Number of the parcel
    parcel: ParcelId,
    #[command(flatten)]
    staff: StaffOption,
}

impl Command for RemoveParcel {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        let (wholesaler, serial) = self.order.find(app).await?;
        app.hub().orders().remove_parcel(wholesaler, serial, self.staff.actor(), self.parcel).await?;
        Ok(())
    }
}
