//! What stands around schemas: the document, its operations, parameters and answers.

use std::collections::BTreeMap;

use super::tree::{Map, Node};
use super::{Components, Side};
use crate::schema::{Object, Type};

/// A document before its components are known to be complete.
pub(crate) struct Document {
    pub(crate) title: &'static str,
    /// Markdown.
    pub(crate) about: String,
    /// Names and, where there are any, descriptions.
    pub(crate) tags: Vec<(&'static str, &'static str)>,
    pub(crate) paths: Paths,
    pub(crate) components: Components,
}

impl Document {
    /// The document as text: pretty-printed JSON with a line end, the same at every call.
    pub(crate) fn print(self) -> String {
        let license = Map::new().with("name", "Apache-2.0 OR MIT").with("identifier", "Apache-2.0 OR MIT");
        let info = Map::new()
            .with("title", self.title)
            .with("description", self.about)
            .with("license", license)
            .with("version", env!("CARGO_PKG_VERSION"));
        let tags =
            self.tags.iter().map(|(name, about)| Map::new().with("name", *name).with_filled("description", *about));
        let document = Map::new()
            .with("openapi", "3.1.0")
            .with("info", info)
            .with("servers", vec![Map::new().with("url", "/")])
            .with("paths", self.paths.print())
            .with("components", self.components.print())
            .with("tags", tags.collect::<Vec<_>>());
        let mut text = serde_json::to_string_pretty(&document).expect("maps with texts as keys are JSON");
        text.push('\n');
        text
    }
}

/// Operations by path and method.
#[derive(Default)]
pub(crate) struct Paths(BTreeMap<String, BTreeMap<Method, Operation>>);

/// Methods in the order in which documents list them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Method {
    Get,
    Put,
    Post,
}

impl Paths {
    /// Adds an operation.
    pub(crate) fn add(&mut self, method: &str, path: impl Into<String>, operation: Operation) {
        let method = match method {
            "GET" => Method::Get,
            "PUT" => Method::Put,
            _ => Method::Post,
        };
        let twin = self.0.entry(path.into()).or_default().insert(method, operation);
        assert!(twin.is_none(), "an operation is described twice");
    }

    fn print(self) -> Map {
        let name = |method| match method {
            Method::Get => "get",
            Method::Put => "put",
            Method::Post => "post",
        };
        let item = |methods: BTreeMap<Method, Operation>| -> Map {
            methods.into_iter().map(|(method, operation)| (name(method), operation.print())).collect()
        };
        self.0.into_iter().map(|(path, methods)| (path, item(methods))).collect()
    }
}

/// An operation.
#[derive(Default)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) tag: &'static str,
    pub(crate) summary: &'static str,
    /// May be empty.
    pub(crate) about: String,
    pub(crate) parameters: Vec<Map>,
    /// The body of a request.
    pub(crate) request: Option<Content>,
    /// By status.
    pub(crate) responses: BTreeMap<&'static str, Map>,
    /// Names of security schemes, any of which will do.
    pub(crate) security: &'static [&'static str],
}

impl Operation {
    fn print(self) -> Map {
        let request = self.request.map(|content| content.within(Map::new()).with("required", true));
        let security = self.security.iter().map(|name| Map::new().with(*name, Vec::<Node>::new()));
        Map::new()
            .with("tags", vec![self.tag])
            .with("summary", self.summary)
            .with_filled("description", self.about)
            .with("operationId", self.id)
            .with_filled("parameters", self.parameters)
            .with_some("requestBody", request)
            .with("responses", self.responses.into_iter().collect::<Map>())
            .with_filled("security", security.collect::<Vec<_>>())
    }
}

/// A body: of a request or an answer.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    media_type: &'static str,
    body: Map,
}

impl Content {
    /// JSON of this schema.
    pub(crate) fn json(schema: Map) -> Self {
        Self { media_type: "application/json", body: Map::new().with("schema", schema) }
    }

    /// A text.
    pub(crate) fn text(media_type: &'static str) -> Self {
        Self { media_type, body: Map::new().with("schema", Map::new().with("type", "string")) }
    }

    /// With an example; `example` is JSON.
    pub(crate) fn example(mut self, example: &str) -> Self {
        self.body = self.body.with("example", parse(example));
        self
    }

    /// With examples: name, summary, value.
    pub(crate) fn examples(
        mut self,
        examples: impl IntoIterator<Item = (String, &'static str, serde_json::Value)>,
    ) -> Self {
        let example = |summary: &'static str, value| Map::new().with("summary", summary).with("value", value);
        let mut named: Vec<(String, Map)> =
            examples.into_iter().map(|(name, summary, value)| (name, example(summary, value))).collect();
        named.sort_by(|one, other| one.0.cmp(&other.0));
        self.body = self.body.with("examples", named.into_iter().collect::<Map>());
        self
    }

    fn within(self, map: Map) -> Map {
        map.with("content", Map::new().with(self.media_type, self.body))
    }
}

/// JSON that is a part of this program.
pub(crate) fn parse(json: &str) -> serde_json::Value {
    serde_json::from_str(json).expect("examples are JSON")
}

/// An answer.
pub(crate) fn response(about: &str, content: Option<Content>) -> Map {
    let response = Map::new().with("description", about);
    match content {
        Some(content) => content.within(response),
        None => response,
    }
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

/// A parameter that is a text.
pub(crate) fn parameter(name: &str, place: Place, required: bool, about: &str, schema: Map) -> Map {
    let place = match place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
    };
    Map::new()
        .with("name", name)
        .with("in", place)
        .with_filled("description", about)
        .with("required", required)
        .with("schema", schema)
}

/// The fields of an object as parameters of a query. Lists are sent with commas.
pub(crate) fn query(object: &'static Object, components: &mut Components) -> Vec<Map> {
    let mut parameters = Vec::new();
    for field in object.documented() {
        let schema = components.field(&super::Field { about: "", ..*field }, Side::Request);
        let parameter = parameter(field.name, Place::Query, field.required, field.about, schema);
        parameters.push(match field.ty {
            Type::List(..) => parameter.with("style", "form").with("explode", false),
            _ => parameter,
        });
    }
    parameters
}
