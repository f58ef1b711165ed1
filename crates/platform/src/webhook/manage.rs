//! What people do with webhooks: add, change, look, try out, remove.

use crossdock_db::deliveries::{AttemptLog, DeliveryRow};
use crossdock_db::outbox::EventRow;
use crossdock_db::webhooks::EndpointRow;
use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{DeliveryId, EndpointId, EventId};
use crossdock_domain::webhook::{ContentType, Endpoint, EndpointProblem, Method, Owner, WebhookEvent};
use secrecy::{ExposeSecret as _, SecretString};

use crate::webhook::{body, deliver, fan_out, sign};
use crate::{WebhookError, Webhooks};

/// How long the secret before signs as well.
const OLD_SECRET: Span = Span::hours(24);

/// An endpoint to be.
#[derive(Debug, Clone)]
pub struct NewEndpoint {
    /// Whose.
    pub owner: Owner,
    /// Only what concerns this account.
    pub account: Option<String>,
    /// What it is told of.
    pub events: Vec<WebhookEvent>,
    /// Where to.
    pub url: String,
    /// How.
    pub method: Method,
    /// What the body is.
    pub content_type: ContentType,
    /// Headers besides ours.
    pub headers: Vec<(String, String)>,
    /// Template of the body.
    pub body: Option<String>,
    /// `whsec_…`; absent: a new one is made.
    pub secret: Option<SecretString>,
}

/// What to change; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct EndpointChange {
    /// Only this account; an inner `None`: everything.
    pub account: Option<Option<String>>,
    /// What it is told of.
    pub events: Option<Vec<WebhookEvent>>,
    /// Where to.
    pub url: Option<String>,
    /// How.
    pub method: Option<Method>,
    /// What the body is.
    pub content_type: Option<ContentType>,
    /// Headers besides ours, all of them.
    pub headers: Option<Vec<(String, String)>>,
    /// Template of the body; an inner `None`: the default one.
    pub body: Option<Option<String>>,
    /// On or off; on forgets failures and note.
    pub active: Option<bool>,
}

/// A request as it would be sent, without its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// How.
    pub method: Method,
    /// Where to; with GET, with everything that is told.
    pub url: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

struct Add(EndpointRow);

impl Operation for Add {
    type Output = ();
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<(), WebhookError> {
        let there = match self.0.endpoint.owner {
            Owner::Store(id) => tx.store(id).await?.is_some(),
            Owner::Wholesaler(id) => tx.wholesaler(id).await?.is_some(),
        };
        if !there {
            return Err(WebhookError::NoOwner);
        }
        Ok(tx.insert_endpoint(&self.0).await?)
    }
}

struct Update(Endpoint, Timestamp);

impl Operation for Update {
    type Output = bool;
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, WebhookError> {
        if self.0.paused_until.is_none() {
            // Switched on again, or elsewhere now: the timeouts before do not count.
            tx.note_answer((self.0.owner, self.0.id), self.1).await?;
        }
        Ok(tx.update_endpoint(&self.0, self.1).await?)
    }
}

struct Rotate {
    endpoint: (Owner, EndpointId),
    secret: String,
    now: Timestamp,
}

impl Operation for Rotate {
    type Output = bool;
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, WebhookError> {
        Ok(tx.set_endpoint_secret(self.endpoint, &self.secret, self.now + OLD_SECRET, self.now).await?)
    }
}

struct Remove(Owner, EndpointId);

impl Operation for Remove {
    type Output = bool;
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, WebhookError> {
        Ok(tx.delete_endpoint(self.0, self.1).await?)
    }
}

struct FindEndpoint(Owner, EndpointId);

impl Operation for FindEndpoint {
    type Output = Option<EndpointRow>;
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, WebhookError> {
        Ok(tx.endpoint(self.0, self.1).await?)
    }
}

struct ListEndpoints(Owner);

impl Operation for ListEndpoints {
    type Output = Vec<EndpointRow>;
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, WebhookError> {
        Ok(tx.endpoints(self.0).await?)
    }
}

struct Try(EventRow, DeliveryRow);

impl Operation for Try {
    type Output = ();
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<(), WebhookError> {
        tx.insert_event(&self.0).await?;
        tx.insert_delivery(&self.1).await?;
        Ok(())
    }
}

/// What a sealed secret belongs to.
fn place(owner: Owner, id: EndpointId) -> String {
    format!("webhook_endpoints/{owner}/{id}/secret")
}

impl Webhooks<'_> {
    pub(super) fn seal_secret(self, owner: Owner, id: EndpointId, secret: &SecretString) -> String {
        self.0.config().sealing_key.seal(secret.expose_secret().as_bytes(), &place(owner, id), self.0.random())
    }

    pub(super) fn open_secret(self, owner: Owner, id: EndpointId, sealed: &str) -> Result<SecretString, WebhookError> {
        Ok(self.0.config().sealing_key.open_text(sealed, &place(owner, id))?)
    }

    /// What can be told before anything is sent.
    fn check_endpoint(self, endpoint: &Endpoint) -> Result<(), WebhookError> {
        let url = endpoint.check()?;
        let refuse = |field, problem: String| WebhookError::Refused(EndpointProblem { field, problem });
        self.0.integrations().web.check(&url).map_err(|error| refuse("url", error.to_string()))?;
        body::check(endpoint).map_err(|error| refuse("body", error.0))
    }

    /// Adds an endpoint and answers it with its secret.
    pub async fn add(self, new: NewEndpoint) -> Result<(Endpoint, SecretString), WebhookError> {
        let now = self.0.now();
        let endpoint = Endpoint {
            owner: new.owner,
            id: EndpointId::new(now, self.0.random()),
            account: new.account,
            events: new.events,
            url: new.url,
            method: new.method,
            content_type: new.content_type,
            headers: new.headers,
            body: new.body,
            active: true,
            note: None,
            failing_since: None,
            paused_until: None,
            created_at: now,
        };
        self.check_endpoint(&endpoint)?;
        let secret = new.secret.unwrap_or_else(|| sign::new_secret(self.0.random()));
        sign::check(&secret)?;
        let sealed = self.seal_secret(endpoint.owner, endpoint.id, &secret);
        self.0.db().write(Add(EndpointRow { endpoint: endpoint.clone(), secret: sealed, old_secret: None })).await?;
        Ok((endpoint, secret))
    }

    async fn row(self, owner: Owner, id: EndpointId) -> Result<EndpointRow, WebhookError> {
        self.0.db().read(FindEndpoint(owner, id)).await?.ok_or(WebhookError::NoEndpoint)
    }

    /// One endpoint.
    pub async fn get(self, owner: Owner, id: EndpointId) -> Result<Endpoint, WebhookError> {
        Ok(self.row(owner, id).await?.endpoint)
    }

    /// Every endpoint of an owner, oldest first.
    pub async fn list(self, owner: Owner) -> Result<Vec<Endpoint>, WebhookError> {
        Ok(self.0.db().read(ListEndpoints(owner)).await?.into_iter().map(|row| row.endpoint).collect())
    }

    /// Changes an endpoint.
    pub async fn change(self, owner: Owner, id: EndpointId, change: EndpointChange) -> Result<Endpoint, WebhookError> {
        let mut endpoint = self.get(owner, id).await?;
        endpoint.account = change.account.unwrap_or(endpoint.account);
        endpoint.events = change.events.unwrap_or(endpoint.events);
        endpoint.url = change.url.unwrap_or(endpoint.url);
        endpoint.method = change.method.unwrap_or(endpoint.method);
        endpoint.content_type = change.content_type.unwrap_or(endpoint.content_type);
        endpoint.headers = change.headers.unwrap_or(endpoint.headers);
        endpoint.body = change.body.unwrap_or(endpoint.body);
        if let Some(active) = change.active {
            endpoint.active = active;
            endpoint.note = None;
            endpoint.failing_since = None;
            endpoint.paused_until = None;
        }
        self.check_endpoint(&endpoint)?;
        if !self.0.db().write(Update(endpoint.clone(), self.0.now())).await? {
            return Err(WebhookError::NoEndpoint);
        }
        Ok(endpoint)
    }

    /// Replaces the secret. For a day both sign, so that the receiver can change over.
    pub async fn rotate_secret(
        self,
        owner: Owner,
        id: EndpointId,
        secret: Option<SecretString>,
    ) -> Result<SecretString, WebhookError> {
        let secret = secret.unwrap_or_else(|| sign::new_secret(self.0.random()));
        sign::check(&secret)?;
        let sealed = self.seal_secret(owner, id, &secret);
        if !self.0.db().write(Rotate { endpoint: (owner, id), secret: sealed, now: self.0.now() }).await? {
            return Err(WebhookError::NoEndpoint);
        }
        Ok(secret)
    }

    /// Removes an endpoint with its deliveries and log.
    pub async fn remove(self, owner: Owner, id: EndpointId) -> Result<(), WebhookError> {
        if self.0.db().write(Remove(owner, id)).await? { Ok(()) } else { Err(WebhookError::NoEndpoint) }
    }

    /// The request that an event of this kind would make, with made-up values.
    pub async fn preview(self, owner: Owner, id: EndpointId, kind: WebhookEvent) -> Result<Preview, WebhookError> {
        let endpoint = self.get(owner, id).await?;
        let refuse = |problem: String| WebhookError::Refused(EndpointProblem { field: "body", problem });
        let text = body::render_sample(&endpoint, kind).map_err(|error| refuse(error.0))?;
        let call = deliver::request(&endpoint, &text).map_err(refuse)?;
        Ok(Preview { method: call.method, url: call.url.into(), headers: call.headers, body: text })
    }

    /// Sends an event `test` with made-up values to one endpoint, now, and answers how that went. When it failed, it is
    /// tried again by the usual schedule.
    pub async fn try_out(self, owner: Owner, id: EndpointId) -> Result<(DeliveryRow, Vec<AttemptLog>), WebhookError> {
        let endpoint = self.get(owner, id).await?;
        let now = self.0.now();
        let event = EventRow {
            owner,
            id: EventId::new(now, self.0.random()),
            kind: WebhookEvent::Test,
            account: body::sample(&endpoint, WebhookEvent::Test).account,
            address: None,
            payload: WebhookEvent::Test.sample().to_string(),
            at: now,
        };
        let delivery = fan_out::new_delivery(self.0, &event, id, now);
        let number: DeliveryId = delivery.id;
        self.0.db().write(Try(event, delivery)).await?;
        // Whoever tries a receiver out wants to know now, also while it is left alone.
        self.make_try(owner, number, 1, false).await?;
        self.delivery(owner, number).await
    }
}
