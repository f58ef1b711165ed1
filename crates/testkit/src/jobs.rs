//! Jobs of no kind, for tests of who runs when.

use crossdock_db::jobs::NewJob;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::ids::JobId;

use crate::TestApp;

struct Write(Vec<NewJob>);

impl Operation for Write {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        for job in &self.0 {
            tx.enqueue(job).await?;
        }
        Ok(())
    }
}

impl TestApp {
    /// Writes so many jobs into a queue (`webhook wholesaler:7 a`), due now. No handler but a test's own can read them.
    pub async fn flood(&self, queue: &str, jobs: usize) {
        let now = self.app().now();
        let new = |_| NewJob {
            id: JobId::new(now, self.app().random()),
            store: None,
            kind: "test",
            queue: queue.to_owned(),
            payload: "{}".to_owned(),
            dedup_key: None,
            run_at: now,
            created_at: now,
        };
        self.app().platform().db().write(Write((0..jobs).map(new).collect())).await.expect("the queue takes them");
    }
}
