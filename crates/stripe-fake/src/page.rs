//! The pay page: plain HTML, no script.

use serde_json::json;

use crate::cards::{self, CARDS, Card};
use crate::form::Params;
use crate::model::{IntentStatus, SessionStatus};
use crate::money;
use crate::payments::Tried;
use crate::state::State;
use crate::{Answer, Call};

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;\
background:#fff}label{display:block;margin-top:.8rem}input{font:inherit;width:100%;padding:.5rem;box-sizing:border-box;\
border:1px solid #555}button{font:inherit;padding:.6rem 1rem;margin:.8rem .4rem 0 0}.note{background:#fff3c4;\
border:2px solid #7a5b00;padding:.6rem}.error{border:2px solid #a00000;color:#a00000;padding:.6rem}";

fn html(status: u16, title: &str, main: &str) -> Answer {
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{title}</title><style>{STYLE}</style></head><body><main>\
         <p class=\"note\"><strong>Rehearsal.</strong> This is not Stripe, and no money moves. Use test cards only.</p>\
         <h1>{title}</h1>{main}</main></body></html>"
    );
    let headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'".to_owned()),
        ("cache-control", "no-store".to_owned()),
        ("referrer-policy", "no-referrer".to_owned()),
    ];
    Answer { status, headers, body }
}

fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
        out
    })
}

fn redirect(url: &str) -> Answer {
    Answer {
        status: 303,
        headers: vec![("location", url.to_owned()), ("cache-control", "no-store".to_owned())],
        body: String::new(),
    }
}

fn link(url: &str, text: &str) -> String {
    format!("<p><a href=\"{}\">{text}</a></p>", escape(url))
}

fn not_here() -> Answer {
    html(404, "Nothing here", "<p>There is no such payment page. Rehearsals forget everything when they end.</p>")
}

/// What the buyer typed.
struct Typed {
    card: Card,
    expiry: (i64, i64),
}

fn typed(params: &Params, now: i64) -> Result<Typed, String> {
    let number = params.text("number").unwrap_or_default();
    let card = cards::by_number(number).ok_or("This page takes the test cards listed below, and no others.")?;
    let expiry = params.text("expiry").unwrap_or_default();
    let parts: Vec<i64> = expiry.split('/').filter_map(|part| part.trim().parse().ok()).collect();
    let [month @ 1..=12, year @ 0..=99] = parts.as_slice() else {
        return Err("The expiry date is month / year, such as 12 / 34.".to_owned());
    };
    let year = 2000 + year;
    // Months since 1970, near enough: a card is good until the end of its month.
    if year * 12 + month < (1970 * 12) + now / 2_629_746 {
        return Err("The card has expired.".to_owned());
    }
    let cvc = params.text("cvc").unwrap_or_default();
    if !(3..=4).contains(&cvc.len()) || !cvc.bytes().all(|b| b.is_ascii_digit()) {
        return Err("The security code has three or four digits.".to_owned());
    }
    Ok(Typed { card, expiry: (*month, year) })
}

impl State {
    /// Answers for `/pay/{cs}`.
    pub fn page(&mut self, call: &Call) -> Answer {
        let Some(id) = call.path.strip_prefix("/pay/") else { return not_here() };
        let Some(session) = self.sessions.get(id) else { return self.action_page(id, call) };
        let success = session.success_url.replace("{CHECKOUT_SESSION_ID}", id);
        let (status, cancel, intent) = (session.status, session.cancel_url.clone(), session.intent.clone());
        let posted = call.method == "POST";
        match status {
            SessionStatus::Complete if posted => redirect(&success),
            SessionStatus::Complete => html(200, "Already paid", &link(&success, "Back to the shop")),
            SessionStatus::Expired => {
                let back = cancel.map(|url| link(&url, "Back to the shop")).unwrap_or_default();
                html(200, "This page has expired", &format!("<p>Nothing was charged.</p>{back}"))
            }
            SessionStatus::Open if posted => self.posted(id, call, &success, cancel.as_deref()),
            SessionStatus::Open => {
                let challenged = intent.is_some_and(|id| self.challenged(&id));
                if challenged { challenge_page(id) } else { self.card_page(id, None) }
            }
        }
    }

    fn challenged(&self, intent: &str) -> bool {
        self.intents.get(intent).is_some_and(|intent| intent.status == IntentStatus::RequiresAction)
    }

    fn posted(&mut self, id: &str, call: &Call, success: &str, cancel: Option<&str>) -> Answer {
        let Ok(params) = Params::parse(&call.body) else { return self.card_page(id, Some("The form is broken.")) };
        let action = params.text("action").unwrap_or_default();
        if action == "close" {
            return cancel
                .map_or_else(|| html(200, "Closed", "<p>The shop gave no address to go back to.</p>"), redirect);
        }
        let card = match action {
            "pay" => None,
            "decline" => cards::by_number("4000000000000002"),
            "three_ds_ok" | "three_ds_fail" => cards::by_number("4000000000003220"),
            _ => return self.card_page(id, Some("Press one of the buttons.")),
        };
        let typed = match card {
            Some(card) => Typed { card, expiry: (12, 2034) },
            None => match typed(&params, self.now) {
                Ok(typed) => typed,
                Err(text) => return self.card_page(id, Some(&text)),
            },
        };
        let Some(intent) = self.session_intent(id) else { return not_here() };
        let billing = json!({
            "address": {
                "city": null, "country": params.text("country"), "line1": null, "line2": null,
                "postal_code": params.text("postal_code"), "state": null,
            },
            "email": params.text("email"), "name": params.text("name"), "phone": null, "tax_id": null,
        });
        // The challenge page has no card: it goes on with the one before.
        let going_on = self.challenged(&intent) && action.starts_with("three_ds");
        let mut tried = Tried::Challenge;
        if !going_on {
            let method = self.method(typed.card, typed.expiry, billing.clone());
            tried = self.try_card(&intent, method);
            if let Some(session) = self.sessions.get_mut(id) {
                session.customer_details = billing;
                session.customer_details["tax_exempt"] = json!("none");
                session.customer_details["tax_ids"] = json!([]);
            }
        }
        if matches!(tried, Tried::Challenge) && action.starts_with("three_ds") {
            tried = self.finish_challenge(&intent, action == "three_ds_ok");
        }
        match tried {
            Tried::Good => {
                if let Some(session) = self.sessions.get_mut(id) {
                    session.status = SessionStatus::Complete;
                }
                self.emit_object("checkout.session.completed", id);
                redirect(success)
            }
            Tried::Challenge => challenge_page(id),
            Tried::Declined(error) => self.card_page(id, Some(error.message())),
        }
    }

    fn card_page(&self, id: &str, error: Option<&str>) -> Answer {
        let Some(session) = self.sessions.get(id) else { return not_here() };
        let error =
            error.map(|text| format!("<p class=\"error\" role=\"alert\">{}</p>", escape(text))).unwrap_or_default();
        let lines: String = session
            .lines
            .iter()
            .map(|(name, quantity, price)| {
                format!("<li>{quantity} × {} — {}</li>", escape(name), money::shown(*price, &session.currency))
            })
            .collect();
        let numbers: String =
            CARDS.iter().map(|card| format!("<li><code>{}</code> {}</li>", card.number, behaviour(card))).collect();
        let email = escape(session.customer_email.as_deref().unwrap_or_default());
        let total = money::shown(session.amount, &session.currency);
        let field = |name: &str, label: &str, value: &str, complete: &str| {
            format!(
                "<label for=\"{name}\">{label}</label><input id=\"{name}\" name=\"{name}\" value=\"{value}\" \
                 autocomplete=\"{complete}\">"
            )
        };
        let fields = [
            field("email", "E-mail", &email, "email"),
            field("number", "Card number", "4242 4242 4242 4242", "cc-number"),
            field("expiry", "Expiry date, month / year", "12 / 34", "cc-exp"),
            field("cvc", "Security code", "123", "cc-csc"),
            field("name", "Name on the card", "", "cc-name"),
            field("country", "Country, two letters", "", "country"),
            field("postal_code", "Postal code", "", "postal-code"),
        ];
        let main = format!(
            "<ul>{lines}</ul><p><strong>Total {total}</strong></p>{error}<form method=\"post\">{}<p>\
             <button name=\"action\" value=\"pay\">Pay {total}</button></p><p>Or choose how it ends:</p><p>\
             <button name=\"action\" value=\"decline\">Card declined</button>\
             <button name=\"action\" value=\"three_ds_ok\">3-D Secure passed</button>\
             <button name=\"action\" value=\"three_ds_fail\">3-D Secure failed</button>\
             <button name=\"action\" value=\"close\">Close without paying</button></p></form>\
             <h2>Test cards</h2><ul>{numbers}</ul>",
            fields.concat()
        );
        html(200, "Pay by card", &main)
    }

    /// 3-D Secure of a payment that was confirmed by the API, and its receipt.
    fn action_page(&mut self, id: &str, call: &Call) -> Answer {
        let Some(intent) = self.intents.get(id) else { return not_here() };
        let (Some(back), secret) = (intent.return_url.clone(), intent.secret.clone()) else {
            return html(200, "Receipt", &format!("<p>{}</p>", money::shown(intent.amount_received, &intent.currency)));
        };
        if call.method != "POST" && self.challenged(id) {
            return challenge_page(id);
        }
        let action = Params::parse(&call.body).ok().and_then(|params| params.text("action").map(str::to_owned));
        if self.challenged(id) {
            self.finish_challenge(id, action.as_deref() == Some("three_ds_ok"));
        }
        let good = self
            .intents
            .get(id)
            .is_some_and(|i| matches!(i.status, IntentStatus::RequiresCapture | IntentStatus::Succeeded));
        let Ok(mut url) = url::Url::parse(&back) else { return not_here() };
        url.query_pairs_mut()
            .append_pair("payment_intent", id)
            .append_pair("payment_intent_client_secret", &secret)
            .append_pair("redirect_status", if good { "succeeded" } else { "failed" });
        redirect(url.as_str())
    }
}

fn challenge_page(id: &str) -> Answer {
    let main = format!(
        "<p>The bank asks whether it is you.</p><form method=\"post\" action=\"/pay/{}\">\
         <button name=\"action\" value=\"three_ds_ok\">Yes, it is me</button>\
         <button name=\"action\" value=\"three_ds_fail\">3-D Secure failed</button>\
         <button name=\"action\" value=\"close\">Close without paying</button></form>",
        escape(id)
    );
    html(200, "3-D Secure", &main)
}

fn behaviour(card: &Card) -> String {
    use crate::cards::Behaviour;
    match card.behaviour {
        Behaviour::Good if card.risk != "normal" => format!("good, risk {}", card.risk),
        Behaviour::Good => format!("good ({}, {}, {})", card.brand, card.funding, card.country),
        Behaviour::Declined(decline) => format!("declined: {}", decline.reason.unwrap_or(decline.code)),
        Behaviour::Challenge => "3-D Secure".to_owned(),
        Behaviour::ChallengeThenDeclined(_) => "3-D Secure, then declined".to_owned(),
    }
}
