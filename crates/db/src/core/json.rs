//! Documents: values stored as JSON text.

use crate::error::DbError;

/// A value as the text of its column.
pub(crate) fn json(value: &(impl serde::Serialize + ?Sized)) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|error| DbError::other(error.to_string()))
}

/// Values as a list that a statement takes apart into rows. U+0000 is refused: PostgreSQL takes it apart no more than it takes
/// it in a text, and both engines must refuse the same.
pub(crate) fn json_rows(rows: &(impl serde::Serialize + ?Sized)) -> Result<String, DbError> {
    let text = json(rows)?;
    let escaped = |at: usize| text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
    // An even number of backslashes before it is a document in a text, whose own escape this is.
    let has_null = text.match_indices("u0000").any(|(at, _)| escaped(at));
    if has_null { Err(DbError::InvalidText) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_null_character_is_refused_in_rows_and_kept_in_documents_of_rows() {
        for bad in ["\0", "a\0b", "\\\0"] {
            assert!(matches!(json_rows(&[bad]), Err(DbError::InvalidText)), "{bad:?}");
        }
        for good in ["u0000", "\\u0000", "", "{\"a\":\"\\u0000\"}"] {
            assert!(json_rows(&[good]).is_ok(), "{good:?}");
        }
    }
}
