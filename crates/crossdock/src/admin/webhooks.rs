//! What the command line asks about webhooks and mails: requests, answers, and doing it.

use crossdock_app::App;
use crossdock_app::platform::webhook::{EndpointChange, NewEndpoint, Preview};
use crossdock_db::deliveries::{AttemptLog, DeliveryRow};
use crossdock_db::mails::MailRow;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{DeliveryId, EndpointId};
use crossdock_domain::webhook::{ContentType, Endpoint, EventKind, Method, Owner};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Secret;
use crate::exit::Failure;

/// A request; every one names the owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookRequest {
    /// Adds one.
    Add(EndpointInput),
    /// All of them.
    List,
    /// One of them.
    Show(EndpointId),
    /// Changes one.
    Set(EndpointId, EndpointSet),
    /// Gives one another secret.
    RotateSecret(EndpointId, Option<Secret>),
    /// Sends a test event now.
    Test(EndpointId),
    /// The request of an event with made-up values.
    Preview(EndpointId, EventKind),
    /// Newest deliveries, of one endpoint if it is named.
    Deliveries(Option<EndpointId>, u32),
    /// One delivery with its log.
    Delivery(DeliveryId),
    /// Sends one again.
    Resend(DeliveryId),
    /// Removes one.
    Remove(EndpointId),
    /// Newest mails.
    Mails(u32),
    /// Sends a test mail to this address.
    TestMail(String),
}

/// An endpoint to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointInput {
    pub account: Option<String>,
    pub events: Vec<EventKind>,
    pub url: String,
    pub method: Method,
    pub content_type: ContentType,
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
    pub secret: Option<Secret>,
}

/// What to change; an empty account or body goes back to none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointSet {
    pub account: Option<String>,
    pub events: Option<Vec<EventKind>>,
    pub url: Option<String>,
    pub method: Option<Method>,
    pub content_type: Option<ContentType>,
    pub headers: Option<Vec<(String, String)>>,
    pub body: Option<String>,
    pub active: Option<bool>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookAnswer {
    Done,
    Secret { id: EndpointId, secret: Option<Secret> },
    Endpoints(Vec<EndpointView>),
    Endpoint(Box<EndpointView>),
    Preview(PreviewView),
    Deliveries(Vec<DeliveryView>),
    Delivery(DeliveryView, Vec<AttemptView>),
    Mails(Vec<MailView>),
}

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointView {
    pub id: EndpointId,
    pub owner: Owner,
    pub account: Option<String>,
    pub events: Vec<EventKind>,
    pub url: String,
    pub method: Method,
    pub content_type: ContentType,
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
    pub active: bool,
    pub note: Option<String>,
    pub failing_since: Option<String>,
    pub created_at: String,
}

impl From<Endpoint> for EndpointView {
    fn from(e: Endpoint) -> Self {
        Self {
            id: e.id,
            owner: e.owner,
            account: e.account,
            events: e.events,
            url: e.url,
            method: e.method,
            content_type: e.content_type,
            headers: e.headers,
            body: e.body,
            active: e.active,
            note: e.note,
            failing_since: e.failing_since.map(Timestamp::to_rfc3339),
            created_at: e.created_at.to_rfc3339(),
        }
    }
}

/// A request as it would be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewView {
    pub method: Method,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl From<Preview> for PreviewView {
    fn from(preview: Preview) -> Self {
        Self { method: preview.method, url: preview.url, headers: preview.headers, body: preview.body }
    }
}

/// A delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryView {
    pub id: DeliveryId,
    pub webhook: EndpointId,
    pub event: String,
    pub event_id: String,
    pub state: String,
    pub attempts: i64,
    pub next_at: Option<String>,
    pub created_at: String,
}

impl From<DeliveryRow> for DeliveryView {
    fn from(row: DeliveryRow) -> Self {
        Self {
            id: row.id,
            webhook: row.endpoint,
            event: row.kind.code().to_owned(),
            event_id: row.event.to_string(),
            state: row.state.code().to_owned(),
            attempts: row.attempts,
            next_at: row.next_at.map(Timestamp::to_rfc3339),
            created_at: row.created_at.to_rfc3339(),
        }
    }
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptView {
    pub number: i64,
    pub at: String,
    pub took_ms: i64,
    pub status: Option<u16>,
    pub error: Option<String>,
    pub answer: Option<String>,
}

impl From<AttemptLog> for AttemptView {
    fn from(log: AttemptLog) -> Self {
        Self {
            number: log.number,
            at: log.at.to_rfc3339(),
            took_ms: log.took.0 / 1_000,
            status: log.status,
            error: log.error,
            answer: log.answer,
        }
    }
}

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailView {
    pub id: String,
    pub about: String,
    pub recipient: String,
    pub state: String,
    pub last_error: Option<String>,
    pub created_at: String,
}

impl From<MailRow> for MailView {
    fn from(row: MailRow) -> Self {
        Self {
            id: row.id.to_string(),
            about: row.key,
            recipient: row.recipient,
            state: row.state.code().to_owned(),
            last_error: row.last_error,
            created_at: row.created_at.to_rfc3339(),
        }
    }
}

/// A secret that the person did not give is shown to them, once.
fn shown(given: bool, secret: &SecretString) -> Option<Secret> {
    (!given).then(|| Secret(secret.expose_secret().to_owned()))
}

fn none_if_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn tried((delivery, log): (DeliveryRow, Vec<AttemptLog>)) -> WebhookAnswer {
    WebhookAnswer::Delivery(delivery.into(), log.into_iter().map(AttemptView::from).collect())
}

/// Does it.
pub async fn execute(app: &App, owner: Owner, request: WebhookRequest) -> Result<WebhookAnswer, Failure> {
    Ok(match request {
        WebhookRequest::Add(input) => {
            let given = input.secret.is_some();
            let new = NewEndpoint {
                owner,
                account: input.account,
                events: input.events,
                url: input.url,
                method: input.method,
                content_type: input.content_type,
                headers: input.headers,
                body: input.body,
                secret: input.secret.map(|Secret(text)| SecretString::from(text)),
            };
            let (endpoint, secret) = app.webhooks().add(new).await?;
            WebhookAnswer::Secret { id: endpoint.id, secret: shown(given, &secret) }
        }
        WebhookRequest::List => {
            WebhookAnswer::Endpoints(app.webhooks().list(owner).await?.into_iter().map(EndpointView::from).collect())
        }
        WebhookRequest::Show(id) => WebhookAnswer::Endpoint(Box::new(app.webhooks().get(owner, id).await?.into())),
        WebhookRequest::Set(id, set) => {
            let change = EndpointChange {
                account: set.account.map(none_if_empty),
                events: set.events,
                url: set.url,
                method: set.method,
                content_type: set.content_type,
                headers: set.headers,
                body: set.body.map(none_if_empty),
                active: set.active,
            };
            WebhookAnswer::Endpoint(Box::new(app.webhooks().change(owner, id, change).await?.into()))
        }
        WebhookRequest::RotateSecret(id, secret) => {
            let given = secret.is_some();
            let secret = secret.map(|Secret(text)| SecretString::from(text));
            let secret = app.webhooks().rotate_secret(owner, id, secret).await?;
            WebhookAnswer::Secret { id, secret: shown(given, &secret) }
        }
        WebhookRequest::Test(id) => tried(app.webhooks().try_out(owner, id).await?),
        WebhookRequest::Preview(id, kind) => {
            WebhookAnswer::Preview(app.webhooks().preview(owner, id, kind).await?.into())
        }
        WebhookRequest::Deliveries(endpoint, limit) => {
            let rows = app.webhooks().deliveries(owner, endpoint, i64::from(limit)).await?;
            WebhookAnswer::Deliveries(rows.into_iter().map(DeliveryView::from).collect())
        }
        WebhookRequest::Delivery(id) => tried(app.webhooks().delivery(owner, id).await?),
        WebhookRequest::Resend(id) => {
            app.webhooks().send_again(owner, id).await?;
            WebhookAnswer::Done
        }
        WebhookRequest::Remove(id) => {
            app.webhooks().remove(owner, id).await?;
            WebhookAnswer::Done
        }
        WebhookRequest::Mails(limit) => {
            let rows = app.mail().list(owner, i64::from(limit)).await?;
            WebhookAnswer::Mails(rows.into_iter().map(MailView::from).collect())
        }
        WebhookRequest::TestMail(recipient) => {
            let key = format!("test:{}", app.platform().new_secret().expose_secret());
            let mail = app.mail().draft(owner, key, &recipient, "test", &json!({ "url": app.config().public_url }));
            let row = app.mail().send_now(mail).await?;
            WebhookAnswer::Mails(vec![row.into()])
        }
    })
}
