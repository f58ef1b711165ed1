//! The Customer API: what a shop does at its wholesaler, in JSON and in SOAP.
//!
//! One model for both: [`gates`] says which methods there are, `shapes` what each reads and answers, as tables of `schema`. From them come
//! reading, writing, WSDL and OpenAPI; files under `operations` only know records. Everything that the public material does
//! not tell is listed in `docs/api/customer.md`.
//!
//! **Which wholesaler is called**: the one named in the path (`/w/5/customer-api/`); else the one whose domain is the `Host`
//! of the call; else, when this installation has exactly one, that one. Logins and sessions count within their wholesaler
//! only, so a session of one is unknown at every other.
//!
//! What the HTTP layer keeps: routes, reading the body, headers, holding a reply back for [`Reply::delay`].

mod decode;
mod fault;
pub mod gates;
mod names;
pub mod openapi;
mod operations;
mod raw;
mod shapes;
mod soap;
mod target;
mod xml;

use std::net::IpAddr;

use crossdock_app::App;
use crossdock_app::platform::rate_limit::{RateLimited, RateLimiter};
use crossdock_domain::clock::Span;
use crossdock_domain::wholesale::{AccountId, WholesalerId};

use crate::json::push_object;
use crate::schema::value::Record;
use crate::schema::{json, wsdl};

use decode::Problem;
use fault::ErrorReply;
use gates::{Aliases, Method};
use raw::{Opened, Raw};
use target::Target;

pub use crossdock_app::platform::rate_limit::Quota;
pub use fault::Code;
pub use target::{ApiVariant, Format, Lang};

/// Largest request body, in bytes (customer protocol §2.4). The HTTP layer stops reading there.
pub const BODY_LIMIT: usize = 10_485_760;

/// Content type of JSON answers.
pub const JSON: &str = "application/json";
/// Content type of SOAP answers and of WSDL documents.
pub const XML: &str = "text/xml; charset=utf-8";

/// What an installation decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Further names of gates.
    pub aliases: Aliases,
    /// Calls that an account may make in a minute; 0: no limit.
    pub calls_per_minute: u32,
    /// Failed logins and wrong keys of one address in a minute; 0: no limit.
    pub failures_per_minute: u32,
    /// Calls that an account of a sandbox may make in a minute; 0: no limit.
    pub sandbox_calls_per_minute: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            aliases: Aliases::default(),
            calls_per_minute: 6_000,
            failures_per_minute: 30,
            sandbox_calls_per_minute: 120,
        }
    }
}

/// The gates of one server: settings and what is counted for the limits.
#[derive(Debug)]
pub struct Gates {
    aliases: Aliases,
    calls: RateLimiter<(WholesalerId, AccountId)>,
    sandbox_calls: RateLimiter<(WholesalerId, AccountId)>,
    failures: RateLimiter<IpAddr>,
}

impl Gates {
    /// With nothing counted yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            aliases: settings.aliases,
            calls: RateLimiter::new(settings.calls_per_minute),
            sandbox_calls: RateLimiter::new(settings.sandbox_calls_per_minute),
            failures: RateLimiter::new(settings.failures_per_minute),
        }
    }
}

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct CustomerApiRequest<'a> {
    /// From the path.
    pub variant: ApiVariant,
    /// From the path, `/w/5/…`.
    pub wholesaler: Option<&'a str>,
    /// The `Host` header, with or without a port.
    pub host: Option<&'a str>,
    /// Scheme, host and path by which the caller reaches us, for the WSDL: `https://w.example/customer-api/`.
    pub url: &'a str,
    /// What stands behind the question mark.
    pub query: &'a str,
    /// The body as it came; `None` when it has more than [`BODY_LIMIT`] bytes.
    pub body: Option<&'a [u8]>,
    /// Where it came from, behind trusted proxies.
    pub client: IpAddr,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// What goes out on the wire: 200 but for 413, 429, and the 500 that SOAP demands of a Fault.
    pub status: u16,
    /// What it would be in an honest dialect, for log and metrics.
    pub honest_status: u16,
    /// Stable name of the outcome, for log and metrics.
    pub code: &'static str,
    /// `faultCode`.
    pub fault: u16,
    /// Names the method in log and metrics.
    pub label: &'static str,
    /// [`JSON`] or [`XML`].
    pub content_type: &'static str,
    /// The answer.
    pub body: String,
    /// How long the reply must be held back.
    pub delay: Span,
    /// Seconds for a `Retry-After` header.
    pub retry_after: Option<u32>,
    /// For the `X-RateLimit-…` headers, when an account is known.
    pub quota: Option<Quota>,
}

/// What an operation answers.
struct Answer {
    payload: Record,
    /// `Done` or `SomeFailed`.
    code: Code,
}

/// Why an operation does not answer.
enum Failure {
    Problem(Problem),
    ErrorReply(ErrorReply),
    Code(Code),
    /// Too many calls.
    Limited(RateLimited),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::Code(code)
    }
}

impl Failure {
    fn told(self, lang: Lang) -> ErrorReply {
        match self {
            Self::Problem(problem) => fault::problem(&problem, lang),
            Self::ErrorReply(told) => told,
            Self::Code(code) => ErrorReply::plain(code, lang),
            Self::Limited(limited) => fault::too_fast(limited.retry_after, lang),
        }
    }
}

/// A call whose body was taken apart, and that was not yet asked what it means.
#[derive(Debug)]
pub struct ParsedRequest {
    target: Target,
    shown: Shown,
    raw: Result<Opened, ErrorReply>,
}

/// Takes a body apart. That costs time in proportion to its size, so large ones belong on a thread that may be busy.
pub fn parse(gates: &Gates, variant: ApiVariant, query: &str, body: Option<&[u8]>) -> ParsedRequest {
    let target = Target::parse(variant, &gates.aliases, query);
    let shown = Shown { format: rendered(&target, body), method: target.method };
    let raw = match (body, target.format, shown.format) {
        // Asks for a description and says nothing.
        (_, Some(Format::Wsdl), _) => Ok(Opened::Whole(Raw::Nothing)),
        (None, ..) => Err(ErrorReply::plain(Code::TooLarge, target.lang)),
        (Some(body), _, Format::Json) => raw::open_json(body).map_err(|problem| fault::not_json(problem, target.lang)),
        (Some(body), ..) => {
            soap::read(body).map(Opened::Whole).map_err(|problem| fault::not_soap(problem, target.lang))
        }
    };
    ParsedRequest { target, shown, raw }
}

/// Answers one call, in this order: size, parsing, gate, wholesaler, session, dropshipping key, switched on, parameters
/// (customer protocol §5). Never panics, whatever the body holds.
pub async fn answer(app: &App, gates: &Gates, call: CustomerApiRequest<'_>) -> Reply {
    let parsed = parse(gates, call.variant, call.query, call.body);
    answer_parsed(app, gates, call, parsed).await
}

/// The same for a call that was parsed before.
pub async fn answer_parsed(app: &App, gates: &Gates, call: CustomerApiRequest<'_>, parsed: ParsedRequest) -> Reply {
    let ParsedRequest { target, shown, raw } = parsed;
    if let (Some(Format::Wsdl), Some(method)) = (target.format, target.method) {
        return described(method, &target, &call);
    }
    let raw = match raw {
        Ok(raw) => raw,
        Err(told) => return shown.refusal(&told, None),
    };
    let (Some(method), Some(Format::Json | Format::Soap)) = (target.method, target.format) else {
        return shown.refusal(&ErrorReply::plain(Code::Unknown, target.lang), None);
    };
    let mut quota = None;
    let context = operations::Context { app, gates, call: &call, method, lang: target.lang };
    match Box::pin(operations::run(context, raw, &mut quota)).await {
        Ok(answer) => shown.answer(&answer, target.lang, quota),
        Err(failure) => {
            if let Failure::Limited(limited) = &failure {
                quota = Some(limited.quota);
            }
            shown.refusal(&failure.told(target.lang), quota)
        }
    }
}

/// In what an answer is written when the format is not understood: as the body is.
fn rendered(target: &Target, body: Option<&[u8]>) -> Format {
    match target.format {
        Some(Format::Soap | Format::Wsdl) => Format::Soap,
        None if body.is_some_and(|body| body.trim_ascii_start().starts_with(b"<")) => Format::Soap,
        Some(Format::Json) | None => Format::Json,
    }
}

fn described(method: Method, target: &Target, call: &CustomerApiRequest<'_>) -> Reply {
    let lang = if target.lang_given { format!("&lang={}", target.lang.code()) } else { String::new() };
    let address = format!("{}?gate={}/soap{lang}", call.url, target.name);
    Reply {
        status: 200,
        honest_status: 200,
        code: "ok",
        fault: 0,
        label: "/customer-api wsdl",
        content_type: XML,
        body: wsdl::document(&method.service(), &address),
        delay: Span(0),
        retry_after: None,
        quota: None,
    }
}

/// An answer: the payload, when there is one, and `errors`.
fn json_answer(payload: Option<&Record>, fault: &Record) -> String {
    let mut out = String::with_capacity(1_024);
    push_object(&mut out, |object| {
        if let Some(payload) = payload {
            json::fields(object, payload);
        }
        push_object(object.value(names::ERRORS), |errors| json::fields(errors, fault));
    });
    out
}

/// How an answer is shown.
#[derive(Debug)]
struct Shown {
    format: Format,
    method: Option<Method>,
}

impl Shown {
    fn answer(&self, answer: &Answer, lang: Lang, quota: Option<Quota>) -> Reply {
        self.reply(Some(&answer.payload), &ErrorReply::plain(answer.code, lang), quota)
    }

    fn refusal(&self, told: &ErrorReply, quota: Option<Quota>) -> Reply {
        self.reply(None, told, quota)
    }

    fn reply(&self, payload: Option<&Record>, told: &ErrorReply, quota: Option<Quota>) -> Reply {
        let mut status = match told.code {
            Code::TooLarge => 413,
            Code::TooFast => 429,
            _ => 200,
        };
        let (content_type, body) = match (self.format, self.method) {
            (Format::Json, _) => (JSON, json_answer(payload, &told.record())),
            (_, Some(method)) if told.code != Code::Unknown => {
                (XML, soap::answer(method.gate(), payload, &told.record()))
            }
            _ => {
                // SOAP 1.1 section 6.2: a Fault comes with 500.
                if status == 200 {
                    status = 500;
                }
                (XML, soap::soap_fault(told))
            }
        };
        Reply {
            status,
            honest_status: told.code.honest(),
            code: told.code.name(),
            fault: told.fault,
            label: self.method.map_or("/customer-api", |method| method.gate().label),
            content_type,
            body,
            delay: told.delay,
            retry_after: told.retry_after,
            quota,
        }
    }
}

/// What keeps the HTTP layer from handing a call over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportError {
    /// Neither GET nor POST.
    WrongMethod,
    /// The body did not arrive in time.
    BodyTimeout,
    /// The body ended early.
    BodyBroken,
    /// The path is no text, or the host is not named once.
    BadAddress,
    /// Too many requests at once.
    Overloaded,
    /// A failure of ours.
    Failed,
    /// Wrong logins, again and again and many at once.
    TooManyFailures,
}

/// The answer to a call that cannot be handed over, in the form in which the call would have been answered.
pub fn interrupted(variant: ApiVariant, query: &str, why: TransportError) -> Reply {
    let target = Target::parse(variant, &Aliases::default(), query);
    let (status, code, pol, eng) = match why {
        TransportError::WrongMethod => {
            (405, Code::Malformed, "dozwolone są metody POST i GET", "the method must be POST or GET")
        }
        TransportError::BodyTimeout => {
            (408, Code::Malformed, "treść zapytania nie dotarła na czas", "the request body did not arrive in time")
        }
        TransportError::BodyBroken => {
            (400, Code::Malformed, "treść zapytania jest niepełna", "the request body ended early")
        }
        TransportError::BadAddress => (
            400,
            Code::Malformed,
            "nieprawidłowy adres lub nagłówek Host",
            "the address or the Host header is of no use",
        ),
        TransportError::Overloaded => (503, Code::Internal, "zbyt wiele zapytań naraz", "too many requests at once"),
        TransportError::Failed => (500, Code::Internal, "nieoczekiwany błąd", "an unexpected failure"),
        TransportError::TooManyFailures => {
            (429, Code::TooFast, "zbyt wiele nieudanych prób logowania", "too many failed logins")
        }
    };
    let told = ErrorReply::about(code, target.lang, if target.lang == Lang::Pol { pol } else { eng });
    let reply = Shown { format: rendered(&target, None), method: target.method }.refusal(&told, None);
    Reply { status, honest_status: status, ..reply }
}

/// Why a recipient was not stored, as both APIs tell it (customer protocol §5): fault code and English text.
pub(crate) fn recipient_fault(problem: &crossdock_app::hub::RecipientProblem) -> (i64, String) {
    let told = fault::recipient_fault(problem, Lang::Eng);
    (told.fault.into(), told.text)
}

/// The parser alone, for fuzzing: whether a body would reach its operation.
#[doc(hidden)]
pub fn is_well_formed(method: Method, format: Format, body: &[u8]) -> bool {
    let raw = match format {
        Format::Json => raw::from_json(body).ok(),
        Format::Soap | Format::Wsdl => soap::read(body).ok(),
    };
    let Some(mut raw) = raw else { return false };
    let params = raw.take(names::PARAMS).unwrap_or(Raw::Nothing);
    decode::decode(method.gate().params, params, names::PARAMS).is_ok()
}

#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod tests;
