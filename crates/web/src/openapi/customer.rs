//! The Customer API as an OpenAPI 3.1 document, made from the shapes that its calls are read and answered with.
//!
//! Paths hold their query: the gate stands there (`/customer-api/?gate=Orders/add/1/json`). The specification knows no other
//! way to tell calls of one path apart, and the tools that we know of send such paths as they are.

use std::sync::LazyLock;

use axum::response::IntoResponse;
use crossdock_wire::customer::gates::{Access, Method};
use crossdock_wire::customer::shape::{Field, Item, Kind, Shape};
use crossdock_wire::customer::{Code, Lang, described_shapes};
use utoipa::openapi::path::{HttpMethod, OperationBuilder, PathItem};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ArrayBuilder, ComponentsBuilder, ObjectBuilder, Ref, Schema, SchemaType, Type};
use utoipa::openapi::{ContentBuilder, Object, Paths, RefOr, Required};

use super::feeds;

static DOCUMENT: LazyLock<String> = LazyLock::new(build);

/// The document, the same at every call: pretty-printed JSON with a line end.
pub fn customer_openapi_json() -> String {
    DOCUMENT.clone()
}

/// `GET /customer-api/openapi.json`.
pub(crate) async fn document() -> impl IntoResponse {
    super::served(&DOCUMENT)
}

const ABOUT: &str = "\
What a shop does at its wholesaler: availability, basket, couriers, recipients, dropshipping orders. The JSON side of the \
Customer API; each gate has a SOAP form with a WSDL at `…/soap/wsdl`.

Every call is a POST with one JSON object; GET with a body is accepted as well. **Errors are answered with status 200**, except \
413 and 429: look at `errors.faultCode`, 0 is success. Texts of errors are Polish, English with `&lang=eng`. Numbers may be \
sent as texts and the other way round, a list of one may be sent as its only element, unknown fields are ignored. Any positive \
version stands for the newest one. A server of several wholesalers has them under `/w/{number}/customer-api/` or under their \
own host names.

Call `Authenticate/authenticate` first: the session lives 15 minutes from its issue.";

type Names = Vec<(String, &'static Shape, bool)>;

fn build() -> String {
    let mut names: Names = Vec::new();
    let mut paths = Paths::new();
    let mut tags: Vec<&'static str> = Vec::new();
    for method in Method::ALL {
        let gate = method.gate();
        if !tags.contains(&gate.gate) {
            tags.push(gate.gate);
        }
        let path = format!("/customer-api/?gate={}/1/json", method.name());
        paths.paths.insert(path, PathItem::new(HttpMethod::Post, describe(method, &mut names)));
    }
    let mut components = ComponentsBuilder::new();
    // Describing a struct may name further ones.
    let mut at = 0;
    while let Some((name, shape, lenient)) = names.get(at).cloned() {
        let object = object(shape.fields, lenient, &mut names);
        components = components.schema(name, object);
        at += 1;
    }
    feeds::add(&mut paths);
    tags.push(feeds::TAG);
    let about = format!("{ABOUT}\n\n{}", codes());
    super::document_of("Crossdock Customer API", &about, super::tags_of(tags), paths, components.build())
}

fn codes() -> String {
    let row = |code: Code| {
        let text = if code == Code::Done { "Done" } else { code.text(Lang::Eng) };
        format!("| {} | {text} |\n", code.number())
    };
    let head = "| faultCode | meaning |\n| --- | --- |\n".to_owned();
    Code::ALL.into_iter().map(row).fold(head, |table, row| table + &row)
}

fn describe(method: Method, names: &mut Names) -> OperationBuilder {
    let gate = method.gate();
    let (authenticate, params, answer, errors) = described_shapes(method);
    let of_call = |name: &str| format!("{}_{}_{name}", gate.gate, gate.method);
    let mut request = ObjectBuilder::new().schema_type(Type::Object);
    request = request.property("authenticate", named(of_call("authenticate"), authenticate, true, names));
    request = request.required("authenticate");
    if !params.fields.is_empty() {
        request = request.property("params", named(of_call("params"), params, true, names));
    }
    let body = ContentBuilder::new().schema(Some(request.build())).build();
    let body = RequestBodyBuilder::new().content("application/json", body).required(Some(Required::True)).build();
    let fields: Vec<Field> = answer.fields.iter().copied().chain([errors]).collect();
    let mut properties = ObjectBuilder::new().schema_type(Type::Object);
    for field in &fields {
        // Every answer has its own `results`; errors alone are the same everywhere.
        let schema = match field.kind {
            Kind::Struct(shape) if shape.name == "results" => named(of_call("results"), shape, false, names),
            kind => schema(field, kind, false, names),
        };
        properties = properties.property(field.name, schema);
        if field.required {
            properties = properties.required(field.name);
        }
    }
    let answered = ContentBuilder::new().schema(Some(properties.build())).build();
    let done = ResponseBuilder::new()
        .description("Done, or refused: `errors.faultCode` tells. Without success there is no `results`.")
        .content("application/json", answered)
        .build();
    let refused = |about: &str, names: &mut Names| -> Response {
        let errors = ObjectBuilder::new()
            .schema_type(Type::Object)
            .property(errors.name, schema(&errors, errors.kind, false, names))
            .required(errors.name);
        let content = ContentBuilder::new().schema(Some(errors.build())).build();
        ResponseBuilder::new().description(about).content("application/json", content).build()
    };
    let needs = match gate.access {
        Access::Login => "Needs login and systemKey.",
        Access::Key => "Needs the dropshippingKey alone.",
        Access::Session => "Needs a session and the dropshippingKey.",
    };
    OperationBuilder::new()
        .tag(gate.gate)
        .operation_id(Some(format!("{}_{}", gate.gate, gate.method)))
        .summary(Some(gate.summary))
        .description(Some(needs))
        .request_body(Some(body))
        .response("200", done)
        .response("413", refused("The body has more than 10,485,760 bytes: faultCode 5.", names))
        .response("429", refused("Too many calls: faultCode 11; `Retry-After` tells the seconds to wait.", names))
}

/// A reference to a struct by this name, else by one of its own.
fn named(name: String, shape: &'static Shape, lenient: bool, names: &mut Names) -> RefOr<Schema> {
    let same = |known: &&(String, &'static Shape, bool)| std::ptr::eq(known.1, shape) && known.2 == lenient;
    if let Some((name, ..)) = names.iter().find(same) {
        return Ref::from_schema_name(name.clone()).into();
    }
    // A struct that is sent and answered is read leniently and written strictly: two schemas.
    let mut free = if lenient && !name.contains('_') { format!("{name}_sent") } else { name };
    while names.iter().any(|(known, ..)| *known == free) {
        free.push('2');
    }
    names.push((free.clone(), shape, lenient));
    Ref::from_schema_name(free).into()
}

fn object(fields: &[Field], lenient: bool, names: &mut Names) -> Object {
    let mut object = ObjectBuilder::new().schema_type(Type::Object);
    for field in fields {
        object = object.property(field.name, schema(field, field.kind, lenient, names));
        if field.required {
            object = object.required(field.name);
        }
    }
    object.build()
}

fn schema(field: &Field, kind: Kind, lenient: bool, names: &mut Names) -> RefOr<Schema> {
    let about = Some(field.about).filter(|about| !about.is_empty());
    let plain = |strict: Type, also: &[Type]| {
        let types: SchemaType = if lenient {
            std::iter::once(strict).chain(also.iter().cloned()).chain([Type::Null]).collect()
        } else {
            strict.into()
        };
        ObjectBuilder::new().schema_type(types).description(about)
    };
    let built = |object: ObjectBuilder| Schema::from(object.build()).into();
    match kind {
        Kind::Text(most) => {
            let object = plain(Type::String, &[Type::Number, Type::Boolean]);
            if lenient { built(object.max_length(Some(most))) } else { built(object) }
        }
        Kind::Choice(words) => {
            let words = words.iter().map(|word| serde_json::Value::from(*word));
            if lenient {
                built(plain(Type::String, &[]).examples(words))
            } else {
                built(plain(Type::String, &[]).enum_values(Some(words)))
            }
        }
        Kind::Int => built(plain(Type::Integer, &[Type::String])),
        Kind::Number => built(plain(Type::Number, &[Type::String])),
        Kind::Flag => built(plain(Type::Boolean, &[Type::String, Type::Integer])),
        Kind::Moment => built(plain(Type::String, &[]).examples([serde_json::Value::from("2026-11-21 12:15:00")])),
        Kind::File(_) => built(plain(Type::String, &[])),
        Kind::Struct(shape) => named(shape.name.to_owned(), shape, lenient, names),
        Kind::List(item, most) => {
            let items = match item {
                Item::Struct(shape) => named(shape.name.to_owned(), shape, lenient, names),
                Item::Text(_) | Item::Int => schema(&Field { about: "", ..*field }, item.kind(), lenient, names),
            };
            let mut list = ArrayBuilder::new().items(items).description(about);
            if lenient {
                list = list.max_items(Some(most));
            }
            Schema::from(list.build()).into()
        }
    }
}
