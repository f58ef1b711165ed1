//! Errors as this protocol tells them. The only place that knows which honest status a lying one stands for.

use crossdock_app::checkout::{CartError, CredentialsError, LandedQuoteError, OrderError};
use crossdock_app::landed_cost::QuoteError;
use crossdock_app::platform::error::DbError;
use crossdock_domain::cart::CartProblem;
use crossdock_domain::clock::Span;
use crossdock_domain::ids::{OrderId, OrderNumber};
use crossdock_domain::landed_cost::LandedCostError;

use super::fields::{Problem, echo};
use super::{CheckoutOperation, Reply, Version};
use crate::json;
use crate::json_body::JsonExcess;

/// Why a call was not answered with what it asked for.
#[derive(Debug)]
pub(super) enum Failure {
    /// The body is no JSON object.
    Unreadable,
    /// A parameter is missing or wrong.
    Parameter(Problem),
    /// The caller does not speak for a store.
    Credentials(CredentialsError),
    /// The cart was not registered.
    Cart(CartError),
    /// The order was not found or not changed.
    Order(OrderError, Subject),
    /// There is no landed cost.
    LandedQuote(LandedQuoteError),
}

/// What the call was about, for the error texts that name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    /// Nothing that errors name.
    Nothing,
    /// An order by its id.
    Order(OrderId),
    /// An order by its cart's reference.
    Reference(String),
    /// The order that a list starts behind.
    Since(OrderNumber),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Parameter(problem)
    }
}

impl From<CredentialsError> for Failure {
    fn from(error: CredentialsError) -> Self {
        Self::Credentials(error)
    }
}

impl From<CartError> for Failure {
    fn from(error: CartError) -> Self {
        Self::Cart(error)
    }
}

impl From<LandedQuoteError> for Failure {
    fn from(error: LandedQuoteError) -> Self {
        Self::LandedQuote(error)
    }
}

/// Who must act, which decides the status on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The caller's mistake: 200 on v1, 400 on v2.
    Caller,
    /// The caller's mistake in something that old clients do not use: the honest status.
    NewCaller,
    /// Ours: never 200.
    Ours,
}

struct ErrorReply {
    fault: Fault,
    honest: u16,
    text: String,
}

fn caller(honest: u16, text: impl Into<String>) -> ErrorReply {
    ErrorReply { fault: Fault::Caller, honest, text: text.into() }
}

fn ours(honest: u16, text: &str) -> ErrorReply {
    ErrorReply { fault: Fault::Ours, honest, text: text.to_owned() }
}

/// Nothing about the inside; the log has it.
fn internal() -> ErrorReply {
    ours(500, "Internal error, please try again later")
}

fn unavailable() -> ErrorReply {
    ours(503, "Temporarily unavailable, please try again")
}

/// Seconds after which an unavailable service is worth another try.
const RETRY_AFTER: u32 = 5;

impl Failure {
    /// A body of more than is read.
    pub(super) fn of_excess(excess: JsonExcess) -> Self {
        match excess {
            JsonExcess::Depth(_) => Self::Unreadable,
            excess => Self::Parameter(Problem(format!("could not parse input, {excess}"))),
        }
    }

    /// The answer of what old clients do not use: with the honest status.
    pub(super) fn honest_reply(&self, operation: CheckoutOperation) -> Reply {
        let reply = self.reply(Version::V2, operation);
        Reply { status: reply.honest_status, ..reply }
    }

    /// The answer on the wire. Our own faults go to the log with their causes: the answer tells nothing of them.
    pub(super) fn reply(&self, version: Version, operation: CheckoutOperation) -> Reply {
        let (told, code) = match self {
            Self::Unreadable => {
                let text = match version {
                    Version::V1 => "could not parse input",
                    Version::V2 => "Invalid post body",
                };
                (caller(400, text), "unreadable_body")
            }
            Self::Parameter(problem) => (caller(400, problem.to_string()), "bad_parameter"),
            Self::Credentials(error) => logged(of_credentials(error), error, error.code(), operation),
            Self::Cart(error) => logged(of_cart(error), error, error.code(), operation),
            Self::Order(error, subject) => logged(of_order(error, subject, operation), error, error.code(), operation),
            Self::LandedQuote(error) => logged(of_landed_quote(error), error, error.code(), operation),
        };
        let status = match (told.fault, version) {
            (Fault::Caller, Version::V1) => 200,
            (Fault::Caller, Version::V2) => 400,
            (Fault::NewCaller | Fault::Ours, _) => told.honest,
        };
        Reply {
            status,
            honest_status: told.honest,
            code,
            body: json::single("error", &told.text),
            delay: self.delay(),
            retry_after: (told.honest == 503).then_some(RETRY_AFTER),
        }
    }

    /// How long the answer is to be held back: wrong credentials only.
    const fn delay(&self) -> Span {
        match self {
            Self::Credentials(CredentialsError::Invalid { delay })
            | Self::Cart(CartError::InvalidCredentials { delay })
            | Self::Order(OrderError::InvalidCredentials { delay }, _)
            | Self::LandedQuote(LandedQuoteError::InvalidCredentials { delay }) => *delay,
            _ => Span(0),
        }
    }
}

/// What is told, after the log has heard of what is our own fault.
fn logged(
    told: ErrorReply,
    error: &dyn std::error::Error,
    code: &'static str,
    operation: CheckoutOperation,
) -> (ErrorReply, &'static str) {
    // That the database is away is logged once where it begins, and not by every call.
    if told.fault == Fault::Ours && told.honest != 503 {
        let mut causes = Vec::new();
        let mut source = error.source();
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        tracing::error!(operation = operation.name(), code, %error, ?causes, "call failed");
    }
    (told, code)
}

fn invalid_credentials() -> ErrorReply {
    caller(401, "Invalid security credentials")
}

fn of_credentials(error: &CredentialsError) -> ErrorReply {
    match error {
        CredentialsError::Invalid { .. } => invalid_credentials(),
        CredentialsError::Db(error) => of_db(error),
    }
}

fn of_cart(error: &CartError) -> ErrorReply {
    match error {
        CartError::InvalidCredentials { .. } => invalid_credentials(),
        CartError::Refused(problem) => caller(422, cart_text(problem)),
        CartError::IdempotencyMismatch => ErrorReply {
            fault: Fault::NewCaller,
            honest: 422,
            text: "Idempotency-Key was used with a different request".to_owned(),
        },
        CartError::Db(error) => of_db(error),
    }
}

fn of_order(error: &OrderError, subject: &Subject, operation: CheckoutOperation) -> ErrorReply {
    match error {
        OrderError::InvalidCredentials { .. } => invalid_credentials(),
        OrderError::NotFound => caller(404, not_found_text(subject, operation)),
        OrderError::Locked { status } => {
            caller(409, format!("{}, current orderStatus: {status}", could_not(subject, operation)))
        }
        OrderError::InvalidTransition { from, to } => {
            caller(409, format!("{}, current orderStatus: {from}, wanted: {to}", could_not(subject, operation)))
        }
        OrderError::Db(error) => of_db(error),
    }
}

fn of_landed_quote(error: &LandedQuoteError) -> ErrorReply {
    match error {
        LandedQuoteError::InvalidCredentials { .. } | LandedQuoteError::StoreNotFound => invalid_credentials(),
        LandedQuoteError::Quote(error) => of_quote(error),
        LandedQuoteError::Db(error) => of_db(error),
    }
}

fn of_quote(error: &QuoteError) -> ErrorReply {
    match error {
        QuoteError::CartRefused(problem) => caller(422, cart_text(problem)),
        QuoteError::Request(error) => caller(422, landed_cost_text(error)),
        QuoteError::ShipFromMissing => {
            caller(422, "Parameter shipFrom is required, the store has no address of its own")
        }
        QuoteError::Embargoed(place) => {
            let (name, code) = (place.name(), place.code());
            caller(
                422,
                format!(
                    "Parameter shipTo is not valid, the store does not ship to {name} ({code}), which is under embargo"
                ),
            )
        }
        QuoteError::NotFound => caller(404, "Could not find a quote with this id"),
        QuoteError::Amount(_) | QuoteError::RulesBroken(_) => internal(),
        QuoteError::Db(error) => of_db(error),
    }
}

fn of_db(error: &DbError) -> ErrorReply {
    match error {
        DbError::Unavailable(_) | DbError::Locked { .. } | DbError::Retry => unavailable(),
        DbError::InvalidText => caller(400, "Parameters must not contain null characters"),
        DbError::Conflict | DbError::Inconsistent { .. } | DbError::Other(_) => internal(),
    }
}

/// Validity messages show the full id, "could not" messages the bare number (checkout protocol §3).
fn not_found_text(subject: &Subject, operation: CheckoutOperation) -> String {
    match subject {
        Subject::Since(number) => format!("Couldn't find order for sinceOrderId: {number}"),
        Subject::Reference(reference) => format!("Could not find an order with referenceId: {}", echo(reference)),
        Subject::Order(id) if operation == CheckoutOperation::OrderDetail => {
            format!("Could not find an order with orderId: {id}")
        }
        Subject::Order(id) => {
            format!("Could not retrieve order to {} for orderId: {}", operation.name(), id.number)
        }
        Subject::Nothing => "Could not find an order".to_owned(),
    }
}

fn could_not(subject: &Subject, operation: CheckoutOperation) -> String {
    let name = operation.name();
    match subject {
        Subject::Order(id) => format!("Could not {name} for orderId: {}", id.number),
        Subject::Nothing | Subject::Reference(_) | Subject::Since(_) => format!("Could not {name}"),
    }
}

fn cart_text(problem: &CartProblem) -> String {
    let at = |item: &Option<usize>| item.map(|n| format!(" for item: {n}")).unwrap_or_default();
    match problem {
        CartProblem::NoItems => "Parameter items is required".to_owned(),
        CartProblem::TooManyItems { max } => {
            format!("Parameter items is not valid, it must not have more than {max} elements")
        }
        CartProblem::TooLong { item, field, max } => {
            format!("Parameter {field} is not valid{}, it must not be longer than {max} characters", at(item))
        }
        CartProblem::Invalid { item, field, must: "is required" } => {
            format!("Parameter {field} is required{}", at(item))
        }
        CartProblem::Invalid { item, field, must } => {
            format!("Parameter {field} is not valid{}, it {must}", at(item))
        }
        CartProblem::NegativeTotal => "Parameter items is not valid, it must not add up to less than zero".to_owned(),
        CartProblem::TotalTooLarge => "Parameter items is not valid, it adds up to too much".to_owned(),
    }
}

fn landed_cost_text(error: &LandedCostError) -> String {
    match error {
        LandedCostError::NoLines => "Parameter items is not valid, it must hold goods".to_owned(),
        LandedCostError::NoRules(country) => {
            format!("Parameter shipTo is not valid, there are no landed-cost rules for {country}")
        }
        LandedCostError::NoRulesInPlace { place, country } => {
            format!("Parameter shipTo is not valid, there are no landed-cost rules for {place} ({country})")
        }
        LandedCostError::NoRulesOn { territory, day } => {
            format!("Parameter date is not valid, the landed-cost rules for {territory} do not reach back to {day}")
        }
        LandedCostError::NoRate(from, to) => {
            format!("Parameter currency is not valid, there is no exchange rate between {from} and {to}")
        }
        LandedCostError::Negative { field, line } => {
            let at = line.map(|line| format!(" for item: {}", line + 1)).unwrap_or_default();
            format!("Parameter {field} is not valid{at}, it must not be negative")
        }
        LandedCostError::OutOfRange => "Parameter items is not valid, it adds up to too much".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{SECRET, cart_errors, credentials_errors, landed_quote_errors, order, order_errors};

    fn row(failure: &Failure, operation: CheckoutOperation) -> String {
        let [v1, v2] = [Version::V1, Version::V2].map(|version| failure.reply(version, operation));
        assert_eq!((v1.honest_status, v1.code), (v2.honest_status, v2.code));
        let extra = v1.retry_after.map(|after| format!(" (again after {after} s)")).unwrap_or_default();
        let texts = if v1.body == v2.body { v1.body } else { format!("{} | {}", v1.body, v2.body) };
        format!("{:24} {:3} | {:3} {:3} {texts}{extra}\n", v1.code, v1.status, v2.status, v1.honest_status)
    }

    /// Everything that the use cases of this API refuse.
    fn failures() -> Vec<(&'static str, Vec<Failure>)> {
        let of_order = |error| Failure::Order(error, Subject::Order(order()));
        vec![
            ("credentials", credentials_errors().into_iter().map(Failure::Credentials).collect()),
            ("carts", cart_errors().into_iter().map(Failure::Cart).collect()),
            ("orders", order_errors().into_iter().map(of_order).collect()),
            ("landed costs", landed_quote_errors().into_iter().map(Failure::LandedQuote).collect()),
        ]
    }

    #[test]
    fn every_error_has_its_words_and_statuses() {
        let mut table = "code                      v1 |  v2 honest\n".to_owned();
        table += &row(&Failure::Unreadable, CheckoutOperation::OrderDetail);
        table +=
            &row(&Failure::Parameter(Problem("Parameter x is required".to_owned())), CheckoutOperation::OrderDetail);
        for (subject, failures) in failures() {
            table.extend(["\n", subject, "\n"]);
            for failure in failures {
                table += &row(&failure, CheckoutOperation::UpdateVendorOrderStatus);
            }
        }
        table += "\norder not found\n";
        for (operation, subject) in [
            (CheckoutOperation::OrderDetail, Subject::Order(order())),
            (CheckoutOperation::OrderDetail, Subject::Reference("ref".to_owned())),
            (CheckoutOperation::OrderNumbers, Subject::Since(OrderNumber(999_999))),
            (CheckoutOperation::UpdateMerchantOrderId, Subject::Order(order())),
            (CheckoutOperation::UpdateVendorOrderStatus, Subject::Order(order())),
            (CheckoutOperation::SetShipmentTracking, Subject::Order(order())),
            (CheckoutOperation::CreateTempCart, Subject::Nothing),
        ] {
            table += &row(&Failure::Order(OrderError::NotFound, subject), operation);
        }
        assert!(!table.contains(SECRET), "answers tell nothing of the inside");
        insta::assert_snapshot!("errors", table);
    }

    #[test]
    fn our_own_faults_are_never_told_as_success() {
        for failure in failures().into_iter().flat_map(|(_, failures)| failures) {
            let reply = failure.reply(Version::V1, CheckoutOperation::CreateTempCart);
            assert_eq!(reply.status >= 500, reply.honest_status >= 500, "{reply:?}");
            assert!(reply.status == 200 || reply.status == reply.honest_status, "{reply:?}");
        }
    }

    #[test]
    fn only_wrong_credentials_are_held_back() {
        for failure in failures().into_iter().flat_map(|(_, failures)| failures) {
            let reply = failure.reply(Version::V2, CheckoutOperation::CreateTempCart);
            assert_eq!(reply.delay, if reply.code == "invalid_credentials" { Span::seconds(2) } else { Span(0) });
        }
    }
}
