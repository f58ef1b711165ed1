//! Fields and objects as tables, and their schemas.

use crossdock_domain::order::OrderStatus;
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, ObjectBuilder, OneOfBuilder, Ref, Schema, SchemaType, Type};
use utoipa::openapi::{Object, RefOr};

/// An object of a request or an answer.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) fields: &'static [&'static [Field]],
}

/// A key of an object.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) about: &'static str,
}

/// What a key holds.
#[derive(Clone)]
pub(super) enum Kind {
    /// One of [`values`], or an object.
    Named(&'static str),
    /// The same or `null`.
    NamedOrNull(&'static str),
    /// An array of it.
    List(&'static str),
    /// An array of it or of bare texts and numbers.
    LooseList(&'static str),
    /// A plain JSON value.
    Plain(Type),
    /// The same or `null`.
    PlainOrNull(Type),
    /// An array of strings.
    Texts,
    /// Always `null` for now.
    Null,
    /// Anything.
    Anything,
}

pub(super) const STORE: Kind = Kind::Named("StoreId");
pub(super) const ORDER_ID: Kind = Kind::Named("OrderId");
pub(super) const TEXT: Kind = Kind::Named("LenientText");
pub(super) const NUMBER: Kind = Kind::Named("LenientNumber");
pub(super) const TRUTH: Kind = Kind::Named("LenientBoolean");
pub(super) const DAY: Kind = Kind::Named("Day");
pub(super) const STATUS: Kind = Kind::Named("OrderStatus");
pub(super) const STRING: Kind = Kind::Plain(Type::String);
pub(super) const STRING_OR_NULL: Kind = Kind::PlainOrNull(Type::String);
pub(super) const INTEGER: Kind = Kind::Plain(Type::Integer);
pub(super) const AMOUNT: Kind = Kind::Plain(Type::Number);
pub(super) const NUMBER_OR_NULL: Kind = Kind::PlainOrNull(Type::Number);
pub(super) const BOOLEAN: Kind = Kind::Plain(Type::Boolean);

pub(super) const fn must(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, required: true, about }
}

pub(super) const fn may(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, required: false, about }
}

/// Schema of an object.
pub(super) fn shape(shape: &Shape) -> Object {
    let mut object = ObjectBuilder::new().schema_type(Type::Object).description(Some(shape.about));
    for field in shape.fields.iter().copied().flatten() {
        object = object.property(field.name, schema(field));
        if field.required {
            object = object.required(field.name);
        }
    }
    object.build()
}

fn schema(field: &Field) -> RefOr<Schema> {
    let about = Some(field.about).filter(|about| !about.is_empty());
    match &field.kind {
        Kind::Named(name) => {
            let mut reference = Ref::from_schema_name(*name);
            about.unwrap_or_default().clone_into(&mut reference.description);
            RefOr::Ref(reference)
        }
        Kind::NamedOrNull(name) => {
            let null = Object::with_type(Type::Null);
            Schema::from(OneOfBuilder::new().item(Ref::from_schema_name(*name)).item(null).description(about).build())
                .into()
        }
        Kind::List(name) => {
            Schema::from(ArrayBuilder::new().items(Ref::from_schema_name(*name)).description(about).build()).into()
        }
        Kind::LooseList(name) => {
            let bare: SchemaType = [Type::String, Type::Number].into_iter().collect();
            let element = AnyOfBuilder::new().item(Ref::from_schema_name(*name)).item(Object::with_type(bare));
            Schema::from(ArrayBuilder::new().items(element).description(about).build()).into()
        }
        Kind::Texts => {
            let text = Object::with_type(Type::String);
            Schema::from(ArrayBuilder::new().items(text).description(about).build()).into()
        }
        Kind::Plain(kind) => plain(kind.clone().into(), about),
        Kind::PlainOrNull(kind) => plain([kind.clone(), Type::Null].into_iter().collect(), about),
        Kind::Null => plain(Type::Null.into(), about),
        Kind::Anything => plain(SchemaType::AnyValue, about),
    }
}

fn plain(kind: SchemaType, about: Option<&str>) -> RefOr<Schema> {
    Schema::from(ObjectBuilder::new().schema_type(kind).description(about).build()).into()
}

/// Kinds of values with a name of their own.
pub(super) fn values() -> [(&'static str, Schema); 7] {
    let lenient = |types: &[Type], about: &str, examples: &[serde_json::Value]| {
        let types: SchemaType = types.iter().cloned().chain([Type::Null]).collect();
        let object = ObjectBuilder::new().schema_type(types).description(Some(about));
        Schema::from(object.examples(examples.iter().cloned()).build())
    };
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    let (text, integer, number, boolean) = (Type::String, Type::Integer, Type::Number, Type::Boolean);
    let statuses = OrderStatus::ALL.map(OrderStatus::code);
    let status = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("New ones may be added; none will be removed. Treat an unknown one as \"do not ship\"."))
        .examples(statuses)
        .build();
    [
        ("StoreId", lenient(&[integer.clone(), text.clone()], "A store's number.", &[json("999"), json("\"999\"")])),
        (
            "OrderId",
            lenient(
                &[text.clone(), integer.clone()],
                "The full form with the store's number, or the bare number.",
                &[json("\"999-10001\""), json("\"10001\""), json("10001")],
            ),
        ),
        (
            "LenientText",
            lenient(
                &[text.clone(), number.clone(), boolean.clone()],
                "A text; numbers and truth values are taken as they are written.",
                &[json("\"oakley-123\""), json("12345")],
            ),
        ),
        (
            "LenientNumber",
            lenient(
                &[number, text.clone()],
                "A number, or one as text; read as an exact decimal. A blank text is absent.",
                &[json("199.00"), json("\"19.90\""), json("\"-5\"")],
            ),
        ),
        (
            "LenientBoolean",
            lenient(
                &[boolean, text.clone(), integer.clone()],
                "`true`, `false`, `1`, `0`, `\"true\"`, `\"yes\"`, …; a blank text is absent.",
                &[json("true"), json("\"1\"")],
            ),
        ),
        ("Day", lenient(&[text, integer], "A day in UTC as `yyyymmdd`.", &[json("\"20150101\"")])),
        ("OrderStatus", status.into()),
    ]
}
