//! What errors of use cases have in common. Each subject has enums of its own, with only what its use cases can meet:
//! a stable code, typed parameters, nothing of HTTP.

pub use crossdock_db::{DbError, Retryable};

/// Stable name of a failure of the database.
pub const fn db_code(error: &DbError) -> &'static str {
    match error {
        DbError::Unavailable(_) => "database_unavailable",
        _ => "database",
    }
}

/// Gives an error enum of use cases its stable codes, and says which of its variants are our own fault. The enum has a
/// variant `Db` that wraps [`DbError`].
///
/// ```
/// use crossdock_platform::error::{DbError, db_code};
///
/// #[derive(Debug, thiserror::Error)]
/// enum NoteError {
///     #[error("no such note")]
///     NotFound,
///     #[error(transparent)]
///     Db(#[from] DbError),
/// }
///
/// crossdock_platform::use_case_error!(NoteError, internal: Self::Db(_), {
///     Self::NotFound => "note_not_found",
///     Self::Db(error) => db_code(error),
/// });
///
/// assert_eq!(NoteError::NotFound.code(), "note_not_found");
/// assert!(NoteError::Db(DbError::Conflict).is_internal());
/// ```
#[macro_export]
macro_rules! use_case_error {
    ($name:ident, internal: $internal:pat, { $($pattern:pat => $code:expr),+ $(,)? }) => {
        impl $name {
            /// Stable name for logs and metrics.
            pub const fn code(&self) -> &'static str {
                match self {
                    $($pattern => $code,)+
                }
            }

            /// Whether it is our fault and belongs in the error log with its source.
            pub const fn is_internal(&self) -> bool {
                matches!(self, $internal)
            }

            /// The failure of the database, when it is one.
            pub const fn db(&self) -> Option<&$crate::error::DbError> {
                match self {
                    Self::Db(error) => Some(error),
                    _ => None,
                }
            }
        }

        impl $crate::error::Retryable for $name {
            fn wants_retry(&self) -> bool {
                self.db().is_some_and($crate::error::Retryable::wants_retry)
            }
        }
    };
}
