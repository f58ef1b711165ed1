//! One try of a delivery: render, sign, call, record. The call is made outside any transaction; a crash before the record
//! repeats it with the same `webhook-id`.

use std::time::Instant;

use crossdock_db::deliveries::{AttemptLog, DeliveryRow};
use crossdock_db::outbox::EventRow;
use crossdock_db::webhooks::EndpointRow;
use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{DeliveryId, JobId};
use crossdock_domain::webhook::{DeliveryState, Method, Owner, check_url};
use secrecy::SecretString;

use crate::http_client::{HttpError, HttpRequest, HttpResponse, OversizePolicy};
use crate::job::JobRun;
use crate::webhook::body::Message;
use crate::webhook::fan_out::send_job;
use crate::webhook::{body, sign};
use crate::{WebhookError, Webhooks};

/// Bytes of a receiver's answer that the log keeps.
const KEEP_ANSWER: usize = 1_024;
/// After so many tries in a row without an answer in time, nothing is sent to a receiver for a while.
const SILENT_TRIES: i64 = 3;
/// The first pause; each further try without an answer doubles it.
const FIRST_PAUSE: Span = Span::minutes(1);
/// The longest pause.
const LONGEST_PAUSE: Span = Span::minutes(32);
/// Longest wait that a receiver may ask for.
const LONGEST_RETRY_AFTER: i64 = 86_400;

/// Everything that a try needs.
pub(super) struct DeliveryContext {
    pub(super) delivery: DeliveryRow,
    pub(super) event: EventRow,
    pub(super) endpoint: EndpointRow,
}

struct Find(Owner, DeliveryId);

impl Operation for Find {
    type Output = Option<DeliveryContext>;
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, WebhookError> {
        let Some(delivery) = tx.delivery(self.0, self.1).await? else { return Ok(None) };
        let Some(event) = tx.event(self.0, delivery.event).await? else { return Ok(None) };
        let Some(endpoint) = tx.endpoint(self.0, delivery.endpoint).await? else { return Ok(None) };
        Ok(Some(DeliveryContext { delivery, event, endpoint }))
    }
}

/// How a try went.
#[derive(Debug, Default)]
struct AttemptOutcome {
    status: Option<u16>,
    error: Option<String>,
    answer: Option<String>,
    /// The receiver asks for this pause.
    retry_after: Option<Span>,
    /// The receiver is gone for good (410).
    gone: bool,
    /// Whether the receiver kept silent; `None` when it was not asked.
    silent: Option<bool>,
}

impl AttemptOutcome {
    fn failed(error: impl Into<String>) -> Self {
        Self { error: Some(error.into()), ..Self::default() }
    }

    fn of(answer: &HttpResponse, now: Timestamp) -> Self {
        let good = (200..300).contains(&answer.status);
        let error = match answer.status {
            _ if good => None,
            300..=399 => Some(format!("answered {}; redirects are not followed", answer.status)),
            status => Some(format!("answered {status}")),
        };
        Self {
            status: Some(answer.status),
            error,
            answer: snippet(&answer.body),
            retry_after: answer.header("retry-after").and_then(|text| retry_after(text, now)),
            gone: answer.status == 410,
            silent: Some(false),
        }
    }
}

/// The pause that `Retry-After` asks for, in seconds or until a moment (RFC 9110 §10.2.3); a moment that is over asks for none.
fn retry_after(text: &str, now: Timestamp) -> Option<Span> {
    let text = text.trim();
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit is the longest pause as well.
        Span::seconds(text.parse::<i64>().map_or(LONGEST_RETRY_AFTER, |seconds| seconds.min(LONGEST_RETRY_AFTER)))
    } else {
        let until = httpdate::parse_http_date(text).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        Timestamp(i64::try_from(until.as_micros()).unwrap_or(i64::MAX)) - now
    };
    (wait.0 > 0).then(|| wait.min(Span::seconds(LONGEST_RETRY_AFTER)))
}

/// The beginning of a body as text that can be stored and shown.
fn snippet(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(KEEP_ANSWER)]);
    let text: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// How long a receiver is left alone after so many tries in a row without an answer in time.
fn pause_after(timeouts: i64) -> Option<Span> {
    let further = u32::try_from((timeouts - SILENT_TRIES).min(30)).ok()?;
    Some(Span(FIRST_PAUSE.0.saturating_mul(2_i64.saturating_pow(further)).min(LONGEST_PAUSE.0)))
}

struct Record {
    seen: DeliveryRow,
    log: AttemptLog,
    state: DeliveryState,
    next: Option<(Timestamp, JobId)>,
    give_up: Timestamp,
    silent: Option<bool>,
    now: Timestamp,
}

impl Operation for Record {
    /// Whether the endpoint was switched off by this.
    type Output = bool;
    type Error = WebhookError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, WebhookError> {
        let next = self.next.as_ref().map(|(at, _)| *at);
        if !tx.record_delivery(&self.seen, self.state, next, &self.log, self.now).await? {
            // Another run of the same try was faster.
            return Ok(false);
        }
        if let Some((at, job)) = self.next {
            let after = DeliveryRow { attempts: self.log.number, ..self.seen.clone() };
            send_job(&after).enqueue(tx, job, self.now, at - self.now).await?;
        }
        let endpoint = (self.seen.owner, self.seen.endpoint);
        match self.silent {
            Some(true) => {
                let timeouts = tx.note_timeout(endpoint, self.now).await?;
                if let Some(pause) = pause_after(timeouts) {
                    tx.pause_endpoint(endpoint, self.now + pause, self.now).await?;
                }
            }
            Some(false) => tx.note_answer(endpoint, self.now).await?,
            None => {}
        }
        let worked = self.state == DeliveryState::Delivered;
        let why = self.log.error.as_deref().unwrap_or_default();
        let note = format!("switched off at {} after failures; the last one: {why}", body::date(self.now));
        Ok(tx.note_endpoint(endpoint, worked, self.give_up, &note, self.now).await?)
    }
}

impl Webhooks<'_> {
    /// Makes try number `attempt` of a delivery, unless that was made already, or its receiver is left alone for a while.
    pub async fn send(self, owner: Owner, delivery: DeliveryId, attempt: i64) -> Result<JobRun, WebhookError> {
        self.make_try(owner, delivery, attempt, true).await
    }

    /// The same; `mind_pause`: whether a pause of the receiver counts.
    pub(super) async fn make_try(
        self,
        owner: Owner,
        delivery: DeliveryId,
        attempt: i64,
        mind_pause: bool,
    ) -> Result<JobRun, WebhookError> {
        let Some(load) = self.0.db().read(Find(owner, delivery)).await? else { return Ok(JobRun::Done) };
        if load.delivery.state != DeliveryState::Waiting || load.delivery.attempts + 1 != attempt {
            return Ok(JobRun::Done);
        }
        let begun = (self.0.now(), Instant::now());
        let off = !load.endpoint.endpoint.active;
        if let Some(at) = load.endpoint.endpoint.paused_until.filter(|until| *until > begun.0 && mind_pause && !off) {
            let why = format!("the webhook has not answered in time; nothing is sent to it before {}", at.to_rfc3339());
            return Ok(JobRun::Postponed { at, why });
        }
        let outcome =
            if off { AttemptOutcome::failed("not sent: the webhook is switched off") } else { self.call(&load).await };
        self.record_try(load, outcome, begun, off).await?;
        Ok(JobRun::Done)
    }

    async fn record_try(
        self,
        load: DeliveryContext,
        outcome: AttemptOutcome,
        (at, begun): (Timestamp, Instant),
        off: bool,
    ) -> Result<(), WebhookError> {
        let (now, rules) = (self.0.now(), &self.0.integrations().webhooks);
        let number = load.delivery.attempts + 1;
        let wait = rules.wait(number - load.delivery.attempts_before, self.0.random());
        let over = outcome.gone || off;
        let (state, next) = match (&outcome.error, wait) {
            (None, _) => (DeliveryState::Delivered, None),
            (Some(_), Some(wait)) if !over => {
                let at = now + wait.max(outcome.retry_after.unwrap_or(Span(0)));
                (DeliveryState::Waiting, Some((at, self.0.new_job_id(now))))
            }
            (Some(_), _) => (DeliveryState::Failed, None),
        };
        let took = Span(i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX));
        let AttemptOutcome { status, error, answer, gone, silent, .. } = outcome;
        let log = AttemptLog { number, at, took, status, error, answer };
        // A receiver that says "gone" is believed at once.
        let give_up = if gone { now } else { now - rules.give_up };
        let endpoint = load.delivery.endpoint;
        let seen = load.delivery;
        if self.0.db().write(Record { seen, log, state, next, give_up, silent, now }).await? {
            tracing::warn!(%endpoint, owner = %load.event.owner, "webhook switched off after long failure");
        }
        self.0.jobs_were_written();
        Ok(())
    }

    async fn call(self, load: &DeliveryContext) -> AttemptOutcome {
        let call = match self.prepare_call(load) {
            Ok(call) => call,
            Err(error) => return AttemptOutcome::failed(error),
        };
        match self.0.integrations().web.call(call).await {
            Ok(answer) => AttemptOutcome::of(&answer, self.0.now()),
            Err(error @ HttpError::TimedOut(_)) => {
                AttemptOutcome { silent: Some(true), ..AttemptOutcome::failed(error.to_string()) }
            }
            Err(error @ HttpError::Forbidden(_)) => AttemptOutcome::failed(error.to_string()),
            Err(error @ (HttpError::Unreachable(_) | HttpError::TooLong(_))) => {
                AttemptOutcome { silent: Some(false), ..AttemptOutcome::failed(error.to_string()) }
            }
        }
    }

    /// The request, signed now.
    fn prepare_call(self, load: &DeliveryContext) -> Result<HttpRequest, String> {
        let endpoint = &load.endpoint.endpoint;
        let payload = serde_json::from_str(&load.event.payload).map_err(|error| error.to_string())?;
        let event = &load.event;
        let message = Message { kind: event.kind, id: event.id, at: event.at, account: event.account.clone(), payload };
        let text = body::render(endpoint, &message).map_err(|error| format!("not sent: the body: {error}"))?;
        let secrets = self.open_secrets(&load.endpoint).map_err(|error| error.to_string())?;
        let mut call = request(endpoint, &text)?;
        let signed = sign::headers(&secrets, (event.kind, event.id), self.0.now(), text.as_bytes());
        call.headers.extend(signed.map_err(|error| error.to_string())?);
        call.timeout = self.0.integrations().webhooks.timeout;
        Ok(call)
    }

    fn open_secrets(self, row: &EndpointRow) -> Result<Vec<SecretString>, WebhookError> {
        let (owner, id) = (row.endpoint.owner, row.endpoint.id);
        let mut secrets = vec![self.open_secret(owner, id, &row.secret)?];
        if let Some((old, until)) = &row.old_secret
            && *until > self.0.now()
        {
            secrets.push(self.open_secret(owner, id, old)?);
        }
        Ok(secrets)
    }
}

/// The request of a rendered body, not yet signed. With GET the body is what stands in the query string.
pub(super) fn request(endpoint: &crossdock_domain::webhook::Endpoint, text: &str) -> Result<HttpRequest, String> {
    let mut url = check_url(&endpoint.url).map_err(|error| error.to_string())?;
    let mut headers = endpoint.headers.clone();
    let mut bytes = Vec::new();
    if endpoint.method == Method::Get {
        let query = match url.query() {
            Some(own) if !own.is_empty() => format!("{own}&{text}"),
            _ => text.to_owned(),
        };
        url.set_query(Some(&query));
    } else {
        headers.push(("content-type".to_owned(), endpoint.content_type.mime().to_owned()));
        bytes = text.as_bytes().to_vec();
    }
    let mut call = HttpRequest::post(url, "", bytes);
    call.method = endpoint.method;
    call.headers = headers;
    call.limit = KEEP_ANSWER;
    call.oversize = OversizePolicy::Cut;
    Ok(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date_of_each_form() {
        // Sunday, 6 November 1994, 08:47:37 UTC: two minutes before the date in RFC 9110.
        let now = Timestamp(784_111_657_000_000);
        let day = Some(Span::days(1));
        for (text, wait) in [
            ("120", Some(Span::seconds(120))),
            (" 120 ", Some(Span::seconds(120))),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(Span::seconds(120))),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(Span::seconds(120))),
            ("Sun Nov  6 08:49:37 1994", Some(Span::seconds(120))),
            ("999999", day),
            ("99999999999999999999999", day),
            ("Fri, 31 Dec 9999 23:59:59 GMT", day),
            ("0", None),
            ("Sun, 06 Nov 1994 08:47:37 GMT", None),
            ("Thu, 01 Jan 1970 00:00:00 GMT", None),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(retry_after(text, now), wait, "{text:?}");
        }
    }

    #[test]
    fn pauses_begin_with_the_third_silence_and_double_up_to_half_an_hour() {
        assert_eq!([0, 1, 2].map(pause_after), [None; 3]);
        assert_eq!([3, 4, 5].map(pause_after), [1, 2, 4].map(|minutes| Some(Span::minutes(minutes))));
        assert_eq!([8, 9, 1_000, i64::MAX].map(pause_after), [Some(LONGEST_PAUSE); 4]);
    }
}
