//! The Customer API as an OpenAPI 3.1 document, made from the tables that its calls are read and answered with.
//!
//! Paths hold their query: the gate stands there (`/customer-api/?gate=Orders/add/1/json`). The specification knows no other
//! way to tell calls of one path apart, and the tools that we know of send such paths as they are.

mod feeds;

use std::collections::BTreeMap;

use super::fault::Code;
use super::gates::{Access, Method};
use super::names::{AUTHENTICATE, PARAMS, RESULTS};
use super::shapes::FAULT_FIELD;
use super::target::Lang;
use crate::schema::openapi::document::{Content, Document, Operation, Paths, response};
use crate::schema::openapi::tree::Map;
use crate::schema::openapi::{Components, Lenient, Side};
use crate::schema::{Field, Type};

const ABOUT: &str = "\
What a shop does at its wholesaler: availability, basket, couriers, recipients, dropshipping orders. The JSON side of the \
Customer API; each gate has a SOAP form with a WSDL at `…/soap/wsdl`.

Every call is a POST with one JSON object; GET with a body is accepted as well. **Errors are answered with status 200**, except \
413 and 429: look at `errors.faultCode`, 0 is success. Texts of errors are Polish, English with `&lang=eng`. Numbers may be \
sent as texts and the other way round, a list of one may be sent as its only element, unknown fields are ignored. Any positive \
version stands for the newest one. A server of several wholesalers has them under `/w/{number}/customer-api/` or under their \
own host names.

Call `Authenticate/authenticate` first: the session lives 15 minutes from its issue.";

/// The document: JSON.
pub fn document() -> String {
    let mut components = Components::new(Lenient::TypesOrNull).with_shared_names();
    let mut paths = Paths::default();
    let mut tags: Vec<(&'static str, &'static str)> = Vec::new();
    for method in Method::ALL {
        let tag = (method.gate().gate, "");
        if !tags.contains(&tag) {
            tags.push(tag);
        }
        let path = format!("/customer-api/?gate={}/1/json", method.name());
        paths.add("POST", path, describe(method, &mut components));
    }
    feeds::add(&mut paths);
    tags.push((feeds::TAG, ""));
    let about = format!("{ABOUT}\n\n{}", codes());
    Document { title: "Crossdock Customer API", about, tags, paths, components }.print()
}

fn codes() -> String {
    let row = |code: Code| {
        let text = if code == Code::Done { "Done" } else { code.text(Lang::Eng) };
        format!("| {} | {text} |\n", code.number())
    };
    let head = "| faultCode | meaning |\n| --- | --- |\n".to_owned();
    Code::ALL.into_iter().map(row).fold(head, |table, row| table + &row)
}

fn describe(method: Method, components: &mut Components) -> Operation {
    let gate = method.gate();
    let of_call = |name: &str| format!("{}_{}_{name}", gate.gate, gate.method);
    let authenticate = components.object_as(of_call(AUTHENTICATE), method.authenticate(), Side::Request);
    let mut properties = Map::new().with(AUTHENTICATE, authenticate);
    if gate.params.fields().next().is_some() {
        properties = properties.with(PARAMS, components.object_as(of_call(PARAMS), gate.params, Side::Request));
    }
    let request = object(properties, vec![AUTHENTICATE]);
    // Every answer has its own `results`; errors alone are the same everywhere.
    let property = |field: &Field, components: &mut Components| match field.ty {
        Type::Object(results) if results.name == RESULTS => {
            components.object_as(of_call(RESULTS), results, Side::Response)
        }
        _ => components.field(field, Side::Response),
    };
    let fields: Vec<Field> = gate.answer.fields().copied().chain([FAULT_FIELD]).collect();
    let required = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let properties: BTreeMap<&str, Map> =
        fields.iter().map(|field| (field.name, property(field, components))).collect();
    let properties = properties.into_iter().collect();
    let done = Content::json(object(properties, required));
    let errors = Map::new().with(FAULT_FIELD.name, components.field(&FAULT_FIELD, Side::Response));
    let refused = |about: &str| response(about, Some(Content::json(object(errors.clone(), vec![FAULT_FIELD.name]))));
    let needs = match gate.access {
        Access::Login => "Needs login and systemKey.",
        Access::Key => "Needs the dropshippingKey alone.",
        Access::Session => "Needs a session and the dropshippingKey.",
    };
    let about_done = "Done, or refused: `errors.faultCode` tells. Without success there is no `results`.";
    Operation {
        id: format!("{}_{}", gate.gate, gate.method),
        tag: gate.gate,
        summary: gate.summary,
        about: needs.to_owned(),
        request: Some(Content::json(request)),
        responses: [
            ("200", response(about_done, Some(done))),
            ("413", refused("The body has more than 10,485,760 bytes: faultCode 5.")),
            ("429", refused("Too many calls: faultCode 11; `Retry-After` tells the seconds to wait.")),
        ]
        .into(),
        ..Operation::default()
    }
}

fn object(properties: Map, required: Vec<&str>) -> Map {
    Map::new().with("type", "object").with_filled("required", required).with("properties", properties)
}
