//! Changing settings: keys of the top level are replaced whole, `null` goes back to the default.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::exit::{End, Failure};

/// The settings with these keys replaced.
pub fn changed<T: Serialize + DeserializeOwned>(present: &T, changes: &Value) -> Result<T, Failure> {
    let wrong = |text: String| Failure::new(End::Refused, format!("settings: {text}"));
    let Value::Object(changes) = changes else { return Err(wrong("must be a table of keys".to_owned())) };
    let Value::Object(mut document) = serde_json::to_value(present).map_err(|error| wrong(error.to_string()))? else {
        return Err(wrong("must be a table of keys".to_owned()));
    };
    for (key, value) in changes {
        // An absent key reads as its default.
        if value.is_null() {
            document.remove(key);
        } else {
            document.insert(key.clone(), value.clone());
        }
    }
    serde_json::from_value(Value::Object(document)).map_err(|error| wrong(error.to_string()))
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
    fn unknown_keys_and_wrong_values_are_told() {
        let error = |changes| changed(&StoreSettings::default(), &changes).expect_err("wrong").text;
        assert!(error(json!({ "redirect_host": [] })).contains("redirect_host"));
        assert!(error(json!({ "providers": ["paypal"] })).contains("paypal"));
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
