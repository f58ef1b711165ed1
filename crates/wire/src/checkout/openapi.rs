//! The checkout API as an OpenAPI 3.1 document: its operations, and what belongs to landed costs beside them.
//!
//! Examples are the golden pairs that the dialect is tested with, and a test holds every golden pair against the document.

use super::landed_cost;
use super::values::{ERROR, LENIENT};
use super::{CheckoutOperation, Version};
use crate::schema::openapi::document::{
    Content, Document, Operation as Described, Paths, Place, parameter, parse, response,
};
use crate::schema::openapi::tree::{Map, Node};
use crate::schema::openapi::{Components, Side, response_reference, typed};

const ABOUT: &str = "\
Registers carts, lists and reads orders, reports back. Wire-compatible with the Zonos (iGlobal) Checkout REST API.

Every call is a POST with one JSON object, also for reading. Credentials are fields of that object. Every operation is \
served under `/v1` and `/v2`: **on v1 mistakes of the caller are answered with status 200**, on v2 with 400, so look at \
the body: an answer without `error` is a success. Unknown keys are ignored, `null` counts as absent. Numbers may be sent \
as text and are read exactly; read the numbers of answers as decimals. Keys may be added to answers at any time.";

/// Answers that every operation can give, by status.
const COMMON: [(&str, &str, &str, Form); 8] = [
    ("405", "WrongMethod", "Not POST; `Allow` says so.", Form::Error("orderDetail must be called with POST")),
    ("406", "NotAcceptable", "`Accept` leaves no room for JSON. Absent and odd headers pass.", Form::Html),
    ("408", "TooSlow", "The body did not arrive in time.", Form::Error("the request body did not arrive in time")),
    (
        "413",
        "TooLarge",
        "The body has more than 1,048,576 bytes.",
        Form::Error("could not parse input, it is larger than 1048576 bytes"),
    ),
    ("415", "UnsupportedMediaType", "`Content-Type` names something that is not JSON.", Form::Html),
    (
        "429",
        "TooManyFailures",
        "Wrong credentials, again and again and many at once; `Retry-After` tells the seconds to wait.",
        Form::Error("Too many failed requests; try again later"),
    ),
    ("500", "InternalError", "Our fault.", Form::Error("Internal error, please try again later")),
    (
        "503",
        "Unavailable",
        "Overloaded, or the database is away; `Retry-After` tells the seconds to wait.",
        Form::Error("Temporarily unavailable, please try again"),
    ),
];

#[derive(Clone, Copy)]
enum Form {
    Error(&'static str),
    Html,
}

/// The document: JSON.
pub fn document() -> String {
    let mut components = Components::new(LENIENT);
    let mut paths = Paths::default();
    for operation in CheckoutOperation::ALL {
        for version in Version::ALL {
            paths.add("POST", operation.path(version), describe(operation, version, &mut components));
        }
    }
    landed_cost::openapi::add(&mut paths, &mut components);
    for (_, name, about, form) in COMMON {
        let content = match form {
            Form::Error(text) => errors(&mut components, [(about, text)]),
            Form::Html => Content::text("text/html"),
        };
        components.add_response(name, response(about, Some(content)));
    }
    let tags =
        vec![("carts", "Before the purchase"), ("orders", "After it"), ("helpers", "For clients that ask for them")];
    Document { title: "Crossdock checkout API", about: ABOUT.to_owned(), tags, paths, components }.print()
}

fn describe(operation: CheckoutOperation, version: Version, components: &mut Components) -> Described {
    let endpoint = operation.endpoint();
    let request = components.object(endpoint.request, Side::Request);
    let mut described = Described {
        id: format!("{}_{}", operation.name().replace('-', "_"), version.name()),
        tag: endpoint.tag,
        summary: endpoint.summary,
        about: endpoint.about.to_owned(),
        request: Some(Content::json(request).example(endpoint.request_example)),
        ..Described::default()
    };
    let mut answer = |status, response| described.responses.insert(status, response);
    if let Some(about) = endpoint.idempotency_key {
        let text = typed(&["string"]).with("maxLength", 255);
        described.parameters.push(parameter("Idempotency-Key", Place::Header, false, about, text));
        let text = "Idempotency-Key was used with a different request";
        let errors = errors(components, [("another cart", text)]);
        answer("422", response("The key was used with another cart.", Some(errors)));
    }
    let cases: Vec<(&str, &str)> = endpoint.errors().map(|case| (case.when, case.text(version))).collect();
    let done = components.object(endpoint.response, Side::Response);
    if cases.is_empty() || version == Version::V2 {
        let done = Content::json(done).example(endpoint.response_example);
        answer("200", response("Done.", Some(done)));
    } else {
        let error = components.object(&ERROR, Side::Response);
        let either = Map::new().with("oneOf", vec![Node::from(done), Node::from(error)]);
        let example = ("done".to_owned(), "done", parse(endpoint.response_example));
        let content = Content::json(either).examples(std::iter::once(example).chain(examples(&cases)));
        answer("200", response("Done, or refused: then `error` is the only key.", Some(content)));
    }
    if !cases.is_empty() && version == Version::V2 {
        answer("400", response("The call was refused.", Some(errors(components, cases))));
    }
    for (status, name, ..) in COMMON {
        answer(status, response_reference(name));
    }
    described
}

/// The body of a refusal, with what it can say: when, and the text.
pub(super) fn errors(
    components: &mut Components,
    cases: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> Content {
    let cases: Vec<_> = cases.into_iter().collect();
    Content::json(components.object(&ERROR, Side::Response)).examples(examples(&cases))
}

fn examples(cases: &[(&'static str, &'static str)]) -> impl Iterator<Item = (String, &'static str, serde_json::Value)> {
    cases
        .iter()
        .zip(1..)
        .map(|((when, text), number)| (format!("error{number:02}"), *when, serde_json::json!({ "error": text })))
}
