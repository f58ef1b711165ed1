//! Events and their way to the endpoints: signed, tried again, and disturbed on purpose.

use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::error::ApiError;
use crate::model::Metadata;
use crate::state::State;
use crate::versions;

/// Seconds until the next try after each that failed: about three days in all.
const RETRY_AFTER: &[i64] = &[60, 300, 1_800, 7_200, 18_000, 36_000, 43_200, 43_200, 43_200, 43_200];

/// Where events are sent.
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub id: String,
    pub created: i64,
    pub url: String,
    pub secret: String,
    /// The secret before, and until when it signs as well.
    pub old_secret: Option<(String, i64)>,
    pub enabled_events: Vec<String>,
    pub disabled: bool,
    pub api_version: Option<String>,
    pub description: Option<String>,
    pub metadata: Metadata,
}

impl Endpoint {
    /// As the API shows it. The secret is shown once, by the call that makes it.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id, "object": "webhook_endpoint", "api_version": self.api_version, "application": null,
            "created": self.created, "description": self.description, "enabled_events": self.enabled_events,
            "livemode": false, "metadata": self.metadata,
            "status": if self.disabled { "disabled" } else { "enabled" }, "url": self.url,
        })
    }

    fn wants(&self, kind: &str) -> bool {
        !self.disabled && self.enabled_events.iter().any(|wanted| wanted == "*" || wanted == kind)
    }

    /// The value of `Stripe-Signature`.
    fn sign(&self, now: i64, body: &str) -> String {
        let old = self.old_secret.as_ref().filter(|(_, until)| *until > now).map(|(secret, _)| secret);
        let mut header = format!("t={now}");
        for secret in std::iter::once(&self.secret).chain(old) {
            header.push_str(",v1=");
            header.push_str(&signature(secret, now, body));
        }
        header
    }
}

/// HMAC-SHA256 of `t.body` in hex; the secret is taken as the text that it is.
pub fn signature(secret: &str, time: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes every key");
    mac.update(format!("{time}.{body}").as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryStatus {
    /// Waits for its time.
    Pending,
    /// Being sent.
    Sending,
    /// Answered with 2xx.
    Delivered,
    /// Thrown away on purpose.
    Dropped,
    /// Failed for three days.
    GivenUp,
}

/// An event on its way to an endpoint.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub id: String,
    pub event: String,
    pub endpoint: String,
    pub due: i64,
    pub tries: usize,
    pub status: DeliveryStatus,
    /// How the last try ended.
    pub last: Option<String>,
}

impl Delivery {
    /// For the control route.
    pub fn to_json(&self) -> Value {
        let status = match self.status {
            DeliveryStatus::Pending => "pending",
            DeliveryStatus::Sending => "sending",
            DeliveryStatus::Delivered => "delivered",
            DeliveryStatus::Dropped => "dropped",
            DeliveryStatus::GivenUp => "given_up",
        };
        json!({
            "id": self.id, "event": self.event, "endpoint": self.endpoint, "due": self.due, "tries": self.tries,
            "status": status, "last": self.last,
        })
    }
}

/// Disturbances of the deliveries.
#[derive(Debug, Clone, Copy, Default)]
pub struct Switches {
    /// Everything is sent twice.
    pub duplicate: bool,
    /// What is due at the same time is sent newest first.
    pub reorder: bool,
    /// Seconds before the first try.
    pub delay: i64,
    /// So many deliveries are thrown away.
    pub drop: i64,
}

/// A request that is to be sent, and reported with [`crate::StripeFake::record`].
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Names the delivery.
    pub id: String,
    /// Where it goes.
    pub url: String,
    /// Value of the header `Stripe-Signature`.
    pub signature: String,
    /// JSON of the event.
    pub body: String,
}

impl State {
    /// Tells that something happened to an object.
    pub fn emit_object(&mut self, kind: &str, id: &str) {
        let event_id = self.id("evt_1", 23);
        let endpoints = self.endpoints.ids(|endpoint| endpoint.wants(kind));
        let event = json!({
            "id": event_id, "object": "event", "api_version": versions::DEFAULT, "created": self.now,
            "data": { "object": self.shown(id) }, "livemode": false, "pending_webhooks": endpoints.len(),
            "request": { "id": self.cause.0, "idempotency_key": self.cause.1 }, "type": kind,
        });
        self.events.put(&event_id, event);
        for endpoint in endpoints {
            self.send(&event_id, &endpoint);
        }
    }

    /// Puts an event on its way to an endpoint.
    pub fn send(&mut self, event: &str, endpoint: &str) {
        for _ in 0..=usize::from(self.switches.duplicate) {
            let dropped = self.switches.drop > 0;
            self.switches.drop -= i64::from(dropped);
            let id = self.id("dlv_", 16);
            let delivery = Delivery {
                id: id.clone(),
                event: event.to_owned(),
                endpoint: endpoint.to_owned(),
                due: self.now + self.switches.delay,
                tries: 0,
                status: if dropped { DeliveryStatus::Dropped } else { DeliveryStatus::Pending },
                last: None,
            };
            self.deliveries.put(&id, delivery);
        }
    }

    /// What is to be sent now.
    pub fn due(&mut self) -> Vec<Outgoing> {
        let now = self.now;
        let mut ids = self.deliveries.ids(|d| d.status == DeliveryStatus::Pending && d.due <= now);
        if self.switches.reorder {
            ids.reverse();
        }
        let mut batch = Vec::new();
        for id in ids {
            let Some(delivery) = self.deliveries.get_mut(&id) else { continue };
            let (endpoint, event) = (self.endpoints.get(&delivery.endpoint), self.events.get(&delivery.event));
            let (Some(endpoint), Some(event)) = (endpoint.filter(|endpoint| !endpoint.disabled), event) else {
                delivery.status = DeliveryStatus::GivenUp;
                delivery.last = Some("the endpoint or the event is gone".to_owned());
                continue;
            };
            delivery.status = DeliveryStatus::Sending;
            delivery.tries += 1;
            let mut event = event.clone();
            if let Some(version) = &endpoint.api_version {
                event["api_version"] = json!(version);
            }
            let body = format!("{event:#}");
            batch.push(Outgoing { id, url: endpoint.url.clone(), signature: endpoint.sign(now, &body), body });
        }
        batch
    }

    /// Notes how a try ended: the status of the answer, or why there was none.
    pub fn record(&mut self, id: &str, outcome: Result<u16, String>) {
        let now = self.now;
        let Some(delivery) = self.deliveries.get_mut(id) else { return };
        let good = matches!(outcome, Ok(200..=299));
        delivery.last = Some(outcome.map_or_else(|error| error, |status| status.to_string()));
        if good {
            delivery.status = DeliveryStatus::Delivered;
        } else if let Some(wait) = RETRY_AFTER.get(delivery.tries - 1) {
            delivery.status = DeliveryStatus::Pending;
            delivery.due = now + wait;
        } else {
            delivery.status = DeliveryStatus::GivenUp;
        }
        let event = delivery.event.clone();
        if (good || delivery.status == DeliveryStatus::GivenUp)
            && let Some(event) = self.events.get_mut(&event)
        {
            let open = event["pending_webhooks"].as_i64().unwrap_or(0);
            event["pending_webhooks"] = json!((open - 1).max(0));
        }
    }

    /// A new secret for signatures.
    pub fn webhook_secret(&self) -> String {
        let raw = self.id("", 24);
        format!("whsec_{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(raw))
    }

    /// Adds an endpoint.
    pub fn add_endpoint(&mut self, url: &str, secret: String, enabled_events: Vec<String>) -> Result<String, ApiError> {
        let parsed = url::Url::parse(url).ok().filter(|url| url.scheme() == "http" && url.host_str().is_some());
        if parsed.is_none() {
            let text = format!("Invalid URL: {url}. This fake sends webhooks over plain HTTP: http://HOST:PORT/PATH");
            return Err(ApiError::parameter("url", text).code("url_invalid"));
        }
        let id = self.id("we_1", 23);
        let endpoint = Endpoint {
            id: id.clone(),
            created: self.now,
            url: url.to_owned(),
            secret,
            old_secret: None,
            enabled_events,
            disabled: false,
            api_version: None,
            description: None,
            metadata: Metadata::new(),
        };
        self.endpoints.put(&id, endpoint);
        Ok(id)
    }
}
