//! What import and export must know of a wholesaler before they begin.

use std::collections::BTreeMap;

use crossdock_app::App;
use crossdock_domain::money::Currency;
use crossdock_domain::wholesale::{Wholesaler, WholesalerId};
use crossdock_wire::catalogue::{UNNAMED_WAREHOUSE, no_warehouse};
use serde::{Deserialize, Serialize};

use crate::commands::options::WholesalerOption;
use crate::control::Command;
use crate::exit::{ExitKind, Failure};

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
    /// Where stocks go: numbers of the file, and of the wholesaler's warehouses.
    #[serde(default)]
    pub moves: BTreeMap<i64, i64>,
}

/// `--warehouse ID`, or `--warehouse FROM=ID` with the number that the file gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarehouseMove {
    from: Option<i64>,
    to: i64,
}

impl std::str::FromStr for WarehouseMove {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number =
            |text: &str| text.trim().parse::<i64>().map_err(|_| format!("{text:?} is no number of a warehouse"));
        match text.split_once('=') {
            Some((from, to)) => Ok(Self { from: Some(number(from)?), to: number(to)? }),
            None => Ok(Self { from: None, to: number(text)? }),
        }
    }
}

impl Facts {
    /// Takes over where the stocks of a file go. Those without a number, or with 0 when the wholesaler has no such warehouse, go
    /// to the only one where nothing is said.
    pub fn move_stocks(&mut self, moves: &[WarehouseMove]) -> Result<(), Failure> {
        if let Some(unknown) = moves.iter().find(|wanted| !self.warehouses.contains(&wanted.to)) {
            return Err(Failure::new(ExitKind::Usage, no_warehouse(unknown.to, &self.warehouses)));
        }
        if let [only] = self.warehouses.as_slice() {
            self.moves.insert(UNNAMED_WAREHOUSE, *only);
        }
        self.moves.extend(moves.iter().map(|wanted| (wanted.from.unwrap_or(UNNAMED_WAREHOUSE), wanted.to)));
        Ok(())
    }
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
    Ok(Facts { wholesaler, currency, warehouses, moves: BTreeMap::new() })
}

pub async fn find_wholesaler(app: &App, id: WholesalerId) -> Result<Wholesaler, Failure> {
    Ok(app.hub().wholesalers().get(id).await?)
}
