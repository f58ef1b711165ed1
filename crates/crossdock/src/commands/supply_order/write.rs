//! `crossdock supply-order add` and `edit`.

use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{CourierId, OrderSerial, PaymentKind, RecipientId, WholesalerId};
use rust_decimal::Decimal;

use super::super::import::{Address, payment};
use super::super::wholesaler::{ask, cell, wholesaler_id};
use super::Person;
use crate::admin::wholesale::{LineChange, OrderChange, OrderOptions, WholesaleRequest};
use crate::context::Context;
use crate::exit::{End, Failure};
use crate::output::{self, Format};

/// The one that is made would be too long for a terminal.
pub(super) const ADD_USAGE: &str =
    "crossdock supply-order add <WHOLESALER> --account <LOGIN> --line <CODE=N>... --courier <ID>";

pub(super) const ADD_HELP: &str = "\
Examples:
  crossdock supply-order add 1 --account shop1 --line 1-S=2 --line 5900000010007=1 \\
    --courier 51 --recipient 4
  crossdock supply-order add 1 --account shop1 --line 1-S=2 --price 1-S=79.90 \\
    --delivery-cost 0 --courier 51 \\
    --external-id A-1 --first-name Jan --last-name Kowalski --street 'Prosta 1' --zip 00-001 \\
    --city Warszawa --country PL --phone 500100200

With --external-id the same command again gives the same order.";

pub(super) const EDIT_HELP: &str = "\
Examples:
  crossdock supply-order edit 1 17 --line 1-S=3        # three of it; a new line when there is none
  crossdock supply-order edit 1 17 --line 1-S=+2 --line 1-M=-1
  crossdock supply-order edit 1 17 --line '#2=0'       # removes the line at position 2
  crossdock supply-order edit 1 17 --price 1-S=79.90 --note-to-courier 'ring twice'

All of it or nothing. It can be changed until it is sent; goods are put aside or set free as needed.";

/// `supply-order add`
#[derive(Debug, clap::Args)]
pub struct Add {
    /// Which wholesaler
    #[arg(value_parser = wholesaler_id)]
    wholesaler: WholesalerId,
    /// For which shop, by its login
    #[arg(long, value_name = "LOGIN")]
    account: String,
    /// A code and how much of it; may be repeated
    #[arg(long = "line", value_name = "CODE=QUANTITY", value_parser = amount, required = true)]
    lines: Vec<(String, Decimal)>,
    /// Gross price of one unit of a line, instead of the shop's; may be repeated
    #[arg(long = "price", value_name = "CODE=AMOUNT", value_parser = amount)]
    prices: Vec<(String, Decimal)>,
    /// By which courier
    #[arg(long, value_name = "ID")]
    courier: i64,
    /// Where the parcel is picked up, when the courier delivers to points
    #[arg(long, value_name = "ID")]
    pickup_point: Option<String>,
    /// What the carriage costs, gross, instead of the courier's price
    #[arg(long, value_name = "AMOUNT")]
    delivery_cost: Option<Decimal>,
    /// How the shop pays: cash_on_delivery, prepaid, tradecredit [default: the account's first way]
    #[arg(long, value_parser = payment)]
    payment: Option<PaymentKind>,
    /// The shop's own number of the order
    #[arg(long)]
    external_id: Option<String>,
    /// The shop's remark for the wholesaler
    #[arg(long, default_value = "", value_name = "TEXT")]
    note_to_order: String,
    /// The shop's remark for the courier
    #[arg(long, default_value = "", value_name = "TEXT")]
    note_to_courier: String,
    /// Send the shop no mail about it
    #[arg(long)]
    no_mail: bool,
    /// A stored recipient of the account
    #[arg(long, value_name = "ID", conflicts_with = "last_name")]
    recipient: Option<i64>,
    #[command(flatten)]
    address: Address,
    #[command(flatten)]
    person: Person,
    #[command(flatten)]
    format: Format,
}

/// `supply-order edit`
#[derive(Debug, clap::Args)]
pub struct Edit {
    /// Which wholesaler
    #[arg(value_parser = wholesaler_id)]
    wholesaler: WholesalerId,
    /// Number of the order
    serial: i64,
    /// A line by code or #POSITION, and how much of it: 3, +2, -1; may be repeated
    #[arg(long = "line", value_name = "LINE=QUANTITY", value_parser = change)]
    lines: Vec<LineChange>,
    /// Gross price of one unit of a line; may be repeated
    #[arg(long = "price", value_name = "LINE=AMOUNT", value_parser = amount)]
    prices: Vec<(String, Decimal)>,
    /// The shop's remark for the wholesaler
    #[arg(long, value_name = "TEXT")]
    note_to_order: Option<String>,
    /// The shop's remark for the courier
    #[arg(long, value_name = "TEXT")]
    note_to_courier: Option<String>,
    /// How the shop pays: cash_on_delivery, prepaid, tradecredit
    #[arg(long, value_parser = payment)]
    payment: Option<PaymentKind>,
    #[command(flatten)]
    person: Person,
    #[command(flatten)]
    format: Format,
}

/// `1-S=79.90`.
fn amount(text: &str) -> Result<(String, Decimal), String> {
    let told = || format!("{text:?}: write a line and a number, like 1-S=2");
    let (line, number) = text.rsplit_once('=').ok_or_else(told)?;
    let number = number.trim().parse().map_err(|_| told())?;
    if line.trim().is_empty() { Err(told()) } else { Ok((line.trim().to_owned(), number)) }
}

/// `1-S=3`, `1-S=+2`, `#2=-1`.
fn change(text: &str) -> Result<LineChange, String> {
    let told = || format!("{text:?}: write a line and how much of it, like 1-S=3, 1-S=+2 or #2=0");
    let (line, number) = text.rsplit_once('=').ok_or_else(told)?;
    let (operation, digits) = match number.trim() {
        number if number.starts_with('+') => (StockOperation::Add, &number[1..]),
        number if number.starts_with('-') => (StockOperation::Subtract, &number[1..]),
        number => (StockOperation::Set, number),
    };
    let quantity: Decimal = digits.parse().map_err(|_| told())?;
    if line.trim().is_empty() || quantity.is_sign_negative() {
        return Err(told());
    }
    Ok(LineChange { line: line.trim().to_owned(), quantity: Some((operation, quantity)), price: None })
}

pub(super) async fn add(context: &Context, command: Add) -> anyhow::Result<()> {
    let address = command.address.read()?;
    if command.recipient.is_some() == address.is_some() {
        return Err(Failure::new(End::Usage, "name either --recipient or an address with --last-name").into());
    }
    if let Some((code, _)) = command.prices.iter().find(|(code, _)| command.lines.iter().all(|line| line.0 != *code)) {
        return Err(Failure::new(End::Usage, format!("--price {code}: there is no --line of this code")).into());
    }
    let price = |code: &str| command.prices.iter().find(|price| price.0 == code).map(|price| price.1);
    let lines = command.lines.iter().map(|(code, quantity)| (code.clone(), *quantity, price(code))).collect();
    let order = OrderOptions {
        account: command.account,
        lines,
        courier: CourierId(command.courier),
        pickup_point: command.pickup_point,
        delivery_cost: command.delivery_cost,
        payment: command.payment,
        external_id: command.external_id,
        note_to_order: command.note_to_order,
        note_to_courier: command.note_to_courier,
        mail: !command.no_mail,
        recipient: command.recipient.map(RecipientId),
        address,
    };
    let (wholesaler, person) = (command.wholesaler, command.person.name);
    let request = WholesaleRequest::OrderAdd { wholesaler, order: Box::new(order), person };
    told(&ask(context, request).await?, command.format)
}

pub(super) async fn edit(context: &Context, command: Edit) -> anyhow::Result<()> {
    let mut lines = command.lines;
    lines.extend(command.prices.into_iter().map(|(line, price)| LineChange {
        line,
        quantity: None,
        price: Some(price),
    }));
    let change = OrderChange {
        lines,
        note_to_order: command.note_to_order,
        note_to_courier: command.note_to_courier,
        payment: command.payment,
    };
    if change == OrderChange::default() {
        return Err(Failure::new(End::Usage, "name something to change; see --help").into());
    }
    let (wholesaler, serial, person) = (command.wholesaler, OrderSerial(command.serial), command.person.name);
    told(&ask(context, WholesaleRequest::OrderEdit { wholesaler, serial, change, person }).await?, command.format)
}

fn told(order: &serde_json::Value, format: Format) -> anyhow::Result<()> {
    if format.json {
        return output::json(order);
    }
    output::line(format!("{} {} {}", cell(&order["order_id"]), cell(&order["status"]), cell(&order["total"])));
    Ok(())
}
