//! The control routes under `/_fake`: switches, the clock, and what a person does in the provider's dashboard.
//!
//! They take forms and answer JSON. Nobody has to log in, which is why the fake listens on loopback.

use serde_json::{Value, json};

use crate::error::ApiError;
use crate::faults::Fault;
use crate::form::Params;
use crate::model::{IntentStatus, Metadata};
use crate::state::State;
use crate::{Answer, Call, StripeFake};

/// Every route and what it takes; `GET /_fake` shows them.
const ROUTES: &[(&str, &str)] = &[
    ("POST /_fake/clock", "advance=SECONDS: sessions expire, authorisations run out, retries become due"),
    ("POST /_fake/faults", "call='POST /v1/payment_intents/*/capture', kind=lost|500|500_after|429|timeout, count=1"),
    ("DELETE /_fake/faults", "no more faults; waiting calls go on"),
    ("POST /_fake/release", "calls that wait because of a timeout go on"),
    (
        "POST /_fake/webhooks",
        "duplicate=true|false, reorder=true|false, delay=SECONDS, drop=COUNT; what is left out stays",
    ),
    ("POST /_fake/webhooks/add", "url=URL: signed with the secret that was printed at the start"),
    ("POST /_fake/webhooks/rotate", "endpoint=we_…, overlap=SECONDS: both secrets sign until then"),
    ("POST /_fake/webhooks/resend", "event=evt_…: to every endpoint that is enabled"),
    ("POST /_fake/webhooks/deliver", "sends what is due now and waits for the end"),
    ("GET /_fake/deliveries", "every delivery, newest first"),
    ("POST /_fake/payments/{pi}/capture", "amount=…: in the dashboard"),
    ("POST /_fake/payments/{pi}/cancel", "in the dashboard"),
    ("POST /_fake/payments/{pi}/refund", "amount=…: in the dashboard"),
    ("POST /_fake/payments/{pi}/dispute", "reason=fraudulent|product_not_received|duplicate|general"),
    ("POST /_fake/payments/{pi}/fraud_warning", "the issuer's early fraud warning"),
    ("POST /_fake/disputes/{dp}/close", "status=won|lost"),
    ("POST /_fake/refunds", "pending=true|false: new refunds wait to be settled"),
    ("POST /_fake/refunds/{re}/settle", "status=succeeded|failed"),
    ("POST /_fake/keys", "key=rk_test_…, rights[]=rak_checkout_session_write: a restricted key"),
];

impl StripeFake {
    /// Answers a control call.
    pub(crate) async fn control(&self, call: &Call) -> Answer {
        match self.controlled(call).await {
            Ok(body) => Answer::json(200, &body),
            Err(error) => Answer::json(error.status, &error.to_json("req_fake")),
        }
    }

    async fn controlled(&self, call: &Call) -> Result<Value, ApiError> {
        let params = Params::parse(&call.body)?;
        let path = call.path.trim_start_matches("/_fake").trim_start_matches('/');
        match (call.method.as_str(), path) {
            ("POST", "release") => self.release(),
            ("DELETE", "faults") => {
                self.state().faults.clear();
                self.release();
            }
            ("POST", "webhooks/deliver") => self.deliver_due().await,
            ("POST", "webhooks/add") => {
                params.allow(&["url"])?;
                let secret = self.webhook_secret().to_owned();
                let mut state = self.state();
                let id = state.add_endpoint(params.required("url")?, secret, vec!["*".to_owned()])?;
                return Ok(state.shown(&id));
            }
            ("POST", "clock") => {
                params.allow(&["advance"])?;
                let seconds = params.number("advance")?.filter(|seconds| (1..=366 * 86_400).contains(seconds));
                let text = "advance is a number of seconds, at most a year";
                self.state().advanced += seconds.ok_or_else(|| ApiError::parameter("advance", text))?;
                // What is due at the new time happens when the state is looked at again, below.
            }
            _ => return self.state().control(&call.method, path, &params),
        }
        Ok(self.state().overview())
    }
}

impl State {
    fn overview(&self) -> Value {
        let switches = self.switches;
        json!({
            "now": self.now, "advanced": self.advanced, "faults": self.faults.len(), "refunds_pending": self.refunds_pending,
            "webhooks": {
                "duplicate": switches.duplicate, "reorder": switches.reorder, "delay": switches.delay, "drop": switches.drop,
            },
            "routes": ROUTES.iter().map(|(route, takes)| json!({ "route": route, "takes": takes })).collect::<Vec<_>>(),
        })
    }

    fn control(&mut self, method: &str, path: &str, params: &Params) -> Result<Value, ApiError> {
        let parts: Vec<&str> = path.split('/').collect();
        match (method, parts.as_slice()) {
            ("GET", [""]) => {}
            ("POST", ["faults"]) => {
                let fault = Fault::read(params)?;
                if self.faults.len() >= 100 {
                    return Err(ApiError::invalid("There are 100 faults already; delete them first."));
                }
                self.faults.push(fault);
            }
            ("POST", ["webhooks"]) => self.set_switches(params)?,
            ("POST", ["webhooks", "rotate"]) => return self.rotate(params),
            ("POST", ["webhooks", "resend"]) => {
                params.allow(&["event"])?;
                let event = params.required("event")?;
                self.events.get(event).ok_or_else(|| ApiError::missing("event", event, "event"))?;
                for endpoint in self.endpoints.ids(|endpoint| !endpoint.disabled) {
                    self.send(event, &endpoint);
                }
            }
            ("GET", ["deliveries"]) => {
                let data: Vec<Value> = self.deliveries.iter().rev().map(|(_, delivery)| delivery.to_json()).collect();
                return Ok(json!({ "object": "list", "data": data }));
            }
            ("POST", ["payments", id, act]) => return self.in_dashboard(id, act, params),
            ("POST", ["disputes", id, "close"]) => {
                params.allow(&["status"])?;
                params.required("status")?;
                self.close_dispute(id, params.one_of("status", &["won", "lost"])?.unwrap_or("lost"))?;
                return Ok(self.shown(id));
            }
            ("POST", ["refunds"]) => {
                params.allow(&["pending"])?;
                params.required("pending")?;
                self.refunds_pending = params.boolean("pending")?.unwrap_or(false);
            }
            ("POST", ["refunds", id, "settle"]) => {
                params.allow(&["status"])?;
                params.required("status")?;
                self.settle_refund(id, params.one_of("status", &["succeeded", "failed"])?.unwrap_or("failed"))?;
                return Ok(self.shown(id));
            }
            ("POST", ["keys"]) => {
                params.allow(&["key", "rights[#]"])?;
                let key = params.required("key")?;
                if !key.starts_with("rk_test_") {
                    return Err(ApiError::parameter("key", "A restricted key begins with rk_test_."));
                }
                let rights = params.list("rights").into_iter().map(str::to_owned).collect();
                self.restricted.insert(key.to_owned(), rights);
            }
            _ => return Err(ApiError::no_route(method, &format!("/_fake/{path}"))),
        }
        Ok(self.overview())
    }

    fn set_switches(&mut self, params: &Params) -> Result<(), ApiError> {
        params.allow(&["duplicate", "reorder", "delay", "drop"])?;
        let mut switches = self.switches;
        switches.duplicate = params.boolean("duplicate")?.unwrap_or(switches.duplicate);
        switches.reorder = params.boolean("reorder")?.unwrap_or(switches.reorder);
        for (name, place) in [("delay", &mut switches.delay), ("drop", &mut switches.drop)] {
            let value = params.number(name)?.unwrap_or(*place);
            if !(0..=1_000_000).contains(&value) {
                return Err(ApiError::parameter(name, format!("{name} is between 0 and 1000000")));
            }
            *place = value;
        }
        self.switches = switches;
        Ok(())
    }

    fn rotate(&mut self, params: &Params) -> Result<Value, ApiError> {
        params.allow(&["endpoint", "overlap"])?;
        let id = params.required("endpoint")?;
        let overlap = params.number("overlap")?.unwrap_or(86_400);
        if !(0..=86_400).contains(&overlap) {
            return Err(ApiError::parameter("overlap", "overlap is at most a day, in seconds"));
        }
        let (secret, now) = (self.webhook_secret(), self.now);
        let endpoint =
            self.endpoints.get_mut(id).ok_or_else(|| ApiError::missing("webhook_endpoint", id, "endpoint"))?;
        let old = std::mem::replace(&mut endpoint.secret, secret.clone());
        endpoint.old_secret = Some((old, now + overlap));
        let mut shown = self.shown(id);
        shown["secret"] = json!(secret);
        Ok(shown)
    }

    /// What a person clicks on a payment.
    fn in_dashboard(&mut self, id: &str, act: &str, params: &Params) -> Result<Value, ApiError> {
        let intent = self.intents.get(id).ok_or_else(|| ApiError::missing("payment_intent", id, "id"))?;
        let charge = intent.latest_charge.clone().filter(|_| intent.status != IntentStatus::RequiresPaymentMethod);
        let charge = charge.ok_or_else(|| ApiError::invalid("The payment has no charge yet."));
        let amount = params.number("amount")?;
        if amount.is_some_and(|amount| amount < 1) {
            return Err(ApiError::parameter("amount", "amount is 1 or more"));
        }
        let changed = match act {
            "capture" => {
                params.allow(&["amount"])?;
                self.capture(id, amount)?;
                id.to_owned()
            }
            "cancel" => {
                params.allow(&[])?;
                self.cancel(id, Some("requested_by_customer"))?;
                id.to_owned()
            }
            "refund" => {
                params.allow(&["amount"])?;
                self.refund(&charge?, amount, Some("requested_by_customer"), Metadata::new())?
            }
            "dispute" => {
                params.allow(&["reason"])?;
                let reasons = &["fraudulent", "product_not_received", "duplicate", "general"];
                self.dispute(&charge?, params.one_of("reason", reasons)?.unwrap_or("fraudulent"))?
            }
            "fraud_warning" => {
                params.allow(&[])?;
                self.warn(&charge?)?
            }
            _ => return Err(ApiError::no_route("POST", &format!("/_fake/payments/{id}/{act}"))),
        };
        Ok(self.shown(&changed))
    }
}
