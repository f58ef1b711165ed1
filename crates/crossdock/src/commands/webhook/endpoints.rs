//! `crossdock webhook add`, `set`, `list`, `show`, `rotate-secret` and `remove`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use crossdock_app::App;
use crossdock_app::platform::webhook::{EndpointChange, NewEndpoint};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::EndpointId;
use crossdock_domain::webhook::{ContentType, Endpoint, Method, WebhookEvent};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::commands::options::OwnerOption;
use crate::control::Command;
use crate::exit::Failure;
use crate::output::{self, cell};
use crate::secret::Secret;

/// What `add` and `set` say of a webhook.
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct EndpointOptions {
    /// Address to call: http:// or https://
    #[arg(long)]
    url: Option<String>,
    /// Event to report; may be repeated, replaces those set before
    #[arg(long = "event", value_name = "EVENT")]
    events: Vec<WebhookEvent>,
    /// Only report what concerns this shop account, by its login
    #[arg(long, value_name = "LOGIN")]
    account: Option<String>,
    /// GET, POST, PUT or DELETE
    #[arg(long)]
    method: Option<Method>,
    /// Content type of the body: json, form or xml
    #[arg(long, value_name = "TYPE")]
    content_type: Option<ContentType>,
    /// Additional header; may be repeated, replaces those set before
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// File with the template of the body [default: see `crossdock webhook default-body`]
    #[arg(long = "body", value_name = "FILE")]
    #[serde(skip)]
    body_file: Option<PathBuf>,
    #[arg(skip)]
    body: Option<String>,
}

/// Reads `Name: value`.
fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("write Name: value")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

impl EndpointOptions {
    /// Reads the file of the body, where the command line is.
    pub(super) fn read_body(&mut self) -> anyhow::Result<()> {
        if let Some(file) = &self.body_file {
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            self.body = Some(text);
        }
        Ok(())
    }
}

/// `webhook add`
#[derive(Debug, Args, Serialize, Deserialize)]
#[command(mut_arg("url", |url| url.required(true)))]
#[command(mut_arg("method", |method| method.default_value("POST")))]
#[command(mut_arg("content_type", |content_type| content_type.default_value("json")))]
pub struct Add {
    #[command(flatten)]
    owner: OwnerOption,
    #[command(flatten)]
    pub(super) endpoint: EndpointOptions,
    /// Secret that signs, whsec_… [default: a new one is made and printed]
    #[arg(long, env = "CROSSDOCK_WEBHOOK_SECRET", hide_env_values = true)]
    secret: Option<Secret>,
}

/// What a webhook reports when no event is named.
const DEFAULT_EVENTS: [WebhookEvent; 2] =
    [WebhookEvent::DropshippingOrderSent, WebhookEvent::DropshippingPackageNumberRemoved];

impl Command for Add {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let EndpointOptions { url, events, account, method, content_type, headers, body, .. } = self.endpoint;
        let given = self.secret.is_some();
        let new = NewEndpoint {
            owner: self.owner.owner()?,
            account,
            events: if events.is_empty() { DEFAULT_EVENTS.to_vec() } else { events },
            url: url.unwrap_or_default(),
            method: method.unwrap_or(Method::Post),
            content_type: content_type.unwrap_or(ContentType::Json),
            headers,
            body,
            secret: self.secret.map(Into::into),
        };
        let (endpoint, secret) = app.webhooks().add(new).await?;
        Ok(json!({ "id": endpoint.id, "secret": (!given).then(|| secret.expose_secret()) }))
    }
}

/// `webhook set`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Set {
    /// Id of the webhook
    pub id: EndpointId,
    #[command(flatten)]
    owner: OwnerOption,
    #[command(flatten)]
    pub(super) endpoint: EndpointOptions,
    /// Report what concerns any account
    #[arg(long, conflicts_with = "account")]
    every_account: bool,
    /// Remove all additional headers
    #[arg(long, conflicts_with = "headers")]
    no_headers: bool,
    /// Use the default body of the content type
    #[arg(long, conflicts_with = "body_file")]
    default_body: bool,
    /// Switch it on (which clears its failures) or off
    #[arg(long, value_name = "BOOL")]
    active: Option<bool>,
}

impl Command for Set {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        let EndpointOptions { url, events, account, method, content_type, headers, body, .. } = self.endpoint;
        let change = EndpointChange {
            account: if self.every_account { Some(None) } else { account.map(none_if_empty) },
            events: (!events.is_empty()).then_some(events),
            url,
            method,
            content_type,
            headers: (self.no_headers || !headers.is_empty()).then_some(headers),
            body: if self.default_body { Some(None) } else { body.map(none_if_empty) },
            active: self.active,
        };
        app.webhooks().change(self.owner.owner()?, self.id, change).await?;
        Ok(())
    }
}

fn none_if_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// `webhook list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {
    #[command(flatten)]
    owner: OwnerOption,
}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        Ok(app.webhooks().list(self.owner.owner()?).await?.iter().map(view).collect())
    }
}

fn view(endpoint: &Endpoint) -> Value {
    let failing_since = endpoint.failing_since.map(Timestamp::to_rfc3339);
    let paused_until = endpoint.paused_until.map(Timestamp::to_rfc3339);
    let state = match (endpoint.active, &paused_until, &failing_since) {
        (false, ..) => "off".to_owned(),
        (true, Some(until), _) => format!("does not answer in time; nothing is sent before {until}"),
        (true, None, Some(since)) => format!("failing since {since}"),
        (true, None, None) => "on".to_owned(),
    };
    json!({
        "id": endpoint.id,
        "owner": endpoint.owner,
        "account": endpoint.account,
        "events": endpoint.events,
        "url": endpoint.url,
        "method": endpoint.method,
        "content_type": endpoint.content_type,
        "headers": endpoint.headers,
        "body": endpoint.body,
        "active": endpoint.active,
        "state": state,
        "note": endpoint.note,
        "failing_since": failing_since,
        "paused_until": paused_until,
        "created_at": endpoint.created_at.to_rfc3339(),
    })
}

/// `webhook show`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Show {
    /// Id of the webhook
    id: EndpointId,
    #[command(flatten)]
    owner: OwnerOption,
}

impl Command for Show {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        Ok(view(&app.webhooks().get(self.owner.owner()?, self.id).await?))
    }
}

pub(super) fn print(endpoint: &Value) {
    let account = cell(&endpoint["account"]);
    output::facts(&[
        ("webhook", cell(&endpoint["id"])),
        ("owner", cell(&endpoint["owner"])),
        ("account", if account.is_empty() { "every account".to_owned() } else { account }),
        ("events", cell(&endpoint["events"])),
        ("url", format!("{} {}", cell(&endpoint["method"]), cell(&endpoint["url"]))),
        ("content type", cell(&endpoint["content_type"])),
        ("state", cell(&endpoint["state"])),
        ("note", cell(&endpoint["note"])),
        ("made", output::shown(endpoint, "created_at")),
    ]);
    for header in endpoint["headers"].as_array().into_iter().flatten() {
        output::line(format!("header        {}: {}", cell(&header[0]), cell(&header[1])));
    }
    match endpoint["body"].as_str() {
        Some(body) => output::line(format!("body\n{body}")),
        None => output::line("body          the default one; see `crossdock webhook default-body`"),
    }
}

/// `webhook rotate-secret`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct RotateSecret {
    /// Id of the webhook
    pub id: EndpointId,
    #[command(flatten)]
    owner: OwnerOption,
    /// The new secret, whsec_… [default: a new one is made and printed]
    #[arg(long, env = "CROSSDOCK_WEBHOOK_SECRET", hide_env_values = true)]
    secret: Option<Secret>,
}

impl Command for RotateSecret {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let given = self.secret.is_some();
        let secret = self.secret.map(Into::into);
        let secret = app.webhooks().rotate_secret(self.owner.owner()?, self.id, secret).await?;
        Ok(json!({ "id": self.id, "secret": (!given).then(|| secret.expose_secret()) }))
    }
}

/// `webhook remove`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Remove {
    /// Id of the webhook
    pub id: EndpointId,
    #[command(flatten)]
    owner: OwnerOption,
}

impl Command for Remove {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        app.webhooks().remove(self.owner.owner()?, self.id).await?;
        Ok(())
    }
}
