//! Cart lines and sums as pages show them.

use crossdock_domain::cart::{Cart, CartItem};
use crossdock_domain::money::{Currency, Money, MoneyError};
use crossdock_domain::order::OrderDocument;
use crossdock_domain::quote::{DutyMode, Quote};
use rust_decimal::Decimal;
use serde::Serialize;

use super::ImportCharges;

/// One line of a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The merchant's text; pages show its harmless part.
    pub description: String,
    /// Brand, colour and the like, for telling variants apart.
    pub details: Vec<String>,
    /// Pieces.
    pub quantity: Decimal,
    /// Price of one piece; may have more decimals than its currency.
    pub unit_price: Price,
    /// What the line costs.
    pub total: Money,
    /// The line lowers the price.
    pub discount: bool,
    /// Product page.
    pub url: Option<String>,
    /// Picture.
    pub image: Option<String>,
}

/// An exact price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Price {
    pub(super) amount: Decimal,
    pub(super) currency: Currency,
}

impl Line {
    /// The line of a cart item.
    pub fn of(item: &CartItem, currency: Currency) -> Result<Self, MoneyError> {
        let details = [&item.brand, &item.color, &item.sku].into_iter().flatten();
        Ok(Self {
            description: item.description.clone(),
            details: details.filter(|text| !text.trim().is_empty()).cloned().collect(),
            quantity: item.quantity,
            unit_price: Price { amount: item.unit_price, currency },
            total: item.total(currency)?,
            discount: item.is_discount(),
            url: item.item_url.as_deref().and_then(web_url),
            image: item.image_url.as_deref().and_then(web_url),
        })
    }
}

/// A link that is safe to put into a page: http or https, nothing that runs. Shops leave the scheme out at times.
fn web_url(text: &str) -> Option<String> {
    let text = text.trim();
    let full = if text.starts_with("//") { format!("https:{text}") } else { text.to_owned() };
    let url = url::Url::parse(&full).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

/// Lines and sums; what is not known yet is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// All lines in the cart's order.
    pub lines: Vec<Line>,
    /// Pieces of goods, discounts not counted.
    pub pieces: i64,
    /// Code of the currency of all amounts.
    pub currency: Currency,
    /// Lines together, discounts included.
    pub items: Money,
    /// Shipping as its own row, without `domestic`.
    pub shipping: Option<Money>,
    /// The domestic leg, when the store shows it apart.
    pub domestic: Option<Money>,
    /// Who collects duty and tax; known with the quote.
    pub duty_mode: Option<DutyMode>,
    /// Duty and tax that are charged here; nothing when there are none or the courier collects them.
    pub duty_taxes: Option<Money>,
    /// How they were worked out; known with the quote.
    pub import_charges: Option<ImportCharges>,
    /// What is charged; known with the quote.
    pub grand: Option<Money>,
}

impl Summary {
    /// Before there is a quote: lines and their sum.
    pub fn of_cart(cart: &Cart, currency: Currency) -> Result<Self, MoneyError> {
        Ok(Self {
            lines: cart.items.iter().map(|item| Line::of(item, currency)).collect::<Result<_, _>>()?,
            pieces: pieces(cart),
            currency,
            items: cart.items_total(currency)?,
            shipping: None,
            domestic: None,
            duty_mode: None,
            duty_taxes: None,
            import_charges: None,
            grand: None,
        })
    }

    /// With everything that will be charged.
    pub fn of_quote(cart: &Cart, quote: &Quote) -> Result<Self, MoneyError> {
        Ok(Self {
            items: quote.totals.items,
            shipping: quote.shipping.as_ref().map(|option| option.price),
            domestic: quote.domestic_charge,
            duty_mode: Some(quote.duty_mode),
            duty_taxes: charged(quote.totals.duty_taxes),
            import_charges: ImportCharges::of(quote)?,
            grand: Some(quote.totals.grand),
            ..Self::of_cart(cart, quote.totals.currency())?
        })
    }

    /// What was charged.
    pub fn of_order(order: &OrderDocument) -> Result<Self, MoneyError> {
        Ok(Self {
            items: order.totals.items,
            shipping: order.shipping.as_ref().map(|option| option.price),
            domestic: order.domestic_charge,
            duty_mode: Some(order.duty_mode),
            duty_taxes: charged(order.totals.duty_taxes),
            grand: Some(order.totals.grand),
            ..Self::of_cart(&order.cart, order.totals.currency())?
        })
    }
}

/// An amount that is worth a row.
fn charged(amount: Money) -> Option<Money> {
    (amount.minor != 0).then_some(amount)
}

/// Whole quantities count as they are, others (metres of cloth) as one piece.
fn pieces(cart: &Cart) -> i64 {
    let goods = cart.items.iter().filter(|item| !item.is_discount());
    goods.map(|item| i64::try_from(item.quantity.normalize()).unwrap_or(1)).fold(0, i64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_run_or_leave_the_web_are_dropped() {
        for bad in ["javascript:alert(1)", " JAVASCRIPT:alert(1)", "data:text/html,x", "/relative", "", "ftp://x/y"] {
            assert_eq!(web_url(bad), None, "{bad}");
        }
        assert_eq!(web_url("//cdn.example/a.jpg").as_deref(), Some("https://cdn.example/a.jpg"));
        assert_eq!(web_url(" https://shop.example/a b\"").as_deref(), Some("https://shop.example/a%20b%22"));
    }

    #[test]
    fn pieces_count_goods_only() {
        let item = |quantity: &str, price: &str| CartItem {
            quantity: quantity.parse().unwrap(),
            unit_price: price.parse().unwrap(),
            ..CartItem::default()
        };
        let items = vec![item("2.0", "5"), item("1.5", "5"), item("1", "-3")];
        assert_eq!(pieces(&Cart { items, ..Cart::default() }), 3);
    }
}
