//! What a cart must be to be registered: limits on size and sense.

use rust_decimal::Decimal;

use crate::cart::{Cart, CartItem, MAX_LINES};
use crate::money::Currency;

/// Longest text of an ordinary field, in characters.
const TEXT: usize = 500;
/// Longest title, options and add-ons: they may hold HTML.
const LONG_TEXT: usize = 10_000;
/// Longest URL.
const URL: usize = 2_000;
/// Longest footer HTML.
const FOOTER: usize = 100_000;
/// Largest price, quantity, weight or dimension; far beyond trade, far below overflow.
const LARGEST: i64 = 1_000_000_000;
/// Most decimals of a price (checkout protocol §3: clients send 0 to 4) and a quantity.
const DECIMALS: u32 = 4;

/// Which rule a cart breaks. `item` counts from 1; fields carry the wire's names because every dialect so far uses them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CartProblem {
    /// No lines at all.
    #[error("no items")]
    NoItems,
    /// More lines than allowed.
    #[error("more than {max} items")]
    TooManyItems {
        /// The limit.
        max: usize,
    },
    /// A text is longer than allowed.
    #[error("{field} is longer than {max} characters")]
    TooLong {
        /// Line, when it is a line's field.
        item: Option<usize>,
        /// Name of the field.
        field: &'static str,
        /// The limit, in characters.
        max: usize,
    },
    /// A value is missing or of the wrong kind or out of range.
    #[error("{field} {must}")]
    Invalid {
        /// Line, when it is a line's field.
        item: Option<usize>,
        /// Name of the field.
        field: &'static str,
        /// What it must be, as the end of a sentence: `must be greater than 0`.
        must: &'static str,
    },
    /// The lines add up to less than nothing.
    #[error("the items add up to less than zero")]
    NegativeTotal,
    /// The lines add up to more than amounts can hold.
    #[error("the items add up to too much")]
    TotalTooLarge,
}

/// Whether a cart may be registered in a store of this currency.
pub fn check(cart: &Cart, currency: Currency) -> Result<(), CartProblem> {
    if cart.items.is_empty() {
        return Err(CartProblem::NoItems);
    }
    if cart.items.len() > MAX_LINES {
        return Err(CartProblem::TooManyItems { max: MAX_LINES });
    }
    check_texts(cart)?;
    for (field, value) in [
        ("domesticShippingCharge", cart.domestic_shipping_charge),
        ("shippingAmountOverride", cart.shipping_amount_override),
    ] {
        if value.is_some_and(|v| v.is_sign_negative() && !v.is_zero() || v > Decimal::from(LARGEST)) {
            return Err(CartProblem::Invalid { item: None, field, must: "must not be negative or out of range" });
        }
    }
    for (item, n) in cart.items.iter().zip(1..) {
        check_line(item, n)?;
    }
    let total = cart.items_total(currency).map_err(|_| CartProblem::TotalTooLarge)?;
    if total.minor < 0 { Err(CartProblem::NegativeTotal) } else { Ok(()) }
}

fn check_texts(cart: &Cart) -> Result<(), CartProblem> {
    let prefill = &cart.prefill;
    let texts = [
        ("referenceId", &cart.reference_id, TEXT),
        ("boxCount", &cart.box_count, TEXT),
        ("contShoppingURL", &cart.continue_shopping_url, URL),
        ("externalConfirmationPageURL", &cart.confirmation_url, URL),
        ("footerHTML", &cart.footer_html, FOOTER),
        ("misc1", &cart.misc[0], TEXT),
        ("misc2", &cart.misc[1], TEXT),
        ("misc3", &cart.misc[2], TEXT),
        ("misc4", &cart.misc[3], TEXT),
        ("misc5", &cart.misc[4], TEXT),
        ("misc6", &cart.misc[5], TEXT),
        ("customerName", &prefill.name, TEXT),
        ("customerCompany", &prefill.company, TEXT),
        ("customerEmail", &prefill.email, TEXT),
        ("customerPhone", &prefill.phone, TEXT),
        ("customerAltPhone", &prefill.alt_phone, TEXT),
        ("customerAddress1", &prefill.address1, TEXT),
        ("customerAddress2", &prefill.address2, TEXT),
        ("customerCity", &prefill.city, TEXT),
        ("customerState", &prefill.state, TEXT),
        ("customerZip", &prefill.zip, TEXT),
        ("customerCountry", &prefill.country, TEXT),
        ("customerNote", &prefill.note, 2_000),
    ];
    check_lengths(None, &texts)
}

fn check_lengths(item: Option<usize>, texts: &[(&'static str, &Option<String>, usize)]) -> Result<(), CartProblem> {
    for (field, text, max) in texts {
        let Some(text) = text else { continue };
        if text.len() > *max && text.chars().count() > *max {
            return Err(CartProblem::TooLong { item, field, max: *max });
        }
        // PostgreSQL cannot store it, and nobody means it.
        if text.contains('\0') {
            return Err(CartProblem::Invalid { item, field, must: "must not contain null characters" });
        }
    }
    Ok(())
}

/// Whether a line may stand in a cart; `n` counts from 1.
pub fn check_line(line: &CartItem, n: usize) -> Result<(), CartProblem> {
    let item = Some(n);
    let description = Some(line.description.clone());
    if line.description.trim().is_empty() {
        return Err(CartProblem::Invalid { item, field: "description", must: "is required" });
    }
    check_lengths(
        item,
        &[
            ("description", &description, LONG_TEXT),
            ("productId", &line.product_id, TEXT),
            ("sku", &line.sku, TEXT),
            ("itemURL", &line.item_url, URL),
            ("imageURL", &line.image_url, URL),
            ("itemBrand", &line.brand, TEXT),
            ("itemCategory", &line.category, TEXT),
            ("itemHSCode", &line.hs_code, TEXT),
            ("countryOfOrigin", &line.country_of_origin, TEXT),
            ("itemCustomization", &line.customization, LONG_TEXT),
            ("itemDescriptionLong", &line.description_long, LONG_TEXT),
            ("itemDescriptionDetailed", &line.description_detailed, LONG_TEXT),
            ("itemColor", &line.color, TEXT),
            ("itemMaterial", &line.material, TEXT),
            ("itemFabricContent", &line.fabric_content, TEXT),
            ("itemLtlClass", &line.ltl_class, TEXT),
            ("status", &line.status, TEXT),
        ],
    )?;
    let largest = Decimal::from(LARGEST);
    if line.quantity <= Decimal::ZERO || line.quantity > largest || line.quantity.normalize().scale() > DECIMALS {
        return Err(CartProblem::Invalid {
            item,
            field: "quantity",
            must: "must be greater than 0 with at most 4 decimals",
        });
    }
    if line.unit_price.abs() > largest || line.unit_price.normalize().scale() > DECIMALS {
        return Err(CartProblem::Invalid { item, field: "unitPrice", must: "must be a price with at most 4 decimals" });
    }
    for (field, value) in
        [("length", line.length), ("width", line.width), ("height", line.height), ("weight", line.weight)]
    {
        if value.is_some_and(|v| v.is_sign_negative() && !v.is_zero() || v > largest) {
            return Err(CartProblem::Invalid { item, field, must: "must not be negative or out of range" });
        }
    }
    Ok(())
}
