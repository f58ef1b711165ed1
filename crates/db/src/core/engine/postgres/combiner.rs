//! Collects carts that arrive together and inserts them by one statement in one commit.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::pool::Pool;
use super::{MAX_RETRIES, SLOW, too_slow};
use crate::carts::{self, NewCart};
use crate::error::DbError;

/// Most carts in one statement.
const MAX_BATCH: usize = 256;
/// Statements under way at once that insert carts: while one commits, the next collects.
const INSERTERS: u32 = 2;

type InsertReply = oneshot::Sender<Result<(), DbError>>;
type PendingCart = (NewCart, InsertReply);

#[derive(Debug)]
pub(super) struct Combiner {
    queue: Mutex<Option<mpsc::Sender<PendingCart>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

fn take<T>(slot: &Mutex<Option<T>>) -> Option<T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl Combiner {
    pub(super) fn start(pool: Pool) -> Self {
        let (queue, carts) = mpsc::channel(4096);
        let task = tokio::spawn(combine(pool, carts));
        Self { queue: Mutex::new(Some(queue)), task: Mutex::new(Some(task)) }
    }

    pub(super) async fn insert(&self, cart: NewCart) -> Result<(), DbError> {
        let closed = || DbError::Unavailable("the database is closed".to_owned());
        // Refused here, it cannot spoil the statement that it would share with others.
        crate::tx::check_text(&cart.document)?;
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)?;
        let (reply, answer) = oneshot::channel();
        queue.send((cart, reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Inserts what is queued and ends.
    pub(super) async fn close(&self) {
        drop(take(&self.queue));
        if let Some(task) = take(&self.task) {
            drop(task.await);
        }
    }
}

async fn combine(pool: Pool, mut queue: mpsc::Receiver<PendingCart>) {
    let slots = Arc::new(Semaphore::new(INSERTERS as usize));
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while queue.recv_many(&mut batch, MAX_BATCH).await > 0 {
        let Ok(slot) = slots.clone().acquire_owned().await else { return };
        // What arrived while waiting for the slot rides along.
        while batch.len() < MAX_BATCH
            && let Ok(next) = queue.try_recv()
        {
            batch.push(next);
        }
        let (rows, answers) = batch.drain(..).unzip();
        let pool = pool.clone();
        tokio::spawn(async move {
            insert_batch(&pool, rows, answers).await;
            drop(slot);
        });
    }
    // The statements under way finish before the pool closes.
    drop(slots.acquire_many(INSERTERS).await);
}

async fn insert_batch(pool: &Pool, rows: Vec<NewCart>, answers: Vec<InsertReply>) {
    match insert(pool, &rows).await {
        Ok(()) => {
            for answer in answers {
                drop(answer.send(Ok(())));
            }
        }
        // The carts may be there or not: trying them alone would call those that are there conflicts.
        Err(DbError::Unavailable(reason)) => {
            for answer in answers {
                drop(answer.send(Err(DbError::Unavailable(reason.clone()))));
            }
        }
        // One bad row must not fail its neighbours: each is tried alone.
        Err(_) if rows.len() > 1 => {
            for (row, answer) in rows.iter().zip(answers) {
                drop(answer.send(insert(pool, std::slice::from_ref(row)).await));
            }
        }
        Err(error) => {
            if let Some(answer) = answers.into_iter().next() {
                drop(answer.send(Err(error)));
            }
        }
    }
}

async fn insert(pool: &Pool, rows: &[NewCart]) -> Result<(), DbError> {
    let mut run = 0;
    loop {
        run += 1;
        match timeout(SLOW, insert_once(pool, rows)).await {
            Err(_) => return Err(too_slow(SLOW)),
            Ok(Err(DbError::Retry)) if run < MAX_RETRIES => tokio::time::sleep(super::pause(run)).await,
            Ok(outcome) => return outcome,
        }
    }
}

async fn insert_once(pool: &Pool, rows: &[NewCart]) -> Result<(), DbError> {
    carts::insert_together(&mut pool.session().await?, rows).await
}
