//! How the program ends: exit codes (listed in `crossdock --help`), and which error leads to which.

use std::fmt::Display;
use std::process::ExitCode;

use crossdock_app::AppError;
use crossdock_app::checkout::{CheckoutError, PaymentError};
use crossdock_db::DbError;
use crossdock_domain::address::{AddressField, FieldError};
use serde::{Deserialize, Serialize};

use crate::config::LoadError;

/// Kinds of ends other than success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitKind {
    /// It went wrong, or the answer is no.
    Failed,
    /// Wrong usage or configuration.
    Usage,
    /// A rule forbids it.
    Refused,
    /// Database or lock not available.
    Unavailable,
}

impl ExitKind {
    /// The exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Unavailable => 4,
        }
    }

    /// The end that an error of a use case leads to.
    pub const fn of(error: &AppError) -> Self {
        match error.db() {
            Some(error) => Self::of_db(error),
            None => Self::Refused,
        }
    }

    const fn of_db(error: &DbError) -> Self {
        match error {
            DbError::Unavailable(_) | DbError::Locked { .. } | DbError::Retry => Self::Unavailable,
            DbError::InvalidText => Self::Refused,
            DbError::Conflict | DbError::Inconsistent { .. } | DbError::Other(_) => Self::Failed,
        }
    }
}

/// An error whose end is known where it arises.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{text}")]
pub struct Failure {
    /// How the program ends.
    pub end: ExitKind,
    /// What to tell the person.
    pub text: String,
}

impl Failure {
    /// A failure of this kind.
    pub fn new(end: ExitKind, text: impl Display) -> Self {
        Self { end, text: text.to_string() }
    }

    /// A failed command; exit code 1.
    pub fn failed(text: impl Display) -> Self {
        Self::new(ExitKind::Failed, text)
    }

    /// Forbidden by a rule; exit code 3.
    pub fn refused(text: impl Display) -> Self {
        Self::new(ExitKind::Refused, text)
    }

    /// No database; exit code 4.
    pub fn unavailable(text: impl Display) -> Self {
        Self::new(ExitKind::Unavailable, text)
    }
}

impl<E: Into<AppError>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        let text = match &error {
            AppError::Checkout(CheckoutError::AddressRefused(problems))
            | AppError::Payment(PaymentError::Checkout(CheckoutError::AddressRefused(problems))) => {
                let told = problems.iter().map(|problem| {
                    let whose = if problem.billing { "billing " } else { "" };
                    format!("{whose}{} {}", word(problem.field), told(problem.error))
                });
                format!("{error}: {}", told.collect::<Vec<_>>().join(", "))
            }
            _ => error.to_string(),
        };
        Self::new(ExitKind::of(&error), text)
    }
}

/// The field's name as settings and documents write it.
fn word(field: AddressField) -> String {
    serde_json::to_value(field).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

const fn told(error: FieldError) -> &'static str {
    match error {
        FieldError::Required => "is missing",
        FieldError::TooLong => "is too long",
        FieldError::Invalid => "is not valid",
        FieldError::Contradicts => "does not go with the postal code",
        FieldError::NotServiced => "is not served by the store",
    }
}

/// A command that ended with "no" after it has said everything: exit code 1 without a message.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the answer is no")]
pub struct NegativeResult;

/// Tells an error and gives the exit code.
pub fn report(error: &anyhow::Error) -> ExitCode {
    if error.downcast_ref::<NegativeResult>().is_some() {
        return ExitCode::from(ExitKind::Failed.code());
    }
    let end = if let Some(failure) = error.downcast_ref::<Failure>() {
        failure.end
    } else if let Some(error) = error.downcast_ref::<AppError>() {
        ExitKind::of(error)
    } else if let Some(error) = error.downcast_ref::<DbError>() {
        ExitKind::of_db(error)
    } else if error.downcast_ref::<LoadError>().is_some() {
        ExitKind::Usage
    } else {
        ExitKind::Failed
    };
    crate::output::complain(&format!("error: {}", chain(error)));
    ExitCode::from(end.code())
}

/// The error and its causes, without those that an outer one has told already.
pub fn chain(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}
