//! Reads fields of a request leniently: numbers as texts, texts as numbers, `null` as absent, unknown keys ignored.

use std::fmt;

use crossdock_domain::text::truncate_chars;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Map, Value};

use crate::json_body::{JsonLimits, beside, mend_surrogates, weigh};
use crate::number;

/// Deepest nesting of a body; the protocol needs three levels.
pub(super) const DEPTH_LIMIT: usize = 64;
/// Decimals of prices and quantities (checkout protocol §3).
const AMOUNT_DECIMALS: u32 = 4;
/// Most elements of a body: a full cart with every field has about 15,000.
pub(super) const LIMITS: JsonLimits = JsonLimits { depth: DEPTH_LIMIT, elements: 20_000 };
/// Most characters of a caller's value that an error echoes.
const ECHO_LIMIT: usize = 100;

/// A parameter that the caller must mend, told in the protocol's style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem(pub(super) String);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The JSON object of a body; `None` when it is none. Of repeated keys the last counts. Whoever takes it from strangers weighs
/// it first.
pub(super) fn parse_object(body: &[u8]) -> Option<Map<String, Value>> {
    weigh(body, LIMITS).ok()?;
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    match beside(body.len(), || serde_json::from_slice(&mend_surrogates(body))) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    }
}

/// What a caller sent, for an error text: a text as it is, anything else as JSON, cut when it is long.
pub(super) fn echo(text: &str) -> String {
    let cut = truncate_chars(text, ECHO_LIMIT);
    if cut.len() < text.len() { format!("{cut}…") } else { text.to_owned() }
}

/// A text from a text, number or boolean.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// An object of the request and where it stands in it, for error texts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    /// Kind and position (from 1) of a list's element.
    place: Option<(&'static str, usize)>,
}

impl<'a> Fields<'a> {
    /// The outermost object.
    pub(super) fn new(map: &'a Map<String, Value>) -> Self {
        Self { map, place: None }
    }

    /// An element of a list; `position` counts from 1.
    pub(super) fn element(map: &'a Map<String, Value>, kind: &'static str, position: usize) -> Self {
        Self { map, place: Some((kind, position)) }
    }

    /// The value under a key unless it is `null`.
    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// The value of the first spelling that holds something.
    fn any(&self, keys: &[&'static str]) -> Option<(&'static str, &'a Value)> {
        let is_blank = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
        keys.iter().find_map(|key| self.get(key).filter(|value| !is_blank(value)).map(|value| (*key, value)))
    }

    /// A text as sent; it may be empty.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>, Problem> {
        self.get(key).map(|value| scalar(value).ok_or_else(|| self.not_valid(key))).transpose()
    }

    /// A text under the first spelling that holds something; blank counts as absent.
    pub(super) fn filled(&self, keys: &[&'static str]) -> Result<Option<String>, Problem> {
        let Some((key, value)) = self.any(keys) else { return Ok(None) };
        scalar(value).map(Some).ok_or_else(|| self.not_valid(key))
    }

    /// A name that must be matched later: [`Fields::filled`] without blanks at the ends.
    pub(super) fn name(&self, key: &'static str) -> Result<Option<String>, Problem> {
        Ok(self.filled(&[key])?.map(|text| text.trim().to_owned()))
    }

    /// A number; blank counts as absent.
    pub(super) fn number(&self, key: &'static str) -> Result<Option<Decimal>, Problem> {
        let Some((key, value)) = self.any(&[key]) else { return Ok(None) };
        let number = match value {
            Value::Number(number) => number::decimal(number.as_str()),
            Value::String(text) => number::decimal(text),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        number.map(Some).ok_or_else(|| self.not_valid(key))
    }

    /// An amount or a number of pieces: [`Fields::number`] rounded half up to [`AMOUNT_DECIMALS`]. Shops compute prices without
    /// tax and send the quotient as it is; what is lost is below a hundredth of a cent a piece.
    pub(super) fn amount(&self, key: &'static str) -> Result<Option<Decimal>, Problem> {
        let round = |number: Decimal| {
            number.round_dp_with_strategy(AMOUNT_DECIMALS, RoundingStrategy::MidpointAwayFromZero).normalize()
        };
        Ok(self.number(key)?.map(round))
    }

    /// A truth value: boolean, 1, 0, or a word for one; blank counts as absent.
    pub(super) fn flag(&self, key: &'static str) -> Result<Option<bool>, Problem> {
        let Some((key, value)) = self.any(&[key]) else { return Ok(None) };
        let flag = match value {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => match number::decimal(number.as_str()) {
                Some(one) if one == Decimal::ONE => Some(true),
                Some(zero) if zero.is_zero() => Some(false),
                _ => None,
            },
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Some(true),
                "false" | "0" | "no" | "off" => Some(false),
                _ => None,
            },
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        flag.map(Some).ok_or_else(|| self.not_valid(key))
    }

    /// The text of an id, blanks off, whole numbers without their decimals; `None` when absent or blank. Never fails: what
    /// is no id is found out by whoever reads the text, and is echoed.
    pub(super) fn id_text(&self, keys: &[&'static str]) -> Option<String> {
        let (_, value) = self.any(keys)?;
        Some(match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => match number::decimal(number.as_str()) {
                Some(whole) if whole.scale() == 0 => whole.to_string(),
                _ => number.to_string(),
            },
            other => other.to_string(),
        })
    }

    /// `Parameter quantity is required for item: 2`.
    pub(super) fn required(&self, key: &str) -> Problem {
        Problem(format!("Parameter {key} is required{}", self.at()))
    }

    /// `Parameter quantity is not valid for item: 2`.
    pub(super) fn not_valid(&self, key: &str) -> Problem {
        Problem(format!("Parameter {key} is not valid{}", self.at()))
    }

    /// `Parameter weightUnits is not valid for item: 2, it must be LB, OZ, KG or G`.
    pub(super) fn must(&self, key: &str, must: &str) -> Problem {
        Problem(format!("Parameter {key} is not valid{}, it {must}", self.at()))
    }

    fn at(&self) -> String {
        self.place.map(|(kind, position)| format!(" for {kind}: {position}")).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with<T>(value: &Value, read: impl FnOnce(Fields<'_>) -> T) -> T {
        let body = json!({ "key": value }).to_string();
        read(Fields::new(&parse_object(body.as_bytes()).expect("an object")))
    }

    #[test]
    fn only_objects_of_bounded_depth_are_bodies() {
        for body in ["", " ", "[]", "null", "1", "\"{}\"", "{", "{}x", "{'a':1}", "{\"a\":NaN}", "\u{0}"] {
            assert!(parse_object(body.as_bytes()).is_none(), "{body}");
        }
        assert!(parse_object(b"{\"a\":\"\xff\"}").is_none(), "not UTF-8");
        assert!(parse_object(b"\xef\xbb\xbf {} ").is_some(), "byte order mark");
        let half = parse_object(br#"{"a":"Shirt \ud83d"}"#).expect("half an emoji refuses no cart");
        assert_eq!(Fields::new(&half).text("a"), Ok(Some("Shirt \u{fffd}".to_owned())));
        let nested = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse_object(nested(DEPTH_LIMIT - 1).as_bytes()).is_some());
        assert!(parse_object(nested(DEPTH_LIMIT).as_bytes()).is_none());
        assert!(parse_object(nested(100_000).as_bytes()).is_none());
    }

    #[test]
    fn of_repeated_keys_the_last_counts_and_null_is_absent() {
        let map = parse_object(br#"{"a":1,"a":"2","b":1,"b":null}"#).expect("an object");
        let fields = Fields::new(&map);
        assert_eq!(fields.text("a"), Ok(Some("2".to_owned())));
        assert_eq!(fields.text("b"), Ok(None));
    }

    #[test]
    fn scalars_are_texts_and_lists_are_not() {
        for (value, wanted) in
            [(json!("x "), "x "), (json!(""), ""), (json!(17_898), "17898"), (json!(0), "0"), (json!(true), "true")]
        {
            assert_eq!(with(&value, |fields| fields.text("key")), Ok(Some(wanted.to_owned())));
        }
        for value in [json!([]), json!({}), json!(["x"])] {
            let problem = Problem("Parameter key is not valid".to_owned());
            assert_eq!(with(&value, |fields| fields.text("key")), Err(problem.clone()));
            assert_eq!(with(&value, |fields| fields.filled(&["key"])), Err(problem));
        }
        let map = parse_object(br#"{"n":12345678901234567890123.4500}"#).expect("an object");
        assert_eq!(Fields::new(&map).text("n"), Ok(Some("12345678901234567890123.4500".to_owned())));
    }

    #[test]
    fn the_first_spelling_that_holds_something_counts() {
        let map = parse_object(br#"{"a":" ","b":"B","c":"C"}"#).expect("an object");
        let fields = Fields::new(&map);
        assert_eq!(fields.filled(&["a", "b", "c"]), Ok(Some("B".to_owned())));
        assert_eq!(fields.filled(&["a", "x"]), Ok(None));
    }

    #[test]
    fn amounts_are_rounded_half_up() {
        for (sent, wanted) in [
            ("8.264462809917356", "8.2645"),
            ("16.252032520325205", "16.252"),
            ("17.49125", "17.4913"),
            ("-0.00005", "-0.0001"),
            ("1.749125e1", "17.4913"),
            ("0.33333333333333333333333333333333333", "0.3333"),
            ("0.00004", "0"),
            ("199.90", "199.9"),
        ] {
            for value in [format!("{{\"key\":{sent}}}"), format!("{{\"key\":\"{sent}\"}}")] {
                let map = parse_object(value.as_bytes()).expect("an object");
                let read = Fields::new(&map).amount("key").expect("an amount").map(|amount| amount.to_string());
                assert_eq!(read.as_deref(), Some(wanted), "{value}");
            }
        }
        for value in [json!("1,5"), json!("x"), json!(true), json!([])] {
            assert!(with(&value, |fields| fields.amount("key")).is_err(), "{value}");
        }
    }

    #[test]
    fn flags_come_as_booleans_numbers_and_words() {
        for (value, wanted) in [
            (json!(true), Some(true)),
            (json!("true"), Some(true)),
            (json!(" TRUE "), Some(true)),
            (json!(1), Some(true)),
            (json!("1"), Some(true)),
            (json!(1.0), Some(true)),
            (json!(false), Some(false)),
            (json!("no"), Some(false)),
            (json!(0), Some(false)),
            (json!(""), None),
            (json!(null), None),
        ] {
            assert_eq!(with(&value, |fields| fields.flag("key")), Ok(wanted), "{value}");
        }
        for value in [json!(2), json!("maybe"), json!([]), json!(-1)] {
            assert!(with(&value, |fields| fields.flag("key")).is_err(), "{value}");
        }
    }

    #[test]
    fn ids_come_in_many_forms_and_are_echoed_short() {
        for (value, wanted) in [
            (json!("999-10001"), "999-10001"),
            (json!(" 10001 "), "10001"),
            (json!(10_001), "10001"),
            (json!(10_001.0), "10001"),
            (json!(1.5), "1.5"),
            (json!(true), "true"),
            (json!({"a": [1]}), r#"{"a":[1]}"#),
        ] {
            assert_eq!(with(&value, |fields| fields.id_text(&["key"])).as_deref(), Some(wanted));
        }
        assert_eq!(with(&json!(" "), |fields| fields.id_text(&["key"])), None);
        assert_eq!(echo("abc"), "abc");
        assert_eq!(echo(&"ä".repeat(101)), format!("{}…", "ä".repeat(100)));
    }
}
