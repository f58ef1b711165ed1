//! Values between the encodings and the operations: what a request holds once it was read by its table, and what an
//! answer holds before it is written.

use rust_decimal::Decimal;

use super::Object;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Int(i64),
    Number(Decimal),
    Flag(bool),
    Bytes(Vec<u8>),
    Record(Record),
    List(Vec<Value>),
}

/// A struct: as many places as its table has fields.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) object: &'static Object,
    pub(crate) values: Vec<Option<Value>>,
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.object.name == other.object.name && self.values == other.values
    }
}

impl Record {
    /// With nothing in it.
    pub(crate) fn new(object: &'static Object) -> Self {
        Self { object, values: vec![None; object.fields().count()] }
    }

    /// Fills a field.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Fills a field when there is something to fill it with.
    pub(crate) fn with_some(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.set(name, value);
        }
        self
    }

    /// Fills a field.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        let place = self.object.position(name);
        debug_assert!(place.is_some(), "{} has no field {name}", self.object.name);
        if let Some(place) = place {
            self.values[place] = Some(value.into());
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        let place = self.object.position(name);
        debug_assert!(place.is_some(), "{} has no field {name}", self.object.name);
        self.values[place?].as_ref()
    }

    /// A text as it was sent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A text without blanks around it; blank counts as absent.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.text(name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// The same, owned.
    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.filled(name).map(str::to_owned)
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        match self.get(name) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn number(&self, name: &str) -> Option<Decimal> {
        match self.get(name) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name) {
            Some(Value::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    pub(crate) fn bytes(&self, name: &str) -> Option<&[u8]> {
        match self.get(name) {
            Some(Value::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }

    pub(crate) fn record(&self, name: &str) -> Option<&Record> {
        match self.get(name) {
            Some(Value::Record(record)) => Some(record),
            _ => None,
        }
    }

    /// A list; empty when it is absent.
    pub(crate) fn list(&self, name: &str) -> &[Value] {
        match self.get(name) {
            Some(Value::List(values)) => values,
            _ => &[],
        }
    }

    /// The structs of a list.
    pub(crate) fn records(&self, name: &str) -> impl Iterator<Item = &Record> {
        self.list(name).iter().filter_map(|value| if let Value::Record(record) = value { Some(record) } else { None })
    }

    /// The texts of a list, without blanks around them.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let text = |value: &Value| if let Value::Text(text) = value { Some(text.trim().to_owned()) } else { None };
        self.list(name).iter().filter_map(text).filter(|text| !text.is_empty()).collect()
    }

    /// The numbers of a list.
    pub(crate) fn ints(&self, name: &str) -> Vec<i64> {
        self.list(name)
            .iter()
            .filter_map(|value| if let Value::Int(number) = value { Some(*number) } else { None })
            .collect()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Self::Int(i64::from(number))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(i64::from(number))
    }
}

impl From<Decimal> for Value {
    fn from(number: Decimal) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Record> for Value {
    fn from(record: Record) -> Self {
        Self::Record(record)
    }
}

impl From<Vec<Record>> for Value {
    fn from(records: Vec<Record>) -> Self {
        Self::List(records.into_iter().map(Self::Record).collect())
    }
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        Self::List(texts.into_iter().map(Self::Text).collect())
    }
}
