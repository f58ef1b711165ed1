//! The checkout API as an OpenAPI 3.1 document.
//!
//! Written by hand as tables of fields, because requests are read leniently: no derived schema could tell what is
//! accepted. Examples are the golden pairs that the dialect is tested with, and a test holds every golden pair against
//! the document. The Customer API and the Admin API have documents of their own, see `customer` and `admin`.

pub(crate) mod admin;
mod answers;
pub(crate) mod customer;
mod feeds;
mod field;
mod landed_cost;
mod operations;
mod requests;

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ComponentsBuilder, ObjectBuilder, OneOfBuilder, Ref, Type};
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{
    Components, Content, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApiBuilder, Paths, RefOr, Required,
    ServerBuilder,
};

use self::field::shape;
use self::operations::{Case, OPERATIONS, Operation};

pub use admin::admin_openapi_json;
pub use customer::customer_openapi_json;

static DOCUMENT: LazyLock<String> = LazyLock::new(build);

/// The document, the same at every call: pretty-printed JSON with a line end.
pub fn openapi_json() -> String {
    DOCUMENT.clone()
}

/// `GET /openapi.json`.
pub(crate) async fn document() -> impl IntoResponse {
    served(&DOCUMENT)
}

fn served(document: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "max-age=300")], document)
}

/// A document as text, pretty-printed with a line end.
fn document_of(title: &str, about: &str, tags: Vec<Tag>, paths: Paths, components: Components) -> String {
    let license = LicenseBuilder::new().name("Apache-2.0 OR MIT").identifier(Some("Apache-2.0 OR MIT")).build();
    let info = InfoBuilder::new()
        .title(title)
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(about))
        .license(Some(license));
    let document = OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .tags(Some(tags))
        .paths(paths)
        .components(Some(components))
        .build();
    let mut text = document.to_pretty_json().expect("the document holds nothing that JSON cannot");
    text.push('\n');
    text
}

fn tags_of(names: impl IntoIterator<Item = &'static str>) -> Vec<Tag> {
    names.into_iter().map(|name| TagBuilder::new().name(name).build()).collect()
}

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

fn build() -> String {
    let mut paths = Paths::new();
    for operation in OPERATIONS {
        for version in ["v1", "v2"] {
            let path = format!("/{version}/{}", operation.name);
            paths.paths.insert(path, PathItem::new(HttpMethod::Post, describe(operation, version)));
        }
    }
    landed_cost::add(&mut paths);
    let tags = vec![
        TagBuilder::new().name("carts").description(Some("Before the purchase")).build(),
        TagBuilder::new().name("orders").description(Some("After it")).build(),
        TagBuilder::new().name("helpers").description(Some("For clients that ask for them")).build(),
    ];
    document_of("Crossdock checkout API", ABOUT, tags, paths, components())
}

fn components() -> Components {
    let mut components = ComponentsBuilder::new();
    for (name, schema) in field::values() {
        components = components.schema(name, schema);
    }
    for shape in requests::SHAPES.iter().chain(answers::SHAPES).chain(landed_cost::SHAPES) {
        components = components.schema(shape.name, self::shape(shape));
    }
    for (_, name, about, form) in COMMON {
        let (kind, content) = match form {
            Form::Error(text) => ("application/json", error_content(&[Case { when: about, text }])),
            Form::Html => {
                let page = ObjectBuilder::new().schema_type(Type::String).build();
                ("text/html", ContentBuilder::new().schema(Some(page)).build())
            }
        };
        components = components.response(name, ResponseBuilder::new().description(about).content(kind, content));
    }
    components.build()
}

fn describe(operation: &Operation, version: &str) -> OperationBuilder {
    let body = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(operation.request.name)))
        .example(Some(parse(operation.example)))
        .build();
    let body = RequestBodyBuilder::new().content("application/json", body).required(Some(Required::True)).build();
    let mut described = OperationBuilder::new()
        .tag(operation.tag)
        .operation_id(Some(format!("{}_{version}", operation.name.replace('-', "_"))))
        .summary(Some(operation.summary))
        .description(Some(operation.about))
        .request_body(Some(body));
    if let Some(about) = operation.idempotency_key {
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(255));
        let header = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(about))
            .schema(Some(text));
        let text = "Idempotency-Key was used with a different request";
        let refused = error_response("The key was used with another cart.", &[Case { when: "another cart", text }]);
        described = described.parameter(header).response("422", refused);
    }
    let cases: Vec<Case> = operation.errors(version).collect();
    if cases.is_empty() || version == "v2" {
        described = described.response("200", success(operation));
    } else {
        described = described.response("200", success_or_error(operation, &cases));
    }
    if !cases.is_empty() && version == "v2" {
        described = described.response("400", error_response("The call was refused.", &cases));
    }
    for (status, name, ..) in COMMON {
        described = described.response(status, RefOr::<Response>::Ref(Ref::from_response_name(name)));
    }
    described
}

fn success(operation: &Operation) -> Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(operation.answer.name)))
        .example(Some(parse(operation.answered)))
        .build();
    ResponseBuilder::new().description("Done.").content("application/json", content).build()
}

fn success_or_error(operation: &Operation, cases: &[Case]) -> Response {
    let schema = OneOfBuilder::new()
        .item(Ref::from_schema_name(operation.answer.name))
        .item(Ref::from_schema_name(answers::ERROR.name));
    let done = utoipa::openapi::example::ExampleBuilder::new().summary("done").value(Some(parse(operation.answered)));
    let examples = std::iter::once(("done".to_owned(), done.build().into())).chain(examples(cases));
    let content = ContentBuilder::new().schema(Some(schema)).examples_from_iter(examples).build();
    let about = "Done, or refused: then `error` is the only key.";
    ResponseBuilder::new().description(about).content("application/json", content).build()
}

fn error_response(about: &str, cases: &[Case]) -> Response {
    ResponseBuilder::new().description(about).content("application/json", error_content(cases)).build()
}

fn error_content(cases: &[Case]) -> Content {
    let schema = Ref::from_schema_name(answers::ERROR.name);
    ContentBuilder::new().schema(Some(schema)).examples_from_iter(examples(cases)).build()
}

fn examples(cases: &[Case]) -> impl Iterator<Item = (String, RefOr<utoipa::openapi::example::Example>)> {
    cases.iter().zip(1..).map(|(case, number)| {
        let value = serde_json::json!({ "error": case.text });
        let example = utoipa::openapi::example::ExampleBuilder::new().summary(case.when).value(Some(value)).build();
        (format!("error{number:02}"), example.into())
    })
}

/// A golden file.
fn parse(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("golden pairs are JSON")
}
