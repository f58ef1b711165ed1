//! What a cart must be to be registered: limits on size and sense.

use rust_decimal::Decimal;

use crate::cart::{Cart, CartItem, MAX_LINES};
use crate::money::Currency;
use crate::text::truncate_chars;

/// Longest text of an ordinary field, in characters.
const TEXT: usize = 500;
/// Longest title, options and add-ons: they may hold HTML.
const LONG_TEXT: usize = 10_000;
/// Longest URL.
const URL: usize = 2_000;
/// Longest note of the buyer.
const NOTE: usize = 2_000;
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

/// Makes what only informs fit, instead of losing the buyer over it: texts are cut, links that are too long are left out. Keys,
/// titles, the footer and `misc` stay as they are, because a part of them is something else; [`check`] refuses those.
///
/// Gives line and name of each field that was changed, and whether it was left out.
pub fn shorten(cart: &mut Cart) -> Vec<Shortened> {
    let mut out = Vec::new();
    for (line, position) in cart.items.iter_mut().zip(1..) {
        let item = Some(position);
        for (field, text, max) in [
            ("itemBrand", &mut line.brand, TEXT),
            ("itemCategory", &mut line.category, TEXT),
            ("itemHSCode", &mut line.hs_code, TEXT),
            ("countryOfOrigin", &mut line.country_of_origin, TEXT),
            ("itemCustomization", &mut line.customization, LONG_TEXT),
            ("itemDescriptionLong", &mut line.description_long, LONG_TEXT),
            ("itemDescriptionDetailed", &mut line.description_detailed, LONG_TEXT),
            ("itemColor", &mut line.color, TEXT),
            ("itemMaterial", &mut line.material, TEXT),
            ("itemFabricContent", &mut line.fabric_content, TEXT),
            ("itemLtlClass", &mut line.ltl_class, TEXT),
            ("status", &mut line.status, TEXT),
        ] {
            out.extend(cut(text, max).then_some(Shortened { item, field, max, left_out: false }));
        }
        for (field, link) in [("itemURL", &mut line.item_url), ("imageURL", &mut line.image_url)] {
            out.extend(leave_out(link).then_some(Shortened { item, field, max: URL, left_out: true }));
        }
    }
    let item = None;
    for (field, link) in [
        ("contShoppingURL", &mut cart.continue_shopping_url),
        ("externalConfirmationPageURL", &mut cart.confirmation_url),
    ] {
        out.extend(leave_out(link).then_some(Shortened { item, field, max: URL, left_out: true }));
    }
    let prefill = &mut cart.prefill;
    for (field, text, max) in [
        ("customerName", &mut prefill.name, TEXT),
        ("customerCompany", &mut prefill.company, TEXT),
        ("customerEmail", &mut prefill.email, TEXT),
        ("customerPhone", &mut prefill.phone, TEXT),
        ("customerAltPhone", &mut prefill.alt_phone, TEXT),
        ("customerAddress1", &mut prefill.address1, TEXT),
        ("customerAddress2", &mut prefill.address2, TEXT),
        ("customerCity", &mut prefill.city, TEXT),
        ("customerState", &mut prefill.state, TEXT),
        ("customerZip", &mut prefill.zip, TEXT),
        ("customerCountry", &mut prefill.country, TEXT),
        ("customerNote", &mut prefill.note, NOTE),
    ] {
        out.extend(cut(text, max).then_some(Shortened { item, field, max, left_out: false }));
    }
    out
}

/// A field that [`shorten`] changed. `item` counts from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortened {
    /// Line, when it is a line's field.
    pub item: Option<usize>,
    /// Name of the field.
    pub field: &'static str,
    /// The limit, in characters.
    pub max: usize,
    /// A link that is gone; otherwise a text that was cut.
    pub left_out: bool,
}

fn cut(text: &mut Option<String>, max: usize) -> bool {
    let Some(text) = text else { return false };
    let kept = truncate_chars(text, max).len();
    let is_long = kept < text.len();
    text.truncate(kept);
    is_long
}

fn leave_out(link: &mut Option<String>) -> bool {
    link.take_if(|link| truncate_chars(link, URL).len() < link.len()).is_some()
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
        ("customerNote", &prefill.note, NOTE),
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
            must: "must be greater than 0 and at most 1000000000, rounded to 4 decimals",
        });
    }
    if line.unit_price.abs() > largest || line.unit_price.normalize().scale() > DECIMALS {
        return Err(CartProblem::Invalid {
            item,
            field: "unitPrice",
            must: "must be between -1000000000 and 1000000000, rounded to 4 decimals",
        });
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
