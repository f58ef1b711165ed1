//! What a cart says that could not be read. The cart is taken all the same, because a refusal loses the buyer; duty and tax are an estimate then.

use std::fmt::Display;

use crossdock_domain::cart::Cart;
use crossdock_domain::country;
use crossdock_domain::landed_cost::HsCode;

/// Most warnings that an answer holds; a catalogue that is wrong throughout is wrong in each line.
const MOST: usize = 20;

/// A sentence for each field that was not understood, in the order of the cart, naming field and line.
pub(super) fn of(cart: &Cart) -> Vec<String> {
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
    lines.chain(buyer).take(MOST).collect()
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
            assert_eq!(of(&cart(hs, origin)), [""; 0], "{hs} {origin}");
        }
        assert_eq!(
            of(&cart("9012100", "Korea")),
            [
                "Parameter itemHSCode was not understood for item: 1, \"9012100\" cannot be read as an HS code: if its leading zero was \
                 lost, give 09012100",
                "Parameter countryOfOrigin was not understood for item: 1, \"Korea\" may mean more than one country; give KR or KP",
            ]
        );
        let many = Cart { items: vec![cart("none", "none").items.remove(0); 50], ..Cart::default() };
        assert_eq!(of(&many).len(), MOST);
    }
}
