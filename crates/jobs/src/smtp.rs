//! E-mail over SMTP.

use std::time::Duration;

use crossdock_app::BoxFuture;
use crossdock_app::platform::mail::{Email, EmailTransport, MailError};
use crossdock_domain::ids::MailId;
use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

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
        let from = from.parse().map_err(|error| wrong("mail.from", format!("{from:?}: {error}")))?;
        // Never the URL itself: it may hold a password.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| wrong("mail.smtp_url", format!("no address of a mail server: {error}")))?;
        Ok(Self { transport: builder.timeout(Some(TIMEOUT)).build(), from })
    }

    fn message(&self, id: MailId, recipient: &str, email: &Email) -> Result<Message, String> {
        let to: Mailbox = recipient.parse().map_err(|error| format!("{recipient:?} is no mail address: {error}"))?;
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

impl EmailTransport for SmtpMailer {
    fn send<'a>(&'a self, id: MailId, recipient: &'a str, email: &'a Email) -> BoxFuture<'a, Result<(), MailError>> {
        Box::pin(async move {
            let message = self.message(id, recipient, email).map_err(MailError::Never)?;
            match self.transport.send(message).await {
                Ok(_) => Ok(()),
                Err(error) if error.is_permanent() => Err(MailError::Never(error.to_string())),
                Err(error) => Err(MailError::Later(error.to_string())),
            }
        })
    }
}
