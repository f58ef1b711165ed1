//! The fake on a port: requests in, webhooks out.

use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::{Answer, Call, Outgoing, StripeFake};

/// Longest body of a request.
const LONGEST_BODY: usize = 256 * 1024;
/// How long a receiver of webhooks may take.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(10);
/// How often due webhooks are looked for when nothing happens.
const TICK: Duration = Duration::from_secs(1);
/// How long running requests get at the end.
const GRACE: Duration = Duration::from_secs(5);

/// The connection is to end without an answer.
#[derive(Debug)]
struct NoAnswer;

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer is lost on purpose")
    }
}

impl std::error::Error for NoAnswer {}

impl StripeFake {
    /// Serves until `end`. Then running requests are answered, and calls that wait go on.
    pub async fn serve(self, listener: TcpListener, end: impl Future<Output = ()>) {
        let mut tasks = JoinSet::new();
        let sender = tokio::spawn(self.clone().send_webhooks());
        let (stop, stopped) = tokio::sync::watch::channel(false);
        tokio::pin!(end);
        loop {
            tokio::select! {
                () = &mut end => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let (fake, mut stopped) = (self.clone(), stopped.clone());
                        tasks.spawn(async move {
                            fake.connection(stream, async move { let _ = stopped.wait_for(|stop| *stop).await; }).await;
                        });
                    }
                    Err(error) => {
                        tracing::warn!(%error, "cannot accept a connection");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                },
                Some(_) = tasks.join_next() => {}
            }
        }
        drop(listener);
        self.release();
        let _ = stop.send(true);
        sender.abort();
        let _ = tokio::time::timeout(GRACE, async { while tasks.join_next().await.is_some() {} }).await;
    }

    async fn connection(&self, stream: TcpStream, stop: impl Future<Output = ()>) {
        let service = service_fn(|request| self.respond(request));
        let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection, stop);
        let ended = tokio::select! {
            ended = &mut connection => ended,
            () = &mut stop => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended");
        }
    }

    async fn respond(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, NoAnswer> {
        let (head, body) = request.into_parts();
        let answer = match Limited::new(body, LONGEST_BODY).collect().await {
            Ok(body) => {
                let headers = head
                    .headers
                    .iter()
                    .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
                let call = Call {
                    method: head.method.as_str().to_owned(),
                    path: head.uri.path().to_owned(),
                    query: head.uri.query().unwrap_or_default().to_owned(),
                    headers: headers.collect(),
                    body: body.to_bytes().to_vec(),
                };
                self.handle(call).await.ok_or(NoAnswer)?
            }
            Err(_) => Answer { status: 413, headers: Vec::new(), body: "The request is too long.".to_owned() },
        };
        let mut response = Response::builder().status(answer.status);
        for (name, value) in answer.headers {
            response = response.header(name, value);
        }
        response.body(Full::new(Bytes::from(answer.body))).map_err(|error| {
            tracing::error!(%error, "an answer cannot be written");
            NoAnswer
        })
    }

    async fn send_webhooks(self) -> Infallible {
        loop {
            self.deliver_due().await;
            let _ = tokio::time::timeout(TICK, self.0.wake.notified()).await;
        }
    }

    /// Sends what is due now, one after the other, and waits for the end.
    pub async fn deliver_due(&self) {
        for outgoing in self.due() {
            let sent = tokio::time::timeout(WEBHOOK_TIMEOUT, post(&outgoing)).await;
            let outcome = sent.unwrap_or_else(|_| Err("no answer within 10 seconds".to_owned()));
            tracing::info!(url = outgoing.url, outcome = ?outcome, "webhook");
            self.record(&outgoing.id, outcome);
        }
    }
}

/// Sends one webhook; the status of the answer.
async fn post(outgoing: &Outgoing) -> Result<u16, String> {
    let url = url::Url::parse(&outgoing.url).map_err(|error| error.to_string())?;
    let host = url.host_str().ok_or("the URL has no host")?;
    let port = url.port_or_known_default().unwrap_or(80);
    let stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await.map_err(|error| error.to_string())?;
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|error| error.to_string())?;
    // Ends with this call, however that ends.
    let mut tasks = JoinSet::new();
    tasks.spawn(connection);
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let request = Request::post(target)
        .header("host", format!("{host}:{port}"))
        .header("content-type", "application/json; charset=utf-8")
        .header("user-agent", "Stripe/1.0 (crossdock rehearsal)")
        .header("stripe-signature", &outgoing.signature)
        .body(Full::new(Bytes::from(outgoing.body.clone())))
        .map_err(|error| error.to_string())?;
    let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
    Ok(response.status().as_u16())
}
