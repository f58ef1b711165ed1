//! Settings of a store by options and from a file.

use std::path::PathBuf;

use crossdock_domain::ids::StoreId;
use crossdock_domain::random::SystemRandom;
use serde_json::{Value, json};

use crate::commands::changes::{Changes, document};
use crate::commands::options::email;
use crate::exit::{ExitKind, Failure};

/// Settings by options and from a file; options win.
#[derive(Debug, Default, clap::Args)]
pub struct SettingOptions {
    /// Settings as TOML or JSON, keys as in `store show --json`
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Shipping rates as TOML or JSON; see `crossdock shipping import --help`
    #[arg(long, value_name = "FILE")]
    shipping: Option<PathBuf>,
    /// Host that buyers may be sent to: shop.example or *.shop.example; may be repeated
    #[arg(long, value_name = "HOST", value_parser = host)]
    redirect_host: Vec<String>,
    /// Page that buyers see after payment when the cart names none
    #[arg(long, value_name = "URL")]
    success_url: Option<String>,
    /// Payment provider, in the order shown: bank_transfer, test; may be repeated
    #[arg(long, value_name = "NAME")]
    provider: Vec<String>,
    /// Instructions for buyers who pay by bank transfer
    #[arg(long, value_name = "TEXT")]
    bank_transfer_instructions: Option<String>,
    /// Ship-to country preselected when the link names none
    #[arg(long, value_name = "CC")]
    default_country: Option<String>,
    /// Country that is never served; may be repeated
    #[arg(long, value_name = "CC")]
    no_ship: Vec<String>,
    /// Destination under embargo that is served all the same: CU, UA-43; may be repeated, `none` for none
    #[arg(long, value_name = "CODE")]
    allow_embargoed: Vec<String>,
    /// Site that may show the checkout in a frame: https://shop.example; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    frame_origin: Vec<String>,
    /// Minutes for which a cart can be paid
    #[arg(long, value_name = "MINUTES")]
    cart_lifetime: Option<i64>,
    /// E-mail address for buyers' questions
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    support_email: Option<String>,
    /// Show the domestic shipping charge as a line of its own
    #[arg(long, value_name = "BOOL")]
    domestic_charge_as_line: Option<bool>,
    /// Who collects duty and import tax: prepaid, buyer_choice, on_delivery
    #[arg(long, value_name = "MODE")]
    duties: Option<String>,
    /// Who pays fees of customs and carriers: buyer, store
    #[arg(long, value_name = "PAYER")]
    fees: Option<String>,
    /// Percentage added to amounts shown in the buyer's own currency
    #[arg(long, value_name = "PERCENT")]
    exchange_margin: Option<String>,
    /// Minutes for which a shown total is honoured although rates or rules change
    #[arg(long, value_name = "MINUTES")]
    guarantee: Option<i64>,
    /// Scheme by which the store collects tax at the sale: IOSS, VOEC; may be repeated
    #[arg(long, value_name = "NAME")]
    registered: Vec<String>,
    /// Rate that applies when an HS code is too short: lowest, average, highest
    #[arg(long, value_name = "RATE")]
    short_code: Option<String>,
    /// Key for quotes on product pages: pk-STORE-..., `new` for a new one, `none` to switch them off
    #[arg(long, value_name = "KEY")]
    public_key: Option<String>,
    /// HS code of a category without one: shirts=610910; may be repeated, replaces the list
    #[arg(long, value_name = "CATEGORY=CODE")]
    hs_for: Vec<String>,
    /// Let carts made with the secret bring a script of their own for the end of the page
    #[arg(long, value_name = "BOOL")]
    allow_footer_html: Option<bool>,
}

/// A host as `redirect_hosts` holds it; what people paste is an address.
fn host(text: &str) -> Result<String, String> {
    if text.contains('/') {
        return Err("write a host name, such as www.shop.example, without https:// and path".to_owned());
    }
    Ok(text.to_owned())
}

impl SettingOptions {
    /// The keys to replace.
    pub fn changes(self, store: StoreId) -> anyhow::Result<Value> {
        let mut changes = Changes::read(self.settings.as_deref())?;
        changes.set("shipping", self.shipping.as_deref().map(document).transpose()?);
        changes.set_list("redirect_hosts", self.redirect_host);
        changes.set_list("providers", self.provider);
        changes.set_list("no_ship_countries", self.no_ship);
        let none = self.allow_embargoed.iter().any(|code| code == "none");
        if none {
            changes.set("allow_embargoed", Some(json!([])));
        } else {
            changes.set_list("allow_embargoed", self.allow_embargoed);
        }
        changes.set_list("frame_origins", self.frame_origin);
        changes.set("success_url", self.success_url);
        changes.set("bank_transfer_instructions", self.bank_transfer_instructions);
        changes.set("default_country", self.default_country);
        changes.set("cart_lifetime_minutes", self.cart_lifetime);
        changes.set("support_email", self.support_email);
        changes.set("domestic_charge_as_line", self.domestic_charge_as_line);
        changes.set("allow_footer_html", self.allow_footer_html);

        let mut landed_cost = Changes::default();
        landed_cost.set("duties", self.duties);
        landed_cost.set("fees", self.fees);
        landed_cost.set("exchange_margin_percent", self.exchange_margin);
        landed_cost.set("guarantee_minutes", self.guarantee);
        landed_cost.set_list("registered", self.registered);
        landed_cost.set("short_code", self.short_code);
        let public_key = self.public_key.map(|key| match key.as_str() {
            "none" => Value::Null,
            "new" => json!(crossdock_app::landed_cost::new_public_key(store, &SystemRandom)),
            _ => key.into(),
        });
        landed_cost.set("public_key", public_key);
        let mut codes = Changes::default();
        for pair in &self.hs_for {
            let (category, code) = pair.split_once('=').ok_or_else(|| {
                Failure::new(
                    ExitKind::Usage,
                    format!("--hs-for {pair:?}: write CATEGORY=CODE, for example shirts=610910"),
                )
            })?;
            codes.set(category.trim(), Some(code.trim()));
        }
        landed_cost.set_below("hs_by_category", codes);
        changes.set_below("landed_cost", landed_cost);
        Ok(changes.into())
    }
}
