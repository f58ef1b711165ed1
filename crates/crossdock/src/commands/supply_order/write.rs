//! `crossdock supply-order add` and `edit`.

use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::{EditSupplyOrder, LineEdit, LineOutcome, LineRef, LineTerms, ProductRef, StaffTerms};
use crossdock_domain::wholesale::PaymentKind;
use crossdock_domain::wholesale::stock::StockOperation;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::place::{PlaceOptions, payment, refused};
use super::{OrderArgs, view};
use crate::commands::options::StaffOption;
use crate::control::Command;
use crate::exit::{ExitKind, Failure};

/// The one that is made would be too long for a terminal.
pub(super) const ADD_USAGE: &str = "crossdock supply-order add --account <LOGIN> --line <CODE=N>... --courier <ID>";

pub(super) const ADD_HELP: &str = "\
Examples:
  crossdock supply-order add --account shop1 --line 1-S=2 --line 5900000010007=1 \\
    --courier 51 --recipient 4
  crossdock supply-order add --wholesaler 1 --account shop1 --line 1-S=2 --price 1-S=79.90 \\
    --delivery-cost 0 --courier 51 \\
    --external-id A-1 --first-name Jan --last-name Kowalski --street 'Prosta 1' --zip 00-001 \\
    --city Warszawa --country PL --phone 500100200

Repeating the command with the same --external-id returns the order that was placed first.";

pub(super) const EDIT_HELP: &str = "\
Examples:
  crossdock supply-order edit 17 --line 1-S=3          # three of it; a new line when there is none
  crossdock supply-order edit 17 --line 1-S=+2 --line 1-M=-1
  crossdock supply-order edit 17 --line '#2=0'         # removes the line at position 2
  crossdock supply-order edit 17 --price 1-S=79.90 --note-to-courier 'ring twice'

Changes all of it or nothing. An order can be changed until it is sent; goods are reserved or
released as needed.";

/// `supply-order add`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Add {
    #[command(flatten)]
    options: PlaceOptions,
    /// A code and its quantity; may be repeated
    #[arg(long = "line", value_name = "CODE=QUANTITY", value_parser = amount, required = true)]
    lines: Vec<(String, Decimal)>,
    /// Gross price of one unit of a line, instead of the shop's; may be repeated
    #[arg(long = "price", value_name = "CODE=AMOUNT", value_parser = amount)]
    prices: Vec<(String, Decimal)>,
    /// Gross shipping cost, instead of the courier's price
    #[arg(long, value_name = "AMOUNT")]
    delivery_cost: Option<Decimal>,
    /// Do not e-mail the shop about it
    #[arg(long)]
    no_mail: bool,
    #[command(flatten)]
    staff: StaffOption,
}

/// `supply-order edit`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Edit {
    #[command(flatten)]
    order: OrderArgs,
    /// A line by code or #POSITION, and its quantity: 3, +2, -1; may be repeated
    #[arg(long = "line", value_name = "LINE=QUANTITY", value_parser = change)]
    lines: Vec<(String, StockOperation, Decimal)>,
    /// Gross price of one unit of a line; may be repeated
    #[arg(long = "price", value_name = "LINE=AMOUNT", value_parser = amount)]
    prices: Vec<(String, Decimal)>,
    /// The shop's note to the wholesaler
    #[arg(long, value_name = "TEXT")]
    note_to_order: Option<String>,
    /// The shop's note to the courier
    #[arg(long, value_name = "TEXT")]
    note_to_courier: Option<String>,
    /// Payment method: cash_on_delivery, prepaid, tradecredit
    #[arg(long, value_name = "METHOD", value_parser = payment)]
    payment: Option<PaymentKind>,
    #[command(flatten)]
    staff: StaffOption,
}

/// `1-S=79.90`.
fn amount(text: &str) -> Result<(String, Decimal), String> {
    let wrong = || format!("{text:?}: write a line and a number, like 1-S=2");
    let (line, number) = text.rsplit_once('=').ok_or_else(wrong)?;
    let number = number.trim().parse().map_err(|_| wrong())?;
    if line.trim().is_empty() { Err(wrong()) } else { Ok((line.trim().to_owned(), number)) }
}

/// `1-S=3`, `1-S=+2`, `#2=-1`.
fn change(text: &str) -> Result<(String, StockOperation, Decimal), String> {
    let wrong = || format!("{text:?}: write a line and its quantity, like 1-S=3, 1-S=+2 or #2=0");
    let (line, number) = text.rsplit_once('=').ok_or_else(wrong)?;
    let (operation, digits) = match number.trim() {
        number if number.starts_with('+') => (StockOperation::Add, &number[1..]),
        number if number.starts_with('-') => (StockOperation::Subtract, &number[1..]),
        number => (StockOperation::Set, number),
    };
    let quantity: Decimal = digits.parse().map_err(|_| wrong())?;
    if line.trim().is_empty() || quantity.is_sign_negative() {
        return Err(wrong());
    }
    Ok((line.trim().to_owned(), operation, quantity))
}

impl Add {
    /// Refuses what cannot be an order; worth asking before anything is opened.
    pub(super) fn check(&self) -> Result<(), Failure> {
        self.options.check()?;
        let without_line = |code: &str| self.lines.iter().all(|(line, _)| line != code);
        match self.prices.iter().find(|(code, _)| without_line(code)) {
            Some((code, _)) => {
                Err(Failure::new(ExitKind::Usage, format!("--price {code}: there is no --line of this code")))
            }
            None => Ok(()),
        }
    }
}

impl Command for Add {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let product = |(code, quantity): &(String, Decimal)| ProductRef {
            code: code.clone(),
            quantity: *quantity,
            ..ProductRef::default()
        };
        let (shop, order) = self.options.order(app, self.lines.iter().map(product).collect()).await?;
        let terms = |(code, _): &(String, Decimal)| {
            let price = self.prices.iter().find(|(line, _)| line == code).map(|(_, price)| *price);
            LineTerms { price, ..LineTerms::default() }
        };
        let terms = StaffTerms {
            actor: self.staff.actor(),
            lines: self.lines.iter().map(terms).collect(),
            delivery_cost: self.delivery_cost,
            mail: !self.no_mail,
        };
        let placed = Box::pin(app.hub().ordering().place_for(&shop, order, terms)).await;
        Ok(view(&placed.map_err(|error| refused(error, line_name))?.order))
    }
}

impl Edit {
    /// Refuses an edit that changes nothing.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let texts = self.note_to_order.is_some() || self.note_to_courier.is_some() || self.payment.is_some();
        if self.lines.is_empty() && self.prices.is_empty() && !texts {
            return Err(Failure::new(ExitKind::Usage, "name something to change; see --help"));
        }
        Ok(())
    }
}

fn line_ref(text: String) -> Result<LineRef, Failure> {
    match text.strip_prefix('#') {
        None => Ok(LineRef::Code { code: text, kind: None }),
        Some(position) => {
            let wrong = |_| Failure::refused(format!("{text:?} is no position"));
            Ok(LineRef::Position(position.parse().map_err(wrong)?))
        }
    }
}

fn line_name(line: &LineOutcome) -> String {
    match line.position {
        Some(position) if line.code.is_empty() => format!("#{position}"),
        _ => line.code.clone(),
    }
}

impl Command for Edit {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (wholesaler, serial) = self.order.find(app).await?;
        let mut lines = Vec::with_capacity(self.lines.len() + self.prices.len());
        for (line, operation, quantity) in self.lines {
            lines.push(LineEdit { quantity: Some((operation, quantity)), ..LineEdit::of(line_ref(line)?) });
        }
        for (line, price) in self.prices {
            lines.push(LineEdit { price: Some(price), ..LineEdit::of(line_ref(line)?) });
        }
        let command = EditSupplyOrder {
            lines,
            note_to_order: self.note_to_order,
            note_to_courier: self.note_to_courier,
            payment: self.payment,
            ..EditSupplyOrder::of(wholesaler, serial, self.staff.actor())
        };
        let order = app.hub().orders().edit(command).await.map_err(|error| refused(error, line_name))?;
        Ok(view(&order))
    }
}
