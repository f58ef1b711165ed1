//! Landed costs for a store's software and its product pages: who asks, and for which store.

use crossdock_domain::ids::QuoteId;
use crossdock_domain::landed_cost::StoredCost;
use crossdock_landed_cost::{LandedQuote, LandedQuoteRow, store_of_key};

use crate::stores::Credentials;
use crate::{LandedQuoteError, LandedQuotes};

/// A store asks for a landed cost; it is kept.
#[derive(Debug, Clone)]
pub struct QuoteLandedCost {
    /// Who asks.
    pub credentials: Credentials,
    /// What.
    pub quote: LandedQuote,
}

/// A product page asks for a landed cost; nothing is kept.
#[derive(Debug, Clone)]
pub struct PublicLandedCost {
    /// The store's public key.
    pub public_key: String,
    /// What.
    pub quote: LandedQuote,
}

impl LandedQuotes<'_> {
    /// Computes a landed cost for a store and keeps it.
    ///
    /// Errors: [`LandedQuoteError::InvalidCredentials`], [`LandedQuoteError::Quote`].
    pub async fn quote(self, command: QuoteLandedCost) -> Result<LandedQuoteRow, LandedQuoteError> {
        let store = self.0.stores().authenticate(&command.credentials).await?;
        Ok(self.0.landed_cost().quote(&store, command.quote).await?)
    }

    /// A kept quote of the store; [`QuoteError::NotFound`](crossdock_landed_cost::QuoteError::NotFound) when it has none of this id.
    pub async fn find(self, credentials: &Credentials, id: QuoteId) -> Result<LandedQuoteRow, LandedQuoteError> {
        let store = self.0.stores().authenticate(credentials).await?.id;
        Ok(self.0.landed_cost().find_quote(store, id).await?)
    }

    /// Computes a landed cost for whoever has the store's public key. [`LandedQuoteError::StoreNotFound`] when no store has it.
    pub async fn estimate(self, command: PublicLandedCost) -> Result<StoredCost, LandedQuoteError> {
        let id = store_of_key(&command.public_key).ok_or(LandedQuoteError::StoreNotFound)?;
        let row = self.0.stores().row(id).await?.ok_or(LandedQuoteError::StoreNotFound)?;
        // Public: anybody reads it on the shop's pages, so there is nothing to hide from a stopwatch.
        if row.store.settings.landed_cost.public_key.as_deref() != Some(command.public_key.as_str()) {
            return Err(LandedQuoteError::StoreNotFound);
        }
        Ok(self.0.landed_cost().estimate(&row.store, command.quote).await?)
    }
}
