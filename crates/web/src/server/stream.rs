//! A stream that notes when bytes moved, so that one slow timer per connection can tell who is late.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use crate::settings::WebSettings;

/// How long what may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The head of a request, or a TLS handshake.
    pub(crate) head: Duration,
    idle: Duration,
    write: Duration,
    /// How often [`Activity::late`] is asked: the precision of the others.
    pub(crate) tick: Duration,
}

impl Limits {
    pub(crate) fn of(settings: &WebSettings) -> Self {
        let (head, idle, write) = (settings.header_timeout, settings.idle_timeout, settings.write_timeout);
        let tick = (head.min(idle).min(write) / 5).max(Duration::from_millis(10));
        Self { head, idle, write, tick }
    }
}

/// What a connection was too slow with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeoutKind {
    /// The head of a request began and does not end.
    Head,
    /// No request for a long time.
    Idle,
    /// The client takes no byte of the answer.
    Write,
}

/// When what happened on a connection, in microseconds after it was made; zero stands for "not".
#[derive(Debug)]
pub(crate) struct Activity {
    made: Instant,
    /// HTTP/2 has frames besides requests, so that bytes between requests do not begin a head there.
    http1: bool,
    running: AtomicU32,
    moved: AtomicU64,
    head_since: AtomicU64,
    stuck_since: AtomicU64,
}

impl Activity {
    pub(crate) fn new(http1: bool) -> Self {
        Self {
            made: Instant::now(),
            http1,
            running: AtomicU32::new(0),
            moved: AtomicU64::new(1),
            head_since: AtomicU64::new(0),
            stuck_since: AtomicU64::new(0),
        }
    }

    pub(crate) fn request_begins(&self) {
        self.running.fetch_add(1, Ordering::Relaxed);
        self.head_since.store(0, Ordering::Relaxed);
    }

    pub(crate) fn request_ends(&self) {
        self.running.fetch_sub(1, Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.made.elapsed().as_micros()).unwrap_or(u64::MAX).max(1)
    }

    fn has_read(&self) {
        let now = self.now();
        self.moved.store(now, Ordering::Relaxed);
        if self.http1 && self.running.load(Ordering::Relaxed) == 0 && self.head_since.load(Ordering::Relaxed) == 0 {
            self.head_since.store(now, Ordering::Relaxed);
        }
    }

    fn has_written(&self) {
        self.moved.store(self.now(), Ordering::Relaxed);
        self.stuck_since.store(0, Ordering::Relaxed);
    }

    fn is_stuck(&self) {
        if self.stuck_since.load(Ordering::Relaxed) == 0 {
            self.stuck_since.store(self.now(), Ordering::Relaxed);
        }
    }

    /// Whether the client is too slow at this moment.
    pub(crate) fn late(&self, limits: &Limits) -> Option<TimeoutKind> {
        let now = self.now();
        let over = |since: u64, limit: Duration| since != 0 && Duration::from_micros(now.saturating_sub(since)) > limit;
        if over(self.stuck_since.load(Ordering::Relaxed), limits.write) {
            return Some(TimeoutKind::Write);
        }
        if self.running.load(Ordering::Relaxed) > 0 {
            // Bodies have their own limit, and how long we work is not the client's fault.
            return None;
        }
        if over(self.head_since.load(Ordering::Relaxed), limits.head) {
            return Some(TimeoutKind::Head);
        }
        over(self.moved.load(Ordering::Relaxed), limits.idle).then_some(TimeoutKind::Idle)
    }
}

/// A stream with its activity noted.
pub(crate) struct WatchedStream<S> {
    inner: S,
    activity: Arc<Activity>,
}

impl<S> WatchedStream<S> {
    pub(crate) fn new(inner: S, activity: Arc<Activity>) -> Self {
        Self { inner, activity }
    }

    fn note(&self, written: &Poll<io::Result<usize>>) {
        match written {
            Poll::Ready(Ok(_)) => self.activity.has_written(),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.activity.is_stuck(),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WatchedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.activity.has_read();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WatchedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.note(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.note(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
