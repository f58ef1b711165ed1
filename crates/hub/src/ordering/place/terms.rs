//! What staff may settle who order for a shop, and what makes an order the same as another.

use crossdock_domain::wholesale::{CodeKind, SupplyActor, WarehouseId};
use crossdock_platform::credentials::hex;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use crate::ProductRef;
use crate::ordering::couriers::DeliveryTo;
use crate::ordering::place::PlaceSupplyOrder;

/// What staff may settle who order for a shop; shops cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffTerms {
    /// Who orders; kept in the history.
    pub actor: SupplyActor,
    /// Terms of the lines, in the order of `products`; lines beyond the end have none.
    pub lines: Vec<LineTerms>,
    /// What the carriage costs, gross, instead of the courier's price.
    pub delivery_cost: Option<Decimal>,
    /// Whether the shop gets its mail about the order.
    pub mail: bool,
}

/// Terms of one line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineTerms {
    /// What one unit costs, gross, instead of the price of the account's group.
    pub price: Option<Decimal>,
    /// The only warehouse it may be taken from.
    pub warehouse: Option<WarehouseId>,
    /// Its tax in percent and whether it is exempt, which must be the product's.
    pub vat: (Option<Decimal>, Option<bool>),
}

/// What an order says, as a hash: a repeated order is the same order, whatever has happened to the basket since.
pub(super) fn content_hash(command: &PlaceSupplyOrder, terms: Option<&StaffTerms>) -> String {
    let products = command.products.as_ref().map(|products| {
        let line = |product: &ProductRef| {
            let files = product.attachments.iter();
            let files = files.map(|file| (file.name.clone(), hex(&Sha256::digest(&file.contents)))).collect::<Vec<_>>();
            let kind = product.kind.map(CodeKind::code);
            (product.code.trim().to_owned(), kind, product.quantity.normalize(), product.comment.clone(), files)
        };
        products.iter().map(line).collect::<Vec<_>>()
    });
    let to = match &command.deliver_to {
        DeliveryTo::Stored(id) => (Some(*id), None),
        DeliveryTo::Inline(address) => (None, Some(address.clone().tidy())),
    };
    let mut content = serde_json::json!({
        "products": products,
        "to": to,
        "courier": command.courier,
        "pickup_point": command.pickup_point,
        "preferred_date": command.preferred_date,
        "payment": command.payment,
        "payment_form": command.payment_form,
        "cash_on_delivery": command.cash_on_delivery.map(|(amount, currency)| (amount.normalize(), currency)),
        "billing": command.billing,
        "notes": [&command.note_to_order, &command.note_to_courier],
        "invoice": command.invoice,
        "currency": command.currency,
        "webhook_url": command.webhook_url,
    });
    if let Some(terms) = terms {
        let line = |terms: &LineTerms| (terms.price.map(|price| price.normalize()), terms.warehouse);
        content["terms"] = serde_json::json!({
            "lines": terms.lines.iter().map(line).collect::<Vec<_>>(),
            "delivery_cost": terms.delivery_cost.map(|cost| cost.normalize()),
        });
    }
    hex(&Sha256::digest(content.to_string().as_bytes()))
}
