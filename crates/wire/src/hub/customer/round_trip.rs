//! Whatever a request holds, JSON and SOAP say the same: random values of every table, written in both forms and read back.

use proptest::collection::vec;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::decode::decode;
use super::gates::Method;
use super::names::PARAMS;
use super::raw::from_json;
use super::{json_answer, shapes, soap};
use crate::schema::value::{Record, Value};
use crate::schema::{Element, Object, Type};

/// Values of a kind. Deep structs get no further ones, because a product may hold products.
fn value(ty: Type, depth: u32) -> BoxedStrategy<Value> {
    match ty {
        Type::Text(most) => {
            // What XML can carry, and what is no blank: blank texts are absent in some places.
            let text = "[a-zA-Z0-9<>&\"'ąćęłńóśźżŻ€\u{1f600} .,;\\]\\[{}\t\n-]{0,40}";
            text.prop_map(move |text| Value::Text(text.chars().take(most).collect())).boxed()
        }
        Type::Choice(words) => proptest::sample::select(words).prop_map(Value::from).boxed(),
        Type::Int => (-1_000_000_000_i64..1_000_000_000).prop_map(Value::Int).boxed(),
        Type::Number => {
            let number = (-1_000_000_000_i64..1_000_000_000, 0_u32..4);
            number.prop_map(|(digits, scale)| Value::Number(Decimal::new(digits, scale).normalize())).boxed()
        }
        Type::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        Type::Moment => Just(Value::from("2026-11-21 12:15:00")).boxed(),
        // Files are only ever read.
        Type::File(_) => Just(Value::from("aGVsbG8=")).boxed(),
        Type::Json(_) => unreachable!("no XML dialect has them"),
        Type::Object(object) => record(object, depth).prop_map(Value::Record).boxed(),
        Type::List(item, _) if depth == 0 || !matches!(item, Element::Object(_)) => {
            vec(value(item.ty(), depth), 0..3).prop_map(Value::List).boxed()
        }
        Type::List(item, _) => vec(value(item.ty(), depth - 1), 0..3).prop_map(Value::List).boxed(),
    }
}

fn record(object: &'static Object, depth: u32) -> BoxedStrategy<Record> {
    let fields: Vec<BoxedStrategy<Option<Value>>> = object
        .fields()
        .map(|field| {
            let nested = matches!(field.ty, Type::List(Element::Object(_), _) | Type::Object(_));
            if depth == 0 && nested {
                return Just(None).boxed();
            }
            let value = value(field.ty, depth.saturating_sub(1));
            if field.required { value.prop_map(Some).boxed() } else { proptest::option::of(value).boxed() }
        })
        .collect();
    fields.prop_map(move |values| Record { object, values }).boxed()
}

/// What reading makes of what was written: base64 becomes bytes.
fn as_read(record: &Record) -> Record {
    let read = |value: &Value, ty: Type| match (value, ty) {
        (Value::Text(_), Type::File(_)) => Value::Bytes(b"hello".to_vec()),
        (Value::Record(record), _) => Value::Record(as_read(record)),
        (Value::List(values), Type::List(Element::Object(_), _)) => Value::List(
            values
                .iter()
                .map(|v| if let Value::Record(record) = v { Value::Record(as_read(record)) } else { v.clone() })
                .collect(),
        ),
        (other, _) => other.clone(),
    };
    let values = record.object.fields().zip(&record.values);
    let values = values.map(|(field, value)| value.as_ref().map(|value| read(value, field.ty))).collect();
    Record { object: record.object, values }
}

fn call() -> impl Strategy<Value = Record> {
    proptest::sample::select(Method::ALL.to_vec()).prop_flat_map(|method| record(method.gate().params, 3))
}

proptest! {
    #[test]
    fn json_and_soap_hold_the_same(params in call()) {
        let wanted = as_read(&params);
        let json = json_answer(Some(&Record { object: &ONLY_PARAMS, values: vec![Some(Value::Record(params.clone()))] }), &nothing());
        let read = |raw: super::raw::Raw| {
            let params = raw.field(PARAMS).cloned().unwrap_or(super::raw::Raw::Nothing);
            decode(wanted.object, params, PARAMS)
        };
        let from_json = from_json(json.as_bytes()).expect("JSON");
        prop_assert_eq!(read(from_json), Ok(wanted.clone()), "{}", json);
        let soap = soap::request(&params);
        let from_soap = soap::read(soap.as_bytes()).expect("SOAP");
        prop_assert_eq!(read(from_soap), Ok(wanted.clone()), "{}", soap);
    }
}

/// Stands in for the table of a request; its field is written whatever it holds.
static ONLY_PARAMS: Object = Object::new("request", &[crate::schema::record(PARAMS, &shapes::NOTHING)]);

fn nothing() -> Record {
    Record::new(&shapes::NOTHING)
}
