//! `Basket/get`, `add`, `edit`, `delete` (customer protocol §4.3): all four answer with the whole basket.

use crossdock_app::hub::{BasketChange, BasketEdit, BasketLineView, BasketView, Caller, LineOutcome, OrderingError};
use crossdock_domain::wholesale::{CodeKind, Component};
use rust_decimal::Decimal;

use super::super::fault::line_fault;
use super::super::names::{
    BASKET_POSITION, BASKET_POSITIONS, CODE, CODE_TYPE, COMMENT, CURRENCY_ID, FAULT_CODE, FAULT_STRING, PRODUCT_ID,
    PRODUCT_NAME, PRODUCT_PRICE, PRODUCT_PRICE_NET, PRODUCT_VALUE, PRODUCT_VALUE_NET, PRODUCT_VAT, PRODUCTS,
    PRODUCTS_COST, PRODUCTS_COST_NET, PRODUCTS_WEIGHT, QUANTITY, QUANTITY_AVAILABLE, SIZE_ID,
};
use super::super::shapes::basket::{ANSWER, BASKET, COMPONENT, LINE};
use super::super::target::Lang;
use super::super::{Answer, Failure};
use super::availability::{available, products};
use super::{Context, amount, results};
use crate::schema::value::Record;

pub(super) async fn get(context: &Context<'_>, caller: &Caller) -> Result<Answer, Failure> {
    let basket = context.app.hub().baskets().get(caller).await.map_err(|error| context.failed(&error))?;
    Ok(Answer::done(results(&ANSWER, told(&basket, &[], context.lang))))
}

pub(super) async fn add(context: &Context<'_>, caller: &Caller, params: &Record) -> Result<Answer, Failure> {
    let products = products(params)?;
    changed(context, context.app.hub().baskets().add(caller, products).await)
}

pub(super) async fn edit(context: &Context<'_>, caller: &Caller, params: &Record) -> Result<Answer, Failure> {
    let edit = |record: &Record| BasketEdit {
        position: record.int(BASKET_POSITION).unwrap_or_default(),
        quantity: record.number(QUANTITY).unwrap_or_default(),
        note: record.text(COMMENT).map(|note| note.trim().to_owned()),
    };
    let edits = params.records(PRODUCTS).map(edit).collect();
    changed(context, context.app.hub().baskets().edit(caller, edits).await)
}

pub(super) async fn delete(context: &Context<'_>, caller: &Caller, params: &Record) -> Result<Answer, Failure> {
    let positions = params.ints(BASKET_POSITIONS);
    changed(context, context.app.hub().baskets().delete(caller, positions).await)
}

fn changed(context: &Context<'_>, change: Result<BasketChange, OrderingError>) -> Result<Answer, Failure> {
    let change = change.map_err(|error| context.failed(&error))?;
    let told = told(&change.basket, &change.refused, context.lang);
    Ok(Answer::partly(results(&ANSWER, told), !change.refused.is_empty()))
}

/// The basket, and behind it the lines that were refused: they have a fault and maybe no position.
fn told(basket: &BasketView, refused: &[LineOutcome], lang: Lang) -> Record {
    let lines = basket.lines.iter().map(|line| stored(line, lang));
    let refused = refused.iter().map(|line| refusal(line, lang));
    Record::new(&BASKET)
        .with(PRODUCTS, lines.chain(refused).collect::<Vec<_>>())
        .with(PRODUCTS_COST, amount(basket.cost))
        .with(PRODUCTS_COST_NET, amount(basket.cost_net))
        .with(CURRENCY_ID, basket.currency.code())
        .with(PRODUCTS_WEIGHT, basket.weight_grams)
}

fn stored(line: &BasketLineView, lang: Lang) -> Record {
    let fault = line_fault(line.fault, lang);
    let zero = Decimal::ZERO;
    let value = |of: fn(crossdock_domain::wholesale::LineValue) -> Decimal| line.value.map_or(zero, of);
    Record::new(&LINE)
        .with(BASKET_POSITION, line.position)
        .with(CODE, line.code.as_str())
        .with(CODE_TYPE, line.kind.code())
        .with(PRODUCT_ID, line.variant.product.0)
        .with(SIZE_ID, line.variant.size.as_str())
        .with(PRODUCT_NAME, line.name.as_str())
        .with(QUANTITY, line.quantity.to_decimal())
        .with(QUANTITY_AVAILABLE, available(line.available_quantity))
        .with(COMMENT, line.note.as_str())
        .with(PRODUCT_PRICE, value(|value| amount(value.unit_gross)))
        .with(PRODUCT_PRICE_NET, value(|value| amount(value.unit_net)))
        .with(PRODUCT_VAT, line.vat.rate)
        .with(PRODUCT_VALUE, value(|value| amount(value.gross)))
        .with(PRODUCT_VALUE_NET, value(|value| amount(value.net)))
        .with_some(PRODUCTS, components(&line.components))
        .with(FAULT_CODE, fault.fault)
        .with(FAULT_STRING, fault.text)
}

/// Parts of a set; `None` for what is none.
pub(super) fn components(components: &[Component]) -> Option<Vec<Record>> {
    let told = |component: &Component| {
        Record::new(&COMPONENT)
            .with(CODE, component.variant.to_string())
            .with(CODE_TYPE, CodeKind::Internal.code())
            .with(PRODUCT_ID, component.variant.product.0)
            .with(SIZE_ID, component.variant.size.as_str())
            .with(QUANTITY, component.quantity.to_decimal())
    };
    (!components.is_empty()).then(|| components.iter().map(told).collect())
}

fn refusal(line: &LineOutcome, lang: Lang) -> Record {
    let fault = line_fault(line.fault, lang);
    Record::new(&LINE)
        .with_some(BASKET_POSITION, line.position)
        .with(CODE, line.code.as_str())
        .with(CODE_TYPE, line.kind.map_or("", CodeKind::code))
        .with_some(PRODUCT_ID, line.variant.as_ref().map(|variant| variant.product.0))
        .with_some(SIZE_ID, line.variant.as_ref().map(|variant| variant.size.as_str()))
        .with(QUANTITY, line.quantity)
        .with(FAULT_CODE, fault.fault)
        .with(FAULT_STRING, fault.text)
}
