//! Baskets: one per account, with their lines. And the files of lines, of baskets and of orders.

use crossdock_domain::wholesale::{AccountId, Attachment, CodeKind, OrderSerial, Quantity, VariantId, WholesalerId};

use crate::error::DbError;
use crate::products::variant;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(LineColumns, basket_line, "basket_lines": position, product_id, size_id, code, code_kind, quantity, comment);
columns!(DescribedColumns, basket_file, "line_attachments": position, name, media_type, size);
columns!(FileColumns, order_file, "line_attachments": name, media_type, content);

statements! {
    // Writes in any case: that locks the basket, so that callers of one account follow one another.
    OPEN = { "INSERT INTO baskets (wholesaler_id, account_id, next_position) VALUES ($1, $2, 1) \
              ON CONFLICT (wholesaler_id, account_id) DO UPDATE SET next_position = baskets.next_position" }
    TAKE_POSITION = { "UPDATE baskets SET next_position = next_position + 1 WHERE wholesaler_id = $1 AND account_id = $2 \
                       RETURNING next_position - 1" }
    LINES = { "SELECT ", basket_line!(), " FROM basket_lines \
               WHERE wholesaler_id = $1 AND account_id = $2 ORDER BY position" }
    INSERT = { "INSERT INTO basket_lines (wholesaler_id, account_id, position, product_id, size_id, code, code_kind, \
                quantity, comment) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)" }
    UPDATE = { "UPDATE basket_lines SET quantity = $1, comment = $2 WHERE wholesaler_id = $3 AND account_id = $4 \
                AND position = $5" }
    DELETE_LINE = { "DELETE FROM basket_lines WHERE wholesaler_id = $1 AND account_id = $2 AND position = $3" }
    DELETE_ALL = { "DELETE FROM basket_lines WHERE wholesaler_id = $1 AND account_id = $2" }
    ADD_FILE = { "INSERT INTO line_attachments (wholesaler_id, id, account_id, order_serial, position, name, media_type, \
                  size, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)" }
    BASKET_FILES = { "SELECT ", basket_file!(), " FROM line_attachments WHERE wholesaler_id = $1 \
                      AND account_id = $2 AND order_serial IS NULL ORDER BY position, id" }
    MOVE_FILES = { "UPDATE line_attachments SET order_serial = $1 WHERE wholesaler_id = $2 AND account_id = $3 \
                    AND order_serial IS NULL" }
    DELETE_FILES_OF_LINE = { "DELETE FROM line_attachments WHERE wholesaler_id = $1 AND account_id = $2 \
                              AND order_serial IS NULL AND position = $3" }
    DELETE_FILES_OF_ORDER = { "DELETE FROM line_attachments WHERE wholesaler_id = $1 AND account_id = $2 \
        AND order_serial = $3 AND position = $4" }
    DELETE_FILES = { "DELETE FROM line_attachments WHERE wholesaler_id = $1 AND account_id = $2 AND order_serial IS NULL" }
    FILES_OF_ORDER = { "SELECT ", order_file!(), " FROM line_attachments WHERE wholesaler_id = $1 \
                        AND account_id = $2 AND order_serial = $3 AND position = $4 ORDER BY id" }
}

/// A line of a basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketLine {
    /// Stays with the line.
    pub position: i64,
    /// What.
    pub variant: VariantId,
    /// The code it was added by.
    pub code: String,
    /// Kind of that code.
    pub kind: CodeKind,
    /// How much.
    pub quantity: Quantity,
    /// Remark.
    pub note: String,
}

/// A file with its contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its id; files of a line are in the order of their ids.
    pub id: String,
    /// What it is.
    pub attachment: Attachment,
    /// Contents in base64.
    pub content: String,
}

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub media_type: String,
    /// Contents in base64.
    pub content: String,
}

impl FromRow for BasketLine {
    type Columns = LineColumns;

    fn from_row(row: &Row<'_>, at: &LineColumns) -> Result<Self, DbError> {
        let position: i64 = row.get(at.position)?;
        let bad = |column| DbError::Inconsistent { table: "basket_lines", column, id: position.to_string() };
        Ok(Self {
            position,
            variant: variant(row.get(at.product_id)?, row.get(at.size_id)?),
            code: row.get(at.code)?,
            kind: CodeKind::from_code(row.text(at.code_kind)?).ok_or_else(|| bad("code_kind"))?,
            quantity: Quantity(row.get(at.quantity)?),
            note: row.get(at.comment)?,
        })
    }
}

struct Described(i64, Attachment);

impl FromRow for Described {
    type Columns = DescribedColumns;

    fn from_row(row: &Row<'_>, at: &DescribedColumns) -> Result<Self, DbError> {
        let attachment =
            Attachment { name: row.get(at.name)?, media_type: row.get(at.media_type)?, size: row.get(at.size)? };
        Ok(Self(row.get(at.position)?, attachment))
    }
}

impl FromRow for FileRow {
    type Columns = FileColumns;

    fn from_row(row: &Row<'_>, at: &FileColumns) -> Result<Self, DbError> {
        Ok(Self { name: row.get(at.name)?, media_type: row.get(at.media_type)?, content: row.get(at.content)? })
    }
}

impl Tx {
    /// Opens an account's basket for a change: others of the account wait until this transaction ends.
    pub async fn lock_basket(&mut self, wholesaler: WholesalerId, account: AccountId) -> Result<(), DbError> {
        self.execute(&OPEN, params![wholesaler.get(), account.0]).await.map(drop)
    }

    /// Lines of a basket, by position.
    pub async fn basket_lines(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
    ) -> Result<Vec<BasketLine>, DbError> {
        self.fetch_all(&LINES, params![wholesaler.get(), account.0]).await
    }

    /// Takes the next position of a locked basket; none is given twice.
    pub async fn take_basket_position(&mut self, wholesaler: WholesalerId, account: AccountId) -> Result<i64, DbError> {
        let position: Option<i64> = self.fetch_optional(&TAKE_POSITION, params![wholesaler.get(), account.0]).await?;
        position.ok_or_else(|| DbError::Inconsistent {
            table: "baskets",
            column: "next_position",
            id: account.to_string(),
        })
    }

    /// Adds a line to a locked basket.
    pub async fn insert_basket_line(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        line: &BasketLine,
    ) -> Result<(), DbError> {
        let values = params![
            wholesaler.get(),
            account.0,
            line.position,
            line.variant.product.0,
            line.variant.size.as_str(),
            line.code.as_str(),
            line.kind.code(),
            line.quantity.0,
            line.note.as_str()
        ];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// Changes quantity and remark of a line; whether it was there.
    pub async fn update_basket_line(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        line: &BasketLine,
    ) -> Result<bool, DbError> {
        let values = params![line.quantity.0, line.note.as_str(), wholesaler.get(), account.0, line.position];
        Ok(self.execute(&UPDATE, values).await? == 1)
    }

    /// Removes a line with its files; whether it was there.
    pub async fn delete_basket_line(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        position: i64,
    ) -> Result<bool, DbError> {
        self.execute(&DELETE_FILES_OF_LINE, params![wholesaler.get(), account.0, position]).await?;
        Ok(self.execute(&DELETE_LINE, params![wholesaler.get(), account.0, position]).await? == 1)
    }

    /// Removes every line; files too, unless an order has them now.
    pub async fn empty_basket(&mut self, wholesaler: WholesalerId, account: AccountId) -> Result<u64, DbError> {
        self.execute(&DELETE_FILES, params![wholesaler.get(), account.0]).await?;
        self.execute(&DELETE_ALL, params![wholesaler.get(), account.0]).await
    }

    /// Adds a file to a line of the basket, or to a line of an order.
    pub async fn insert_file(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        order: Option<OrderSerial>,
        position: i64,
        file: &NewFile,
    ) -> Result<(), DbError> {
        let values = params![
            wholesaler.get(),
            file.id.as_str(),
            account.0,
            order.map(|order| order.0),
            position,
            file.attachment.name.as_str(),
            file.attachment.media_type.as_str(),
            file.attachment.size,
            file.content.as_str()
        ];
        self.execute(&ADD_FILE, values).await.map(drop)
    }

    /// Files of a basket without their contents, with the positions of their lines.
    pub async fn basket_files(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
    ) -> Result<Vec<(i64, Attachment)>, DbError> {
        let rows: Vec<Described> = self.fetch_all(&BASKET_FILES, params![wholesaler.get(), account.0]).await?;
        Ok(rows.into_iter().map(|row| (row.0, row.1)).collect())
    }

    /// Gives every file of a basket to an order whose lines have the same positions.
    pub async fn move_basket_files(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        order: OrderSerial,
    ) -> Result<u64, DbError> {
        self.execute(&MOVE_FILES, params![order.0, wholesaler.get(), account.0]).await
    }

    /// Forgets the files of a line of an order.
    pub async fn delete_order_files(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        order: OrderSerial,
        position: i64,
    ) -> Result<u64, DbError> {
        self.execute(&DELETE_FILES_OF_ORDER, params![wholesaler.get(), account.0, order.0, position]).await
    }

    /// Files of a line of an order.
    pub async fn order_files(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        order: OrderSerial,
        position: i64,
    ) -> Result<Vec<FileRow>, DbError> {
        self.fetch_all(&FILES_OF_ORDER, params![wholesaler.get(), account.0, order.0, position]).await
    }
}
