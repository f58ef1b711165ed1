//! `crossdock import order`: a supply order from an ICDF file.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::LineOutcome;
use crossdock_domain::wholesale::OrderSerial;
use crossdock_wire::icdf;
use serde::{Deserialize, Serialize};

use crate::commands::shown::Shown;
use crate::commands::supply_order::place::{PlaceOptions, refused};
use crate::context::Context;
use crate::control::Command;
use crate::exit::Failure;
use crate::output;

pub(super) const AFTER_HELP: &str = "\
Examples:
  crossdock import order --icdf order.xml --account shop1 --courier 1 --recipient 4
  crossdock import order --icdf order.csv --wholesaler 2 --account shop1 --courier 1 \\
    --payment prepaid --external-id A-1 --first-name Jan --last-name Kowalski \\
    --street 'Prosta 1' --zip 00-001 --city Warszawa --country PL --phone 500100200

The file is ICDF: XML, or CSV with the columns SKU;quantity;comments. Importing it again with the
same --external-id returns the order that was placed first.";

/// `import order`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Order {
    /// The ICDF file
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    icdf: PathBuf,
    #[arg(skip)]
    text: String,
    #[command(flatten)]
    options: PlaceOptions,
}

/// An order that was placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    order: OrderSerial,
    /// It was there already, under the same external id.
    repeated: bool,
    total: String,
}

/// Runs the command.
pub(super) async fn run(context: &Context, mut command: Shown<Order>) -> anyhow::Result<()> {
    let import = &mut command.command;
    let name = import.icdf.display().to_string();
    import.text = std::fs::read_to_string(&import.icdf).with_context(|| format!("cannot read {name}"))?;
    // Mistakes of the file are reported before anything is opened.
    icdf::read(import.text.as_bytes()).map_err(|error| Failure::refused(format!("{name}: {error}")))?;
    import.options.check()?;
    command
        .print(context, |placed| {
            let how = if placed.repeated { "was placed before" } else { "placed" };
            output::line(format!("order {} {how}; {}", placed.order, placed.total));
        })
        .await
}

impl Command for Order {
    type Answer = Placed;

    async fn run(self, app: &App) -> Result<Placed, Failure> {
        let lines =
            icdf::read(self.text.as_bytes()).map_err(|error| Failure::refused(format!("the ICDF file: {error}")))?;
        let (shop, order) = self.options.order(app, lines.iter().map(icdf::Line::reference).collect()).await?;
        let name = |refused: &LineOutcome| {
            let at = lines.iter().find(|line| line.code == refused.code).map_or(0, |line| line.at);
            format!("line {at}: {}", refused.code)
        };
        let placed = Box::pin(app.hub().ordering().place(&shop, order)).await.map_err(|error| refused(error, name))?;
        let total = placed.order.document.amounts.total().map_or_else(|_| String::new(), |total| total.to_string());
        Ok(Placed { order: placed.order.serial, repeated: placed.repeated, total })
    }
}
