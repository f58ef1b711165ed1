//! The load generator: keep-alive connections in a closed loop, on a thread and a runtime of its own.
//!
//! It must cost much less than the server beside it, so it writes requests as bytes and reads of an answer only what it
//! must: status, length, and whether the body is an error. In a closed loop each connection sends its next request when
//! it has the answer to the last one; latencies are what a client sees then, not what it would see at a fixed rate.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use hdrhistogram::Histogram;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::machine::thread_time_without;

/// Name of the thread that makes the load; its processor time is not the server's.
pub const THREAD: &str = "load";

/// Longest wait for one answer; longer ones are failures.
const TIMEOUT: Duration = Duration::from_secs(30);

/// When a run is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// After this time.
    Time(Duration),
    /// After this many requests.
    Requests(u64),
}

/// Writes the body of a request into a cleared buffer; the number differs from call to call.
pub type Body = Arc<dyn Fn(u64, &mut Vec<u8>) + Send + Sync>;

/// What to send.
#[derive(Clone)]
pub struct Target {
    /// To whom.
    pub address: SocketAddr,
    /// Where.
    pub path: &'static str,
    /// What.
    pub body: Body,
}

/// What came of it.
#[derive(Debug)]
pub struct LoadResult {
    /// Latencies of the measured requests in microseconds.
    pub latencies: Histogram<u64>,
    /// Time in which they were measured.
    pub took: Duration,
    /// Good answers, those before the measurement included.
    pub acknowledged: u64,
    /// Processor time of everything but the load generator, for all of them.
    pub processor: Option<Duration>,
    /// Answers with another status than 200, with an error in the body, and requests without an answer.
    pub errors: u64,
    /// The first of them.
    pub first_error: Option<String>,
}

impl LoadResult {
    /// Processor time for one good answer, in microseconds.
    #[expect(clippy::cast_precision_loss, reason = "a mean for people")]
    pub fn processor_us(&self) -> Option<f64> {
        let time = self.processor?;
        (self.acknowledged > 0).then(|| time.as_secs_f64() * 1e6 / self.acknowledged as f64)
    }

    /// Requests per second.
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64().max(1e-9)
    }
}

/// Counts good answers while a run goes on, and ends it early.
#[derive(Debug, Default)]
pub struct Progress {
    /// Good answers so far.
    pub done: AtomicU64,
    /// Set to end the run.
    pub stop: AtomicBool,
}

/// Ends the run when the one who waits for it goes away.
struct StopOnDrop(Arc<Progress>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}

/// Latencies up to a minute, three digits.
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("valid bounds")
}

/// Runs the load and waits for its end.
pub async fn run(
    target: Target,
    connections: usize,
    limit: Limit,
    progress: Arc<Progress>,
) -> anyhow::Result<LoadResult> {
    let before = processor_time();
    let (done, outcome) = tokio::sync::oneshot::channel();
    let stop = StopOnDrop(Arc::clone(&progress));
    let load = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let outcome = runtime.context("no runtime").and_then(|runtime| {
            let local = tokio::task::LocalSet::new();
            local.block_on(&runtime, all_connections(target, connections, limit, &progress))
        });
        drop(done.send(outcome));
    };
    std::thread::Builder::new().name(THREAD.to_owned()).spawn(load)?;
    let mut outcome = outcome.await.context("the load generator ended early")??;
    drop(stop);
    outcome.processor = processor_time().zip(before).map(|(after, before)| after.saturating_sub(before));
    Ok(outcome)
}

/// Processor time of this process so far, apart from the load generator.
pub fn processor_time() -> Option<Duration> {
    thread_time_without(THREAD).map(Duration::from_nanos)
}

/// What the connections of a run share. One thread, so no locks.
struct Shared {
    limit: Limit,
    begun: Instant,
    /// Answers before this moment warm up and are not measured.
    measured_from: Instant,
    sent: Cell<u64>,
    errors: Cell<u64>,
    first_error: RefCell<Option<String>>,
    latencies: RefCell<Histogram<u64>>,
    last_answer: Cell<Instant>,
}

impl Shared {
    /// The number of the next request, unless the run is over.
    fn next(&self, now: Instant, progress: &Progress) -> Option<u64> {
        let sent = self.sent.get();
        let over = match self.limit {
            Limit::Time(time) => now >= self.measured_from + time,
            Limit::Requests(most) => sent >= most,
        };
        if over || progress.stop.load(Ordering::Relaxed) {
            return None;
        }
        self.sent.set(sent + 1);
        Some(sent)
    }

    fn failed(&self, what: impl FnOnce() -> String) {
        self.errors.set(self.errors.get() + 1);
        self.first_error.borrow_mut().get_or_insert_with(what);
    }
}

async fn all_connections(
    target: Target,
    connections: usize,
    limit: Limit,
    progress: &Arc<Progress>,
) -> anyhow::Result<LoadResult> {
    let mut streams = Vec::with_capacity(connections);
    for _ in 0..connections {
        let stream = TcpStream::connect(target.address).await.context("cannot connect to the server")?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let begun = Instant::now();
    let warm_up = match limit {
        Limit::Time(time) => (time / 5).min(Duration::from_secs(1)),
        Limit::Requests(_) => Duration::ZERO,
    };
    let shared = Rc::new(Shared {
        limit,
        begun,
        measured_from: begun + warm_up,
        sent: Cell::new(0),
        errors: Cell::new(0),
        first_error: RefCell::new(None),
        latencies: RefCell::new(histogram()),
        last_answer: Cell::new(begun),
    });
    let mut tasks = Vec::with_capacity(connections);
    for stream in streams {
        let connection = Connection { stream, input: Vec::with_capacity(16 * 1024), consumed: 0 };
        let (shared, progress, target) = (Rc::clone(&shared), Arc::clone(progress), target.clone());
        tasks.push(tokio::task::spawn_local(one_connection(connection, target, shared, progress)));
    }
    for task in tasks {
        task.await?;
    }
    let shared = Rc::into_inner(shared).context("a connection is still at work")?;
    Ok(LoadResult {
        latencies: shared.latencies.into_inner(),
        took: shared.last_answer.get().saturating_duration_since(shared.measured_from.max(shared.begun)),
        acknowledged: progress.done.load(Ordering::Relaxed),
        processor: None,
        errors: shared.errors.get(),
        first_error: shared.first_error.into_inner(),
    })
}

async fn one_connection(mut connection: Connection, target: Target, shared: Rc<Shared>, progress: Arc<Progress>) {
    let (mut body, mut request) = (Vec::new(), Vec::new());
    let mut started = Instant::now();
    while let Some(number) = shared.next(started, &progress) {
        body.clear();
        (target.body)(number, &mut body);
        request.clear();
        // Writing to a vector cannot fail.
        let _ = std::io::Write::write_fmt(
            &mut request,
            format_args!(
                "POST {} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n",
                target.path,
                body.len()
            ),
        );
        request.extend_from_slice(&body);
        let answer = tokio::time::timeout(TIMEOUT, connection.exchange(&request)).await;
        let now = Instant::now();
        match answer {
            Ok(Ok(answer)) if answer.is_good() => {
                progress.done.fetch_add(1, Ordering::Relaxed);
                if started >= shared.measured_from {
                    let micros = u64::try_from((now - started).as_micros()).unwrap_or(u64::MAX);
                    shared.latencies.borrow_mut().saturating_record(micros);
                    shared.last_answer.set(now);
                }
            }
            Ok(Ok(answer)) => shared.failed(|| answer.to_string()),
            // What became of the request is unknown, and so is where the next answer would begin.
            Ok(Err(error)) => return shared.failed(|| format!("{error:#}")),
            Err(_) => return shared.failed(|| format!("no answer within {} s", TIMEOUT.as_secs())),
        }
        started = now;
    }
}

struct LoadResponse<'c> {
    status: u16,
    body: &'c [u8],
}

impl LoadResponse<'_> {
    fn is_good(&self) -> bool {
        // Errors of the v1 dialect come with status 200.
        self.status == 200 && !self.body.starts_with(b"{\"error\"")
    }
}

impl std::fmt::Display for LoadResponse<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let start = self.body.get(..300).unwrap_or(self.body);
        write!(f, "status {}: {}", self.status, String::from_utf8_lossy(start))
    }
}

struct Connection {
    stream: TcpStream,
    input: Vec<u8>,
    /// How much of `input` belongs to the answer before.
    consumed: usize,
}

impl Connection {
    async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<LoadResponse<'_>> {
        self.input.drain(..self.consumed);
        self.consumed = 0;
        self.stream.write_all(request).await?;
        let mut searched = 0;
        let head = loop {
            if let Some(at) = find(&self.input[searched..], b"\r\n\r\n") {
                break searched + at + 4;
            }
            searched = self.input.len().saturating_sub(3);
            self.read_more().await?;
        };
        let (status, length) = read_head(&self.input[..head])?;
        let end = head + length;
        self.input.reserve(end.saturating_sub(self.input.len()));
        while self.input.len() < end {
            self.read_more().await?;
        }
        self.consumed = end;
        Ok(LoadResponse { status, body: &self.input[head..end] })
    }

    async fn read_more(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.input).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// Status and length of the body. Only answers with `content-length` are understood: the server sends no others here.
fn read_head(head: &[u8]) -> anyhow::Result<(u16, usize)> {
    let text = std::str::from_utf8(head).context("the head of the answer is no text")?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("content-length") { value.trim().parse().ok() } else { None }
    });
    match (status, length) {
        (Some(status), Some(length)) => Ok((status, length)),
        _ => bail!("the server answered without status or length: {text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_an_answer_gives_status_and_length() {
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nContent-Length: 17\r\n\r\n";
        assert_eq!(read_head(head).expect("understood"), (200, 17));
        assert!(read_head(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
        assert!(read_head(b"nonsense\r\n\r\n").is_err());
    }

    #[test]
    fn an_error_with_status_200_is_no_good_answer() {
        assert!(LoadResponse { status: 200, body: br#"{"tempCartUUID":"x"}"# }.is_good());
        assert!(!LoadResponse { status: 200, body: br#"{"error":"no"}"# }.is_good());
        assert!(!LoadResponse { status: 503, body: b"" }.is_good());
    }
}
