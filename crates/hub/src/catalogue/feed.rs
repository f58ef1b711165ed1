//! The feed of a shop: products with its prices and with what can be sold, page by page, behind a token.

use crossdock_db::availability::CodeLookup;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{
    AccountId, CodeKind, EVERY_GROUP, GroupPrice, PriceStep, Product, ProductId, ShopAccount, Variant, Wholesaler,
    WholesalerId,
};
use crossdock_platform::credentials::{hash_secret, hex};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use crate::ordering::price_check::StockDemand;
use crate::{AvailableQuantity, Feeds, TenantError};

pub use crossdock_db::feeds::FeedTokenRow;

/// What every token begins with, so that people and scanners of leaked secrets know it.
const PREFIX: &str = "cdf";
/// Most tokens of one account.
const MAX_TOKENS: usize = 20;
/// Most products of one page.
const MAX_PAGE: i64 = 500;

/// Who reads a feed: proved by a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedReader {
    wholesaler: Wholesaler,
    account: ShopAccount,
}

impl FeedReader {
    /// Whose goods.
    pub fn wholesaler(&self) -> &Wholesaler {
        &self.wholesaler
    }

    /// Whose prices.
    pub fn account(&self) -> &ShopAccount {
        &self.account
    }
}

/// A product of the feed. Without sizes when nothing of it is sold to the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedProduct {
    /// The product.
    pub product: Product,
    /// Those of its sizes that are sold to the account.
    pub sizes: Vec<FeedSize>,
}

/// A size of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSize {
    /// The size.
    pub variant: Variant,
    /// The account's net prices, by quantity.
    pub steps: Vec<PriceStep>,
    /// What can be sold.
    pub available: AvailableQuantity,
}

/// A token taken apart: `cdf_<wholesaler>_<account>_<id>_<secret>`.
struct Token {
    wholesaler: WholesalerId,
    account: AccountId,
    id: String,
    secret: SecretString,
}

fn take_apart(token: &str) -> Option<Token> {
    let mut parts = token.trim().split('_');
    let (prefix, wholesaler, account) = (parts.next()?, parts.next()?, parts.next()?);
    let (id, secret) = (parts.next()?, parts.next()?);
    let hexadecimal = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
    if prefix != PREFIX || parts.next().is_some() || !hexadecimal(id, 12) || !hexadecimal(secret, 64) {
        return None;
    }
    Some(Token {
        wholesaler: wholesaler.parse().ok().and_then(WholesalerId::new)?,
        account: AccountId(account.parse().ok()?),
        id: id.to_owned(),
        secret: SecretString::from(secret),
    })
}

struct Find(Token, Timestamp);

impl Operation for Find {
    type Output = Option<(FeedTokenRow, FeedReader)>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let Token { wholesaler, account, id, .. } = &self.0;
        let Some(token) = tx.feed_token(*wholesaler, *account, id).await? else { return Ok(None) };
        let tenant = tx.wholesaler(*wholesaler).await?;
        let account = tx.account(*wholesaler, *account).await?;
        let reader = tenant
            .filter(|tenant| tenant.is_open(self.1))
            .zip(account)
            .map(|(tenant, account)| FeedReader { wholesaler: tenant.wholesaler, account: account.account });
        Ok(reader.map(|reader| (token, reader)))
    }
}

struct Add(WholesalerId, FeedTokenRow);

impl Operation for Add {
    type Output = ();
    type Error = TenantError;
    async fn run(&self, tx: &mut Tx) -> Result<(), TenantError> {
        if tx.feed_tokens(self.0, self.1.account).await?.len() >= MAX_TOKENS {
            return Err(TenantError::Refused(format!("an account has at most {MAX_TOKENS} feed tokens")));
        }
        Ok(tx.insert_feed_token(self.0, &self.1).await?)
    }
}

struct List(WholesalerId, AccountId);

impl Operation for List {
    type Output = Vec<FeedTokenRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.feed_tokens(self.0, self.1).await
    }
}

struct Revoke(WholesalerId, AccountId, String);

impl Operation for Revoke {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        tx.delete_feed_token(self.0, self.1, &self.2).await
    }
}

/// Which products to tell of.
enum FeedSelection {
    Behind(ProductId, i64),
    These(Vec<ProductId>),
}

struct Page {
    reader: FeedReader,
    wanted: FeedSelection,
    now: Timestamp,
}

struct Changed(WholesalerId, Timestamp);

impl Operation for Changed {
    type Output = Vec<ProductId>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.products_or_stock_changed(self.0, self.1).await
    }
}

/// The prices of a group by quantity: its own, else those of every group; empty when it is not sold to the group.
fn steps(prices: &[GroupPrice], group: &str) -> Vec<PriceStep> {
    let of = |wanted: &str| prices.iter().find(|price| price.group == wanted);
    let mut steps = of(group).or_else(|| of(EVERY_GROUP)).map_or_else(Vec::new, |price| price.steps.clone());
    steps.sort_by_key(|step| step.from);
    steps
}

impl Operation for Page {
    type Output = Vec<FeedProduct>;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let wholesaler = self.reader.wholesaler.id;
        let products = match &self.wanted {
            FeedSelection::Behind(after, limit) => tx.products_behind(wholesaler, *after, None, *limit).await?,
            FeedSelection::These(ids) => tx.products_by_ids(wholesaler, ids).await?,
        };
        let sizes = products.iter().filter(|product| product.active).flat_map(|product| &product.sizes);
        let questions: Vec<CodeLookup> = sizes
            .enumerate()
            .map(|(index, size)| CodeLookup { index, kind: CodeKind::Internal, code: size.id.to_string() })
            .collect();
        let offers = tx.on_offer(wholesaler, &questions, self.now).await?;
        let shown: std::collections::HashMap<_, _> =
            offers.iter().map(|offer| (&offer.variant, StockDemand::available(offer))).collect();
        let group = &self.reader.account.price_group;
        let told = |mut product: Product| {
            let sizes = if product.active { std::mem::take(&mut product.sizes) } else { Vec::new() };
            let told = |variant: Variant| {
                let steps = steps(&variant.prices, group);
                let available = shown.get(&variant.id).copied()?;
                (!steps.is_empty()).then_some(FeedSize { variant, steps, available })
            };
            FeedProduct { product, sizes: sizes.into_iter().filter_map(told).collect() }
        };
        Ok(products.into_iter().map(told).collect())
    }
}

impl Feeds<'_> {
    /// Makes a token that reads the feed with the prices of an account. It is shown only now; the database keeps its hash.
    pub async fn add_token(
        self,
        wholesaler: WholesalerId,
        account: AccountId,
        note: &str,
    ) -> Result<SecretString, TenantError> {
        self.0.accounts().get(wholesaler, account).await?;
        if note.chars().count() > 200 {
            return Err(TenantError::Refused("a note has at most 200 characters".to_owned()));
        }
        let (mut id, mut secret) = ([0; 6], [0; 32]);
        self.0.random().fill(&mut id);
        self.0.random().fill(&mut secret);
        let (id, secret) = (hex(&id), hex(&secret));
        let token = format!("{PREFIX}_{wholesaler}_{account}_{id}_{secret}");
        let secret_hash = hash_secret(&SecretString::from(secret));
        let row = FeedTokenRow { account, id, secret_hash, note: note.to_owned(), created_at: self.0.now() };
        self.0.db().write(Add(wholesaler, row)).await?;
        Ok(SecretString::from(token))
    }

    /// The tokens of an account, oldest first.
    pub async fn tokens(self, wholesaler: WholesalerId, account: AccountId) -> Result<Vec<FeedTokenRow>, TenantError> {
        self.0.accounts().get(wholesaler, account).await?;
        Ok(self.0.db().read(List(wholesaler, account)).await?)
    }

    /// Takes a token back; it stops working at once.
    pub async fn revoke_token(self, wholesaler: WholesalerId, account: AccountId, id: &str) -> Result<(), TenantError> {
        if self.0.db().write(Revoke(wholesaler, account, id.to_owned())).await? {
            return Ok(());
        }
        Err(TenantError::Refused(format!("the account has no feed token {id:?}")))
    }

    /// Whom a token stands for: nobody when it is unknown or was taken back, when its account is blocked, and when its sandbox
    /// has ended. The secret has 256 bits: nobody guesses it, so failures are not held back.
    pub async fn reader(self, token: &SecretString) -> Result<Option<FeedReader>, DbError> {
        let Some(token) = take_apart(token.expose_secret()) else { return Ok(None) };
        let shown = hash_secret(&token.secret);
        let found = self.0.db().read(Find(token, self.0.now())).await?;
        let proved = found.filter(|(row, _)| bool::from(row.secret_hash.as_bytes().ct_eq(shown.as_bytes())));
        Ok(proved.map(|(_, reader)| reader).filter(|reader| !reader.account.blocked))
    }

    /// Products behind `after`, by their numbers, at most 500.
    pub async fn page(self, reader: &FeedReader, after: ProductId, limit: i64) -> Result<Vec<FeedProduct>, DbError> {
        let wanted = FeedSelection::Behind(after, limit.clamp(1, MAX_PAGE));
        self.0.db().read(Page { reader: reader.clone(), wanted, now: self.0.now() }).await
    }

    /// Numbers of the products that changed then or later, or whose stock did, in their order: 8 bytes each.
    pub async fn changes(self, reader: &FeedReader, since: Timestamp) -> Result<Vec<ProductId>, DbError> {
        self.0.db().read(Changed(reader.wholesaler.id, since)).await
    }

    /// These products, by their numbers; those that are no longer sold come without sizes. Some hundred in one call.
    pub async fn products(self, reader: &FeedReader, ids: Vec<ProductId>) -> Result<Vec<FeedProduct>, DbError> {
        self.0.db().read(Page { reader: reader.clone(), wanted: FeedSelection::These(ids), now: self.0.now() }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_taken_apart_strictly() {
        let (id, secret) = ("0123456789ab", "c".repeat(64));
        let good = format!("cdf_7_3_{id}_{secret}");
        let token = take_apart(&good).expect("good");
        assert_eq!((token.wholesaler.get(), token.account.0, token.id.as_str()), (7, 3, id));
        for bad in ["", "cdf", &good[4..], &good[..good.len() - 1], &format!("{good}_x"), &good.replace("_7_", "_0_")] {
            assert!(take_apart(bad).is_none(), "{bad}");
        }
    }
}
