//! The wholesaler and its settings: the tenant of this side.

use serde::{Deserialize, Serialize};

use super::account::PaymentKind;
use super::ids::WholesalerId;
use crate::clock::{Timestamp, Zone};
use crate::country::Country;
use crate::money::Currency;

/// A wholesaler as every use case sees it. Its dropshipping key is not here: only a hash is stored, beside this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wholesaler {
    /// Numeric id.
    pub id: WholesalerId,
    /// Name shown to shops.
    pub name: String,
    /// Currency of all prices.
    pub currency: Currency,
    /// Technical domain: the host name under which shops call, lower case. `None` for one that is reached by its id.
    pub domain: Option<String>,
    /// Everything that can be set.
    pub settings: WholesalerSettings,
}

/// Settings of a wholesaler; one JSON document, every key has a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WholesalerSettings {
    /// Whether shops may place dropshipping orders (customer protocol §3).
    pub dropshipping: bool,
    /// How to reach it.
    pub contact: Contact,
    /// When its warehouse works.
    pub opening_hours: Vec<OpeningHours>,
    /// How long it takes to prepare an order.
    pub prepare_time: HandlingTime,
    /// Wall clock of its dates and of "today" in a `systemKey`.
    pub time_zone: Zone,
    /// Minutes around midnight in which the neighbouring day's `systemKey` counts too.
    pub key_grace_minutes: i64,
    /// Ways of paying that shops can be given.
    #[serde(rename = "payment_forms")]
    pub payment_methods: Vec<PaymentMethod>,
    /// Whether an order may bring a webhook address of its own (customer protocol §4.8).
    pub order_webhooks: bool,
}

impl Default for WholesalerSettings {
    fn default() -> Self {
        let form = |id, name: &str, kind| PaymentMethod { id, name: name.to_owned(), kind, active: true };
        Self {
            dropshipping: false,
            contact: Contact::default(),
            opening_hours: Vec::new(),
            prepare_time: HandlingTime { days: 1, hours: 0 },
            time_zone: Zone::warsaw(),
            key_grace_minutes: 120,
            payment_methods: vec![
                form(1, "Cash on delivery", PaymentKind::CashOnDelivery),
                form(2, "Prepaid", PaymentKind::Prepaid),
                form(3, "Trade credit", PaymentKind::Tradecredit),
            ],
            order_webhooks: false,
        }
    }
}

/// Contact data of `Supplier/getData` (customer protocol §4.11).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Contact {
    pub email: String,
    pub phone: String,
    pub www: String,
    pub street: String,
    pub zip: String,
    pub city: String,
    pub country: Option<Country>,
}

/// Hours of one day of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningHours {
    /// 1 (Monday) to 7.
    pub weekday: u8,
    /// `HH:MM`.
    pub opening: String,
    /// `HH:MM`, later.
    pub closing: String,
}

impl OpeningHours {
    /// Whether the day and both times exist and follow each other.
    pub fn is_sound(&self) -> bool {
        let time = |text: &str| {
            let (hours, minutes) = text.split_once(':')?;
            let good = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            let (hours, minutes): (u16, u16) =
                (good(hours) && good(minutes)).then(|| Some((hours.parse().ok()?, minutes.parse().ok()?)))??;
            (hours <= 24 && minutes < 60 && hours * 60 + minutes <= 1440).then_some(hours * 60 + minutes)
        };
        (1..=7).contains(&self.weekday)
            && matches!((time(&self.opening), time(&self.closing)), (Some(from), Some(to)) if from < to)
    }
}

/// Time to prepare an order for dispatch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct HandlingTime {
    pub days: i64,
    pub hours: i64,
}

/// A way of paying by its number, `Payments/getForms` (customer protocol §4.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentMethod {
    /// `paymentFormId`.
    pub id: i64,
    /// Shown name.
    pub name: String,
    /// Which of the three kinds it is.
    pub kind: PaymentKind,
    /// Whether it can be chosen.
    pub active: bool,
}

impl Wholesaler {
    /// Days (`YYYYMMDD`) whose `systemKey` is good at this moment: today in the wholesaler's zone, and near midnight the
    /// neighbouring day (customer protocol §3).
    pub fn key_days(&self, now: Timestamp) -> Vec<String> {
        let grace = crate::clock::Span::minutes(self.settings.key_grace_minutes.clamp(0, 24 * 60));
        let zone = &self.settings.time_zone;
        let mut days = vec![zone.compact_day(now)];
        for day in [zone.compact_day(now - grace), zone.compact_day(now + grace)] {
            if !days.contains(&day) {
                days.push(day);
            }
        }
        days
    }

    /// What is wrong with the settings, in words for staff.
    pub fn problem(&self) -> Option<String> {
        if self.name.trim().is_empty() || self.name.chars().count() > 200 {
            return Some("name must have 1 to 200 characters".to_owned());
        }
        if let Some(domain) = &self.domain {
            let good = !domain.is_empty()
                && domain.len() <= 253
                && domain.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-'));
            if !good {
                return Some(format!("domain {domain:?} is no host name; write it in lower case, without https://"));
            }
        }
        let settings = &self.settings;
        if !(0..=720).contains(&settings.key_grace_minutes) {
            return Some("key_grace_minutes must be between 0 and 720".to_owned());
        }
        if let Some(hours) = settings.opening_hours.iter().find(|hours| !hours.is_sound()) {
            return Some(format!(
                "opening_hours: day {} from {:?} to {:?}: write days 1 to 7 and times as HH:MM",
                hours.weekday, hours.opening, hours.closing
            ));
        }
        if !(0..=365).contains(&settings.prepare_time.days) || !(0..=23).contains(&settings.prepare_time.hours) {
            return Some("prepare_time must be 0 to 365 days and 0 to 23 hours".to_owned());
        }
        for (at, form) in settings.payment_methods.iter().enumerate() {
            if form.id < 1
                || form.name.trim().is_empty()
                || settings.payment_methods[..at].iter().any(|f| f.id == form.id)
            {
                return Some("payment_forms need a name and a number of their own above 0".to_owned());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wholesaler() -> Wholesaler {
        Wholesaler {
            id: WholesalerId::new(1).expect("id"),
            name: "Hurt".to_owned(),
            currency: "PLN".parse().expect("PLN"),
            domain: Some("hurt.example".to_owned()),
            settings: WholesalerSettings::default(),
        }
    }

    fn days(text: &str) -> Vec<String> {
        wholesaler().key_days(Zone::warsaw().read(text).expect(text))
    }

    #[test]
    fn near_midnight_the_neighbouring_day_counts_too() {
        assert_eq!(days("2026-11-21 12:00:00"), ["20261121"]);
        assert_eq!(days("2026-11-21 01:59:59"), ["20261121", "20261120"]);
        assert_eq!(days("2026-11-21 02:00:00"), ["20261121"]);
        assert_eq!(days("2026-11-21 22:00:00"), ["20261121", "20261122"]);
        assert_eq!(days("2026-11-21 21:59:59"), ["20261121"]);
    }

    #[test]
    fn settings_that_contradict_themselves_are_named() {
        assert_eq!(wholesaler().problem(), None);
        let mut bad = wholesaler();
        bad.domain = Some("https://Hurt.example".to_owned());
        assert!(bad.problem().expect("a problem").contains("host name"));
        let mut bad = wholesaler();
        let hours = OpeningHours { weekday: 1, opening: "08:00".to_owned(), closing: "07:00".to_owned() };
        bad.settings.opening_hours = vec![hours];
        assert!(bad.problem().expect("a problem").contains("opening_hours"));
        let mut bad = wholesaler();
        bad.settings.payment_methods[1].id = 1;
        assert!(bad.problem().expect("a problem").contains("payment_forms"));
    }
}
