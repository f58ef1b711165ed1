//! The older generation of the Admin API, JSON: `POST /api/?gate=orders/get/1/json` (customer protocol §8.1). A gate is
//! another name for a resource of the table: the same parameters below `params`, the same answer.
//!
//! What is its own: the gate stands in the query, the key in `authenticate`, and everything that has an answer is answered 200,
//! so that clients look at `errors` instead of at the status. `orders/get`, `orders/update` and
//! `orders/getOrdersNotFinished` are known from clients; the other names are proposed, made after their pattern.

use std::net::IpAddr;

use crossdock_app::App;
use crossdock_app::hub::AdminAccessError;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::tenants::admin_keys::login::Proof;
use crossdock_domain::admin_api::OAUTH_LOGIN;
use secrecy::SecretString;
use serde_json::Value;

use super::params::{Params, node};
use super::reply::Reply;
use super::resource::{self, Gate, Resource};
use super::{Api, serve};
use crate::json_body::{self, JsonLimits, beside, weigh};

/// A call of a gate, as HTTP brought it.
#[derive(Debug, Clone, Copy)]
pub struct GateRequest<'a> {
    /// Query string.
    pub query: &'a str,
    /// Body; `None` when it was too large.
    pub body: Option<&'a [u8]>,
    /// The key that was shown in a header, if any.
    pub key: Option<&'a str>,
    /// From the path, `/w/5/api/`.
    pub wholesaler: Option<&'a str>,
    /// The host that was called; together with the path it tells whose logins count.
    pub host: Option<&'a str>,
    /// Where the call comes from.
    pub client: IpAddr,
}

/// Largest body: it is read before anybody has shown a key, and a hundred orders need less.
pub const BODY_LIMIT: usize = 1_048_576;

/// What a body takes. A hundred orders have a tenth of it.
const LIMITS: JsonLimits = JsonLimits { depth: 64, elements: 20_000 };

/// `faultCode` of a failed login in this generation (customer protocol §8.6).
const LOGIN_FAULT: i64 = 1;

/// Answers a call of a gate. Order of checks: size, key, gate, right, body.
pub async fn answer(app: &App, api: &Api, call: GateRequest<'_>) -> Reply {
    let reply = Box::pin(run(app, api, call)).await;
    // Its own words for what the REST generation says by a status. Too large and too often stay what they are.
    let status = if matches!(reply.status, 413 | 429) { reply.status } else { 200 };
    let reply = if reply.honest_status == 401 { reply.with_fault(LOGIN_FAULT) } else { reply };
    Reply { status, ..reply }
}

async fn run(app: &App, api: &Api, call: GateRequest<'_>) -> Reply {
    let Some(body) = call.body else { return super::too_large("1 MB") };
    // The key is proved before the rest is read.
    let shown = match shown(body) {
        Ok(shown) => shown,
        Err(problem) => return super::bad_format(&problem),
    };
    let Some(caller) = key(app, call, &shown).await else {
        return Reply::refused(401, "no_key", "No login: send authenticate.userLogin and authenticateKey");
    };
    let (caller, quota) = match api.admit(caller, app.now()) {
        Ok(admitted) => admitted,
        Err(reply) => return *reply,
    };
    let reply = match find(call.query) {
        Ok((gate, resource)) => {
            let read = || params(body, gate).map_err(|problem| super::bad_format(&problem));
            serve(app, &caller, resource, read).await
        }
        Err(text) => Reply::refused(404, "unknown_gate", text),
    };
    Reply { quota, ..reply }
}

/// What a body shows as its key: `authenticate`.
fn shown(body: &[u8]) -> Result<Value, String> {
    weigh(body, LIMITS).map_err(|excess| excess.to_string())?;
    let head = json_body::head(body).ok_or("The body has too many fields")?;
    Ok(read(&head)?.remove("authenticate").unwrap_or(Value::Null))
}

/// The parameters, without the key, so that it does not get into the log of changes.
fn params(body: &[u8], gate: &Gate) -> Result<Params, String> {
    let mut body = read(body)?;
    body.remove("authenticate");
    Params::of_gate(body, gate.preset)
}

fn read(body: &[u8]) -> Result<serde_json::Map<String, Value>, String> {
    if body.trim_ascii().is_empty() {
        return Ok(serde_json::Map::new());
    }
    match beside(body.len(), || serde_json::from_slice(body)) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err("The body must be an object with authenticate and params".to_owned()),
        Err(error) => Err(format!("The body is no JSON: {error}")),
    }
}

/// Who calls: a key in a header, a key in `authenticate`, or a login with its daily key. `None`: nothing was shown.
async fn key(app: &App, call: GateRequest<'_>, shown: &Value) -> Option<Result<AdminCaller, AdminAccessError>> {
    if let Some(key) = super::shown(call.key) {
        return Some(app.hub().admin_keys().caller(&key, call.client).await);
    }
    let shown = node(shown);
    // The second names are those of the first generation, which libraries still send.
    let text = |first: &str, second: &str| shown.get(first).text().or_else(|| shown.get(second).text());
    let (login, key) = (text("userLogin", "system_login")?, text("authenticateKey", "system_key")?);
    if login.eq_ignore_ascii_case(OAUTH_LOGIN) {
        return Some(app.hub().admin_keys().caller(&SecretString::from(key), call.client).await);
    }
    Some(
        super::by_login(
            app,
            call.wholesaler,
            call.host,
            (&login, &Proof::DailyKey(SecretString::from(key))),
            call.client,
        )
        .await,
    )
}

/// What a call that speaks SOAP is told, before anything else is looked at: its toolkit shows nothing but a fault. `None`: the query
/// does not ask for SOAP.
pub fn soap_refusal(query: &str) -> Option<&'static str> {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let (_, named) = pairs.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("gate"))?;
    let soap = named.split('/').any(|part| part.eq_ignore_ascii_case("soap") || part.eq_ignore_ascii_case("wsdl"));
    soap.then_some(SOAP_FAULT)
}

const SOAP_FAULT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"><SOAP-ENV:Body><SOAP-ENV:Fault>\
    <faultcode>SOAP-ENV:Client</faultcode>\
    <faultstring>The Admin API speaks JSON only: call gate=orders/get/1/json, or /api/admin/v8/</faultstring>\
    </SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>\n";

/// The gate that a query names: `gate=orders/get/192/json`. Any number stands for the only version.
fn find(query: &str) -> Result<(&'static Gate, &'static Resource), &'static str> {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let named = pairs.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("gate"));
    let Some((_, named)) = named else { return Err("No gate: call /api/?gate=orders/get/1/json") };
    let mut parts = named.trim_matches('/').split('/');
    let name = [parts.next(), parts.next()].map(Option::unwrap_or_default).join("/");
    let version = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let known = resource::gates().find(|(gate, _)| gate.name.eq_ignore_ascii_case(&name)).ok_or("No such gate")?;
    if version.is_empty() || !version.bytes().all(|b| b.is_ascii_digit()) {
        return Err("No version: write gate=orders/get/1/json");
    }
    match rest.as_slice() {
        [format] if format.eq_ignore_ascii_case("json") => Ok(known),
        _ => Err("Only JSON is spoken here: write gate=orders/get/1/json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_is_found_by_its_name_in_any_version() {
        for query in [
            "gate=orders/get/1/json",
            "gate=orders/get/192/json&lang=eng",
            "lang=pol&gate=orders%2Fget%2F128%2Fjson",
            "GATE=/Orders/GET/1/JSON/",
        ] {
            assert_eq!(find(query).map(|(_, resource)| resource.path).ok(), Some("orders/orders/search"), "{query}");
        }
        for query in ["", "gate=", "gate=orders/get", "gate=orders/get/x/json", "gate=orders/nothing/1/json"] {
            assert!(find(query).is_err(), "{query}");
        }
        for query in ["gate=orders/get/1/soap", "gate=orders/get/1/soap/wsdl", "gate=orders/get/1"] {
            assert!(find(query).expect_err(query).contains("JSON"), "{query}");
        }
    }

    #[test]
    fn soap_is_told_so_and_nothing_else_is() {
        for query in
            ["gate=orders/get/1/soap", "gate=orders%2Fget%2F1%2Fsoap%2Fwsdl", "GATE=orders/get/192/SOAP&lang=pol"]
        {
            assert!(soap_refusal(query).is_some_and(|fault| fault.contains("JSON only")), "{query}");
        }
        for query in ["", "gate=orders/get/1/json", "gate=soapbox/get/1/json", "lang=soap"] {
            assert_eq!(soap_refusal(query), None, "{query}");
        }
    }

    #[test]
    fn every_gate_has_a_name_of_its_own() {
        let names: Vec<&str> = resource::gates().map(|(gate, _)| gate.name).collect();
        for (at, name) in names.iter().enumerate() {
            let twin = names[..at].iter().find(|other| other.eq_ignore_ascii_case(name));
            assert!(twin.is_none(), "{name}");
        }
    }
}
