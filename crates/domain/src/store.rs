//! A store and its settings: the tenant of the checkout side.

mod landed_cost;

use serde::{Deserialize, Serialize};

pub use landed_cost::{Duties, FeesPaidBy, LandedCostSettings};

use crate::address::Address;
use crate::country::Country;
use crate::ids::StoreId;
use crate::landed_cost::Location;
use crate::money::Currency;
use crate::payment::Provider;
use crate::shipping::{EmbargoedPlace, ShippingTable};

/// A store as every use case sees it. The API secret is not here: only its hash is stored, beside this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Numeric id, `999`.
    pub id: StoreId,
    /// Name shown to buyers.
    pub name: String,
    /// Currency of all prices.
    pub currency: Currency,
    /// Everything a merchant can set.
    pub settings: StoreSettings,
}

/// Settings of a store; one JSON document, every key has a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreSettings {
    /// Where the goods leave from.
    pub origin: Option<Address>,
    /// Ship-to preselected when the URL names none.
    pub default_country: Option<Country>,
    /// Countries that are never served, whatever the shipping table says.
    pub no_ship_countries: Vec<Country>,
    /// Destinations under embargo that are served all the same, by code: `CU`, `UA-43`. All others of the list are not.
    pub allow_embargoed: Vec<EmbargoedPlace>,
    /// Where buyers go after payment when the cart names no page.
    pub success_url: Option<String>,
    /// Hosts that redirects, "continue shopping" links may point to: `shop.example`, or `*.shop.example` for
    /// every name below.
    pub redirect_hosts: Vec<String>,
    /// Origins that may show the checkout in an iframe: `https://shop.example`.
    pub frame_origins: Vec<String>,
    /// Honour `footerHTML` of carts that were made with the secret. The text runs as script in the checkout.
    pub allow_footer_html: bool,
    /// How long a cart can be paid, in minutes.
    pub cart_lifetime_minutes: i64,
    /// Show `domesticShippingCharge` as its own line instead of inside the shipping price.
    pub domestic_charge_as_line: bool,
    /// Payment ways in the order shown.
    pub providers: Vec<Provider>,
    /// Text shown for bank transfers: account, reference, days.
    pub bank_transfer_instructions: String,
    /// Rates.
    pub shipping: ShippingTable,
    /// Address for questions, shown on every page.
    pub support_email: Option<String>,
    /// Duty, import tax and fees.
    pub landed_cost: LandedCostSettings,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self {
            origin: None,
            default_country: None,
            no_ship_countries: Vec::new(),
            allow_embargoed: Vec::new(),
            success_url: None,
            redirect_hosts: Vec::new(),
            frame_origins: Vec::new(),
            allow_footer_html: false,
            // The next generation of the original service keeps a cart for 60 minutes; a buyer who went to look for
            // a card deserves more, and nothing in the protocol limits it (checkout protocol §4).
            cart_lifetime_minutes: 24 * 60,
            domestic_charge_as_line: false,
            providers: vec![Provider::BankTransfer],
            bank_transfer_instructions: String::new(),
            shipping: ShippingTable::default(),
            support_email: None,
            landed_cost: LandedCostSettings::default(),
        }
    }
}

/// Why a store sends nothing to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The store has excluded this country.
    Excluded(Country),
    /// It is under embargo, and not switched on.
    Embargoed(EmbargoedPlace),
}

impl StoreSettings {
    /// Why nothing is sent to a place, by the store's own exclusions and by embargo; `None` when neither holds. A postal code or region
    /// of an excluded territory counts as much as its code.
    pub fn closed_to(&self, place: &Location) -> Option<Closed> {
        let (resolved, _) = place.resolved();
        let excluded =
            [place.country, resolved.country].into_iter().find(|country| self.no_ship_countries.contains(country));
        let embargoed = || EmbargoedPlace::of(place).filter(|found| !self.allow_embargoed.contains(found));
        excluded.map(Closed::Excluded).or_else(|| embargoed().map(Closed::Embargoed))
    }

    /// Whether a URL is http(s) and its host is registered; the only test for every redirect target.
    pub fn may_redirect_to(&self, target: &str) -> bool {
        // The parser drops line breaks silently; a redirect header must never see one.
        if target.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return false;
        }
        let Ok(url) = url::Url::parse(target) else { return false };
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
            return false;
        }
        let Some(host) = url.host_str() else { return false };
        self.redirect_hosts.iter().any(|entry| host_matches(entry, host, url.port_or_known_default()))
    }
}

/// `entry` is `host`, `host:port` or `*.host`; an entry without port matches every port.
fn host_matches(entry: &str, host: &str, port: Option<u16>) -> bool {
    let entry = entry.trim().to_ascii_lowercase();
    let host = host.to_ascii_lowercase();
    if let Some(parent) = entry.strip_prefix("*.") {
        return host.len() > parent.len() + 1
            && host.ends_with(parent)
            && host.as_bytes()[host.len() - parent.len() - 1] == b'.';
    }
    match entry.rsplit_once(':') {
        Some((name, wanted)) if wanted.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty() => {
            name == host && port.is_some_and(|p| p.to_string() == wanted)
        }
        _ => entry == host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(hosts: &[&str]) -> StoreSettings {
        StoreSettings { redirect_hosts: hosts.iter().map(|h| (*h).to_owned()).collect(), ..StoreSettings::default() }
    }

    #[test]
    fn redirects_go_to_registered_hosts_only() {
        let s = settings(&["www.examplestore.com", "*.shop.example", "localhost:9000", "secure.example:443"]);
        for good in [
            "http://www.examplestore.com/x?y=1",
            "https://WWW.ExampleStore.com",
            "https://a.b.shop.example/",
            "http://localhost:9000/ok",
            "https://secure.example/",
            "https://secure.example:443/",
        ] {
            assert!(s.may_redirect_to(good), "{good}");
        }
        for bad in [
            "https://examplestore.com/",
            "https://www.examplestore.com.evil.example/",
            "https://evil.example/?www.examplestore.com",
            "javascript:alert(1)",
            "//www.examplestore.com/",
            "https://shop.example/",
            "https://evilshop.example/",
            "http://www.examplestore.com@evil.example/",
            "http://user:pw@www.examplestore.com/",
            "http://localhost:9001/",
            "http://localhost/",
            "http://secure.example/",
            "",
            "ftp://www.examplestore.com/",
        ] {
            assert!(!s.may_redirect_to(bad), "{bad}");
        }
    }
}
