//! Operations written as closures.

use std::future::Future;
use std::pin::Pin;

use crate::engine::Db;
use crate::error::{DbError, Retryable};
use crate::tx::{Operation, Tx};

/// What a closure of [`Db::read_with`] and [`Db::write_with`] answers: the boxed future of its work.
pub type TxFuture<'t, T, E = DbError> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

struct Closure<I, F> {
    input: I,
    run: F,
}

impl<I, F, T, E> Operation for Closure<I, F>
where
    I: Send + Sync + 'static,
    F: for<'t> Fn(&'t mut Tx, &'t I) -> TxFuture<'t, T, E> + Send + Sync + 'static,
    T: Send + 'static,
    E: From<DbError> + Retryable + Send + 'static,
{
    type Output = T;
    type Error = E;

    async fn run(&self, tx: &mut Tx) -> Result<T, E> {
        (self.run)(tx, &self.input).await
    }
}

impl Db {
    /// [`read`](Db::read) with a closure, for an operation that is one expression.
    ///
    /// `input` is what the operation needs, by value: it may run again after a broken connection, so the closure borrows it
    /// instead of consuming it. Several values are a tuple.
    ///
    /// ```
    /// # use crossdock_db::{Db, DbError, stores::StoreRow};
    /// # use crossdock_domain::ids::StoreId;
    /// async fn store(db: &Db, id: StoreId) -> Result<Option<StoreRow>, DbError> {
    ///     db.read_with(id, |tx, id| Box::pin(tx.store(*id))).await
    /// }
    /// ```
    pub async fn read_with<I, F, T, E>(&self, input: I, run: F) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t I) -> TxFuture<'t, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Retryable + Send + 'static,
    {
        self.read(Closure { input, run }).await
    }

    /// [`write`](Db::write) with a closure. It may run more than once and awaits nothing but `tx`, like every [`Operation`].
    ///
    /// ```
    /// # use crossdock_db::{Db, DbError};
    /// async fn rename(db: &Db, key: &'static str, value: String) -> Result<Option<String>, DbError> {
    ///     db.write_with((key, value), |tx, (key, value)| {
    ///         Box::pin(async move {
    ///             let before = tx.meta(key).await?;
    ///             tx.set_meta(key, value).await?;
    ///             Ok(before)
    ///         })
    ///     })
    ///     .await
    /// }
    /// ```
    pub async fn write_with<I, F, T, E>(&self, input: I, run: F) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t I) -> TxFuture<'t, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Retryable + Send + 'static,
    {
        self.write(Closure { input, run }).await
    }
}
