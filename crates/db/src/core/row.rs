//! Rows read by the names of their columns. A row type lists its columns once; where each stands in a result is looked up when
//! the first row arrives, and every further row of that result is read by position.

use crate::error::DbError;
use crate::sql::Statement;
use crate::value::Row;

/// Where a column stands in the rows of one result. Only a [`Header`] gives it out, so nothing is read by a guessed number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position(usize);

impl Position {
    pub(crate) const fn index(self) -> usize {
        self.0
    }
}

/// Decodes one row.
pub(crate) trait FromRow: Sized + Send {
    /// Where its columns stand.
    type Columns: Columns;

    fn from_row(row: &Row<'_>, at: &Self::Columns) -> Result<Self, DbError>;
}

/// The columns that a row type is read from. [`columns!`] writes the implementation.
pub(crate) trait Columns: Sized + Send {
    /// Finds every column by its name.
    fn find(header: &mut Header<'_>) -> Result<Self, DbError>;
}

/// Names of the columns of a result.
pub(crate) struct Header<'r> {
    statement: &'static str,
    row: &'r Row<'r>,
    next: usize,
}

impl Header<'_> {
    /// Where the column `name` of `table` stands.
    pub(crate) fn position(&mut self, table: &'static str, name: &'static str) -> Result<Position, DbError> {
        let count = self.row.column_count();
        // Statements list columns in the order of their row type, so the first look nearly always finds it.
        let start = self.next.min(count);
        let index = (start..count).chain(0..start).find(|index| self.row.column_name(*index) == Some(name));
        let index = index.ok_or_else(|| {
            DbError::other(format!("the statement {} gives no column {name} of {table}", self.statement))
        })?;
        self.next = index + 1;
        Ok(Position(index))
    }
}

/// Decodes the rows of one result.
pub(crate) struct Decoder<T: FromRow> {
    statement: &'static str,
    columns: Option<T::Columns>,
}

impl<T: FromRow> Decoder<T> {
    pub(crate) fn new(statement: &Statement) -> Self {
        Self { statement: statement.name, columns: None }
    }

    /// Decodes the next row.
    pub(crate) fn decode(&mut self, row: &Row<'_>) -> Result<T, DbError> {
        let columns = match &mut self.columns {
            Some(columns) => columns,
            none => none.insert(T::Columns::find(&mut Header { statement: self.statement, row, next: 0 })?),
        };
        T::from_row(row, columns)
    }
}

impl Row<'_> {
    fn column_count(&self) -> usize {
        match self {
            Self::Sqlite(row) => row.as_ref().column_count(),
            Self::Postgres(row) => row.columns().len(),
        }
    }

    fn column_name(&self, index: usize) -> Option<&str> {
        match self {
            Self::Sqlite(row) => row.as_ref().column_name(index).ok(),
            Self::Postgres(row) => Some(row.columns().get(index)?.name()),
        }
    }
}

/// Declares the columns of a row type: a struct with the [`Position`] of each, and on demand a macro that writes them as a list
/// of SQL, so that a statement cannot forget one.
///
/// ```ignore
/// columns!(CourierColumns, courier, "couriers": id, name, active, settings);
///
/// concat!("SELECT ", courier!(), " FROM couriers");        // id, name, active, settings
/// concat!("SELECT ", courier!("c"), " FROM couriers c");   // c.id, c.name, c.active, c.settings
/// row.get(at.settings)                                     // inside from_row(row, at: &CourierColumns)
/// ```
macro_rules! columns {
    ($name:ident, $list:ident, $table:literal: $first:ident $(, $rest:ident)* $(,)?) => {
        $crate::row::columns!($name, $table: $first $(, $rest)*);
        $crate::row::columns!(@list ($) $list $first $($rest)*);
    };
    ($name:ident, $table:literal: $($column:ident),+ $(,)?) => {
        pub(crate) struct $name {
            $($column: $crate::row::Position,)+
        }

        impl $crate::row::Columns for $name {
            fn find(header: &mut $crate::row::Header<'_>) -> Result<Self, $crate::error::DbError> {
                Ok(Self { $($column: header.position($table, stringify!($column))?,)+ })
            }
        }
    };
    // The list's own parameter needs a dollar sign that this macro leaves alone.
    (@list ($dollar:tt) $list:ident $first:ident $($rest:ident)*) => {
        macro_rules! $list {
            () => { concat!(stringify!($first) $(, ", ", stringify!($rest))*) };
            ($dollar table:literal) => {
                concat!($dollar table, ".", stringify!($first) $(, ", ", $dollar table, ".", stringify!($rest))*)
            };
        }
    };
}
pub(crate) use columns;

/// The only column of a result, whatever its name.
pub(crate) struct OnlyColumn(Position);

impl Columns for OnlyColumn {
    fn find(header: &mut Header<'_>) -> Result<Self, DbError> {
        match header.row.column_count() {
            1 => Ok(Self(Position(0))),
            count => Err(DbError::other(format!("the statement {} gives {count} columns, not one", header.statement))),
        }
    }
}

/// Single columns decode by themselves.
macro_rules! column_rows {
    ($($type:ty),*) => {$(
        impl FromRow for $type {
            type Columns = OnlyColumn;

            fn from_row(row: &Row<'_>, at: &OnlyColumn) -> Result<Self, DbError> {
                row.get(at.0)
            }
        }
    )*};
}
column_rows!(i64, String, Option<String>);

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    columns!(PairColumns, pair, "pairs": left, right);

    #[derive(Debug, PartialEq)]
    struct Pair(i64, String);

    impl FromRow for Pair {
        type Columns = PairColumns;

        fn from_row(row: &Row<'_>, at: &PairColumns) -> Result<Self, DbError> {
            Ok(Self(row.get(at.left)?, row.get(at.right)?))
        }
    }

    fn read<T: FromRow>(name: &'static str, text: &'static str) -> Result<Vec<T>, DbError> {
        let statement = Statement { name, sqlite: text, postgres: text };
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let mut prepared = connection.prepare(text).unwrap();
        let mut rows = prepared.query([]).unwrap();
        let mut decoder = Decoder::new(&statement);
        let mut out = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            out.push(decoder.decode(&Row::Sqlite(row))?);
        }
        Ok(out)
    }

    #[test]
    fn columns_are_found_by_name_wherever_they_stand() {
        let wanted = [Pair(1, "a".to_owned()), Pair(2, "b".to_owned())];
        for text in [
            "SELECT column1 AS left, column2 AS right FROM (VALUES (1, 'a'), (2, 'b'))",
            "SELECT column2 AS right, 7 AS other, column1 AS left FROM (VALUES (1, 'a'), (2, 'b'))",
        ] {
            assert_eq!(read::<Pair>("PAIRS", text).unwrap(), wanted, "{text}");
        }
    }

    #[test]
    fn a_misnamed_column_is_told_with_its_statement_and_table() {
        let error = read::<Pair>("PAIRS", "SELECT 1 AS left, 'a' AS rigth").unwrap_err();
        assert_eq!(error.to_string(), "database error: the statement PAIRS gives no column right of pairs");
        let error = read::<i64>("COUNT", "SELECT 1, 2").unwrap_err();
        assert_eq!(error.to_string(), "database error: the statement COUNT gives 2 columns, not one");
    }

    #[test]
    fn lists_name_every_column() {
        assert_eq!(concat!("SELECT ", pair!(), " FROM pairs"), "SELECT left, right FROM pairs");
        assert_eq!(pair!("p"), "p.left, p.right");
    }
}
