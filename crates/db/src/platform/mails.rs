//! E-mails: written beside their cause, sent by a job.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::MailId;
use crossdock_domain::webhook::{MailState, Owner};

use crate::error::DbError;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(MailColumns, mail, "mails":
    owner, id, key, recipient, template, language, content, state, last_error, created_at);

statements! {
    INSERT = { "INSERT INTO mails (owner, id, key, recipient, template, language, content, state, created_at, updated_at) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9) ON CONFLICT (owner, key) DO NOTHING" }
    ONE = { "SELECT ", mail!(), " FROM mails WHERE owner = $1 AND id = $2" }
    NEWEST = { "SELECT ", mail!(), " FROM mails WHERE owner = $1 ORDER BY id DESC LIMIT $2" }
    SETTLE = { "UPDATE mails SET state = $1, last_error = $2, updated_at = $3 \
                WHERE owner = $4 AND id = $5 AND state = 'waiting'" }
    DELETE_OLD = { "DELETE FROM mails WHERE created_at < $1" }
}

/// An e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// Whose.
    pub owner: Owner,
    /// Its id; part of its Message-ID.
    pub id: MailId,
    /// What it is about, in its own words (`order-placed:17`): one mail each.
    pub key: String,
    /// Address of who gets it.
    pub recipient: String,
    /// Which template.
    pub template: String,
    /// Tag of the language.
    pub language: String,
    /// Values of the template, a JSON object.
    pub content: String,
    /// Where it stands.
    pub state: MailState,
    /// Why it was not sent.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
}

impl FromRow for MailRow {
    type Columns = MailColumns;

    fn from_row(row: &Row<'_>, at: &MailColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "mails", column, id: id.clone() };
        Ok(Self {
            owner: row.text(at.owner)?.parse().map_err(|_| bad("owner"))?,
            id: id.parse().map_err(|_| bad("id"))?,
            key: row.get(at.key)?,
            recipient: row.get(at.recipient)?,
            template: row.get(at.template)?,
            language: row.get(at.language)?,
            content: row.get(at.content)?,
            state: row.text(at.state)?.parse().map_err(|_| bad("state"))?,
            last_error: row.get(at.last_error)?,
            created_at: Timestamp(row.get(at.created_at)?),
        })
    }
}

impl Tx {
    /// Writes a mail beside its cause; `false` when there is one about the same already.
    pub async fn insert_mail(&mut self, mail: &MailRow) -> Result<bool, DbError> {
        let values = params![
            mail.owner.to_string(),
            mail.id.to_string(),
            mail.key.as_str(),
            mail.recipient.as_str(),
            mail.template.as_str(),
            mail.language.as_str(),
            mail.content.as_str(),
            mail.created_at.0,
            mail.created_at.0
        ];
        Ok(self.execute(&INSERT, values).await? == 1)
    }

    /// One mail of an owner.
    pub async fn mail(&mut self, owner: Owner, id: MailId) -> Result<Option<MailRow>, DbError> {
        self.fetch_optional(&ONE, params![owner.to_string(), id.to_string()]).await
    }

    /// Mails of an owner, newest first.
    pub async fn mails(&mut self, owner: Owner, limit: i64) -> Result<Vec<MailRow>, DbError> {
        self.fetch_all(&NEWEST, params![owner.to_string(), limit.max(0)]).await
    }

    /// Records how a waiting mail ended; `false` when it waits no more.
    pub async fn settle_mail(
        &mut self,
        owner: Owner,
        id: MailId,
        state: MailState,
        error: Option<&str>,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let values = params![state.code(), error, now.0, owner.to_string(), id.to_string()];
        Ok(self.execute(&SETTLE, values).await? == 1)
    }

    /// Forgets mails written before `before`; how many.
    pub async fn delete_old_mails(&mut self, before: Timestamp) -> Result<u64, DbError> {
        self.execute(&DELETE_OLD, params![before.0]).await
    }
}
