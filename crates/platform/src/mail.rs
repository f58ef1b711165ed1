//! E-mails: written as a row and a job beside their cause; what they say is made from a template when they are sent.

use std::sync::Arc;

use crossdock_db::mails::MailRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{JobId, MailId};
use crossdock_domain::webhook::{MailState, Owner};
use serde_json::Value;

use crate::job::JobRun;
use crate::{BoxFuture, Job, Mails};

/// The language of mails whose receiver wished for none.
pub const FALLBACK_LANGUAGE: &str = "en";

/// The words of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Writes mails from templates and translations.
pub trait EmailRenderer: Send + Sync {
    /// The words of a template in a language; the error is for staff.
    fn render_email(&self, template: &str, language: &str, content: &Value) -> Result<Email, String>;
}

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The server cannot be reached or asks to come back.
    #[error("the mail server did not take it: {0}")]
    Later(String),
    /// It will never take it.
    #[error("the mail server refused it: {0}")]
    Never(String),
}

/// Hands mails to a server.
pub trait EmailTransport: Send + Sync {
    /// Sends a letter. `id` is the same at every try and becomes part of its Message-ID.
    fn send<'a>(&'a self, id: MailId, recipient: &'a str, email: &'a Email) -> BoxFuture<'a, Result<(), MailError>>;
}

/// Writing and sending.
#[derive(Clone)]
pub struct Mailer {
    /// Writes.
    pub renderer: Arc<dyn EmailRenderer>,
    /// Sends.
    pub transport: Arc<dyn EmailTransport>,
}

/// A mail to be; made before the transaction because an operation may run more than once.
#[derive(Debug, Clone)]
pub struct NewMail {
    row: MailRow,
    job: JobId,
}

impl NewMail {
    /// A mail with ids that were made elsewhere.
    pub const fn of(row: MailRow, job: JobId) -> Self {
        Self { row, job }
    }

    /// Writes the mail and its job; `false` when there is one about the same already.
    pub async fn enqueue(&self, tx: &mut Tx) -> Result<bool, DbError> {
        if !tx.insert_mail(&self.row).await? {
            return Ok(false);
        }
        let job = Job::SendMail { owner: self.row.owner, mail: self.row.id };
        job.enqueue(tx, self.job, self.row.created_at, Span(0)).await?;
        Ok(true)
    }
}

struct Enqueue(NewMail);

impl Operation for Enqueue {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        self.0.enqueue(tx).await.map(drop)
    }
}

struct Find(Owner, MailId);

impl Operation for Find {
    type Output = Option<MailRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.mail(self.0, self.1).await
    }
}

struct List(Owner, i64);

impl Operation for List {
    type Output = Vec<MailRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.mails(self.0, self.1).await
    }
}

struct Settle {
    owner: Owner,
    mail: MailId,
    state: MailState,
    error: Option<String>,
    now: Timestamp,
}

impl Operation for Settle {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        tx.settle_mail(self.owner, self.mail, self.state, self.error.as_deref(), self.now).await
    }
}

impl Mails<'_> {
    /// A mail about `key` (`order-placed:17`): one each, however often it is written. `content` is the template's values.
    pub fn draft(self, owner: Owner, key: String, recipient: &str, template: &str, content: &Value) -> NewMail {
        let now = self.0.now();
        let row = MailRow {
            owner,
            id: MailId::new(now, self.0.random()),
            key,
            recipient: recipient.to_owned(),
            template: template.to_owned(),
            language: FALLBACK_LANGUAGE.to_owned(),
            content: content.to_string(),
            state: MailState::Waiting,
            last_error: None,
            created_at: now,
        };
        NewMail { row, job: self.0.new_job_id(now) }
    }

    /// Writes a mail and sends it now; what became of it.
    pub async fn send_now(self, mail: NewMail) -> Result<MailRow, DbError> {
        let (owner, id) = (mail.row.owner, mail.row.id);
        self.0.db().write(Enqueue(mail)).await?;
        if let JobRun::NotYet(why) = self.send(owner, id).await? {
            let mut row = self.row(owner, id).await?;
            row.last_error = Some(why);
            return Ok(row);
        }
        self.row(owner, id).await
    }

    async fn row(self, owner: Owner, id: MailId) -> Result<MailRow, DbError> {
        let gone = || DbError::Inconsistent { table: "mails", column: "id", id: id.to_string() };
        self.0.db().read(Find(owner, id)).await?.ok_or_else(gone)
    }

    /// Mails of an owner, newest first.
    pub async fn list(self, owner: Owner, limit: i64) -> Result<Vec<MailRow>, DbError> {
        self.0.db().read(List(owner, limit)).await
    }

    /// Sends a waiting mail. A crash between effect and record sends it again under the same Message-ID.
    pub async fn send(self, owner: Owner, mail: MailId) -> Result<JobRun, DbError> {
        let Some(row) = self.0.db().read(Find(owner, mail)).await? else { return Ok(JobRun::Done) };
        if row.state != MailState::Waiting {
            return Ok(JobRun::Done);
        }
        let (state, error) = match self.hand_over(&row).await {
            None => (MailState::Skipped, None),
            Some(Ok(())) => (MailState::Sent, None),
            Some(Err(MailError::Never(text))) => (MailState::Failed, Some(text)),
            Some(Err(error @ MailError::Later(_))) => return Ok(JobRun::NotYet(error.to_string())),
        };
        if let Some(error) = &error {
            tracing::warn!(mail = %row.id, owner = %row.owner, error, "mail not sent");
        }
        self.0.db().write(Settle { owner, mail, state, error, now: self.0.now() }).await?;
        Ok(JobRun::Done)
    }

    /// `None` when no mail server is set up.
    async fn hand_over(self, row: &MailRow) -> Option<Result<(), MailError>> {
        let mailer = self.0.integrations().mailer.clone()?;
        let email = serde_json::from_str(&row.content)
            .map_err(|error| error.to_string())
            .and_then(|content| mailer.renderer.render_email(&row.template, &row.language, &content));
        match email {
            Ok(email) => Some(mailer.transport.send(row.id, &row.recipient, &email).await),
            Err(text) => Some(Err(MailError::Never(text))),
        }
    }
}
