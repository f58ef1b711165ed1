//! A landed cost as JSON. Amounts are in the request's currency with its decimals; `base`, `customsValue` and what a rate is
//! taken of are in the currency that customs computes in.

use crossdock_app::landed_cost::LandedQuoteRow;
use crossdock_app::landed_cost::explanation;
use crossdock_domain::landed_cost::{Component, ConsignmentCost, LandedCost, LineCost, Precision, StoredCost};
use crossdock_domain::money::{Money, MoneyError};

use super::super::json::Object;

/// Size to start with; a quote of a few lines fits.
const ROOM: usize = 4096;

/// A kept quote.
pub(super) fn kept(row: &LandedQuoteRow) -> String {
    write(|object| write_kept(object, row))
}

/// The same with the sum in words.
pub(super) fn explained(row: &LandedQuoteRow) -> Result<String, MoneyError> {
    let text = explanation(&row.cost)?;
    Ok(write(|object| {
        write_kept(object, row);
        object.text("explanation", &text);
    }))
}

/// Totals for a product page.
pub(super) fn totals(stored: &StoredCost) -> String {
    write(|object| {
        object.text("currency", stored.request.currency.code());
        write_totals(object, &stored.cost);
        object.text("precision", precision(&stored.cost));
    })
}

fn write(fill: impl FnOnce(&mut Object<'_>)) -> String {
    let mut out = String::with_capacity(ROOM);
    let mut object = Object::begin(&mut out);
    fill(&mut object);
    object.end();
    out
}

fn precision(cost: &LandedCost) -> &'static str {
    match cost.precision {
        Precision::Exact => "exact",
        Precision::Estimate => "estimate",
    }
}

fn amount(object: &mut Object<'_>, key: &str, money: Money) {
    object.plain(key, money.to_decimal());
}

fn write_totals(object: &mut Object<'_>, cost: &LandedCost) {
    let totals = &cost.totals;
    amount(object, "itemsTotal", totals.items);
    amount(object, "shippingTotal", totals.shipping);
    amount(object, "dutyTotal", totals.duty);
    amount(object, "taxTotal", totals.tax);
    amount(object, "feesTotal", totals.fees);
    // The engine has checked that the sums fit.
    let zero = Money::zero(totals.items.currency);
    amount(object, "dutyTaxesTotal", totals.duty_taxes().unwrap_or(zero));
    amount(object, "grandTotal", totals.grand().unwrap_or(zero));
}

fn write_kept(object: &mut Object<'_>, row: &LandedQuoteRow) {
    let StoredCost { request, cost, book, tariff, .. } = &row.cost;
    object.text("quoteId", &row.id.to_string());
    object.text("timestamp", &row.created_at.to_protocol_string());
    object.text("date", &request.day.to_string().replace('-', ""));
    object.text("currency", request.currency.code());
    write_totals(object, cost);
    object.text("precision", precision(cost));
    object.texts("reasons", cost.reasons.iter().map(crossdock_domain::landed_cost::Reason::text));
    object.objects("refused", &cost.refused, |object, refusal| {
        object.plain("item", refusal.line + 1);
        object.text("rule", &refusal.rule);
        object.text("reason", &refusal.reason);
    });
    object.text("territory", &cost.territory);
    object.text("customsCurrency", cost.customs_currency.code());
    match &cost.exchange {
        None => object.null("exchange"),
        Some(exchange) => object.object("exchange", |object| {
            object.plain("rate", exchange.rate);
            object.text("source", &exchange.source);
            object.text("date", &exchange.day.to_string().replace('-', ""));
        }),
    }
    object.objects("consignments", &cost.consignments, write_consignment);
    object.text("ruleBook", book);
    object.optional_text("tariff", tariff.as_deref());
}

fn write_consignment(object: &mut Object<'_>, consignment: &ConsignmentCost) {
    object.optional_text("supplier", consignment.supplier.as_deref());
    object.text("shipFrom", consignment.ship_from.code());
    object.optional_text("regime", consignment.regime.as_deref());
    object.plain("customsValue", consignment.customs_value);
    object.objects("lines", &consignment.lines, write_line);
    object.objects("components", &consignment.components, write_component);
}

fn write_line(object: &mut Object<'_>, line: &LineCost) {
    object.plain("item", line.position + 1);
    object.text("description", &line.description);
    amount(object, "goods", line.goods);
    amount(object, "shipping", line.freight);
    amount(object, "insurance", line.insurance);
    object.plain("customsValue", line.customs_value);
    object.objects("components", &line.components, write_component);
}

fn write_component(object: &mut Object<'_>, part: &Component) {
    object.text("kind", part.kind.code());
    object.text("name", &part.name);
    object.text("rule", &part.rule);
    object.plain("base", part.base);
    object.text("rate", &part.rate);
    amount(object, "amount", part.charged);
    object.optional_text("note", part.note.as_deref());
}
