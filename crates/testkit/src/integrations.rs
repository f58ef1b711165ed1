//! The outside as tests want it: a receiver of calls and a letter box that remember, and answer what they are told to.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use crossdock_app::BoxFuture;
use crossdock_app::Integrations;
use crossdock_app::platform::http_client::{HttpClient, HttpError, HttpRequest, HttpResponse};
use crossdock_app::platform::mail::{Email, EmailRenderer, EmailTransport, MailError, Mailer};
use crossdock_app::platform::webhook::RetryPolicy;
use crossdock_domain::ids::MailId;
use serde_json::Value;
use tokio::sync::Notify;
use url::Url;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no test panics while it holds this")
}

/// Takes every call, and answers 200 unless told otherwise.
#[derive(Debug, Default)]
pub struct Receiver {
    calls: Mutex<Vec<HttpRequest>>,
    /// `None`: no answer, ever.
    replies: Mutex<VecDeque<Option<Result<HttpResponse, HttpError>>>>,
    called: Notify,
    /// Hosts that never answer.
    silent: Mutex<BTreeSet<String>>,
}

/// An answer of this status without headers and body.
pub fn answer(status: u16) -> HttpResponse {
    HttpResponse { status, headers: Vec::new(), body: Vec::new(), cut: false }
}

impl Receiver {
    /// What was called so far.
    pub fn calls(&self) -> Vec<HttpRequest> {
        lock(&self.calls).clone()
    }

    /// The next call that is not spoken for gets this reply.
    pub fn reply(&self, reply: Result<HttpResponse, HttpError>) {
        lock(&self.replies).push_back(Some(reply));
    }

    /// The next call that is not spoken for gets no reply, ever.
    pub fn hang(&self) {
        lock(&self.replies).push_back(None);
    }

    /// Calls to this host get no reply, ever.
    pub fn hang_at(&self, host: &str) {
        lock(&self.silent).insert(host.to_owned());
    }

    /// Waits for a call.
    pub async fn called(&self) {
        self.called.notified().await;
    }

    /// The same with nothing but a status.
    pub fn say(&self, status: u16) {
        self.reply(Ok(answer(status)));
    }
}

impl HttpClient for Receiver {
    fn check(&self, url: &Url) -> Result<(), HttpError> {
        match url.host_str() {
            Some("127.0.0.1") => Err(HttpError::Forbidden("this machine".to_owned())),
            _ => Ok(()),
        }
    }

    fn call(&self, call: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpError>> {
        Box::pin(async move {
            let silent = call.url.host_str().is_some_and(|host| lock(&self.silent).contains(host));
            lock(&self.calls).push(call);
            if silent {
                self.called.notify_one();
                return std::future::pending().await;
            }
            let reply = lock(&self.replies).pop_front().unwrap_or_else(|| Some(Ok(answer(200))));
            self.called.notify_one();
            match reply {
                Some(reply) => reply,
                None => std::future::pending().await,
            }
        })
    }
}

/// A mail that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedMail {
    /// Its id.
    pub id: MailId,
    /// Who gets it.
    pub recipient: String,
    /// Its template.
    pub template: String,
    /// What the template was filled with.
    pub content: String,
}

/// Takes every mail unless told otherwise. Writes no words: a letter is its template's name and its values.
#[derive(Debug, Default)]
pub struct Mailbox {
    mails: Mutex<Vec<ReceivedMail>>,
    replies: Mutex<VecDeque<Result<(), MailError>>>,
    silent: AtomicBool,
}

impl Mailbox {
    /// What arrived so far.
    pub fn mails(&self) -> Vec<ReceivedMail> {
        lock(&self.mails).clone()
    }

    /// From now on the mail server takes no mail and says nothing.
    pub fn hang(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }

    /// The next mail that is not spoken for meets this error.
    pub fn fail_next(&self, error: MailError) {
        lock(&self.replies).push_back(Err(error));
    }
}

impl EmailRenderer for Mailbox {
    fn render_email(&self, template: &str, _: &str, content: &Value) -> Result<Email, String> {
        Ok(Email { subject: template.to_owned(), text: content.to_string(), html: String::new() })
    }
}

impl EmailTransport for Mailbox {
    fn send<'a>(&'a self, id: MailId, recipient: &'a str, email: &'a Email) -> BoxFuture<'a, Result<(), MailError>> {
        Box::pin(async move {
            if self.silent.load(Ordering::SeqCst) {
                return std::future::pending().await;
            }
            if let Some(reply) = lock(&self.replies).pop_front() {
                return reply;
            }
            lock(&self.mails).push(ReceivedMail {
                id,
                recipient: recipient.to_owned(),
                template: email.subject.clone(),
                content: email.text.clone(),
            });
            Ok(())
        })
    }
}

/// Both, as an app has them.
pub(crate) fn integrations(receiver: &Arc<Receiver>, mailbox: &Arc<Mailbox>) -> Integrations {
    Integrations {
        web: Arc::clone(receiver) as _,
        mailer: Some(Mailer { renderer: Arc::clone(mailbox) as _, transport: Arc::clone(mailbox) as _ }),
        webhooks: RetryPolicy { jitter_percent: 0, ..RetryPolicy::default() },
        rates: None,
    }
}
