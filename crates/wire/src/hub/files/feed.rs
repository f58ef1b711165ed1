//! The feed that shops read: XML in the style of IOF with one account's prices and what can be sold.
//!
//! `full` tells everything of a product, `light` only what changes by the hour: prices and stock. A hidden quantity is `-1`
//! (customer protocol §9, step 2).

use crossdock_app::hub::AvailableQuantity;
use crossdock_app::hub::catalogue::feed::{FeedProduct, FeedSize};
use crossdock_domain::money::{Currency, Money, MoneyError};

use crate::catalogue::xml::{vat, write_details};
use crate::markup::{Tag, close};

/// Which feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeedKind {
    /// Everything.
    Full,
    /// Prices and stock.
    Light,
}

/// Begins a feed. `generated` is the moment that a later request names as `since`; with `since` only products that changed
/// are told, those that are no longer sold among them.
pub fn write_head(out: &mut String, kind: FeedKind, currency: Currency, generated: &str, since: Option<&str>) {
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let tag = Tag::begin(out, 0, "offer").with("file_format", "IOF").with("version", "3.0");
    let tag = tag.with("currency", currency.code()).with("generated", generated).maybe("since", since);
    tag.with("contents", if kind == FeedKind::Full { "full" } else { "light" }).open();
    Tag::begin(out, 1, "products").open();
}

/// Ends a feed.
pub fn write_foot(out: &mut String) {
    crate::catalogue::xml::write_foot(out);
}

/// Writes a product. One that is not sold to the account is only told as such, and only when `removed` asks for it.
pub fn write_product(
    out: &mut String,
    kind: FeedKind,
    currency: Currency,
    product: &FeedProduct,
    removed: bool,
) -> Result<(), MoneyError> {
    let FeedProduct { product, sizes } = product;
    if sizes.is_empty() {
        if removed {
            Tag::begin(out, 2, "product").number("id", product.id).with("removed", "yes").empty();
        }
        return Ok(());
    }
    let details = &product.details;
    let tag = Tag::begin(out, 2, "product").number("id", product.id).with("code", &product.code);
    tag.with("vat", &vat(details.vat)).open();
    if kind == FeedKind::Full {
        write_details(out, details);
    }
    Tag::begin(out, 3, "sizes").open();
    for size in sizes {
        write_size(out, kind, currency, product, size)?;
    }
    close(out, 3, "sizes");
    close(out, 2, "product");
    Ok(())
}

fn write_size(
    out: &mut String,
    kind: FeedKind,
    currency: Currency,
    product: &crossdock_domain::wholesale::Product,
    told: &FeedSize,
) -> Result<(), MoneyError> {
    let size = &told.variant;
    let tag = Tag::begin(out, 4, "size").with("id", &size.id.size).with("code", &size.id.to_string());
    let tag =
        tag.maybe("code_producer", size.producer_code.as_ref()).maybe("code_external", size.external_code.as_ref());
    let tag = if kind == FeedKind::Full {
        let name = Some(&size.details.name).filter(|name| !name.is_empty());
        tag.maybe("name", name).number("weight", size.details.weight_grams.unwrap_or(product.details.weight_grams))
    } else {
        tag
    };
    tag.open();
    for step in &told.steps {
        let net = Money::new(step.net, currency);
        let tag = Tag::begin(out, 5, "price").number("from", step.from).number("net", net.to_decimal());
        tag.number("gross", product.details.vat.gross(net)?.to_decimal()).empty();
    }
    let tag = Tag::begin(out, 5, "stock");
    match told.available {
        AvailableQuantity::Known(quantity) => tag.number("quantity", quantity).empty(),
        AvailableQuantity::Undisclosed => tag.number("quantity", -1).empty(),
    }
    if kind == FeedKind::Full {
        for part in &size.components {
            let tag = Tag::begin(out, 5, "component").with("code", &part.variant.to_string());
            tag.number("quantity", part.quantity).empty();
        }
    }
    close(out, 4, "size");
    Ok(())
}
