//! Replays every pair under `fixtures/wire/customer`, byte by byte.
//!
//! A case is a directory with `case.toml`, and `request.json` with `response.json`, or `request.xml` with `response.xml`, or
//! both. `{session}` in a request stands for the session of shop1; in answers a fresh session key is written so, and so in them.
//! `UPDATE_GOLDEN=1 cargo test -p crossdock-wire --test customer golden` writes the answers anew; read the difference before
//! you commit it: these bytes are what shops see. Faults and statuses stand in `case.toml` and are never rewritten.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crossdock_domain::clock::Span;
use crossdock_wire::customer::gates::Method;
use crossdock_wire::customer::{BODY_LIMIT, Code, Reply};
use serde::Deserialize;
use serde_json::Value;

use super::support::{folders, name, update};
use super::world::World;

/// What a case needs and expects beside its bodies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it shows.
    about: String,
    /// `errors.faultCode`.
    #[serde(default)]
    fault: u16,
    /// HTTP status of JSON.
    #[serde(default = "fine")]
    status: u16,
    /// HTTP status of SOAP when it is another.
    soap_status: Option<u16>,
    /// Another name than that of the folder.
    gate: Option<String>,
    #[serde(default = "english")]
    lang: String,
    /// The host that is called.
    #[serde(default = "host")]
    host: String,
    /// Calls of shop1 that succeed before.
    #[serde(default)]
    before: Vec<Before>,
    /// What staff do afterwards: `1 packed`, `1 parcel SN1`.
    #[serde(default)]
    staff: Vec<String>,
    /// The wholesaler switches dropshipping off.
    #[serde(default)]
    switched_off: bool,
    /// Who logs in.
    #[serde(default = "shop")]
    login: String,
    /// Minutes between the login and the call.
    #[serde(default)]
    minutes_later: i64,
    /// The body is this many bytes too long.
    #[serde(default)]
    oversize: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    gate: String,
    #[serde(default = "nothing")]
    params: String,
}

fn fine() -> u16 {
    200
}
fn english() -> String {
    "eng".to_owned()
}
fn host() -> String {
    "hurt.example".to_owned()
}
fn shop() -> String {
    "shop1".to_owned()
}
fn nothing() -> String {
    "{}".to_owned()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wire/customer")
}

/// Every WSDL as it is served in Polish by default: toolkits generate code from it, so it changes on purpose only.
#[tokio::test]
async fn every_wsdl_is_the_one_that_is_known() {
    let world = Box::pin(World::new()).await;
    let mut failures = Vec::new();
    for method in Method::ALL {
        let reply = world.call(&format!("gate={}/1/soap/wsdl", method.name()), b"").await;
        assert_eq!((reply.status, reply.content_type), (200, "text/xml; charset=utf-8"));
        let file = root().join("wsdl").join(format!("{}.wsdl", method.name().replace('/', ".")));
        if update() {
            fs::write(&file, &reply.body).expect("the file is written");
        }
        if fs::read_to_string(&file).ok().as_deref() != Some(reply.body.as_str()) {
            failures.push(file);
        }
    }
    assert!(failures.is_empty(), "out of date: {failures:?}");
}

/// Folders are named like methods, with a dot for the slash.
fn method(folder: &str) -> Option<Method> {
    Method::from_name(&folder.replacen('.', "/", 1))
}

async fn send(case: &Case, gate: &str, format: &str, request: &str) -> Result<(Reply, String), String> {
    let world = Box::pin(World::new()).await;
    if !case.before.is_empty() {
        let session = world.session("hurt.example", "shop1").await;
        for before in &case.before {
            let params: Value = serde_json::from_str(&before.params).map_err(|error| error.to_string())?;
            world.done(&session, &before.gate, &params).await;
            world.app.advance(Span::minutes(1));
        }
    }
    for step in &case.staff {
        let (serial, action) = step.split_once(' ').ok_or("staff: `1 packed`")?;
        world.staff(serial.parse().map_err(|_| "a number")?, action).await.map_err(|error| error.to_string())?;
    }
    let session =
        if request.contains("{session}") { world.session("hurt.example", &case.login).await } else { String::new() };
    if case.switched_off {
        world.switch_off().await;
    }
    world.app.advance(Span::minutes(case.minutes_later));
    let mut body = request.replace("{session}", &session);
    if case.oversize > 0 {
        body = " ".repeat(BODY_LIMIT + case.oversize);
    }
    let query = format!("gate={gate}/1/{format}&lang={}", case.lang);
    let query = if gate.starts_with("dropshipping/") { format!("ajax:{query}") } else { query };
    let body = (body.len() <= BODY_LIMIT).then_some(body.as_bytes());
    let reply = Box::pin(world.call_at(&case.host, None, &query, body)).await;
    let shown = masked(&reply.body, &session);
    Ok((reply, shown))
}

/// Session keys are random.
fn masked(body: &str, session: &str) -> String {
    let mut out = body.to_owned();
    if !session.is_empty() {
        out = out.replace(session, "{session}");
    }
    let mut at = 0;
    while let Some(run) = out[at..].find(|c: char| c.is_ascii_hexdigit()).map(|start| at + start) {
        let length = out[run..].bytes().take_while(u8::is_ascii_hexdigit).count();
        if length == 40 {
            out.replace_range(run..run + 40, "{session}");
            at = run + "{session}".len();
        } else {
            at = run + length;
        }
    }
    out
}

async fn replay(folder: &Path, operation: &str, update: bool) -> Result<Vec<u16>, String> {
    let read = |file: &str| fs::read_to_string(folder.join(file)).map_err(|error| format!("{file}: {error}"));
    let case: Case = toml::from_str(&read("case.toml")?).map_err(|error| error.to_string())?;
    if case.about.is_empty() {
        return Err("`about` says nothing".to_owned());
    }
    let gate = case.gate.clone().unwrap_or_else(|| operation.replacen('.', "/", 1));
    let mut seen = Vec::new();
    for (format, kind) in [("json", "json"), ("soap", "xml")] {
        let Ok(request) = read(&format!("request.{kind}")) else { continue };
        let (reply, body) = Box::pin(send(&case, &gate, format, &request)).await?;
        let status = if format == "soap" { case.soap_status.unwrap_or(case.status) } else { case.status };
        if (reply.status, reply.fault) != (status, case.fault) {
            let wanted = (status, case.fault);
            return Err(format!("{format}: wanted {wanted:?} but got {:?} with {body}", (reply.status, reply.fault)));
        }
        let body = if body.ends_with('\n') { body } else { format!("{body}\n") };
        let file = format!("response.{kind}");
        if update {
            fs::write(folder.join(&file), &body).map_err(|error| error.to_string())?;
        }
        let golden = read(&file)?;
        if golden != body {
            return Err(format!("{format}: wanted {golden}but got {body}"));
        }
        seen.push(reply.fault);
        seen.extend(faults_in(&body));
    }
    if seen.is_empty() {
        return Err("there is no request".to_owned());
    }
    Ok(seen)
}

/// Fault codes of elements, in either form.
fn faults_in(body: &str) -> Vec<u16> {
    let after = |mark: &'static str| {
        body.match_indices(mark).filter_map(move |(at, _)| {
            let digits: String = body[at + mark.len()..].chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        })
    };
    after("\"faultCode\":").chain(after("<faultCode xsi:type=\"xsd:int\">")).collect()
}

#[tokio::test]
async fn every_golden_pair_is_answered_byte_by_byte() {
    let update = update();
    let (mut failures, mut faults) = (Vec::new(), BTreeSet::new());
    let (mut json, mut soap) = (BTreeSet::new(), BTreeSet::new());
    for directory in folders(&root()) {
        let operation = name(&directory);
        if operation == "wsdl" {
            continue;
        }
        // `faults` and `ajax` hold what belongs to no one gate.
        let known = method(&operation);
        assert!(known.is_some() || ["faults", "ajax"].contains(&operation.as_str()), "{operation} is no gate");
        for folder in folders(&directory) {
            match Box::pin(replay(&folder, &operation, update)).await {
                Ok(seen) => {
                    if seen.first() == Some(&0) {
                        json.extend(known.filter(|_| folder.join("request.json").exists()));
                        soap.extend(known.filter(|_| folder.join("request.xml").exists()));
                    }
                    faults.extend(seen);
                }
                Err(problem) => failures.push(format!("{operation}/{}: {problem}", name(&folder))),
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let all: BTreeSet<Method> = Method::ALL.into_iter().collect();
    assert_eq!((&json, &soap), (&all, &all), "a gate without a successful pair in JSON and in SOAP");
    // Told by our own failures and limits, which `limits.rs` and the unit tests cover.
    let elsewhere = [Code::Internal, Code::TooFast].map(Code::number);
    let missing: Vec<u16> = Code::ALL
        .map(Code::number)
        .into_iter()
        .filter(|code| !faults.contains(code) && !elsewhere.contains(code))
        .collect();
    assert!(missing.is_empty(), "faults without a pair: {missing:?}");
}
