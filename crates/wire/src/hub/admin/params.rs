//! Parameters of a call, however a client wrote them: JSON below `params`, or a query string with comma-separated lists,
//! JSON in values, and `key[sub]=value` (customer protocol §8.3). Ids come as numbers and as texts.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::json_body::{JsonLimits, beside, weigh};
use crate::number::decimal;

/// Everything that was sent; unknown parameters are ignored.
#[derive(Debug, Clone)]
pub(super) struct Params(Value);

const NOTHING: Value = Value::Null;

/// What a body takes: 30,000 stock levels with their codes.
const LIMITS: JsonLimits = JsonLimits { depth: 64, elements: 100_000 };
/// What a list takes that stands in a text.
const LIST_LIMITS: JsonLimits = JsonLimits { depth: 64, elements: 20_000 };

/// Whether a text in here is a list of more than is taken apart: commas and brackets count wherever they stand, as they do when
/// it is split.
fn holds_too_much(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            text.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count() > LIST_LIMITS.elements
        }
        Value::Array(items) => items.iter().any(holds_too_much),
        Value::Object(fields) => fields.values().any(holds_too_much),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

impl Params {
    /// Reads the query of GET and DELETE, else the body.
    pub(super) fn read(method: &str, query: &str, body: &[u8]) -> Result<Self, String> {
        if matches!(method, "GET" | "DELETE") {
            return Ok(Self(from_query(query)));
        }
        weigh(body, LIMITS).map_err(|excess| excess.to_string())?;
        let body: Value = beside(body.len(), || serde_json::from_slice(body))
            .map_err(|error| format!("The body is no JSON: {error}"))?;
        let Value::Object(mut body) = body else { return Err("The body must be an object with params".to_owned()) };
        let params = body.remove("params").ok_or_else(|| "The body has no params".to_owned())?;
        Self::of_body(params, body)
    }

    /// Those of a gate's body, which may go without `params`; `preset` stands over what was sent.
    pub(super) fn of_gate(mut body: Map<String, Value>, preset: &[(&str, &str)]) -> Result<Self, String> {
        let params = body.remove("params").filter(|params| !params.is_null());
        let params = Self::of_body(params.unwrap_or_else(|| Value::Object(Map::new())), body)?;
        Ok(preset.iter().fold(params, |params, (key, value)| params.with(key, value)))
    }

    fn of_body(params: Value, siblings: Map<String, Value>) -> Result<Self, String> {
        match params {
            Value::Object(mut params) => {
                // Some clients wrap twice. Left alone, no filter would be found, and everything would be answered.
                if let Some(inner) = params.remove("params") {
                    if !params.is_empty() || inner.get("params").is_some() {
                        return Err("params holds params beside others; send the parameters once".to_owned());
                    }
                    return Self::of_body(inner, siblings);
                }
                if params.values().any(holds_too_much) {
                    return Err(format!("A list in a text has more than {} elements", LIST_LIMITS.elements));
                }
                // `settings` and the like stand beside `params`; none of them is called like a parameter.
                for (key, value) in siblings {
                    params.entry(key).or_insert(value);
                }
                Ok(Self(Value::Object(params)))
            }
            // An empty PHP map.
            Value::Array(list) if list.is_empty() => Ok(Self(Value::Object(siblings))),
            _ => Err("params must be an object".to_owned()),
        }
    }

    /// The parameters as one node.
    pub(super) fn root(&self) -> Node<'_> {
        Node(&self.0)
    }

    /// The same with this parameter, whatever was sent.
    pub(super) fn with(&self, key: &str, value: &str) -> Self {
        let mut params = self.0.clone();
        params[key] = Value::from(value);
        Self(params)
    }

    /// Asks for every parameter in every way there is, for fuzzing.
    pub(super) fn look_at_everything(&self) -> bool {
        fn look(node: Node<'_>, depth: usize) {
            let _ =
                (node.is_there(), node.text(), node.raw_text(), node.int(), node.decimal(), node.texts(), node.ints());
            if depth == 0 {
                return;
            }
            match node.0.as_object() {
                Some(fields) => fields.keys().for_each(|key| look(node.get(key), depth - 1)),
                // What a list holds may be a text that is read as a list in turn.
                None => node.list().iter().for_each(|value| look(Node(value), depth - 1)),
            }
        }
        look(self.root(), 4);
        !self.summary().is_empty()
    }

    /// In short, for the log.
    pub(super) fn summary(&self) -> String {
        self.0.to_string()
    }
}

/// `a[b][c]` → `a`, [`b`, `c`].
fn path_of(key: &str) -> (&str, Vec<&str>) {
    match key.split_once('[') {
        Some((name, rest)) => (name, rest.trim_end_matches(']').split("][").collect()),
        None => (key, Vec::new()),
    }
}

/// Deepest nesting of a parameter's name.
const DEEPEST: usize = 6;

fn from_query(query: &str) -> Value {
    let mut root = Map::new();
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let (name, subs) = path_of(&key);
        if subs.len() > DEEPEST {
            continue;
        }
        let mut place = root.entry(name.to_owned()).or_insert(Value::Null);
        for sub in subs {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            let Value::Object(fields) = place else { break };
            // `key[]` counts up.
            let sub = if sub.is_empty() { fields.len().to_string() } else { sub.to_owned() };
            place = fields.entry(sub).or_insert(Value::Null);
        }
        *place = Value::String(value.into_owned());
    }
    Value::Object(root)
}

/// One value inside the parameters; asking for what is not there gives an empty one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a>(&'a Value);

impl<'a> Node<'a> {
    /// A field.
    pub(super) fn get(self, key: &str) -> Node<'a> {
        Node(self.0.get(key).unwrap_or(&NOTHING))
    }

    /// Whether it was sent at all.
    pub(super) fn is_there(self) -> bool {
        !self.0.is_null()
    }

    /// A text without blanks around it; numbers count as their digits, blank as absent.
    pub(super) fn text(self) -> Option<String> {
        let text = match self.0 {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// The text as it was sent, also when it is blank; for fields that may be emptied.
    pub(super) fn raw_text(self) -> Option<String> {
        match self.0 {
            Value::String(text) => Some(text.clone()),
            _ => self.text(),
        }
    }

    /// A whole number.
    pub(super) fn int(self) -> Option<i64> {
        let number = self.decimal()?;
        (number.fract().is_zero()).then(|| number.normalize().to_string().parse().ok())?
    }

    /// An exact number.
    pub(super) fn decimal(self) -> Option<Decimal> {
        decimal(&self.text()?)
    }

    /// Elements of a list: an array, comma-separated texts, JSON in a text, or an object with counted keys. A single value
    /// is a list of one.
    pub(super) fn list(self) -> Vec<Value> {
        match self.0 {
            Value::Null => Vec::new(),
            Value::Array(items) => items.clone(),
            Value::Object(fields) if !fields.is_empty() && fields.keys().all(|key| key.parse::<usize>().is_ok()) => {
                let mut items: Vec<_> = fields.iter().collect();
                items.sort_by_key(|(key, _)| key.parse::<usize>().unwrap_or(0));
                items.into_iter().map(|(_, value)| value.clone()).collect()
            }
            Value::Object(_) => vec![self.0.clone()],
            Value::String(text) => split(text),
            other => vec![other.clone()],
        }
    }

    /// The texts of a list.
    pub(super) fn texts(self) -> Vec<String> {
        self.list().iter().filter_map(|value| Node(value).text()).collect()
    }

    /// The whole numbers of a list.
    pub(super) fn ints(self) -> Vec<i64> {
        self.list().iter().filter_map(|value| Node(value).int()).collect()
    }
}

/// A value as a node.
pub(super) const fn node(value: &Value) -> Node<'_> {
    Node(value)
}

/// `1,2`, or comma-joined JSON objects: `{"a":1},{"a":2}`.
fn split(text: &str) -> Vec<Value> {
    let text = text.trim();
    if text.starts_with(['{', '[']) {
        let whole = if text.starts_with('[') { text.to_owned() } else { format!("[{text}]") };
        if weigh(whole.as_bytes(), LIST_LIMITS).is_ok()
            && let Ok(Value::Array(items)) = serde_json::from_str(&whole)
        {
            return items;
        }
    }
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Value::from).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn query(text: &str) -> Params {
        Params::read("GET", text, b"").expect("a query always reads")
    }

    #[test]
    fn lists_are_read_in_every_way_they_are_written() {
        for text in ["a=1%2C2", "a=1,2", "a[]=1&a[]=2", "a[0]=1&a[1]=2", "a=%5B1%2C2%5D", "a=%5B%221%22,%222%22%5D"] {
            assert_eq!(query(text).root().get("a").ints(), [1, 2], "{text}");
        }
        let objects = query("a=%7B%22b%22%3A1%7D%2C%7B%22b%22%3A%222%22%7D");
        let numbers: Vec<_> = objects.root().get("a").list().iter().map(|item| node(item).get("b").int()).collect();
        assert_eq!(numbers, [Some(1), Some(2)]);
        assert_eq!(query("a[b]=x&a[c]=y").root().get("a").get("c").text().as_deref(), Some("y"));
        assert_eq!(query("").root().get("a").ints(), [0; 0]);
        assert_eq!(query(&format!("a{}=1", "[x]".repeat(100_000))).root().get("a").text(), None);
    }

    #[test]
    fn bodies_need_params_and_may_have_siblings() {
        let read = |body: &Value| Params::read("POST", "", body.to_string().as_bytes());
        let params = read(&json!({ "params": { "a": "5", "b": 1.50 }, "settings": { "c": "y" } })).expect("good");
        assert_eq!(params.root().get("a").int(), Some(5));
        assert_eq!(params.root().get("b").decimal().map(|d| d.to_string()).as_deref(), Some("1.5"));
        assert_eq!(params.root().get("settings").get("c").text().as_deref(), Some("y"));
        assert!(read(&json!({ "params": [] })).is_ok(), "an empty PHP map");
        let twice = read(&json!({ "params": { "params": { "a": 5 } } })).expect("good");
        assert_eq!(twice.root().get("a").int(), Some(5));
        let two_places = json!({ "params": { "params": { "a": 5 }, "b": 1 } });
        let thrice = json!({ "params": { "params": { "params": {} } } });
        let inside =
            [json!({ "params": { "params": 5 } }), json!({ "params": { "params": null } }), two_places, thrice];
        for bad in inside.into_iter().chain([json!([]), json!({}), json!({ "params": 5 }), json!({ "params": [1] })]) {
            assert!(read(&bad).is_err(), "{bad}");
        }
        assert!(Params::read("PUT", "", b"{").is_err());
    }

    #[test]
    fn ids_are_numbers_or_texts() {
        let value = json!({ "a": 5, "b": "5", "c": " 5 ", "d": 5.0, "e": 5.5, "f": "x", "g": true, "h": null });
        let int = |key: &str| node(&value).get(key).int();
        assert_eq!(["a", "b", "c", "d"].map(int), [Some(5); 4]);
        assert_eq!(["e", "f", "g", "h", "i"].map(int), [None; 5]);
    }
}
