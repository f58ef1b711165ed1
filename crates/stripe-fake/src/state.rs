//! Everything the fake remembers, what time does to it, and how objects are found.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crossdock_domain::random::Random;
use serde_json::{Value, json};

use crate::Settings;
use crate::error::ApiError;
use crate::faults::Fault;
use crate::idempotency::Stored;
use crate::model::{Charge, Intent, IntentStatus, Session, SessionStatus};
use crate::objects::{Dispute, Refund, Warning};
use crate::shelf::Shelf;
use crate::webhooks::{Delivery, Endpoint, Switches};

/// How long events can be read.
const EVENTS_LAST: i64 = 30 * 86_400;

/// The state behind the API.
pub struct State {
    pub settings: Settings,
    random: Arc<dyn Random>,
    /// Seconds of the current call, the clock's moves included.
    pub now: i64,
    /// Seconds by which the clock was moved forward.
    pub advanced: i64,
    pub sessions: Shelf<Session>,
    pub intents: Shelf<Intent>,
    pub charges: Shelf<Charge>,
    pub refunds: Shelf<Refund>,
    pub disputes: Shelf<Dispute>,
    pub warnings: Shelf<Warning>,
    pub events: Shelf<Value>,
    pub endpoints: Shelf<Endpoint>,
    pub deliveries: Shelf<Delivery>,
    pub switches: Switches,
    pub faults: Vec<Fault>,
    /// Refunds are pending until the control route settles them.
    pub refunds_pending: bool,
    pub stored: Shelf<Stored>,
    /// Idempotency keys of calls that have not ended.
    pub running: HashSet<String>,
    /// Restricted keys and their rights.
    pub restricted: HashMap<String, Vec<String>>,
    /// Id and idempotency key of the call that causes events; none for what time or the dashboard does.
    pub cause: (Option<String>, Option<String>),
}

impl State {
    pub fn new(settings: Settings, random: Arc<dyn Random>) -> Self {
        Self {
            settings,
            random,
            now: 0,
            advanced: 0,
            sessions: Shelf::default(),
            intents: Shelf::default(),
            charges: Shelf::default(),
            refunds: Shelf::default(),
            disputes: Shelf::default(),
            warnings: Shelf::default(),
            events: Shelf::default(),
            endpoints: Shelf::default(),
            deliveries: Shelf::default(),
            switches: Switches::default(),
            faults: Vec::new(),
            refunds_pending: false,
            stored: Shelf::default(),
            running: HashSet::new(),
            restricted: HashMap::new(),
            cause: (None, None),
        }
    }

    /// A new id: the prefix and so many letters and digits.
    pub fn id(&self, prefix: &str, length: usize) -> String {
        const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut bytes = vec![0_u8; length];
        self.random.fill(&mut bytes);
        // 256 is no multiple of 62; ids of test objects may lean to some letters.
        prefix.chars().chain(bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % 62]))).collect()
    }

    /// Lets happen what is due by now: sessions expire, authorisations run out, keys and events are forgotten.
    pub fn lapse(&mut self) {
        let now = self.now;
        for id in self.sessions.ids(|session| session.status == SessionStatus::Open && session.expires_at <= now) {
            self.expire_session(&id);
        }
        let due = |charge: &Charge| charge.amount_captured == 0 && charge.capture_before.is_some_and(|at| at <= now);
        for id in self.charges.ids(due) {
            self.lose_authorisation(&id);
        }
        self.stored.retain(|stored| stored.created + 86_400 > now);
        self.events.retain(|event| event["created"].as_i64().is_some_and(|at| at + EVENTS_LAST > now));
    }

    /// An authorisation ran out. Does nothing when the payment is past that.
    fn lose_authorisation(&mut self, charge: &str) {
        let Some(intent) = self.charges.get(charge).map(|charge| charge.intent.clone()) else { return };
        if self.intents.get(&intent).is_none_or(|intent| intent.status != IntentStatus::RequiresCapture) {
            return;
        }
        self.release(charge);
        self.emit_object("charge.expired", charge);
        self.close_intent(&intent, Some("automatic"));
    }

    /// A reservation is given back: all of the charge counts as refunded.
    pub fn release(&mut self, charge: &str) {
        if let Some(charge) = self.charges.get_mut(charge) {
            charge.amount_refunded = charge.amount;
            charge.capture_before = None;
        }
    }

    /// Any object by its id, as the API shows it.
    pub fn object(&self, id: &str) -> Option<Value> {
        let base = &self.settings.url;
        match id.split_once('_')?.0 {
            "cs" => self.sessions.get(id).map(|session| {
                let intent = session.intent.as_ref().and_then(|id| self.intents.get(id));
                session.to_json(base, intent.is_some_and(|intent| intent.status == IntentStatus::Succeeded))
            }),
            "pi" => self.intents.get(id).map(|intent| intent.to_json(base)),
            "ch" => self.charges.get(id).map(|charge| charge.to_json(base)),
            "re" => self.refunds.get(id).map(Refund::to_json),
            "dp" => self.disputes.get(id).map(Dispute::to_json),
            "issfr" => self.warnings.get(id).map(Warning::to_json),
            "evt" => self.events.get(id).cloned(),
            "we" => self.endpoints.get(id).map(Endpoint::to_json),
            "pm" => {
                let mut methods = self.charges.iter().map(|(_, charge)| &charge.method);
                methods.find(|method| method.id == id).map(crate::model::Method::to_json)
            }
            _ => None,
        }
    }

    /// An object that must be there.
    pub fn shown(&self, id: &str) -> Value {
        self.object(id).unwrap_or(Value::Null)
    }

    /// Puts objects in the place of ids, as `expand[]` asks.
    pub fn expand(&self, shown: &mut Value, paths: &[&str]) -> Result<(), ApiError> {
        for path in paths {
            let names: Vec<&str> = path.split('.').collect();
            // `data.` of a list does not count as a level.
            if names.iter().filter(|name| **name != "data").count() > 4 {
                return Err(ApiError::parameter("expand", "You cannot expand more than 4 levels of a property."));
            }
            self.expand_at(shown, &names, path)?;
        }
        Ok(())
    }

    fn expand_at(&self, shown: &mut Value, names: &[&str], path: &str) -> Result<(), ApiError> {
        let Some((name, rest)) = names.split_first() else { return Ok(()) };
        let refused = || ApiError::parameter("expand", format!("This property cannot be expanded ({path})."));
        if *name == "data" && shown["object"] == "list" {
            for row in shown["data"].as_array_mut().into_iter().flatten() {
                self.expand_at(row, rest, path)?;
            }
            return Ok(());
        }
        let id = shown["id"].as_str().unwrap_or_default().to_owned();
        match (shown["object"].as_str(), *name) {
            (Some("charge"), "refunds") => {
                let ids = self.refunds.ids(|refund| refund.charge == id);
                let data: Vec<Value> = ids.iter().rev().map(|id| self.shown(id)).collect();
                shown["refunds"] = json!({
                    "object": "list", "data": data, "has_more": false, "url": format!("/v1/charges/{id}/refunds"),
                });
            }
            (Some("checkout.session"), "line_items") => {
                shown["line_items"] = self.sessions.get(&id).map(Session::line_items).unwrap_or_default();
            }
            _ => {}
        }
        let place = shown.get_mut(*name).ok_or_else(refused)?;
        match place {
            Value::String(id) => *place = self.object(id).ok_or_else(refused)?,
            Value::Object(_) | Value::Null => {}
            _ => return Err(refused()),
        }
        if place.is_null() { Ok(()) } else { self.expand_at(place, rest, path) }
    }

    /// Changes metadata as an update does: named keys are set, empty ones taken away.
    pub fn merge(metadata: &mut BTreeMap<String, String>, changes: BTreeMap<String, String>) {
        for (name, value) in changes {
            if value.is_empty() {
                metadata.remove(&name)
            } else {
                metadata.insert(name, value)
            };
        }
    }
}
