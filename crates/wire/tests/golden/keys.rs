//! What old clients need of every answer (checkout protocol §13): keys that are identifiers, and all of them, always.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// Words that the Python client cannot use as names.
const PYTHON_KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];
/// Keywords of older Pythons, and names that the client's tuples have already.
const OTHER_RESERVED: [&str; 4] = ["print", "exec", "count", "index"];

/// Reads any JSON and refuses objects with bad or repeated keys.
struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = Checked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Checked, A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            // How the JSON library hands over numbers that keep their text.
            if key == "$serde_json::private::Number" {
                map.next_value::<String>()?;
                continue;
            }
            let plain = key.starts_with(|c: char| c.is_ascii_alphabetic())
                && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if !plain || PYTHON_KEYWORDS.contains(&key.as_str()) || OTHER_RESERVED.contains(&key.as_str()) {
                return Err(serde::de::Error::custom(format!("{key:?} is no good name")));
            }
            map.next_value::<Checked>()?;
            if !seen.insert(key.clone()) {
                return Err(serde::de::Error::custom(format!("{key:?} stands twice")));
            }
        }
        Ok(Checked)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Checked, A::Error> {
        while seq.next_element::<Checked>()?.is_some() {}
        Ok(Checked)
    }

    fn visit_str<E>(self, _: &str) -> Result<Checked, E> {
        Ok(Checked)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Checked, E> {
        Ok(Checked)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Checked, E> {
        Ok(Checked)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Checked, E> {
        Ok(Checked)
    }
    fn visit_unit<E>(self) -> Result<Checked, E> {
        Ok(Checked)
    }
}

/// Keys of section 6, all marked needed or worth having.
const ORDER_KEYS: [&str; 58] = [
    "orderId",
    "merchantOrderId",
    "referenceId",
    "testOrder",
    "orderStatus",
    "orderStatusDate",
    "orderStatusDateString",
    "timestamp",
    "name",
    "company",
    "email",
    "phone",
    "altPhone",
    "address1",
    "address2",
    "city",
    "state",
    "zip",
    "countryCode",
    "billingName",
    "billingEmail",
    "billingPhone",
    "billingAddress1",
    "billingAddress2",
    "billingCity",
    "billingState",
    "billingZip",
    "billingCountryCode",
    "items",
    "itemsTotal",
    "shippingTotal",
    "dutyTaxesTotal",
    "quotedDutyTaxes",
    "grandTotal",
    "grandTotalForeign",
    "itemsTotalForeign",
    "shippingTotalForeign",
    "dutyTaxesTotalForeign",
    "quotedDutyTaxesForeign",
    "foreignCurrencyCode",
    "customerSelectedShippingName",
    "shippingCarrierServiceLevel",
    "paymentProcessing",
    "notes",
    "birthDate",
    "nationalIdentifier",
    "boxCount",
    "misc1",
    "misc2",
    "misc3",
    "misc4",
    "misc5",
    "misc6",
    "trackingNumber",
    "shippingStatus",
    "statuses",
    // Ours.
    "currencyCode",
    "trackingList",
];

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// Checks one golden answer.
pub fn check(operation: &str, body: &str) -> Result<(), String> {
    serde_json::from_str::<Checked>(body).map_err(|error| error.to_string())?;
    let answer: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
    if answer.get("error").is_some() {
        return if keys(&answer).len() == 1 { Ok(()) } else { Err("an error stands alone".to_owned()) };
    }
    match operation {
        "orderDetail" => check_order(&answer["order"]),
        "orderNumbers" => {
            let wanted = BTreeSet::from(["totalCount", "orderCount", "testOrderCount", "orders"]);
            if keys(&answer) == wanted && answer["orders"].is_array() { Ok(()) } else { Err("keys".to_owned()) }
        }
        _ => Ok(()),
    }
}

fn check_order(order: &Value) -> Result<(), String> {
    let wanted = BTreeSet::from(ORDER_KEYS);
    let found = keys(order);
    if found != wanted {
        let difference: Vec<&&str> = found.symmetric_difference(&wanted).collect();
        return Err(format!("keys differ: {difference:?}"));
    }
    for list in ["items", "notes", "statuses", "trackingList"] {
        if !order[list].is_array() {
            return Err(format!("{list} is no array"));
        }
    }
    for item in order["items"].as_array().into_iter().flatten() {
        if keys(item).len() != 25 {
            return Err(format!("an item has {} keys", keys(item).len()));
        }
        if !(item["quantity"].is_number() && item["unitPrice"].is_number() && item["description"].is_string()) {
            return Err("types of an item".to_owned());
        }
    }
    let sums = ["itemsTotal", "shippingTotal", "dutyTaxesTotal", "grandTotal"];
    if !sums.iter().all(|key| order[*key].is_number()) {
        return Err("sums are numbers".to_owned());
    }
    Ok(())
}
