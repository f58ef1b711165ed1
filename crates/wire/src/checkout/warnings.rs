//! What a cart says that could not be read. The cart is taken all the same, because a refusal loses the buyer; duty and tax are an estimate then.

use std::fmt::Display;

use crossdock_domain::cart::{Cart, Shortened, shorten};
use crossdock_domain::country;
use crossdock_domain::landed_cost::HsCode;

/// Most warnings that an answer holds; a catalogue that is wrong throughout is wrong in each line.
const MOST: usize = 20;

/// A sentence for each field that was too long and was made to fit, then for each that was not understood, in the order of the
/// cart, naming field and line.
pub(super) fn of(cart: &mut Cart) -> Vec<String> {
    let shortened = shorten(cart).into_iter().map(|Shortened { item, field, max, left_out }| {
        let line = item.map(|item| format!(" for item: {item}")).unwrap_or_default();
        let done = if left_out { "was left out" } else { "was cut" };
        format!("Parameter {field} {done}{line}, it must not be longer than {max} characters")
    });
    let lines = cart.items.iter().zip(1_usize..).flat_map(|(item, line)| {
        let code = read("itemHSCode", item.hs_code.as_deref(), HsCode::read);
        let origin = read("countryOfOrigin", item.country_of_origin.as_deref(), country::origin);
        [code, origin]
            .into_iter()
            .flatten()
            .map(move |(field, why)| format!("Parameter {field} was not understood for item: {line}, {why}"))
    });
    let country = read("customerCountry", cart.prefill.country.as_deref(), country::destination);
    let buyer = country.map(|(field, why)| format!("Parameter {field} was not understood, {why}"));
    shortened.chain(lines).chain(buyer).take(MOST).collect()
}

fn read<T, E: Display>(
    field: &'static str,
    text: Option<&str>,
    reader: impl Fn(&str) -> Result<T, E>,
) -> Option<(&'static str, String)> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    reader(text).err().map(|error| (field, error.to_string()))
}

#[cfg(test)]
mod tests {
    use crossdock_domain::cart::CartItem;

    use super::*;

    fn cart(hs: &str, origin: &str) -> Cart {
        let item = CartItem {
            hs_code: Some(hs.to_owned()),
            country_of_origin: Some(origin.to_owned()),
            ..CartItem::default()
        };
        Cart { items: vec![item], ..Cart::default() }
    }

    #[test]
    fn what_was_not_understood_is_told_by_field_and_line() {
        for (hs, origin) in [("HS 6109.10", "China"), ("", " "), ("６１０９", "EU")] {
            assert_eq!(of(&mut cart(hs, origin)), [""; 0], "{hs} {origin}");
        }
        assert_eq!(
            of(&mut cart("9012100", "Korea")),
            [
                "Parameter itemHSCode was not understood for item: 1, \"9012100\" cannot be read as an HS code: if its leading zero was \
                 lost, give 09012100",
                "Parameter countryOfOrigin was not understood for item: 1, \"Korea\" may mean more than one country; give KR or KP",
            ]
        );
        let mut many = Cart { items: vec![cart("none", "none").items.remove(0); 50], ..Cart::default() };
        assert_eq!(of(&mut many).len(), MOST);
    }

    #[test]
    fn what_only_informs_is_made_to_fit_and_told() {
        let mut long = cart("", "");
        long.items[0].category = Some("ü".repeat(501));
        long.items[0].brand = Some("ü".repeat(500));
        long.items[0].item_url = Some(format!("https://shop.example/{}", "x".repeat(2_000)));
        long.items[0].sku = Some("s".repeat(501));
        long.prefill.note = Some("n".repeat(2_001));
        assert_eq!(
            of(&mut long),
            [
                "Parameter itemCategory was cut for item: 1, it must not be longer than 500 characters",
                "Parameter itemURL was left out for item: 1, it must not be longer than 2000 characters",
                "Parameter customerNote was cut, it must not be longer than 2000 characters",
            ]
        );
        let item = &long.items[0];
        assert_eq!((item.category.as_deref(), item.item_url.as_deref()), (Some("ü".repeat(500).as_str()), None));
        assert_eq!(item.sku.as_ref().map(String::len), Some(501), "a part of a key is another key");
    }
}
