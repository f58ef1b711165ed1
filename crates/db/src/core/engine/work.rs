//! An operation on its way through an engine. The engine does not know its types: what happens around an operation is in the
//! program once, not once for each of some two hundred operations.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;

use crate::error::{DbError, Retryable as _};
use crate::tx::{Operation, Tx};

/// An operation with its outcome, once it has one.
pub(crate) struct Work(Box<dyn Erased>);

trait Erased: Send {
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>>;
    fn has_succeeded(&self) -> Option<bool>;
    fn wants_retry(&self) -> bool;
    fn fail(&mut self, error: DbError);
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

struct Typed<O: Operation> {
    operation: O,
    outcome: Option<Result<O::Output, O::Error>>,
}

impl<O: Operation> Erased for Typed<O> {
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        Box::pin(async move {
            self.outcome = None;
            let outcome = self.operation.run(tx).await;
            let outcome = tx.judge(outcome);
            let succeeded = outcome.is_ok();
            self.outcome = Some(outcome);
            succeeded
        })
    }

    fn has_succeeded(&self) -> Option<bool> {
        self.outcome.as_ref().map(Result::is_ok)
    }

    fn wants_retry(&self) -> bool {
        matches!(&self.outcome, Some(Err(error)) if error.wants_retry())
    }

    fn fail(&mut self, error: DbError) {
        self.outcome = Some(Err(error.into()));
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

impl Work {
    pub(super) fn new<O: Operation>(operation: O) -> Self {
        Self(Box::new(Typed { operation, outcome: None }))
    }

    /// Runs it, perhaps not for the first time; whether its changes may stay.
    pub(super) async fn run(&mut self, tx: &mut Tx) -> bool {
        self.0.run(tx).await
    }

    /// Whether it went well; `None` when it has not run to its end.
    pub(super) fn has_succeeded(&self) -> Option<bool> {
        self.0.has_succeeded()
    }

    /// Whether its error asks for another run.
    pub(super) fn wants_retry(&self) -> bool {
        self.0.wants_retry()
    }

    /// From now on its outcome is this error.
    pub(super) fn fail(&mut self, error: DbError) {
        self.0.fail(error);
    }

    /// The outcome of the operation that it was made of.
    pub(super) fn outcome<O: Operation>(self) -> Result<O::Output, O::Error> {
        let outcome = self.0.into_any().downcast::<Typed<O>>().ok().and_then(|typed| typed.outcome);
        outcome.unwrap_or_else(|| Err(DbError::other("an operation was not run").into()))
    }
}
