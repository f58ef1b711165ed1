//! The least that storage must do, without anything of the product.
//!
//! Carts are combined as well as they can be: one writer thread, one prepared `INSERT` of one row for each, one commit for
//! all that wait. Reads go to the very database that was measured, by two threads with a connection each.

use std::path::Path;

use anyhow::Context as _;
use crossbeam_channel::{Receiver, Sender, unbounded};
use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

/// Most carts of one commit; the same bound as the product's.
const MAX_BATCH: usize = 256;
/// As many as the product has.
const READERS: usize = 2;

struct Cart {
    id: String,
    document: String,
    stored: oneshot::Sender<()>,
}

enum Question {
    /// The document of an order.
    Order(i64, i64),
    /// Ids of so many orders behind this one, as a JSON array.
    Window(i64, i64, i64),
}

type Read = (Question, oneshot::Sender<Option<String>>);

/// Bare storage: an own file for carts, read-only connections to a database with orders.
#[derive(Debug)]
pub struct Storage {
    carts: Sender<Cart>,
    reads: Sender<Read>,
}

impl Storage {
    /// Makes `carts` and opens `orders`, a SQLite database of the product.
    pub fn open(carts: &Path, orders: &Path) -> anyhow::Result<Self> {
        let writer = Connection::open(carts)?;
        let _: String = writer.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
        writer.pragma_update(None, "synchronous", "FULL")?;
        writer.execute_batch("CREATE TABLE carts (id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL) STRICT")?;
        let (read_queue, reads) = unbounded();
        for _ in 0..READERS {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(orders, flags)?;
            connection.pragma_update(None, "cache_size", -8192)?;
            let queue = reads.clone();
            spawn("bare-reader", move || read_loop(&connection, &queue))?;
        }
        let (cart_queue, queue) = unbounded();
        spawn("bare-writer", move || write_loop(&writer, &queue))?;
        Ok(Self { carts: cart_queue, reads: read_queue })
    }

    /// Stores a cart; answers after the commit.
    pub async fn insert(&self, id: String, document: String) -> anyhow::Result<()> {
        let (stored, answer) = oneshot::channel();
        self.carts.send(Cart { id, document, stored }).ok().context(GONE)?;
        answer.await.ok().context(GONE)
    }

    /// The stored document of an order, if there is one.
    pub async fn order(&self, store: i64, number: i64) -> anyhow::Result<Option<String>> {
        self.ask(Question::Order(store, number)).await
    }

    /// Ids of `limit` orders behind `after`: `["999-10002",…]`.
    pub async fn window(&self, store: i64, after: i64, limit: i64) -> anyhow::Result<Option<String>> {
        self.ask(Question::Window(store, after, limit)).await
    }

    async fn ask(&self, question: Question) -> anyhow::Result<Option<String>> {
        let (reply, answer) = oneshot::channel();
        self.reads.send((question, reply)).ok().context(GONE)?;
        answer.await.ok().context(GONE)
    }

    /// Number of stored carts.
    pub fn count(carts: &Path) -> anyhow::Result<i64> {
        Ok(Connection::open(carts)?.query_row("SELECT COUNT(*) FROM carts", [], |row| row.get(0))?)
    }
}

const GONE: &str = "the bare program's storage has ended";

/// A thread that ends with its queue or with the first failure, of which whoever waits for an answer hears.
fn spawn(name: &str, body: impl FnOnce() -> rusqlite::Result<()> + Send + 'static) -> anyhow::Result<()> {
    let run = move || {
        if let Err(error) = body() {
            tracing::error!(%error, "the bare program's storage failed");
        }
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(run)?;
    Ok(())
}

fn write_loop(connection: &Connection, queue: &Receiver<Cart>) -> rusqlite::Result<()> {
    let mut insert = connection.prepare("INSERT INTO carts (id, document) VALUES (?1, ?2)")?;
    let mut begin = connection.prepare("BEGIN IMMEDIATE")?;
    let mut commit = connection.prepare("COMMIT")?;
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(MAX_BATCH - 1));
        begin.execute([])?;
        for cart in &batch {
            insert.execute([&cart.id, &cart.document])?;
        }
        commit.execute([])?;
        for cart in batch {
            let _ = cart.stored.send(());
        }
    }
    Ok(())
}

fn read_loop(connection: &Connection, queue: &Receiver<Read>) -> rusqlite::Result<()> {
    use std::fmt::Write as _;

    let mut order = connection.prepare("SELECT document FROM orders WHERE store_id = ?1 AND number = ?2")?;
    let mut window =
        connection.prepare("SELECT number FROM orders WHERE store_id = ?1 AND number > ?2 ORDER BY number LIMIT ?3")?;
    while let Ok((question, reply)) = queue.recv() {
        let answer = match question {
            Question::Order(store, number) => {
                let mut rows = order.query([store, number])?;
                rows.next()?.map(|row| row.get(0)).transpose()?
            }
            Question::Window(store, after, limit) => {
                let mut out = String::from("[");
                let mut rows = window.query([store, after, limit])?;
                while let Some(row) = rows.next()? {
                    let comma = if out.len() == 1 { "" } else { "," };
                    // Writing to a string cannot fail.
                    let _ = write!(out, "{comma}\"{store}-{}\"", row.get::<_, i64>(0)?);
                }
                out.push(']');
                Some(out)
            }
        };
        drop(reply.send(answer));
    }
    Ok(())
}
