//! A pretend bank behind the test cards: remembers every payment, refuses what a bank refuses, fails and waits on demand.
//!
//! The test provider of the product has no memory, so that it survives restarts. This one keeps books, so that a test can
//! ask whether money was taken twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use crossdock_app::BoxFuture;
use crossdock_app::checkout::PaymentField;
use crossdock_app::checkout::payment::AttemptRow;
use crossdock_app::checkout::payment::provider;
use crossdock_app::checkout::payment::provider::{PaymentInput, PaymentProvider, ProviderError};
use crossdock_domain::address::FieldError;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::AttemptId;
use crossdock_domain::payment::{AttemptDetails, Provider, ProviderOutcome};
use tokio::sync::Semaphore;

/// What the bank is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names of the port's methods")]
pub enum BankCall {
    Authorise,
    Status,
    Challenge,
    Capture,
    Void,
    Refund,
}

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BankFault {
    /// The call never arrives.
    Unreachable,
    /// The bank does it, but its answer is lost.
    AnswerLost,
    /// The bank refuses for good.
    Refused,
}

/// When a call is held up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before the bank has done anything.
    Before,
    /// When the bank has done it, before the answer.
    After,
}

/// The bank's book of one payment: how often each was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of what a bank does")]
pub struct Ledger {
    pub reserved: bool,
    pub captured: bool,
    pub voided: bool,
    pub refunded: bool,
}

impl Ledger {
    /// Whether the buyer's money is reserved or taken at this moment.
    pub fn holds_money(&self) -> bool {
        self.reserved && !self.voided && !self.refunded
    }
}

#[derive(Debug)]
struct Payment {
    outcome: ProviderOutcome,
    ledger: Ledger,
}

#[derive(Debug)]
struct Gate {
    moment: Moment,
    reached: Semaphore,
    open: Semaphore,
}

#[derive(Debug, Default)]
struct Books {
    payments: HashMap<AttemptId, Payment>,
    calls: Vec<(BankCall, AttemptId)>,
    faults: Vec<(BankCall, BankFault)>,
    gates: HashMap<BankCall, Arc<Gate>>,
    agreeable: bool,
}

/// The bank. Put it into an app with [`Builder::with_bank`](crate::Builder::with_bank).
#[derive(Debug, Default)]
pub struct Bank {
    books: Mutex<Books>,
}

impl Bank {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().expect("no test panics inside the bank")
    }

    /// The next call of this kind goes wrong; several faults count one after the other.
    pub fn fail_next(&self, call: BankCall, fault: BankFault) {
        self.books().faults.push((call, fault));
    }

    /// From now on the bank agrees to whatever it is asked, like a provider without memory: also to give back what it has
    /// taken. Its books stay right.
    pub fn agree_to_everything(&self) {
        self.books().agreeable = true;
    }

    /// Calls of this kind stop at this moment until [`Bank::release`].
    pub fn hold(&self, call: BankCall, moment: Moment) {
        let gate = Gate { moment, reached: Semaphore::new(0), open: Semaphore::new(0) };
        self.books().gates.insert(call, Arc::new(gate));
    }

    /// Waits until so many calls of this kind are held up.
    pub async fn reached(&self, call: BankCall, count: u32) {
        let gate = Arc::clone(self.books().gates.get(&call).expect("calls of this kind are held up"));
        gate.reached.acquire_many(count).await.expect("the gate stands").forget();
    }

    /// Lets calls of this kind go on, those that wait and all later ones.
    pub fn release(&self, call: BankCall) {
        if let Some(gate) = self.books().gates.remove(&call) {
            gate.open.close();
        }
    }

    /// The book of a payment.
    pub fn ledger(&self, attempt: AttemptId) -> Ledger {
        self.books().payments.get(&attempt).map(|payment| payment.ledger).unwrap_or_default()
    }

    /// Every payment that the bank has heard of.
    pub fn payments(&self) -> Vec<(AttemptId, Ledger)> {
        self.books().payments.iter().map(|(id, payment)| (*id, payment.ledger)).collect()
    }

    /// The payment succeeds at the bank, whatever was said before: a buyer finished a step long after leaving us. What the
    /// bank tells us of it.
    pub fn approve_late(&self, attempt: AttemptId) -> ProviderOutcome {
        let mut books = self.books();
        let payment = books.payments.get_mut(&attempt).expect("the bank has heard of the payment");
        payment.becomes(ProviderOutcome::Authorised { review: false, transaction_id: transaction_id(attempt) })
    }

    /// What the bank would say of a payment now.
    pub fn outcome(&self, attempt: AttemptId) -> Option<ProviderOutcome> {
        self.books().payments.get(&attempt).map(|payment| payment.outcome.clone())
    }

    /// No call goes wrong any more.
    pub fn forget_faults(&self) {
        self.books().faults.clear();
    }

    /// How often this was asked.
    pub fn count(&self, call: BankCall) -> usize {
        self.books().calls.iter().filter(|(made, _)| *made == call).count()
    }

    fn note(&self, call: BankCall, attempt: AttemptId) -> (Option<BankFault>, Option<Arc<Gate>>) {
        let mut books = self.books();
        books.calls.push((call, attempt));
        let at = books.faults.iter().position(|(kind, _)| *kind == call);
        (at.map(|at| books.faults.remove(at).1), books.gates.get(&call).cloned())
    }

    async fn call<T>(
        &self,
        call: BankCall,
        attempt: &AttemptRow,
        work: impl FnOnce(&mut Payment) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let (fault, gate) = self.note(call, attempt.id);
        let wait = async |moment| {
            if let Some(gate) = gate.as_ref().filter(|gate| gate.moment == moment) {
                gate.reached.add_permits(1);
                // Closed means open for everybody.
                drop(gate.open.acquire().await);
            }
        };
        wait(Moment::Before).await;
        match fault {
            Some(BankFault::Unreachable) => return Err(ProviderError::Unreachable("no route to the bank".to_owned())),
            Some(BankFault::Refused) => return Err(ProviderError::Refused("the bank does not want to".to_owned())),
            Some(BankFault::AnswerLost) | None => {}
        }
        let result = work(self.books().payments.entry(attempt.id).or_insert_with(|| Payment::unheard(call)));
        wait(Moment::After).await;
        match fault {
            Some(BankFault::AnswerLost) => Err(ProviderError::Unreachable("the answer was lost".to_owned())),
            _ => result,
        }
    }

    /// A call that moves money, and why the bank refuses it.
    async fn settle(
        &self,
        call: BankCall,
        attempt: &AttemptRow,
        work: impl FnOnce(&mut Ledger) -> Result<(), &'static str>,
    ) -> Result<(), ProviderError> {
        let agreeable = self.books().agreeable;
        let book = |payment: &mut Payment| match work(&mut payment.ledger) {
            Err(reason) if !agreeable => Err(ProviderError::Refused(reason.to_owned())),
            _ => Ok(()),
        };
        self.call(call, attempt, book).await
    }
}

impl Payment {
    /// What the bank says of a payment that never reached it.
    fn unheard(call: BankCall) -> Self {
        let outcome = match call {
            BankCall::Authorise => ProviderOutcome::Pending,
            _ => ProviderOutcome::Declined { reason: "never_arrived".to_owned() },
        };
        Self { outcome, ledger: Ledger::default() }
    }

    fn becomes(&mut self, outcome: ProviderOutcome) -> ProviderOutcome {
        self.ledger.reserved |= matches!(outcome, ProviderOutcome::Authorised { .. });
        self.outcome = outcome.clone();
        outcome
    }
}

fn transaction_id(attempt: AttemptId) -> String {
    format!("bank_{attempt}")
}

fn prepared(input: &PaymentInput, now: Timestamp) -> Result<AttemptDetails, Vec<(PaymentField, FieldError)>> {
    let built_in = provider::built_in(true);
    let test = built_in.iter().find(|provider| provider.provider() == Provider::Test);
    test.expect("the test provider is built in").prepare(input, now)
}

impl PaymentProvider for Bank {
    fn provider(&self) -> Provider {
        Provider::Test
    }

    fn is_test(&self) -> bool {
        true
    }

    fn processor(&self) -> &'static str {
        "TEST"
    }

    fn prepare(&self, input: &PaymentInput, now: Timestamp) -> Result<AttemptDetails, Vec<(PaymentField, FieldError)>> {
        prepared(input, now)
    }

    fn authorise<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<ProviderOutcome, ProviderError>> {
        Box::pin(self.call(BankCall::Authorise, attempt, |payment| {
            if payment.outcome != ProviderOutcome::Pending {
                // Asked twice with one key: the same answer.
                return Ok(payment.outcome.clone());
            }
            let transaction_id = transaction_id(attempt.id);
            let scenario = attempt.details.provider_state.as_str();
            let outcome = payment.becomes(match scenario {
                "decline" => ProviderOutcome::Declined { reason: "card_declined".to_owned() },
                "challenge" => ProviderOutcome::Challenge { transaction_id },
                scenario => ProviderOutcome::Authorised { review: scenario == "review", transaction_id },
            });
            // The bank reserves the money, but is slow to say so.
            Ok(if scenario == "timeout" { ProviderOutcome::Pending } else { outcome })
        }))
    }

    fn status<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<ProviderOutcome, ProviderError>> {
        Box::pin(self.call(BankCall::Status, attempt, |payment| Ok(payment.outcome.clone())))
    }

    fn answer_challenge<'a>(
        &'a self,
        attempt: &'a AttemptRow,
        passed: bool,
    ) -> BoxFuture<'a, Result<ProviderOutcome, ProviderError>> {
        Box::pin(self.call(BankCall::Challenge, attempt, move |payment| {
            if !matches!(payment.outcome, ProviderOutcome::Challenge { .. }) {
                return Ok(payment.outcome.clone());
            }
            Ok(payment.becomes(if passed {
                ProviderOutcome::Authorised { review: false, transaction_id: transaction_id(attempt.id) }
            } else {
                ProviderOutcome::Declined { reason: "challenge_failed".to_owned() }
            }))
        }))
    }

    fn capture<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>> {
        Box::pin(self.settle(BankCall::Capture, attempt, |ledger| match *ledger {
            Ledger { reserved: false, .. } => Err("nothing is reserved"),
            Ledger { voided: true, .. } => Err("the reservation was given back"),
            _ => {
                ledger.captured = true;
                Ok(())
            }
        }))
    }

    fn void<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>> {
        Box::pin(self.settle(BankCall::Void, attempt, |ledger| match *ledger {
            Ledger { reserved: false, .. } => Err("nothing is reserved"),
            Ledger { captured: true, .. } => Err("the money was taken; refund it"),
            _ => {
                ledger.voided = true;
                Ok(())
            }
        }))
    }

    fn refund<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>> {
        Box::pin(self.settle(BankCall::Refund, attempt, |ledger| {
            if !ledger.captured {
                return Err("no money was taken");
            }
            ledger.refunded = true;
            Ok(())
        }))
    }
}
