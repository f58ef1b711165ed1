//! Reads what a landed cost is asked for.

use crossdock_app::landed_cost::{LandedItem, LandedQuote};
use crossdock_domain::clock::Day;
use crossdock_domain::country;
use crossdock_domain::landed_cost::{BuyerKind, HsCode, Location};
use crossdock_domain::money::Currency;
use serde_json::Value;

use super::super::create_temp_cart::{read_item, read_lines};
use super::super::fields::{Fields, Problem};

/// Longest region and postal code, in characters.
const LONGEST_PLACE: usize = 100;

pub(super) fn quote(fields: Fields<'_>) -> Result<LandedQuote, Problem> {
    let ship_to = place(fields, "shipTo")?.ok_or_else(|| fields.required("shipTo"))?;
    Ok(LandedQuote {
        ship_from: place(fields, "shipFrom")?,
        ship_to,
        currency: currency(fields)?,
        day: day(fields)?,
        buyer: if fields.flag("consumer")?.unwrap_or(true) { BuyerKind::Consumer } else { BuyerKind::Business },
        shipping: fields.number("shipping")?,
        insurance: fields.number("insurance")?,
        items: read_lines(fields, item)?,
    })
}

fn place(fields: Fields<'_>, key: &'static str) -> Result<Option<Location>, Problem> {
    let map = match fields.get(key) {
        None => return Ok(None),
        Some(Value::Object(map)) => map,
        Some(_) => return Err(fields.must(key, "must be an object with country, region and postalCode")),
    };
    let parts = Fields::new(map);
    let named = |part: &str| format!("{key}.{part}");
    let text = |part: &'static str| {
        let found = parts.name(part).map_err(|_| fields.not_valid(&named(part)))?;
        match found {
            Some(text) if text.chars().count() > LONGEST_PLACE => {
                Err(fields.must(&named(part), &format!("must not be longer than {LONGEST_PLACE} characters")))
            }
            Some(text) if text.chars().any(char::is_control) => {
                Err(fields.must(&named(part), "must not contain control characters"))
            }
            other => Ok(other),
        }
    };
    let code = text("country")?.ok_or_else(|| fields.required(&named("country")))?;
    let read = country::destination(&code).map_err(|error| unread(fields, &named("country"), &error))?;
    // A region that stands in the country's own field (`XI`, `Ceuta`) counts unless another one is given.
    let region = text("region")?.or_else(|| read.region.map(str::to_owned));
    Ok(Some(Location { region, postal_code: text("postalCode")?, ..Location::country(read.country) }))
}

fn currency(fields: Fields<'_>) -> Result<Option<Currency>, Problem> {
    let Some(code) = fields.name("currency")? else { return Ok(None) };
    let known = Currency::from_code(&code.to_ascii_uppercase());
    known.map(Some).ok_or_else(|| fields.must("currency", "must be an ISO 4217 code such as USD"))
}

fn day(fields: Fields<'_>) -> Result<Option<Day>, Problem> {
    let Some(text) = fields.id_text(&["date"]) else { return Ok(None) };
    let day = Day::from_yyyymmdd(&text);
    day.map(Some).ok_or_else(|| fields.must("date", "must be a day in the form yyyymmdd"))
}

/// Whoever asks here can correct a code or a country that cannot be read. A code of a length that no nomenclature has is answered as an
/// estimate, because catalogues that spreadsheets shortened are asked about as they are.
fn item(fields: Fields<'_>) -> Result<LandedItem, Problem> {
    let line = read_item(fields)?;
    if let Some(Err(error)) = filled(line.hs_code.as_deref()).map(HsCode::read)
        && !error.is_damaged()
    {
        return Err(fields.must("itemHSCode", "must be 2 to 13 digits, better 6 or more"));
    }
    if let Some(Err(error)) = filled(line.country_of_origin.as_deref()).map(country::origin) {
        return Err(unread(fields, "countryOfOrigin", &error));
    }
    Ok(LandedItem { supplier: fields.name("supplier")?, line })
}

fn unread(fields: Fields<'_>, key: &str, error: &country::UnreadCountry) -> Problem {
    match error {
        country::UnreadCountry::Ambiguous { codes, .. } => {
            fields.must(key, &format!("may mean more than one country; give {codes}"))
        }
        _ => fields.must(key, "must be a country code of two letters"),
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use crossdock_domain::country::Country;
    use serde_json::json;

    use super::super::super::fields::parse_object;
    use super::*;

    fn with(changes: &Value) -> Result<LandedQuote, String> {
        let mut body = json!({
            "shipTo": { "country": "DE" },
            "items": [{ "description": "T-shirt", "quantity": 2, "unitPrice": "19.90" }],
        });
        for (key, value) in changes.as_object().expect("an object") {
            body[key] = value.clone();
        }
        let map = parse_object(body.to_string().as_bytes()).expect("an object");
        quote(Fields::new(&map)).map_err(|problem| problem.0)
    }

    fn line(changes: &Value) -> Result<LandedItem, String> {
        let mut item = json!({ "description": "T-shirt", "quantity": 2, "unitPrice": "19.90" });
        for (key, value) in changes.as_object().expect("an object") {
            item[key] = value.clone();
        }
        with(&json!({ "items": [item] })).map(|mut quote| quote.items.remove(0))
    }

    #[test]
    fn the_least_that_can_be_asked_has_defaults_for_the_rest() {
        let quote = with(&json!({})).expect("a quote");
        assert_eq!((quote.ship_from, quote.currency, quote.day), (None, None, None));
        assert_eq!(quote.ship_to, Location::country(Country::from_code("DE").expect("a country")));
        assert_eq!((quote.buyer, quote.shipping, quote.insurance), (BuyerKind::Consumer, None, None));
        let item = &quote.items[0];
        assert_eq!((&item.line.hs_code, &item.line.country_of_origin, &item.supplier), (&None, &None, &None));
    }

    #[test]
    fn prices_and_pieces_are_rounded_as_in_carts() {
        let read = line(&json!({ "quantity": "0.33335", "unitPrice": 16.252_032_520_325_205 })).expect("a line").line;
        assert_eq!(
            (read.quantity.to_string(), read.unit_price.to_string()),
            ("0.3334".to_owned(), "16.252".to_owned())
        );
    }

    #[test]
    fn everything_is_read_leniently() {
        let quote = with(&json!({
            "shipFrom": { "country": "us", "region": " CA ", "postalCode": 90210 },
            "shipTo": { "country": "ca", "region": "QC", "postalCode": "H2X 1Y4" },
            "currency": "usd", "date": 20_261_121, "consumer": "no", "shipping": "12.50", "insurance": 1,
        }));
        let quote = quote.expect("a quote");
        let from = quote.ship_from.expect("a place");
        assert_eq!(
            (from.country.code(), from.region.as_deref(), from.postal_code.as_deref()),
            ("US", Some("CA"), Some("90210"))
        );
        assert_eq!(quote.day, Day::new(2026, 11, 21));
        assert_eq!((quote.buyer, quote.currency), (BuyerKind::Business, Some(Currency::USD)));
        assert_eq!(quote.shipping.map(|d| d.to_string()).as_deref(), Some("12.5"));
        let item =
            line(&json!({ "itemHSCode": "6109.10", "countryOfOrigin": "cn", "supplier": " Acme " })).expect("a line");
        assert_eq!(
            (item.line.hs_code.as_deref(), item.line.country_of_origin.as_deref()),
            (Some("6109.10"), Some("cn"))
        );
        assert_eq!(item.supplier.as_deref(), Some("Acme"));
        let blank = line(&json!({ "itemHSCode": " ", "countryOfOrigin": "", "supplier": "" })).expect("a line");
        assert_eq!(blank.supplier, None);
    }

    #[test]
    fn every_mistake_names_its_parameter_and_item() {
        for (changes, text) in [
            (json!({ "shipTo": null }), "Parameter shipTo is required"),
            (
                json!({ "shipTo": "DE" }),
                "Parameter shipTo is not valid, it must be an object with country, region and postalCode",
            ),
            (json!({ "shipTo": {} }), "Parameter shipTo.country is required"),
            (
                json!({ "shipTo": { "country": "XX" } }),
                "Parameter shipTo.country is not valid, it must be a country code of two letters",
            ),
            (json!({ "shipTo": { "country": [] } }), "Parameter shipTo.country is not valid"),
            (
                json!({ "shipFrom": { "country": "US", "region": "a\nb" } }),
                "Parameter shipFrom.region is not valid, it must not contain control characters",
            ),
            (json!({ "currency": "XYZ" }), "Parameter currency is not valid, it must be an ISO 4217 code such as USD"),
            (json!({ "date": "2026-11-21" }), "Parameter date is not valid, it must be a day in the form yyyymmdd"),
            (json!({ "consumer": "perhaps" }), "Parameter consumer is not valid"),
            (json!({ "shipping": "free" }), "Parameter shipping is not valid"),
            (json!({ "items": [] }), "Parameter items is required"),
        ] {
            assert_eq!(with(&changes).err().as_deref(), Some(text));
        }
        for (changes, text) in [
            (
                json!({ "itemHSCode": "61A9" }),
                "Parameter itemHSCode is not valid for item: 1, it must be 2 to 13 digits, better 6 or more",
            ),
            (
                json!({ "countryOfOrigin": "Atlantis" }),
                "Parameter countryOfOrigin is not valid for item: 1, it must be a country code of two letters",
            ),
            (
                json!({ "countryOfOrigin": "Congo" }),
                "Parameter countryOfOrigin is not valid for item: 1, it may mean more than one country; give CG or CD",
            ),
            (json!({ "quantity": "many" }), "Parameter quantity is not valid for item: 1"),
            (json!({ "supplier": [] }), "Parameter supplier is not valid for item: 1"),
        ] {
            assert_eq!(line(&changes).err().as_deref(), Some(text));
        }
    }
}
