//! Bodies of webhooks: templates that wholesalers write, rendered with strict variables, escaped by content type, and
//! bounded in work and size. What a template may do is in `subset`.

mod escape;
mod subset;
mod tags;
mod well_formed;

use std::io::{Error as IoError, Result as IoResult, Write};

use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::EventId;
use crossdock_domain::webhook::{ContentType, Endpoint, WebhookEvent};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, filters, tests as checks};
use serde_json::Map;

/// Steps that a template may take: a hundred times what a thousand parcels need.
const FUEL: u64 = 500_000;
/// Stack of the thread that renders a template of others, in bytes.
const STACK: usize = 64 << 20;
/// Longest body.
const MAX_OUTPUT: usize = 512 * 1024;

const JSON: &str = include_str!("body/default.json.txt");
const FORM: &str = include_str!("body/default.form.txt");
const XML: &str = include_str!("body/default.xml.txt");

/// What a body tells.
#[derive(Debug, Clone)]
pub struct Message {
    /// What happened.
    pub kind: WebhookEvent,
    /// Its id.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// The account that it concerns.
    pub account: Option<String>,
    /// What is told.
    pub payload: Map<String, serde_json::Value>,
}

/// Why a body cannot be made, in words for whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BodyError(pub String);

impl BodyError {
    fn of(error: &Error) -> Self {
        let place = error.line().map(|line| format!("line {line}: ")).unwrap_or_default();
        let text = match error.kind() {
            ErrorKind::OutOfFuel => "the template does too much".to_owned(),
            kind => error.detail().map_or_else(|| kind.to_string(), |detail| format!("{kind}: {detail}")),
        };
        Self(format!("{place}{text}"))
    }
}

/// The template of a content type when an endpoint has none of its own.
pub const fn default_body(content_type: ContentType) -> &'static str {
    match content_type {
        ContentType::Json => JSON,
        ContentType::Form => FORM,
        ContentType::Xml => XML,
    }
}

/// `2026-11-21 14:02:11`, the date form of the protocol (customer protocol §2.5), in UTC.
pub fn date(at: Timestamp) -> String {
    let mut text = at.to_protocol_string();
    text.truncate(19);
    text
}

/// Renders the body of a message for an endpoint.
pub fn render(endpoint: &Endpoint, message: &Message) -> Result<String, BodyError> {
    let source = endpoint.body.as_deref().unwrap_or_else(|| default_body(endpoint.content_type));
    if endpoint.body.is_none() {
        return render_text(source, endpoint.content_type, message);
    }
    // Parsing a template and dropping its tree go down as deep as the template is nested. What `tags` and `subset` let
    // through needs little, but a stack that is too small ends the whole process; this one is only reserved, not used.
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("webhook-body".to_owned()).stack_size(STACK);
        let thread = builder.spawn_scoped(scope, || render_text(source, endpoint.content_type, message));
        let thread = thread.map_err(|error| BodyError(format!("no thread to render it: {error}")))?;
        thread.join().map_err(|_| BodyError("rendering it crashed".to_owned()))?
    })
}

/// JSON as values of templates: whole numbers as numbers, others with all their digits.
pub fn variables(told: &serde_json::Value) -> Value {
    escape::value(told)
}

fn syntax() -> SyntaxConfig {
    // The builder fails on delimiters only, and these are the usual ones.
    SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().unwrap_or_default()
}

fn render_text(source: &str, content_type: ContentType, message: &Message) -> Result<String, BodyError> {
    subset::check(source, syntax())?;
    let env = environment(content_type);
    let failed = |error: &Error| BodyError::of(error);
    let template = env.template_from_str(source).map_err(|error| failed(&error))?;
    let mut variables = message.payload.clone();
    for (name, value) in [
        ("event", message.kind.code().into()),
        ("eventId", message.id.to_string().into()),
        ("account", message.account.clone().into()),
    ] {
        variables.insert(name.to_owned(), value);
    }
    // Whoever knows the owner's time zone has said it already.
    variables.entry("eventDate").or_insert_with(|| date(message.at).into());
    let variables = escape::value(&variables.into());
    let mut out = Bounded(Vec::new());
    template.render_captured_to(variables, &mut out).map_err(|error| {
        if out_of_space(&error) {
            BodyError(format!("the body is longer than {MAX_OUTPUT} bytes"))
        } else {
            failed(&error)
        }
    })?;
    String::from_utf8(out.0).map_err(|_| BodyError("the body is no text".to_owned()))
}

fn environment(content_type: ContentType) -> Environment<'static> {
    let mut env = Environment::empty();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    env.set_recursion_limit(50);
    env.set_debug(false);
    env.set_syntax(syntax());
    env.set_formatter(move |out, _, value| escape::write(content_type, out, value));
    env.add_filter("upper", filters::upper);
    env.add_filter("lower", filters::lower);
    env.add_filter("trim", filters::trim);
    env.add_filter("default", filters::default);
    env.add_filter("length", filters::length);
    env.add_filter("first", filters::first);
    env.add_filter("last", filters::last);
    env.add_test("defined", checks::is_defined);
    env.add_test("undefined", checks::is_undefined);
    env.add_test("none", checks::is_none);
    env
}

/// Takes so many bytes and no more.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> IoResult<usize> {
        if self.0.len() + bytes.len() > MAX_OUTPUT {
            return Err(IoError::from(std::io::ErrorKind::StorageFull));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> IoResult<()> {
        Ok(())
    }
}

fn out_of_space(error: &Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.downcast_ref::<IoError>().is_some_and(|error| error.kind() == std::io::ErrorKind::StorageFull) {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// Checks a body before it is stored: it must render every event that the endpoint asks for, JSON must be JSON, and XML
/// well-formed.
pub fn check(endpoint: &Endpoint) -> Result<(), BodyError> {
    for kind in endpoint.events.iter().copied().chain([WebhookEvent::Test]) {
        render_sample(endpoint, kind).map_err(|error| BodyError(format!("{kind}: {error}")))?;
    }
    Ok(())
}

/// Renders the body of an event with made-up values; an error when a receiver could not read it as what it says it is.
pub fn render_sample(endpoint: &Endpoint, kind: WebhookEvent) -> Result<String, BodyError> {
    let text = render(endpoint, &sample(endpoint, kind))?;
    match endpoint.content_type {
        ContentType::Json => well_formed::json(&text)?,
        ContentType::Xml => well_formed::xml(&text)?,
        ContentType::Form => {}
    }
    Ok(text)
}

/// A message as it could be.
pub fn sample(endpoint: &Endpoint, kind: WebhookEvent) -> Message {
    let payload = match kind.sample() {
        serde_json::Value::Object(payload) => payload,
        _ => Map::new(),
    };
    Message {
        kind,
        id: EventId(endpoint.id.0),
        at: Timestamp(1_795_269_731_000_000),
        account: Some(endpoint.account.clone().unwrap_or_else(|| "shop1".to_owned())),
        payload,
    }
}

#[cfg(test)]
mod tests;
