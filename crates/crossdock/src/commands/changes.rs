//! Changing settings: keys of the top level are replaced whole but for those of `landed_cost`, which are replaced one by one;
//! `null` goes back to the default.

use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::exit::{ExitKind, Failure};

/// Reads a TOML or JSON file, told by its ending.
pub fn document(file: &Path) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let json = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let read = if json {
        serde_json::from_str(&text).map_err(|error| error.to_string())
    } else {
        toml::from_str(&text).map_err(|error| error.to_string())
    };
    read.map_err(|error| Failure::new(ExitKind::Usage, format!("{}: {error}", file.display())).into())
}

/// Keys of settings to replace, from a file and from options; options win.
#[derive(Debug, Default)]
pub struct Changes(Map<String, Value>);

impl Changes {
    /// The keys of a TOML or JSON file; none without a file.
    pub fn read(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file else { return Ok(Self::default()) };
        match document(file)? {
            Value::Object(keys) => Ok(Self(keys)),
            _ => Err(Failure::new(ExitKind::Usage, format!("{}: must hold keys", file.display())).into()),
        }
    }

    /// Replaces a key, if there is a value.
    pub fn set(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.0.insert(key.to_owned(), value.into());
        }
    }

    /// Replaces a list, if there is anything in the new one.
    pub fn set_list(&mut self, key: &str, values: Vec<String>) {
        self.set(key, (!values.is_empty()).then_some(values));
    }

    /// Replaces keys below a key.
    pub fn set_below(&mut self, key: &str, changes: Self) {
        if changes.0.is_empty() {
            return;
        }
        if let Value::Object(present) = self.0.entry(key).or_insert_with(|| Map::new().into()) {
            present.extend(changes.0);
        }
    }
}

impl From<Changes> for Value {
    fn from(changes: Changes) -> Self {
        Self::Object(changes.0)
    }
}

/// This key holds settings that have options of their own.
const LANDED_COST: &str = "landed_cost";

fn replace(document: &mut Map<String, Value>, changes: &Map<String, Value>) {
    for (key, value) in changes {
        // An absent key reads as its default.
        if value.is_null() {
            document.remove(key);
        } else {
            document.insert(key.clone(), value.clone());
        }
    }
}

/// The settings with these keys replaced.
pub fn changed<T: Serialize + DeserializeOwned>(present: &T, changes: &Value) -> Result<T, Failure> {
    let wrong = |text: &dyn std::fmt::Display| Failure::refused(format!("settings: {text}"));
    let Value::Object(changes) = changes else { return Err(wrong(&"must be a table of keys")) };
    let Value::Object(mut document) = serde_json::to_value(present).map_err(|error| wrong(&error))? else {
        return Err(wrong(&"must be a table of keys"));
    };
    for (key, value) in changes {
        match (key.as_str(), value, document.get_mut(key)) {
            (LANDED_COST, Value::Object(inner), Some(Value::Object(present))) => replace(present, inner),
            _ => replace(&mut document, &Map::from_iter([(key.clone(), value.clone())])),
        }
    }
    let read = |document: &Map<String, Value>| serde_json::from_value::<T>(Value::Object(document.clone()));
    read(&document).map_err(|error| {
        // The key is named by trying each on its own: the reader of the whole does not say where it stopped.
        let mistaken = changes.iter().find_map(|(key, value)| {
            let Value::Object(mut alone) = serde_json::to_value(present).ok()? else { return None };
            match (key.as_str(), value, alone.get_mut(key)) {
                (LANDED_COST, Value::Object(inner), Some(Value::Object(present))) => replace(present, inner),
                _ => replace(&mut alone, &Map::from_iter([(key.clone(), value.clone())])),
            }
            read(&alone).err().map(|error| (key, value, error))
        });
        match mistaken {
            Some((key, value, _)) if key == ORIGIN && !is_address(value) => wrong(&format_args!(
                "origin is an address with the keys name, email, address1 and country, and company, phone, address2, city, state, \
                 zip as they apply"
            )),
            Some((key, _, error)) => {
                let told = plain(&error);
                // An unknown key is named by the message itself.
                if told.contains(&format!("{key:?}")) { wrong(&told) } else { wrong(&format_args!("{key}: {told}")) }
            }
            None => wrong(&plain(&error)),
        }
    })
}

/// This key holds an address, whose keys are all named when one is missing.
const ORIGIN: &str = "origin";

fn is_address(value: &Value) -> bool {
    ["name", "email", "address1", "country"].iter().all(|key| value.get(key).is_some())
}

/// A reader's mistake in words of settings instead of those of the program.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let names = |text: &str| {
        let names: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
        names.join(", ")
    };
    if let Some((name, known)) = text.strip_prefix("unknown variant `").and_then(|rest| rest.split_once("`, expected "))
    {
        return format!("{name:?} is not known; there are {}", names(known));
    }
    if let Some((name, known)) = text.strip_prefix("unknown field `").and_then(|rest| rest.split_once("`, expected ")) {
        return format!("there is no key {name:?}; the keys are {}", names(known));
    }
    if let Some(name) = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        return format!("the key {name:?} is missing");
    }
    if let Some((found, wanted)) = text.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected ")) {
        let wanted = match wanted {
            "a sequence" => "a list",
            "a map" => "a table of keys",
            "a string" | "a borrowed string" => "a text",
            "a boolean" => "true or false",
            wanted if wanted.starts_with("struct ") => "a table of keys",
            wanted if wanted.starts_with(['i', 'u']) && wanted[1..].parse::<u8>().is_ok() => "a whole number",
            wanted => wanted,
        };
        let found = match found {
            "number" => "a number".to_owned(),
            "map" => "a table of keys".to_owned(),
            "sequence" => "a list".to_owned(),
            found => found.replacen("string ", "the text ", 1).replacen("integer ", "the number ", 1).replace('`', ""),
        };
        return format!("wants {wanted}, not {found}");
    }
    text
}

#[cfg(test)]
mod tests {
    use crossdock_domain::store::StoreSettings;
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_replaced_whole_and_null_is_the_default() {
        let present = StoreSettings {
            redirect_hosts: vec!["a.example".to_owned(), "b.example".to_owned()],
            support_email: Some("help@a.example".to_owned()),
            cart_lifetime_minutes: 5,
            ..StoreSettings::default()
        };
        let changes = json!({ "redirect_hosts": ["c.example"], "cart_lifetime_minutes": null });
        let after = changed(&present, &changes).expect("good");
        assert_eq!(after.redirect_hosts, ["c.example"]);
        assert_eq!(after.cart_lifetime_minutes, StoreSettings::default().cart_lifetime_minutes);
        assert_eq!(after.support_email, present.support_email);
    }

    #[test]
    fn settings_about_landed_cost_are_replaced_one_by_one() {
        let first = json!({ "landed_cost": { "duties": "prepaid", "registered": ["IOSS"] } });
        let present = changed(&StoreSettings::default(), &first).expect("good");
        let second = json!({ "landed_cost": { "guarantee_minutes": 5, "registered": null } });
        let after = changed(&present, &second).expect("good").landed_cost;
        assert_eq!((after.duties, after.guarantee_minutes), (present.landed_cost.duties, 5));
        assert_eq!(after.registered, Vec::<String>::new());
        let none = changed(&present, &json!({ "landed_cost": null })).expect("good");
        assert_eq!(none.landed_cost, StoreSettings::default().landed_cost);
        let wrong = changed(&present, &json!({ "landed_cost": { "duty": "prepaid" } }));
        assert!(wrong.expect_err("unknown").text.contains("duty"));
    }

    #[test]
    fn unknown_keys_and_wrong_values_are_told() {
        let error = |changes| changed(&StoreSettings::default(), &changes).expect_err("wrong").text;
        assert!(error(json!({ "redirect_host": [] })).contains("redirect_host"));
        assert_eq!(
            error(json!({ "providers": ["paypal"] })),
            "settings: providers: \"paypal\" is not known; there are test, bank_transfer"
        );
        assert_eq!(error(json!({ "redirect_hosts": 5 })), "settings: redirect_hosts: wants a list, not a number");
        for origin in [json!("PL"), json!({}), json!({ "name": "Shop", "email": "a@b.example" })] {
            let told = error(json!({ "support_email": "a@b.example", "origin": origin }));
            assert!(told.contains("name, email, address1 and country"), "{told}");
        }
        assert!(error(json!([])).contains("table"));
    }

    #[test]
    fn prices_keep_their_digits_on_the_way() {
        let changes = json!({ "shipping": { "zones": [{ "name": "World", "services": [
            { "code": "UPS_SAVER", "bands": [{ "up_to_grams": 500, "price": "24.50" }] }] }] } });
        let after = changed(&StoreSettings::default(), &changes).expect("good");
        let again = changed(&after, &serde_json::json!({})).expect("good");
        assert_eq!(after, again);
        assert_eq!(after.shipping.zones[0].services[0].bands[0].price.to_string(), "24.50");
    }
}
