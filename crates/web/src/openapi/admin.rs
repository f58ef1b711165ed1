//! The Admin API as an OpenAPI 3.1 document, made from the table that its calls are routed by.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::response::IntoResponse;
use crossdock_domain::admin_api::Level;
use crossdock_wire::admin::FAULT;
use crossdock_wire::admin::gates::{GATES, Gate};
use crossdock_wire::admin::shape::{Field, Kind, Shape};
use crossdock_wire::admin::table::{Row, TABLE};
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ComponentsBuilder, ObjectBuilder, OneOfBuilder, Ref, Schema, SchemaType, Type,
};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Paths, RefOr, Required};

static DOCUMENT: LazyLock<String> = LazyLock::new(build);

/// The document, the same at every call: pretty-printed JSON with a line end.
pub fn admin_openapi_json() -> String {
    DOCUMENT.clone()
}

/// `GET /api/admin/openapi.json`.
pub(crate) async fn document() -> impl IntoResponse {
    super::served(&DOCUMENT)
}

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

/// Shapes that are named, and whether they are read or written.
type Names = BTreeMap<&'static str, (&'static Shape, Side)>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Leniently.
    Read,
    Written,
    /// An answer as a whole, which may have `errors` beside its fields.
    Answer,
}

fn build() -> String {
    let mut names = Names::new();
    let mut paths = Paths::new();
    for row in TABLE {
        let path = format!("/api/admin/v8/{}", row.path);
        let method = match row.method {
            "GET" => HttpMethod::Get,
            "PUT" => HttpMethod::Put,
            _ => HttpMethod::Post,
        };
        paths.add_path_operation(path, vec![method], rest(row, &mut names).build());
    }
    for gate in GATES {
        let path = format!("/api/?gate={}/1/json", gate.name);
        paths.add_path_operation(path, vec![HttpMethod::Post], older(gate, &mut names).build());
    }
    paths.add_path_operation("/api/authorize/1/authorize/accessToken", vec![HttpMethod::Post], token().build());
    let mut components = ComponentsBuilder::new();
    // Describing a shape may name further ones.
    let mut described: BTreeMap<&str, RefOr<Schema>> = BTreeMap::new();
    while let Some((name, (shape, side))) = names.iter().find(|(name, _)| !described.contains_key(*name)) {
        let (name, shape, side) = (*name, *shape, *side);
        described.insert(name, object(shape, side, &mut names));
    }
    for (name, schema) in described {
        components = components.schema(name, schema);
    }
    components = components.schema(REFUSED, refused(&mut names)).schema("GateAuthenticate", authenticate());
    for (_, name, about) in REFUSALS {
        components = components.response(name, refusal(about));
    }
    let key = ApiKey::Header(ApiKeyValue::with_description("X-API-KEY", "The key of an application."));
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.description = Some("The same key, or a token that stands for it.".to_owned());
    components = components
        .security_scheme("key", SecurityScheme::ApiKey(key))
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .security_scheme("login", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)));
    let mut tags: Vec<&'static str> = TABLE.iter().map(|row| row.area.code()).collect();
    tags.dedup();
    tags.push(OLDER);
    super::document_of("Crossdock Admin API", ABOUT, super::tags_of(tags), paths, components.build())
}

/// The tag of the older generation.
const OLDER: &str = "older generation";

fn rest(row: &'static Row, names: &mut Names) -> OperationBuilder {
    let level = if row.level == Level::Write { "rw" } else { "r" };
    let id = format!("{}_{}", row.method.to_ascii_lowercase(), row.path.replace('/', "_"));
    let mut operation = OperationBuilder::new()
        .tag(row.area.code())
        .operation_id(Some(id))
        .summary(Some(row.about))
        .description(Some(format!("Needs the right `{}={level}`.", row.area)))
        .security(requirement("key"))
        .security(requirement("bearer"));
    if row.method == "GET" {
        for field in row.takes.all() {
            operation = operation.parameter(parameter(field, names));
        }
    } else {
        operation = operation.request_body(Some(body(None, row.takes, names)));
    }
    operation = operation
        .response("200", answered("Done.", row.gives, names))
        .response("207", answered("Done with errors; an empty result of a search too.", row.gives, names));
    for (status, name, _) in REFUSALS {
        operation = operation.response(status, RefOr::<Response>::Ref(Ref::from_response_name(name)));
    }
    operation
}

fn older(gate: &'static Gate, names: &mut Names) -> OperationBuilder {
    let row = gate.operation.row();
    let preset: Vec<String> = gate.preset.iter().map(|(key, value)| format!(" with `{key}` = `{value}`")).collect();
    let about = format!("The same as `{} {}`{}.", row.method, row.path, preset.concat());
    OperationBuilder::new()
        .tag(OLDER)
        .operation_id(Some(gate.name.replace('/', "_")))
        .summary(Some(row.about))
        .description(Some(about))
        .request_body(Some(body(Some("GateAuthenticate"), row.takes, names)))
        .response("200", answered("Done, done with errors, or refused: `errors` tells.", row.gives, names))
        .response("413", RefOr::<Response>::T(refusal("The body has more than 1,048,576 bytes.")))
        .response("429", RefOr::<Response>::Ref(Ref::from_response_name("TooMany")))
}

fn token() -> OperationBuilder {
    let answer = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("token_type", plain(&[Type::String], "`Bearer`"))
        .property("expires_in", plain(&[Type::Integer], "Seconds"))
        .property("access_token", plain(&[Type::String], "To be sent as `Authorization: Bearer …`"));
    let content = ContentBuilder::new().schema(Some(Schema::from(answer.build()))).build();
    let done = ResponseBuilder::new().description("Done.").content("application/json", content).build();
    OperationBuilder::new()
        .tag(OLDER)
        .operation_id(Some("accessToken"))
        .summary(Some("A token that stands for a key for an hour"))
        .description(Some("For keys with a login and password. Revoking the key ends its tokens."))
        .security(requirement("login"))
        .response("200", done)
        .response("401", RefOr::<Response>::Ref(Ref::from_response_name("WrongKey")))
        .response("429", RefOr::<Response>::Ref(Ref::from_response_name("TooMany")))
}

fn requirement(name: &str) -> SecurityRequirement {
    SecurityRequirement::new(name, std::iter::empty::<String>())
}

/// A field of a query. Lists are sent with commas.
fn parameter(field: &'static Field, names: &mut Names) -> Parameter {
    let mut parameter = ParameterBuilder::new()
        .name(field.name)
        .parameter_in(ParameterIn::Query)
        .required(if field.required { Required::True } else { Required::False })
        .description(about(field.about))
        .schema(Some(schema(&Field { about: "", ..*field }, field.kind, Side::Read, names)));
    if matches!(field.kind, Kind::List(_)) {
        parameter = parameter.style(Some(ParameterStyle::Form)).explode(Some(false));
    }
    parameter.build()
}

fn body(authenticate: Option<&str>, takes: &'static Shape, names: &mut Names) -> RequestBody {
    let mut whole = ObjectBuilder::new().schema_type(Type::Object);
    if let Some(name) = authenticate {
        whole = whole.property("authenticate", Ref::from_schema_name(name));
    }
    whole = whole.property("params", named(takes, Side::Read, names)).required("params");
    let content = ContentBuilder::new().schema(Some(Schema::from(whole.build()))).build();
    RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True)).build()
}

fn answered(about: &str, gives: &'static Shape, names: &mut Names) -> Response {
    let content = ContentBuilder::new().schema(Some(named(gives, Side::Answer, names))).build();
    ResponseBuilder::new().description(about).content("application/json", content).build()
}

fn refusal(about: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(REFUSED))).build();
    ResponseBuilder::new().description(about).content("application/json", content).build()
}

fn refused(names: &mut Names) -> RefOr<Schema> {
    let errors = object(&FAULT, Side::Written, names);
    Schema::from(ObjectBuilder::new().schema_type(Type::Object).property("errors", errors).required("errors").build())
        .into()
}

fn authenticate() -> RefOr<Schema> {
    let login = "A login of an application, or `oauth_authorization`";
    let key = "`sha1(YYYYMMDD + sha1(password))`, or after `oauth_authorization` the key itself or a token";
    let object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("May be left out when a key is sent in a header."))
        .property("userLogin", plain(&[Type::String], login))
        .property("authenticateKey", plain(&[Type::String], key));
    Schema::from(object.build()).into()
}

fn plain(types: &[Type], text: &str) -> RefOr<Schema> {
    let types: SchemaType = types.iter().cloned().collect();
    Schema::from(ObjectBuilder::new().schema_type(types).description(about(text)).build()).into()
}

fn about(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// A reference to a shape, which is described once.
fn named(shape: &'static Shape, side: Side, names: &mut Names) -> RefOr<Schema> {
    let known = names.entry(shape.name).or_insert((shape, side));
    // Constants have no address of their own to be known by.
    let same = known.0.all().map(|field| field.name).eq(shape.all().map(|field| field.name));
    assert!(known.1 == side && same, "{}: two shapes of one name", shape.name);
    Ref::from_schema_name(shape.name).into()
}

fn object(shape: &'static Shape, side: Side, names: &mut Names) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new().schema_type(Type::Object);
    let inner = if side == Side::Read { Side::Read } else { Side::Written };
    for field in shape.all() {
        object = object.property(field.name, schema(field, field.kind, inner, names));
        if field.required {
            object = object.required(field.name);
        }
    }
    if side == Side::Answer {
        object = object.property("errors", named(&FAULT, Side::Written, names));
    }
    if shape.open {
        object = object.additional_properties(Some(AdditionalProperties::FreeForm(true)));
    }
    Schema::from(object.build()).into()
}

fn schema(field: &Field, kind: Kind, side: Side, names: &mut Names) -> RefOr<Schema> {
    let one = |strict: Type, also: &[Type]| {
        let mut types = vec![strict];
        if side == Side::Read {
            types.extend_from_slice(also);
        }
        if field.null {
            types.push(Type::Null);
        }
        plain(&types, field.about)
    };
    let empty = || ArrayBuilder::new().items(ObjectBuilder::new()).max_items(Some(0)).build();
    match kind {
        Kind::Text => one(Type::String, &[Type::Number, Type::Boolean]),
        Kind::Int => one(Type::Integer, &[Type::String]),
        Kind::Number => one(Type::Number, &[Type::String]),
        Kind::Flag => one(Type::Boolean, &[Type::String, Type::Integer]),
        Kind::Word(words) => {
            let object = ObjectBuilder::new().schema_type(Type::String).description(about(field.about));
            Schema::from(object.enum_values(Some(words.iter().copied())).build()).into()
        }
        Kind::Object(shape) => match named(shape, side, names) {
            RefOr::Ref(mut reference) => {
                field.about.clone_into(&mut reference.description);
                RefOr::Ref(reference)
            }
            described @ RefOr::T(_) => described,
        },
        Kind::List(item) => {
            let items = schema(&Field { about: "", null: false, ..*field }, *item, side, names);
            Schema::from(ArrayBuilder::new().items(items).description(about(field.about)).build()).into()
        }
        Kind::Map(shape) => {
            let each = AdditionalProperties::RefOr(named(shape, side, names));
            let map = ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(each));
            Schema::from(OneOfBuilder::new().item(Schema::from(map.build())).item(empty()).build()).into()
        }
        Kind::Optional(shape) => {
            let choice = OneOfBuilder::new().item(named(shape, side, names)).item(empty());
            Schema::from(choice.description(about(field.about)).build()).into()
        }
        Kind::Nothing => Schema::from(empty()).into(),
    }
}
