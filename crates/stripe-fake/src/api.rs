//! The API: who may call, idempotency, and the routes.

use base64::Engine as _;
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use crate::error::ApiError;
use crate::faults::FaultKind;
use crate::form::Params;
use crate::idempotency::Stored;
use crate::state::State;
use crate::webhooks::Endpoint;
use crate::{Answer, Call, lists, versions};

impl State {
    /// Answers a call of the API.
    pub fn api(&mut self, call: &Call, fault: Option<FaultKind>) -> Answer {
        let request = self.id("req_", 14);
        let key = call.header("idempotency-key").filter(|_| call.method == "POST").map(str::to_owned);
        let (params, version) = match self.admit(call) {
            Ok(admitted) => admitted,
            Err(error) => return refusal(&error, &request),
        };
        if fault == Some(FaultKind::RateLimit) {
            return refusal(&ApiError::rate_limit(), &request);
        }
        let fingerprint = params.fingerprint();
        if let Some(key) = &key {
            match self.replay(key, &call.path, &fingerprint) {
                Ok(Some(mut answer)) => {
                    answer.headers.push(("request-id", request));
                    return answer;
                }
                Ok(None) => {}
                Err(error) => return refusal(&error, &request),
            }
        }
        self.cause = (Some(request.clone()), key.clone());
        let result = match fault {
            Some(FaultKind::Internal) => Err(ApiError::internal()),
            // What the work came to is nobody's to see.
            Some(FaultKind::InternalAfter) => self.route(call, &params).and(Err(ApiError::internal())),
            _ => self.route(call, &params),
        };
        let keep = result.as_ref().err().is_none_or(|error| error.began);
        let mut answer = match result {
            Ok(body) => Answer::json(200, &body),
            Err(error) => error_answer(&error, &request),
        };
        answer.headers.push(("stripe-version", version));
        if let Some(key) = key.filter(|_| keep) {
            answer.headers.push(("idempotency-key", key.clone()));
            answer.headers.push(("original-request", request.clone()));
            let stored = Stored { created: self.now, path: call.path.clone(), fingerprint, answer: answer.clone() };
            self.stored.put(&key, stored);
        }
        answer.headers.push(("request-id", request));
        answer
    }

    /// Checks key, right and version, and reads the parameters.
    fn admit(&self, call: &Call) -> Result<(Params, String), ApiError> {
        let rights = self.rights(call)?;
        let version = call.header("stripe-version").unwrap_or(versions::DEFAULT);
        if !versions::is_known(version) {
            return Err(ApiError::invalid(format!(
                "Invalid Stripe API version: {version}. This fake knows those of dahlia."
            )));
        }
        if call.method == "POST" && !call.query.is_empty() {
            return Err(ApiError::invalid("Parameters of a POST belong into its body."));
        }
        if call.method == "POST"
            && !call.body.is_empty()
            && !call.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
        {
            return Err(ApiError::invalid("The content type must be application/x-www-form-urlencoded."));
        }
        let params = Params::parse(if call.method == "POST" { &call.body } else { call.query.as_bytes() })?;
        if let Some(rights) = rights {
            let right = right(call);
            // Whoever may write may read.
            let held = rights.iter().any(|held| *held == right || *held == right.replace("_read", "_write"));
            if !held {
                return Err(ApiError::forbidden(&right));
            }
        }
        Ok((params, version.to_owned()))
    }

    /// The rights of the caller; `None` for all of them.
    fn rights(&self, call: &Call) -> Result<Option<&Vec<String>>, ApiError> {
        let header = call.header("authorization").unwrap_or_default();
        let basic = header.strip_prefix("Basic ").and_then(|text| {
            let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).ok()?;
            Some(String::from_utf8(bytes).ok()?.split(':').next()?.to_owned())
        });
        let key = basic.or_else(|| header.strip_prefix("Bearer ").map(str::to_owned)).filter(|key| !key.is_empty());
        let Some(key) = key else {
            let text = "You did not provide an API key. Provide it in the Authorization header, using Bearer auth.";
            return Err(ApiError::unauthorised(text));
        };
        if bool::from(key.as_bytes().ct_eq(self.settings.api_key.as_bytes())) {
            return Ok(None);
        }
        let restricted = self.restricted.iter().find(|(held, _)| bool::from(held.as_bytes().ct_eq(key.as_bytes())));
        let shown: String = key.chars().take(8).collect();
        restricted
            .map(|(_, rights)| Some(rights))
            .ok_or_else(|| ApiError::unauthorised(format!("Invalid API Key provided: {shown}****")))
    }

    fn route(&mut self, call: &Call, params: &Params) -> Result<Value, ApiError> {
        let path = call.path.as_str();
        let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
        let mut shown = match (call.method.as_str(), parts.as_slice()) {
            ("POST", ["checkout", "sessions"]) => self.create_session(params)?,
            ("POST", ["checkout", "sessions", id]) => {
                params.allow(&["metadata[*]"])?;
                let changes = params.metadata("metadata")?;
                let session =
                    self.sessions.get_mut(id).ok_or_else(|| ApiError::missing("checkout.session", id, "session"))?;
                Self::merge(&mut session.metadata, changes);
                self.shown(id)
            }
            ("POST", ["checkout", "sessions", id, "expire"]) => self.expire_session_call(id, params)?,
            ("GET", ["checkout", "sessions"]) => {
                let filters = &["payment_intent", "status", "customer_details[email]"];
                params.one_of("status", &["open", "complete", "expired"])?;
                lists::page(self, &self.sessions, params, path, filters, |session, shown| {
                    params.text("payment_intent").is_none_or(|id| session.intent.as_deref() == Some(id))
                        && params.text("status").is_none_or(|status| shown["status"] == status)
                        && params
                            .text("customer_details[email]")
                            .is_none_or(|mail| shown["customer_details"]["email"] == mail)
                })?
            }
            ("GET", ["checkout", "sessions", id, "line_items"]) => {
                params.allow(&["limit"])?;
                let session = self.sessions.get(id);
                session.ok_or_else(|| ApiError::missing("checkout.session", id, "session"))?.line_items()
            }
            ("GET", ["checkout", "sessions", id]) => self.one("checkout.session", "cs_", id, "session", params)?,
            ("POST", ["payment_intents"]) => self.create_intent(params)?,
            ("POST", ["payment_intents", id]) => self.update_intent(id, params)?,
            ("POST", ["payment_intents", id, "confirm"]) => self.confirm_intent(id, params)?,
            ("POST", ["payment_intents", id, "capture"]) => self.capture_intent(id, params)?,
            ("POST", ["payment_intents", id, "cancel"]) => self.cancel_intent(id, params)?,
            ("GET", ["payment_intents"]) => lists::page(self, &self.intents, params, path, &[], |_, _| true)?,
            ("GET", ["payment_intents", id]) => self.one("payment_intent", "pi_", id, "intent", params)?,
            ("POST", ["refunds"]) => self.create_refund(params)?,
            ("GET", ["refunds"]) => self.of_payment(&self.refunds, params, path)?,
            ("GET", ["refunds", id]) => self.one("refund", "re_", id, "id", params)?,
            ("GET", ["charges"]) => self.of_payment(&self.charges, params, path)?,
            ("GET", ["charges", id]) => self.one("charge", "ch_", id, "id", params)?,
            ("GET", ["disputes"]) => self.of_payment(&self.disputes, params, path)?,
            ("GET", ["disputes", id]) => self.one("dispute", "dp_", id, "id", params)?,
            ("GET", ["radar", "early_fraud_warnings"]) => self.of_payment(&self.warnings, params, path)?,
            ("GET", ["radar", "early_fraud_warnings", id]) => {
                self.one("early_fraud_warning", "issfr_", id, "id", params)?
            }
            ("GET", ["events"]) => lists::page(self, &self.events, params, path, &["type", "types[#]"], |event, _| {
                let wanted = params.list("types");
                params.text("type").is_none_or(|kind| kind_fits(kind, event))
                    && (wanted.is_empty() || wanted.iter().any(|kind| kind_fits(kind, event)))
            })?,
            ("GET", ["events", id]) => self.one("event", "evt_", id, "id", params)?,
            ("POST", ["webhook_endpoints"]) => self.create_endpoint(params)?,
            ("POST", ["webhook_endpoints", id]) => self.update_endpoint(id, params)?,
            ("GET", ["webhook_endpoints"]) => lists::page(self, &self.endpoints, params, path, &[], |_, _| true)?,
            ("GET", ["webhook_endpoints", id]) => self.one("webhook_endpoint", "we_", id, "id", params)?,
            ("DELETE", ["webhook_endpoints", id]) => {
                params.allow(&[])?;
                self.endpoints.remove(id).ok_or_else(|| ApiError::missing("webhook_endpoint", id, "id"))?;
                json!({ "id": id, "object": "webhook_endpoint", "deleted": true })
            }
            ("GET", ["account"]) => {
                params.allow(&[])?;
                json!({
                    "id": "acct_1CrossdockFake", "object": "account", "business_type": "company", "charges_enabled": true,
                    "country": "US", "default_currency": "usd", "details_submitted": true, "payouts_enabled": true,
                    "type": "standard", "email": null, "metadata": {}, "capabilities": { "card_payments": "active" },
                    "settings": { "dashboard": { "display_name": "Crossdock rehearsal" } },
                })
            }
            ("GET", ["balance"]) => {
                params.allow(&[])?;
                self.balance()
            }
            _ => return Err(ApiError::no_route(&call.method, path)),
        };
        self.expand(&mut shown, &params.list("expand"))?;
        Ok(shown)
    }

    fn one(&self, kind: &str, prefix: &str, id: &str, param: &str, params: &Params) -> Result<Value, ApiError> {
        params.allow(&[])?;
        let found = self.object(id).filter(|_| id.starts_with(prefix));
        found.ok_or_else(|| ApiError::missing(kind, id, param))
    }

    /// A list that can be narrowed to a charge or a payment.
    fn of_payment<T>(&self, rows: &crate::shelf::Shelf<T>, params: &Params, path: &str) -> Result<Value, ApiError> {
        lists::page(self, rows, params, path, &["charge", "payment_intent"], |_, shown| {
            ["charge", "payment_intent"].iter().all(|name| params.text(name).is_none_or(|id| shown[*name] == id))
        })
    }

    /// What was captured and not given back, by currency. Fees and payouts are not played.
    fn balance(&self) -> Value {
        let mut sums = std::collections::BTreeMap::<&str, i64>::new();
        for (_, charge) in self.charges.iter().filter(|(_, charge)| !charge.disputed && charge.amount_captured > 0) {
            *sums.entry(&charge.currency).or_default() += charge.refundable();
        }
        let pending: Vec<Value> = sums
            .iter()
            .map(|(code, sum)| json!({ "amount": sum, "currency": code, "source_types": { "card": sum } }))
            .collect();
        json!({ "object": "balance", "available": [], "livemode": false, "pending": pending })
    }

    fn create_endpoint(&mut self, params: &Params) -> Result<Value, ApiError> {
        params.allow(&["api_version", "description", "enabled_events[#]", "metadata[*]", "url"])?;
        let events = events(params)?;
        if events.is_empty() {
            return Err(ApiError::parameter("enabled_events", "Missing required param: enabled_events.")
                .code("parameter_missing"));
        }
        let version = params.text("api_version");
        if version.is_some_and(|version| !versions::is_known(version)) {
            return Err(ApiError::parameter("api_version", "Invalid API version. This fake knows those of dahlia."));
        }
        let metadata = params.metadata("metadata")?;
        let secret = self.webhook_secret();
        let id = self.add_endpoint(params.required("url")?, secret.clone(), events)?;
        if let Some(endpoint) = self.endpoints.get_mut(&id) {
            endpoint.metadata = metadata;
            endpoint.description = params.text("description").map(str::to_owned);
            endpoint.api_version = version.map(str::to_owned);
        }
        let mut shown = self.shown(&id);
        shown["secret"] = json!(secret);
        Ok(shown)
    }

    fn update_endpoint(&mut self, id: &str, params: &Params) -> Result<Value, ApiError> {
        params.allow(&["description", "disabled", "enabled_events[#]", "metadata[*]"])?;
        let (events, disabled, metadata) = (events(params)?, params.boolean("disabled")?, params.metadata("metadata")?);
        let endpoint: &mut Endpoint =
            self.endpoints.get_mut(id).ok_or_else(|| ApiError::missing("webhook_endpoint", id, "id"))?;
        if !events.is_empty() {
            endpoint.enabled_events = events;
        }
        endpoint.disabled = disabled.unwrap_or(endpoint.disabled);
        endpoint.description = params.text("description").map(str::to_owned).or(endpoint.description.take());
        Self::merge(&mut endpoint.metadata, metadata);
        Ok(self.shown(id))
    }
}

/// Names of events: `*` or words with points between them.
fn events(params: &Params) -> Result<Vec<String>, ApiError> {
    let events = params.list("enabled_events");
    for (index, event) in events.iter().enumerate() {
        let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if *event != "*" && !(event.contains('.') && event.split('.').all(word)) {
            let param = format!("enabled_events[{index}]");
            return Err(ApiError::parameter(&param, format!("Invalid enabled_events: no event is called {event}.")));
        }
    }
    Ok(events.into_iter().map(str::to_owned).collect())
}

/// A type of event, or `charge.*`.
fn kind_fits(wanted: &str, event: &Value) -> bool {
    let kind = event["type"].as_str().unwrap_or_default();
    wanted.strip_suffix('*').map_or(kind == wanted, |prefix| kind.starts_with(prefix))
}

/// The right that a call needs: `rak_payment_intent_write`.
fn right(call: &Call) -> String {
    let path = call.path.trim_start_matches("/v1/");
    let resource = match path.split('/').next().unwrap_or_default() {
        "checkout" => "checkout_session",
        "radar" => "radar_early_fraud_warning",
        "account" => "account",
        "balance" => "balance",
        plural => plural.strip_suffix('s').unwrap_or(plural),
    };
    format!("rak_{resource}_{}", if call.method == "GET" { "read" } else { "write" })
}

fn error_answer(error: &ApiError, request: &str) -> Answer {
    let mut answer = Answer::json(error.status, &error.to_json(request));
    if let Some(retry) = error.should_retry() {
        answer.headers.push(("stripe-should-retry", retry.to_string()));
    }
    answer
}

fn refusal(error: &ApiError, request: &str) -> Answer {
    let mut answer = error_answer(error, request);
    answer.headers.push(("request-id", request.to_owned()));
    answer
}
