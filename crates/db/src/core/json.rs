//! Documents: values stored as JSON text.

use crate::error::DbError;

/// A value as the text of its column.
pub(crate) fn json(value: &(impl serde::Serialize + ?Sized)) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|error| DbError::other(error.to_string()))
}
