//! Recipients: the addresses that a shop has handed over (customer protocol §4.6).

use crossdock_db::recipients::RecipientRow;
use crossdock_db::wholesalers::Counter;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{AccountId, RecipientAddress, RecipientField, RecipientId, WholesalerId};

use crate::{Caller, MAX_ELEMENTS, OrderingError, Page, Paged, Recipients};

/// A stored recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// `clientDeliveryAddressId`.
    pub id: RecipientId,
    /// Name and address.
    pub address: RecipientAddress,
}

/// Fields to change; those left out stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of RecipientAddress")]
pub struct RecipientChange {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub additional: Option<String>,
    pub street: Option<String>,
    pub zip: Option<String>,
    pub city: Option<String>,
    pub country: Option<Country>,
    pub region_id: Option<String>,
    pub province_id: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// Why one recipient was not stored; the others of the call were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecipientProblem {
    /// Fault 401: No such recipient of this account.
    NotFound,
    /// Fault 402: Required fields are empty.
    Missing(Vec<RecipientField>),
    /// Fault 7: Fields are longer than 200 characters.
    TooLong(Vec<RecipientField>),
}

impl RecipientChange {
    fn apply(&self, mut address: RecipientAddress) -> RecipientAddress {
        let fields = [
            (&mut address.first_name, &self.first_name),
            (&mut address.last_name, &self.last_name),
            (&mut address.additional, &self.additional),
            (&mut address.street, &self.street),
            (&mut address.zip, &self.zip),
            (&mut address.city, &self.city),
            (&mut address.region_id, &self.region_id),
            (&mut address.province_id, &self.province_id),
            (&mut address.phone, &self.phone),
            (&mut address.email, &self.email),
        ];
        for (field, change) in fields {
            if let Some(change) = change {
                *field = change.clone();
            }
        }
        address.country = self.country.unwrap_or(address.country);
        address.tidy()
    }
}

fn check(address: &RecipientAddress) -> Result<(), RecipientProblem> {
    let missing = address.missing();
    if !missing.is_empty() {
        return Err(RecipientProblem::Missing(missing));
    }
    let long = address.too_long();
    if long.is_empty() { Ok(()) } else { Err(RecipientProblem::TooLong(long)) }
}

/// An address that comes with an order: tidied and complete.
pub(crate) fn complete(address: RecipientAddress) -> Result<RecipientAddress, RecipientProblem> {
    let address = address.tidy();
    check(&address).map(|()| address)
}

type Outcomes = Vec<Result<RecipientId, RecipientProblem>>;

struct Read {
    wholesaler: WholesalerId,
    account: AccountId,
    ids: Vec<RecipientId>,
    page: Page,
}

impl Operation for Read {
    type Output = Paged<Recipient>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let page = self.page;
        let (rows, total) = if self.ids.is_empty() {
            tx.recipients(self.wholesaler, self.account, page.limit, page.offset()).await?
        } else {
            let rows = tx.recipients_of(self.wholesaler, self.account, &self.ids).await?;
            let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let skip = usize::try_from(page.offset()).unwrap_or(usize::MAX);
            let take = usize::try_from(page.limit).unwrap_or(0);
            (rows.into_iter().skip(skip).take(take).collect(), total)
        };
        let items = rows.into_iter().map(|row| Recipient { id: row.id, address: row.address }).collect();
        Ok(Paged { items, total, page })
    }
}

struct Add {
    wholesaler: WholesalerId,
    account: AccountId,
    new: Vec<Result<RecipientAddress, RecipientProblem>>,
    now: Timestamp,
}

impl Operation for Add {
    type Output = Outcomes;
    type Error = OrderingError;
    async fn run(&self, tx: &mut Tx) -> Result<Outcomes, OrderingError> {
        let good = i64::try_from(self.new.iter().flatten().count()).unwrap_or(0);
        let first = tx
            .take_wholesale_numbers(self.wholesaler, Counter::Recipient, good)
            .await?
            .ok_or(OrderingError::WholesalerNotFound)?;
        let mut numbers = first..;
        let mut outcomes = Vec::with_capacity(self.new.len());
        for new in &self.new {
            match new {
                Err(problem) => outcomes.push(Err(problem.clone())),
                Ok(address) => {
                    let id = RecipientId(numbers.next().unwrap_or(first));
                    let row = RecipientRow { id, address: address.clone() };
                    tx.insert_recipient(self.wholesaler, self.account, &row, self.now).await?;
                    outcomes.push(Ok(id));
                }
            }
        }
        Ok(outcomes)
    }
}

struct Edit {
    wholesaler: WholesalerId,
    account: AccountId,
    changes: Vec<(RecipientId, RecipientChange)>,
    now: Timestamp,
}

impl Operation for Edit {
    type Output = Outcomes;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Outcomes, DbError> {
        // Locked in the order of their numbers: two that change the same ones wait for each other, not in a circle.
        let mut order: Vec<usize> = (0..self.changes.len()).collect();
        order.sort_by_key(|at| self.changes[*at].0);
        let mut outcomes: Outcomes = vec![Err(RecipientProblem::NotFound); self.changes.len()];
        for at in order {
            let (id, change) = &self.changes[at];
            let Some(row) = tx.lock_recipient(self.wholesaler, self.account, *id).await? else { continue };
            let address = change.apply(row.address);
            outcomes[at] = match check(&address) {
                Ok(()) => {
                    let row = RecipientRow { id: *id, address };
                    tx.update_recipient(self.wholesaler, self.account, &row, self.now).await?;
                    Ok(*id)
                }
                Err(problem) => Err(problem),
            };
        }
        Ok(outcomes)
    }
}

struct Remove {
    wholesaler: WholesalerId,
    account: AccountId,
    ids: Vec<RecipientId>,
}

impl Operation for Remove {
    type Output = Outcomes;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Outcomes, DbError> {
        // In the order of their numbers, for the same reason as above.
        let mut order: Vec<usize> = (0..self.ids.len()).collect();
        order.sort_by_key(|at| self.ids[*at]);
        let mut outcomes: Outcomes = vec![Err(RecipientProblem::NotFound); self.ids.len()];
        for at in order {
            if tx.delete_recipient(self.wholesaler, self.account, self.ids[at]).await? {
                outcomes[at] = Ok(self.ids[at]);
            }
        }
        Ok(outcomes)
    }
}

fn not_too_many(count: usize) -> Result<(), OrderingError> {
    if count > MAX_ELEMENTS {
        return Err(OrderingError::TooManyElements { max: MAX_ELEMENTS });
    }
    Ok(())
}

impl Recipients<'_> {
    /// The caller's recipients by number; only these when some are named.
    pub async fn list(
        self,
        caller: &Caller,
        ids: Vec<RecipientId>,
        page: Page,
    ) -> Result<Paged<Recipient>, OrderingError> {
        not_too_many(ids.len())?;
        Ok(self.0.db().read(Read { wholesaler: caller.wholesaler.id, account: caller.account.id, ids, page }).await?)
    }

    /// Stores recipients; those that fail are told, the others are stored.
    pub async fn add(self, caller: &Caller, new: Vec<RecipientAddress>) -> Result<Outcomes, OrderingError> {
        not_too_many(new.len())?;
        let judge = |address: RecipientAddress| {
            let address = address.tidy();
            check(&address).map(|()| address)
        };
        let new = new.into_iter().map(judge).collect();
        let (wholesaler, account) = (caller.wholesaler.id, caller.account.id);
        self.0.db().write(Add { wholesaler, account, new, now: self.0.now() }).await
    }

    /// Changes recipients; orders keep the address they were placed with. Those that fail are told, the others are changed.
    pub async fn edit(
        self,
        caller: &Caller,
        changes: Vec<(RecipientId, RecipientChange)>,
    ) -> Result<Outcomes, OrderingError> {
        not_too_many(changes.len())?;
        let (wholesaler, account) = (caller.wholesaler.id, caller.account.id);
        Ok(self.0.db().write(Edit { wholesaler, account, changes, now: self.0.now() }).await?)
    }

    /// Forgets recipients; orders keep the address they were placed with. Those that are not there are told, the others are
    /// gone.
    pub async fn remove(self, caller: &Caller, ids: Vec<RecipientId>) -> Result<Outcomes, OrderingError> {
        not_too_many(ids.len())?;
        Ok(self.0.db().write(Remove { wholesaler: caller.wholesaler.id, account: caller.account.id, ids }).await?)
    }

    /// Recipients of any account, for staff.
    pub async fn for_staff(
        self,
        wholesaler: WholesalerId,
        account: AccountId,
        page: Page,
    ) -> Result<Paged<Recipient>, DbError> {
        self.0.db().read(Read { wholesaler, account, ids: Vec::new(), page }).await
    }
}
