//! What import and export must know of a wholesaler before they begin.

use crossdock_app::App;
use crossdock_domain::money::Currency;
use crossdock_domain::wholesale::{Wholesaler, WholesalerId};
use serde::{Deserialize, Serialize};

use crate::commands::options::WholesalerOption;
use crate::control::Command;
use crate::exit::Failure;

/// Finds them out.
#[derive(Debug, Serialize, Deserialize)]
pub struct FindFacts {
    pub wholesaler: WholesalerOption,
}

/// Facts of a wholesaler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub wholesaler: WholesalerId,
    pub currency: Currency,
    /// Numbers of its warehouses.
    pub warehouses: Vec<i64>,
}

impl Command for FindFacts {
    type Answer = Facts;

    async fn run(self, app: &App) -> Result<Facts, Failure> {
        facts(app, self.wholesaler.find(app).await?).await
    }
}

pub async fn facts(app: &App, wholesaler: WholesalerId) -> Result<Facts, Failure> {
    let currency = find_wholesaler(app, wholesaler).await?.currency;
    let warehouses =
        app.hub().stock().warehouses(wholesaler).await?.into_iter().map(|warehouse| warehouse.id.0).collect();
    Ok(Facts { wholesaler, currency, warehouses })
}

pub async fn find_wholesaler(app: &App, id: WholesalerId) -> Result<Wholesaler, Failure> {
    Ok(app.hub().wholesalers().get(id).await?)
}
