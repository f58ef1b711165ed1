//! E-mail over SMTP.

use std::time::Duration;

use crossdock_app::BoxFuture;
use crossdock_app::platform::mail::{Email, EmailTransport, MailError};
use crossdock_domain::email::read_email;
use crossdock_domain::ids::MailId;
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

/// Longest wait for any answer of the server.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Settings that do not lead to a mail server.
#[derive(Debug, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct MailSettingsError {
    /// Which setting.
    pub key: &'static str,
    /// What is wrong.
    pub problem: String,
}

/// Hands mails to one SMTP server.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpMailer").field("from", &self.from).finish_non_exhaustive()
    }
}

impl SmtpMailer {
    /// `url` is `smtps://user:password@host` (TLS from the start), `smtp://…?tls=required` (STARTTLS) or `smtp://host:25`
    /// (plain); `from` is `Shop <orders@shop.example>`.
    pub fn new(url: &str, from: &str) -> Result<Self, MailSettingsError> {
        let wrong = |key, problem: String| MailSettingsError { key, problem };
        let from: Mailbox = from.parse().map_err(|error| wrong("mail.from", format!("{from:?}: {error}")))?;
        let email = address(from.email.as_ref()).map_err(|problem| wrong("mail.from", problem))?;
        let from = Mailbox::new(from.name, email);
        // Never the URL itself: it may hold a password.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| wrong("mail.smtp_url", format!("no address of a mail server: {error}")))?;
        Ok(Self { transport: builder.timeout(Some(TIMEOUT)).build(), from })
    }

    fn message(&self, id: MailId, recipient: &str, email: &Email) -> Result<Message, String> {
        let to = Mailbox::new(None, address(recipient)?);
        // The same at every try: whoever gets a mail twice sees that it is the same.
        let message_id = format!("<{id}@{}>", self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&email.subject)
            .message_id(Some(message_id))
            .multipart(MultiPart::alternative_plain_html(email.text.clone(), email.html.clone()))
            .map_err(|error| error.to_string())
    }
}

/// An address with its domain in ASCII, which every server takes.
fn address(text: &str) -> Result<Address, String> {
    let wrong = |problem: &dyn std::fmt::Display| format!("{text:?}: {problem}");
    read_email(text).map_err(|problem| wrong(&problem))?.parse().map_err(|error| wrong(&error))
}

impl EmailTransport for SmtpMailer {
    fn send<'a>(&'a self, id: MailId, recipient: &'a str, email: &'a Email) -> BoxFuture<'a, Result<(), MailError>> {
        Box::pin(async move {
            let message = self.message(id, recipient, email).map_err(MailError::Never)?;
            match self.transport.send(message).await {
                Ok(_) => Ok(()),
                // Told before anything is sent, and the same at every try.
                Err(error) if error.is_client() && !recipient.split('@').next().unwrap_or_default().is_ascii() => {
                    let text =
                        format!("the mail server takes only ASCII before the @ of an address (no SMTPUTF8): {error}");
                    Err(MailError::Never(text))
                }
                Err(error) if error.is_permanent() => Err(MailError::Never(error.to_string())),
                Err(error) => Err(MailError::Later(error.to_string())),
            }
        })
    }
}
