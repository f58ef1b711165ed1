//! Writes records as JSON, fields in the order of their table.

use super::value::{Record, Value};
use crate::json::{Object, push_display, push_object, push_text};

/// Writes the fields of a record that are there.
pub(crate) fn fields(object: &mut Object<'_>, record: &Record) {
    for (field, value) in record.object.fields().zip(&record.values) {
        debug_assert!(value.is_some() || !field.required, "{}.{} is missing", record.object.name, field.name);
        if let Some(value) = value {
            push(object.value(field.name), value);
        }
    }
}

fn push(out: &mut String, value: &Value) {
    match value {
        Value::Text(text) => push_text(out, text),
        Value::Int(number) => push_display(out, number),
        Value::Number(number) => push_display(out, number),
        Value::Flag(flag) => push_display(out, flag),
        Value::Record(record) => push_object(out, |object| fields(object, record)),
        Value::List(values) => {
            out.push('[');
            for (n, value) in values.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                push(out, value);
            }
            out.push(']');
        }
        // Files are only ever read.
        Value::Bytes(_) => out.push_str("null"),
    }
}
