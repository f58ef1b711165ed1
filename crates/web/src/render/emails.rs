//! E-mails: three templates each (`mail/NAME.subject.txt`, `.txt`, `.html`), with the texts of the pages' translations.

use crossdock_app::platform::mail::{Email, EmailRenderer};
use crossdock_app::platform::webhook::body::variables;
use minijinja::context;

use super::{FALLBACK_LANGUAGE, RenderError, Renderer};

impl EmailRenderer for Renderer {
    fn render_email(&self, template: &str, language: &str, content: &serde_json::Value) -> Result<Email, String> {
        let part = |ending: &str| {
            self.email_part(&format!("mail/{template}.{ending}"), language, content).map_err(|error| error.to_string())
        };
        let subject = part("subject.txt")?;
        // A line break would begin another header.
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Email { subject, text: part("txt")?, html: part("html")? })
    }
}

impl Renderer {
    fn email_part(&self, name: &str, language: &str, content: &serde_json::Value) -> Result<String, RenderError> {
        let lang = if self.environments.contains_key(language) { language } else { FALLBACK_LANGUAGE };
        let failed = |source| RenderError::Template { template: name.to_owned(), source };
        let environment = self.environments.get(lang).ok_or_else(|| {
            failed(minijinja::Error::new(minijinja::ErrorKind::TemplateNotFound, "no language is loaded"))
        })?;
        let values = context! {
            mail => variables(content),
            lang => lang,
            dir => self.directions.get(lang).copied().unwrap_or("ltr"),
        };
        environment.get_template(name).and_then(|template| template.render(values)).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_mail_says_what_it_is_about_in_every_language() {
        let renderer = Renderer::strict(None).unwrap();
        let order = json!({
            "orderId": "shop1-17", "orderSerialNumber": 17, "orderExternalId": "R-2026-991",
            "eventDate": "2026-11-21 14:02:11", "orderStatus": "finished", "dispatchDate": "2026-11-21 14:02:10",
            "packages": [{"courierName": "DPD", "deliveryPackageNumber": "PN1", "deliveryShippingNumber": "SN1",
                          "trackingUrl": "https://tracking.example/SN1"},
                         {"courierName": "GLS", "deliveryPackageNumber": "PN2", "deliveryShippingNumber": "",
                          "trackingUrl": ""}],
        });
        let languages: Vec<String> = renderer.mail_languages().map(str::to_owned).collect();
        assert_eq!(languages, ["de", "en", "pl"]);
        for language in languages {
            for (template, parts) in
                [("order-placed", vec!["shop1-17"]), ("order-sent", vec!["shop1-17", "SN1", "PN2"])]
            {
                let email = renderer.render_email(template, &language, &order).unwrap();
                assert!(email.subject.contains("shop1-17"), "{email:?}");
                for part in parts {
                    assert!(email.text.contains(part) && email.html.contains(part), "{part}: {email:?}");
                }
            }
            let test = renderer.render_email("test", &language, &json!({ "url": "https://hub.example" })).unwrap();
            assert!(test.text.contains("https://hub.example"), "{test:?}");
        }
        let email = renderer.render_email("order-sent", "en", &order).unwrap();
        assert!(email.html.contains("href=\"https://tracking.example/SN1\"") && !email.html.contains("href=\"\""));
    }

    #[test]
    fn a_mail_speaks_the_language_that_was_asked_for_and_else_english() {
        let renderer = Renderer::strict(None).unwrap();
        let order = json!({"orderId": "shop1-17", "orderExternalId": "R-1", "packages": []});
        let subject = |language: &str| renderer.render_email("order-sent", language, &order).unwrap().subject;
        assert_eq!(subject("en"), "Order shop1-17 is on its way");
        assert_eq!(subject("pl"), "Zamówienie shop1-17 zostało wysłane");
        assert_eq!(subject("de"), "Bestellung shop1-17 ist unterwegs");
        assert_eq!(subject("fr"), subject("en"));
        let email = renderer.render_email("order-sent", "pl", &order).unwrap();
        assert!(email.html.starts_with("<!doctype html>\n<html lang=\"pl\" dir=\"ltr\">"), "{}", email.html);
        let email = renderer.render_email("order-sent", "fr", &order).unwrap();
        assert!(email.html.contains("<html lang=\"en\""), "{}", email.html);
    }

    #[test]
    fn values_cannot_break_out_of_a_mail() {
        let renderer = Renderer::strict(None).unwrap();
        let order = json!({"orderId": "<b>&\r\nBcc: x@y.example", "orderExternalId": "<script>", "packages": []});
        let email = renderer.render_email("order-placed", "en", &order).unwrap();
        assert!(!email.subject.contains(['\r', '\n']), "{email:?}");
        assert!(!email.html.contains("<script>") && !email.html.contains("<b>&"), "{email:?}");
        assert!(renderer.render_email("no-such-mail", "en", &order).is_err());
    }
}
