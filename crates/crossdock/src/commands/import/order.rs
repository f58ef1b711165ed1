//! `crossdock import order`: a supply order from an ICDF file.

use std::path::PathBuf;

use anyhow::Context as _;
use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{CourierId, PaymentKind, RecipientAddress, RecipientId};
use serde_json::json;

use crate::admin::goods::{AccountRef, GoodsAnswer, GoodsRequest, NewOrder};
use crate::cli::Global;
use crate::context::Context;
use crate::exit::{End, Failure};
use crate::output::{self, Format};
use crate::session::{Database, Session};

pub(super) const AFTER_HELP: &str = "\
Examples:
  crossdock import order --icdf order.xml --account shop1 --courier 1 --recipient 4
  crossdock import order --icdf order.csv --wholesaler 2 --account shop1 --courier 1 --payment prepaid \\
    --external-id A-1 --first-name Jan --last-name Kowalski --street 'Prosta 1' --zip 00-001 \\
    --city Warszawa --country PL --phone 500100200

The file is ICDF: XML, or CSV with the columns SKU;quantity;comments. With --external-id the same
file again gives the same order.";

/// `import order`
#[derive(Debug, clap::Args)]
pub struct Order {
    /// The ICDF file
    #[arg(long, value_name = "FILE")]
    icdf: PathBuf,
    /// At which wholesaler [default: the only one]
    #[arg(long, value_name = "ID")]
    wholesaler: Option<i64>,
    /// For which shop account: its number or login
    #[arg(long)]
    account: String,
    /// By which courier
    #[arg(long, value_name = "ID")]
    courier: i64,
    /// Where the parcel is picked up, when the courier delivers to points
    #[arg(long, value_name = "ID")]
    pickup_point: Option<String>,
    /// How the shop pays: cash_on_delivery, prepaid, tradecredit [default: the account's first way]
    #[arg(long, value_parser = payment)]
    payment: Option<PaymentKind>,
    /// The shop's own number of the order
    #[arg(long)]
    external_id: Option<String>,
    /// Remark for the wholesaler
    #[arg(long, default_value = "")]
    note: String,
    /// Remark for the courier
    #[arg(long, default_value = "")]
    courier_note: String,
    /// A stored recipient of the account
    #[arg(long, value_name = "ID", conflicts_with = "last_name")]
    recipient: Option<i64>,
    #[command(flatten)]
    address: Address,
    #[command(flatten)]
    format: Format,
}

/// An address in parts.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Address, instead of --recipient")]
pub(crate) struct Address {
    #[arg(long, default_value = "")]
    first_name: String,
    #[arg(long)]
    last_name: Option<String>,
    /// Company or remark
    #[arg(long, default_value = "")]
    additional: String,
    /// Street and number
    #[arg(long, default_value = "")]
    street: String,
    #[arg(long, default_value = "")]
    zip: String,
    #[arg(long, default_value = "")]
    city: String,
    /// ISO code: PL
    #[arg(long, default_value = "PL")]
    country: String,
    #[arg(long, default_value = "")]
    phone: String,
    #[arg(long, default_value = "")]
    email: String,
}

pub(crate) fn payment(text: &str) -> Result<PaymentKind, String> {
    PaymentKind::from_code(text).ok_or_else(|| "one of cash_on_delivery, prepaid, tradecredit".to_owned())
}

impl Address {
    /// The address, when its parts were given.
    pub(crate) fn read(self) -> anyhow::Result<Option<RecipientAddress>> {
        let Some(last_name) = self.last_name else { return Ok(None) };
        let country = Country::from_code(&self.country)
            .ok_or_else(|| Failure::new(End::Usage, format!("{:?} is no country", self.country)))?;
        Ok(Some(RecipientAddress {
            first_name: self.first_name,
            last_name,
            additional: self.additional,
            street: self.street,
            zip: self.zip,
            city: self.city,
            country,
            region_id: String::new(),
            province_id: String::new(),
            phone: self.phone,
            email: self.email,
        }))
    }
}

/// Runs the command.
pub(super) async fn run(global: &Global, command: Order) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    let name = command.icdf.display().to_string();
    let file = std::fs::read_to_string(&command.icdf).with_context(|| format!("cannot read {name}"))?;
    // Mistakes of the file are told before anything is opened.
    crossdock_wire::icdf::read(file.as_bytes()).map_err(|error| Failure::refused(format!("{name}: {error}")))?;
    let address = command.address.read()?;
    if command.recipient.is_some() == address.is_some() {
        return Err(Failure::new(End::Usage, "name either --recipient or an address with --last-name").into());
    }
    let mut session = Session::open(&context, Database::Existing).await?;
    let placed = async {
        let GoodsAnswer::Facts(facts) = session.goods(GoodsRequest::Facts { wholesaler: command.wholesaler }).await?
        else {
            return Err(Failure::failed("the server runs another version").into());
        };
        let order = NewOrder {
            wholesaler: facts.wholesaler,
            account: AccountRef(command.account),
            file,
            recipient: command.recipient.map(RecipientId),
            address,
            courier: CourierId(command.courier),
            pickup_point: command.pickup_point,
            payment: command.payment,
            external_id: command.external_id,
            note: command.note,
            note_to_courier: command.courier_note,
        };
        session.goods(GoodsRequest::Order(Box::new(order))).await
    }
    .await;
    session.close().await;
    let GoodsAnswer::Order { order, repeated, total } = placed? else {
        return Err(Failure::failed("the server runs another version").into());
    };
    if command.format.json {
        return output::json(&json!({ "order": order, "repeated": repeated, "total": total }));
    }
    let how = if repeated { "was placed before" } else { "placed" };
    output::line(format!("order {order} {how}; {total}"));
    Ok(())
}
