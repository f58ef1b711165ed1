//! The Admin API as an OpenAPI 3.1 document, made from the table that its calls are routed by.

use crossdock_domain::admin_api::Permission;

use super::AccessToken;
use super::RESOURCES;
use super::reply::{ERRORS, Fault};
use super::resource::{Gate, Resource, gates};
use crate::schema::openapi::document::{Content, Document, Operation, Paths, query, response};
use crate::schema::openapi::tree::Map;
use crate::schema::openapi::{Components, Lenient, Side, reference, response_reference, typed};
use crate::schema::typed::Described as _;
use crate::schema::{Object, record};

const ABOUT: &str = "\
What a wholesaler's own programs call. Versions v3 to v8 are answered alike; the key tells which wholesaler is meant.

200 is done. **207** is done with errors: `errors` at the top, and each element carries its own. An empty search for orders is \
207 with code 2. Ids may be sent as numbers or texts, lists in the query with commas, unknown parameters are ignored. Every \
refusal has its text in `X-Error` and in `errors.message`.

Paths that hold a query are the JSON gates of the older generation: the same resources under other names. They are answered \
200 also when they refuse, except 413 and 429: look at `errors.faultCode`, 1 is a wrong login. A server of several wholesalers \
has them under `/w/{number}/api/` or under their own host names, which counts for logins.";

/// Refusals: status, name, when.
const REFUSALS: [(&str, &str, &str); 6] = [
    ("401", "WrongKey", "No key, or one that opens nothing."),
    ("403", "NoRights", "The key may not do this. The text ends in `Scope: <area>, level: <r|rw>`."),
    ("404", "NotFound", "No such resource, or nothing of this number."),
    ("422", "BadFormat", "A parameter is missing or of no use."),
    ("429", "TooMany", "Too many calls with this key; `Retry-After` tells the seconds to wait."),
    ("503", "Unavailable", "Overloaded, or the database is away."),
];
/// The component that every refusal holds.
const REFUSED: &str = "Refused";

/// The component that tells who calls, in the older generation.
const AUTHENTICATE: &str = "GateAuthenticate";
/// The tag of the older generation.
const OLDER: &str = "older generation";

/// The document: JSON.
pub fn document() -> String {
    let mut components = Components::new(Lenient::Types).with_last(record(ERRORS, Fault::OBJECT));
    let mut paths = Paths::default();
    for resource in RESOURCES {
        paths.add(resource.method, format!("/api/admin/v8/{}", resource.path), rest(resource, &mut components));
    }
    for (gate, resource) in gates() {
        paths.add("POST", format!("/api/?gate={}/1/json", gate.name), older(gate, resource, &mut components));
    }
    paths.add("POST", "/api/authorize/1/authorize/accessToken", token(&mut components));
    let errors = components.fields(Fault::OBJECT, Side::Response);
    components.add_schema(REFUSED, object(Map::new().with(ERRORS, errors), Some(ERRORS)));
    components.add_schema(AUTHENTICATE, authenticate());
    for (_, name, about) in REFUSALS {
        components.add_response(name, refusal(about));
    }
    let bearer = "The same key, or a token that stands for it.";
    components.add_security(
        "key",
        Map::new()
            .with("type", "apiKey")
            .with("in", "header")
            .with("name", "X-API-KEY")
            .with("description", "The key of an application."),
    );
    components
        .add_security("bearer", Map::new().with("type", "http").with("scheme", "bearer").with("description", bearer));
    components.add_security("login", Map::new().with("type", "http").with("scheme", "basic"));
    let mut tags: Vec<(&str, &str)> = RESOURCES.iter().map(|resource| (resource.scope.code(), "")).collect();
    tags.dedup();
    tags.push((OLDER, ""));
    Document { title: "Crossdock Admin API", about: ABOUT.to_owned(), tags, paths, components }.print()
}

fn rest(resource: &'static Resource, components: &mut Components) -> Operation {
    let level = if resource.level == Permission::Write { "rw" } else { "r" };
    let (parameters, request) = match resource.method {
        "GET" => (query(resource.request, components), None),
        _ => (Vec::new(), Some(body(None, resource.request, components))),
    };
    let done = answered("Done.", resource.response, components);
    let with_errors = answered("Done with errors; an empty result of a search too.", resource.response, components);
    let refusals = REFUSALS.iter().map(|(status, name, _)| (*status, response_reference(name)));
    Operation {
        id: format!("{}_{}", resource.method.to_ascii_lowercase(), resource.path.replace('/', "_")),
        tag: resource.scope.code(),
        summary: resource.about,
        about: format!("Needs the right `{}={level}`.", resource.scope),
        parameters,
        request,
        responses: [("200", done), ("207", with_errors)].into_iter().chain(refusals).collect(),
        security: &["key", "bearer"],
    }
}

fn older(gate: &'static Gate, resource: &'static Resource, components: &mut Components) -> Operation {
    let preset: Vec<String> = gate.preset.iter().map(|(key, value)| format!(" with `{key}` = `{value}`")).collect();
    let done = "Done, done with errors, or refused: `errors` tells.";
    Operation {
        id: gate.name.replace('/', "_"),
        tag: OLDER,
        summary: resource.about,
        about: format!("The same as `{} {}`{}.", resource.method, resource.path, preset.concat()),
        request: Some(body(Some(AUTHENTICATE), resource.request, components)),
        responses: [
            ("200", answered(done, resource.response, components)),
            ("413", refusal("The body has more than 1,048,576 bytes.")),
            ("429", response_reference("TooMany")),
        ]
        .into(),
        ..Operation::default()
    }
}

fn token(components: &mut Components) -> Operation {
    let answer = components.fields(AccessToken::OBJECT, Side::Response);
    Operation {
        id: "accessToken".to_owned(),
        tag: OLDER,
        summary: "A token that stands for a key for an hour",
        about: "For keys with a login and password. Revoking the key ends its tokens.".to_owned(),
        responses: [
            ("200", response("Done.", Some(Content::json(answer)))),
            ("401", response_reference("WrongKey")),
            ("429", response_reference("TooMany")),
        ]
        .into(),
        security: &["login"],
        ..Operation::default()
    }
}

fn object(properties: Map, required: Option<&str>) -> Map {
    let required: Vec<&str> = required.into_iter().collect();
    Map::new().with("type", "object").with_filled("required", required).with("properties", properties)
}

fn body(authenticate: Option<&str>, request: &'static Object, components: &mut Components) -> Content {
    let properties = Map::new()
        .with_some("authenticate", authenticate.map(reference))
        .with("params", components.object(request, Side::Request));
    Content::json(object(properties, Some("params")))
}

fn answered(about: &str, answer: &'static Object, components: &mut Components) -> Map {
    response(about, Some(Content::json(components.object(answer, Side::WholeResponse))))
}

fn refusal(about: &str) -> Map {
    response(about, Some(Content::json(reference(REFUSED))))
}

fn authenticate() -> Map {
    let text = |about: &str| typed(&["string"]).with("description", about);
    let key = "`sha1(YYYYMMDD + sha1(password))`, or after `oauth_authorization` the key itself or a token";
    let properties = Map::new()
        .with("authenticateKey", text(key))
        .with("userLogin", text("A login of an application, or `oauth_authorization`"));
    Map::new()
        .with("type", "object")
        .with("description", "May be left out when a key is sent in a header.")
        .with("properties", properties)
}
