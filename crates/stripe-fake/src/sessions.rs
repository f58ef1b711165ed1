//! `/v1/checkout/sessions`.

use serde_json::{Value, json};

use crate::error::ApiError;
use crate::form::Params;
use crate::intents;
use crate::model::{Line, Session, SessionStatus};
use crate::money;
use crate::state::State;

const PARAMETERS: &[&str] = &[
    "adaptive_pricing[enabled]",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "currency",
    "customer_creation",
    "customer_email",
    "expires_at",
    "line_items[#][quantity]",
    "line_items[#][price_data][currency]",
    "line_items[#][price_data][unit_amount]",
    "line_items[#][price_data][product_data][name]",
    "line_items[#][price_data][product_data][description]",
    "locale",
    "metadata[*]",
    "mode",
    "payment_intent_data[capture_method]",
    "payment_intent_data[description]",
    "payment_intent_data[metadata][*]",
    "payment_intent_data[receipt_email]",
    "payment_intent_data[statement_descriptor_suffix]",
    "payment_intent_data[shipping][name]",
    "payment_intent_data[shipping][phone]",
    "payment_intent_data[shipping][carrier]",
    "payment_intent_data[shipping][tracking_number]",
    "payment_intent_data[shipping][address][*]",
    "payment_method_options[card][request_three_d_secure]",
    "payment_method_types[#]",
    "submit_type",
    "success_url",
    "ui_mode",
];

const LOCALES: &str = " auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt \
    pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW ";

fn address(params: &Params, name: &str) -> Result<Option<String>, ApiError> {
    let Some(text) = params.text(name) else { return Ok(None) };
    // The placeholder is no part of a URL before it is filled in.
    let filled = text.replace("{CHECKOUT_SESSION_ID}", "cs_test_a1");
    let good = url::Url::parse(&filled).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if good {
        return Ok(Some(text.to_owned()));
    }
    let text = "Not a valid URL: it must begin with http:// or https://.";
    Err(ApiError::parameter(name, text).code("url_invalid"))
}

fn lines(params: &Params) -> Result<(String, Vec<Line>), ApiError> {
    let mut currency: Option<String> = None;
    let mut lines = Vec::new();
    for index in 0..100 {
        let at = |name: &str| format!("line_items[{index}]{name}");
        if !params.has(&at("")) {
            break;
        }
        let key = at("[price_data][currency]");
        let code = money::currency(&key, params.required(&key)?)?;
        if currency.get_or_insert_with(|| code.clone()) != &code {
            return Err(ApiError::parameter(&key, "All line items must have the same currency."));
        }
        let key = at("[price_data][unit_amount]");
        params.required(&key)?;
        let price = params.number(&key)?.filter(|price| *price >= 0);
        let price = price.ok_or_else(|| ApiError::parameter(&key, "Invalid non-negative integer."))?;
        let key = at("[quantity]");
        params.required(&key)?;
        let quantity = params.number(&key)?.filter(|quantity| *quantity >= 1);
        let quantity = quantity.ok_or_else(|| ApiError::parameter(&key, "Quantity must be 1 or more."))?;
        let name = params.required(&at("[price_data][product_data][name]"))?;
        lines.push((name.to_owned(), quantity, price));
    }
    let currency = currency
        .ok_or_else(|| ApiError::parameter("line_items", "You must provide line_items.").code("parameter_missing"))?;
    Ok((currency, lines))
}

impl State {
    /// `POST /v1/checkout/sessions`
    pub fn create_session(&mut self, params: &Params) -> Result<Value, ApiError> {
        params.allow(PARAMETERS)?;
        params.required("mode")?;
        params.one_of("mode", &["payment"])?;
        params.one_of("ui_mode", &["hosted_page"])?;
        intents::card_only(params)?;
        if params.boolean("adaptive_pricing[enabled]")? == Some(true) {
            return Err(ApiError::parameter(
                "adaptive_pricing[enabled]",
                "This fake charges the currency that it is told.",
            ));
        }
        params.one_of("payment_method_options[card][request_three_d_secure]", &["any", "automatic", "challenge"])?;
        params.required("success_url")?;
        let success_url = address(params, "success_url")?.unwrap_or_default();
        if let Some(locale) = params.text("locale")
            && !LOCALES.contains(&format!(" {locale} "))
        {
            return Err(ApiError::parameter("locale", format!("Invalid locale: {locale}")));
        }
        let (currency, lines) = lines(params)?;
        if let Some(code) = params.text("currency")
            && money::currency("currency", code)? != currency
        {
            return Err(ApiError::parameter("currency", "The currency differs from that of the line items."));
        }
        let total =
            lines.iter().try_fold(0_i64, |sum, (_, quantity, price)| sum.checked_add(quantity.checked_mul(*price)?));
        let total = total
            .ok_or_else(|| ApiError::parameter("line_items", "The total is too large.").code("amount_too_large"))?;
        let amount = money::charge("line_items", total, &currency)?;
        let expires_at = params.number("expires_at")?.unwrap_or(self.now + 86_400);
        if expires_at < self.now + 1_800 || expires_at > self.now + 86_400 {
            let text =
                "The expires_at timestamp must be between 30 minutes and 24 hours from Checkout Session creation.";
            return Err(ApiError::parameter("expires_at", text));
        }
        let reference = params.text("client_reference_id");
        if reference.is_some_and(|text| text.len() > 200) {
            return Err(ApiError::parameter("client_reference_id", "Invalid string: at most 200 characters."));
        }
        let template = intents::read(params, "payment_intent_data", self.now, amount, currency.clone())?;
        let id = self.id("cs_test_a1", 56);
        let session = Session {
            id: id.clone(),
            created: self.now,
            expires_at,
            status: SessionStatus::Open,
            amount,
            currency,
            lines,
            success_url,
            cancel_url: address(params, "cancel_url")?,
            client_reference_id: reference.map(str::to_owned),
            customer_email: params.text("customer_email").map(str::to_owned),
            locale: params.text("locale").map(str::to_owned),
            metadata: params.metadata("metadata")?,
            billing_address_collection: params.one_of("billing_address_collection", &["auto", "required"])?,
            customer_creation: params.one_of("customer_creation", &["if_required", "always"])?.unwrap_or("if_required"),
            submit_type: params.one_of("submit_type", &["auto", "book", "donate", "pay", "subscribe"])?,
            payment_method_options: match params.tree("payment_method_options") {
                Value::Null => json!({ "card": { "request_three_d_secure": "automatic" } }),
                chosen => chosen,
            },
            customer_details: Value::Null,
            intent: None,
            intent_template: template,
        };
        self.sessions.put(&id, session);
        Ok(self.shown(&id))
    }

    /// `POST /v1/checkout/sessions/{id}/expire`
    pub fn expire_session_call(&mut self, id: &str, params: &Params) -> Result<Value, ApiError> {
        params.allow(&[])?;
        let session = self.sessions.get(id).ok_or_else(|| ApiError::missing("checkout.session", id, "session"))?;
        if session.status != SessionStatus::Open {
            let text = "Only Checkout Sessions with a status in [\"open\"] can be expired.";
            return Err(ApiError::parameter("session", text).after_begin());
        }
        self.expire_session(id);
        Ok(self.shown(id))
    }

    /// The payment of a session; it begins to exist when the buyer acts.
    pub fn session_intent(&mut self, id: &str) -> Option<String> {
        let session = self.sessions.get(id)?;
        if let Some(intent) = &session.intent {
            return Some(intent.clone());
        }
        let mut intent = session.intent_template.clone();
        intent.session = Some(id.to_owned());
        intent.created = self.now;
        let intent = self.add_intent(intent);
        self.sessions.get_mut(id)?.intent = Some(intent.clone());
        Some(intent)
    }
}
