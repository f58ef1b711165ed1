//! The mark on a database that holds demo data with its well-known credentials.

use crossdock_app::{App, AppError};
use crossdock_db::{DbError, Operation, Tx};

/// Fact of the database that is the mark.
const DEMO: &str = "demo";

struct ReadMark;

impl Operation for ReadMark {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        Ok(tx.meta(DEMO).await?.is_some())
    }
}

struct SetMark;

impl Operation for SetMark {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        tx.set_meta(DEMO, "1").await
    }
}

/// Whether the database holds demo data.
pub async fn is_demo(app: &App) -> Result<bool, AppError> {
    Ok(app.db().read(ReadMark).await?)
}

/// Marks the database as demo data; the mark cannot be removed.
pub async fn mark_demo(app: &App) -> Result<(), AppError> {
    Ok(app.db().write(SetMark).await?)
}
