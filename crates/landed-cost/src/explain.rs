//! A kept landed cost as a text that a person can follow with paper and pencil.

use std::fmt::Write as _;

use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{QuoteId, StoreId};
use crossdock_domain::landed_cost::{BuyerKind, Component, LandedCost, Location, Precision, StoredCost};
use crossdock_domain::money::MoneyError;

use crate::{LandedCosts, QuoteError, StoreIds};

struct Find(StoreId, QuoteId);

impl Operation for Find {
    type Output = Option<(StoredCost, Timestamp)>;
    type Error = QuoteError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, QuoteError> {
        if let Some(row) = tx.landed_quote(self.0, self.1).await? {
            return Ok(Some((row.cost, row.created_at)));
        }
        let row = tx.checkout_cost(self.0, self.1).await?;
        Ok(row.and_then(|row| Some((row.cost?, row.created_at))))
    }
}

impl LandedCosts {
    /// The landed cost of a quote of any store, of the checkout or of the quote API, as a text.
    /// [`QuoteError::NotFound`] when there is none of this id, or it has no landed cost.
    pub async fn explain(&self, id: QuoteId) -> Result<String, QuoteError> {
        for store in self.db().read(StoreIds).await? {
            if let Some((stored, at)) = self.db().read(Find(store, id)).await? {
                let head = format!("Quote {id} of store {store}, made {}\n", at.to_rfc3339());
                return Ok(head + &explanation(&stored)?);
            }
        }
        Err(QuoteError::NotFound)
    }
}

fn place(place: &Location) -> String {
    let parts = [place.region.as_deref(), place.postal_code.as_deref()];
    parts.into_iter().flatten().fold(place.country.code().to_owned(), |text, part| format!("{text} {part}"))
}

/// The sum, from goods to total. Amounts that a sign of currency does not follow are in the destination's currency.
///
/// Errors: none on results of the engine, whose sums fit.
pub fn explanation(stored: &StoredCost) -> Result<String, MoneyError> {
    let (request, cost) = (&stored.request, &stored.cost);
    let customs = cost.customs_currency;
    let mut text = String::new();
    let out = &mut text;
    let whom = match request.buyer {
        BuyerKind::Consumer => "a private person",
        BuyerKind::Business => "a business",
    };
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        out,
        "To {whom} in {}, by the rules for {} of {}",
        place(&request.ship_to),
        cost.territory,
        request.day
    );
    let _ = writeln!(out, "Amounts in {}; customs computes in {customs}", request.currency);
    if let Some(exchange) = &cost.exchange {
        let age = request.day.days_since(exchange.day);
        let old = if age > 0 { format!(", {age} days old on that day") } else { String::new() };
        let _ = writeln!(
            out,
            "1 {} = {} {customs} ({}, {}{old})",
            request.currency, exchange.rate, exchange.source, exchange.day
        );
    }
    for (number, consignment) in (1..).zip(&cost.consignments) {
        let whose = consignment.supplier.as_deref().map(|name| format!(" of {name}")).unwrap_or_default();
        let _ = writeln!(out, "\nConsignment {number}{whose}, sent from {}", consignment.ship_from);
        if let Some(regime) = &consignment.regime {
            let _ = writeln!(out, "  tax is collected at the sale under {regime}");
        }
        for line in &consignment.lines {
            let _ = writeln!(out, "  {}. {}", line.position + 1, one_line(&line.description));
            let _ = writeln!(
                out,
                "     goods {}, freight {}, insurance {}; customs value {} {customs}",
                line.goods, line.freight, line.insurance, line.customs_value
            );
            for part in &line.components {
                component(out, "     ", part, cost);
            }
        }
        for part in &consignment.components {
            component(out, "  ", part, cost);
        }
    }
    let totals = &cost.totals;
    let _ = writeln!(out);
    for (name, amount) in [
        ("items", totals.items),
        ("shipping", totals.shipping),
        ("duty", totals.duty),
        ("tax", totals.tax),
        ("fees", totals.fees),
        ("total", totals.grand()?),
    ] {
        let _ = writeln!(out, "{name:<10}{:>18}", amount.to_string());
    }
    match cost.precision {
        Precision::Exact => {
            let _ = writeln!(out, "\nExact.");
        }
        Precision::Estimate => {
            let _ = writeln!(out, "\nAn estimate, because");
            for reason in &cost.reasons {
                let _ = writeln!(out, "* {}", reason.text());
            }
        }
    }
    for refusal in &cost.refused {
        let _ = writeln!(out, "Must not be sent: line {}, {} ({})", refusal.line + 1, refusal.reason, refusal.rule);
    }
    let _ = writeln!(out, "\nRule book {}", stored.book);
    if let Some(tariff) = &stored.tariff {
        let _ = writeln!(out, "Tariff {tariff}");
    }
    Ok(text)
}

/// `duty: 12 % of 100 = 12 EUR, charged 13.04 USD [EU-DUTY-61]`.
fn component(out: &mut String, indent: &str, part: &Component, cost: &LandedCost) {
    let customs = cost.customs_currency;
    let charged = if cost.exchange.is_some() { format!(", charged {}", part.charged) } else { String::new() };
    let sum = if part.rate.ends_with('%') {
        format!("{} of {} = {} {customs}", part.rate, part.base, part.amount)
    } else {
        format!("{} = {} {customs}", part.rate, part.amount)
    };
    let _ = writeln!(out, "{indent}{}: {sum}{charged} [{}]", part.name, part.rule);
    if let Some(note) = &part.note {
        let _ = writeln!(out, "{indent}  {note}");
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
