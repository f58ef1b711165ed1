//! Whatever a request holds, JSON and SOAP say the same: random values of every shape, written in both forms and read back.

use proptest::collection::vec;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::decode::decode;
use super::gates::Method;
use super::names::PARAMS;
use super::raw::from_json;
use super::shape::{Item, Kind, Shape};
use super::value::{Record, Value};
use super::{encode, shapes, soap};

/// Values of a kind. Deep structs get no further ones, because a product may hold products.
fn value(kind: Kind, depth: u32) -> BoxedStrategy<Value> {
    match kind {
        Kind::Text(most) => {
            // What XML can carry, and what is no blank: blank texts are absent in some places.
            let text = "[a-zA-Z0-9<>&\"'ąćęłńóśźżŻ€\u{1f600} .,;\\]\\[{}\t\n-]{0,40}";
            text.prop_map(move |text| Value::Text(text.chars().take(most).collect())).boxed()
        }
        Kind::Choice(words) => proptest::sample::select(words).prop_map(Value::from).boxed(),
        Kind::Int => (-1_000_000_000_i64..1_000_000_000).prop_map(Value::Int).boxed(),
        Kind::Number => {
            let number = (-1_000_000_000_i64..1_000_000_000, 0_u32..4);
            number.prop_map(|(digits, scale)| Value::Number(Decimal::new(digits, scale).normalize())).boxed()
        }
        Kind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        Kind::Moment => Just(Value::from("2026-11-21 12:15:00")).boxed(),
        // Files are only ever read.
        Kind::File(_) => Just(Value::from("aGVsbG8=")).boxed(),
        Kind::Struct(shape) => record(shape, depth).prop_map(Value::Record).boxed(),
        Kind::List(item, _) if depth == 0 || !matches!(item, Item::Struct(_)) => {
            vec(value(item.kind(), depth), 0..3).prop_map(Value::List).boxed()
        }
        Kind::List(item, _) => vec(value(item.kind(), depth - 1), 0..3).prop_map(Value::List).boxed(),
    }
}

fn record(shape: &'static Shape, depth: u32) -> BoxedStrategy<Record> {
    let fields: Vec<BoxedStrategy<Option<Value>>> = shape
        .fields
        .iter()
        .map(|field| {
            let nested = matches!(field.kind, Kind::List(Item::Struct(_), _) | Kind::Struct(_));
            if depth == 0 && nested {
                return Just(None).boxed();
            }
            let value = value(field.kind, depth.saturating_sub(1));
            if field.required { value.prop_map(Some).boxed() } else { proptest::option::of(value).boxed() }
        })
        .collect();
    fields.prop_map(move |values| Record { shape, values }).boxed()
}

/// What reading makes of what was written: base64 becomes bytes.
fn as_read(record: &Record) -> Record {
    let read = |value: &Value, kind: Kind| match (value, kind) {
        (Value::Text(_), Kind::File(_)) => Value::Bytes(b"hello".to_vec()),
        (Value::Record(record), _) => Value::Record(as_read(record)),
        (Value::List(values), Kind::List(Item::Struct(_), _)) => Value::List(
            values
                .iter()
                .map(|v| if let Value::Record(record) = v { Value::Record(as_read(record)) } else { v.clone() })
                .collect(),
        ),
        (other, _) => other.clone(),
    };
    let values = record.shape.fields.iter().zip(&record.values);
    let values = values.map(|(field, value)| value.as_ref().map(|value| read(value, field.kind))).collect();
    Record { shape: record.shape, values }
}

fn call() -> impl Strategy<Value = Record> {
    proptest::sample::select(Method::ALL.to_vec()).prop_flat_map(|method| record(method.gate().params, 3))
}

proptest! {
    #[test]
    fn json_and_soap_hold_the_same(params in call()) {
        let wanted = as_read(&params);
        let json = encode::json(Some(&Record { shape: &ONLY_PARAMS, values: vec![Some(Value::Record(params.clone()))] }), &nothing());
        let read = |raw: super::raw::Raw| {
            let params = raw.field(PARAMS).cloned().unwrap_or(super::raw::Raw::Nothing);
            decode(wanted.shape, params, PARAMS)
        };
        let from_json = from_json(json.as_bytes()).expect("JSON");
        prop_assert_eq!(read(from_json), Ok(wanted.clone()), "{}", json);
        let soap = soap::request(&params);
        let from_soap = soap::read(soap.as_bytes()).expect("SOAP");
        prop_assert_eq!(read(from_soap), Ok(wanted.clone()), "{}", soap);
    }
}

/// Stands in for the shape of a request; its field is written whatever shape it has.
static ONLY_PARAMS: Shape = Shape::new("request", &[super::shape::record(PARAMS, &shapes::NOTHING)]);

fn nothing() -> Record {
    Record::new(&shapes::NOTHING)
}
