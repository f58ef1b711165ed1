//! Staff who act for a shop: `crossdock import order`, and the Admin API where it changes recipients.

use std::sync::Arc;

use crossdock_domain::wholesale::{AccountId, WholesalerId};
use crossdock_platform::AppError;

use crate::{Access, Caller, WholesaleError};

impl Access<'_> {
    /// Stands for a shop account without its keys, for staff. The account's switches count as they do at
    /// a gate: one that is blocked, or that may not order, does not.
    pub async fn caller_for_staff(
        self,
        wholesaler: WholesalerId,
        account: AccountId,
        language: &str,
    ) -> Result<Caller, AppError> {
        let row = self.0.wholesalers().row(wholesaler).await?;
        let account = self.0.accounts().get(wholesaler, account).await?;
        if account.blocked
            || !account.profile.dropshipping
            || !row.wholesaler.settings.dropshipping
            || !row.is_open(self.0.now())
        {
            return Err(WholesaleError::SwitchedOff.into());
        }
        let sandbox = row.sandbox_until.is_some();
        let (wholesaler, language) = (Arc::new(row.wholesaler), language.to_owned());
        Ok(Caller { wholesaler, account: Arc::new(account), language, sandbox })
    }
}
