//! Staff who act for a shop: `crossdock import order`, and the Admin API where it changes recipients.

use std::sync::Arc;

use crossdock_domain::wholesale::{AccountId, WholesalerId};

use crate::{Access, Caller, StaffAccessError, UnknownEntity};

impl Access<'_> {
    /// Stands for a shop account without its keys, for staff. The account's switches count as they do at
    /// a gate: one that is blocked, or that may not order, does not.
    pub async fn caller_for_staff(
        self,
        wholesaler: WholesalerId,
        account: AccountId,
        language: &str,
    ) -> Result<Caller, StaffAccessError> {
        let row =
            self.0.wholesalers().row(wholesaler).await?.ok_or(StaffAccessError::NotFound(UnknownEntity::Wholesaler))?;
        let account = self
            .0
            .accounts()
            .find(wholesaler, account)
            .await?
            .ok_or(StaffAccessError::NotFound(UnknownEntity::Account))?;
        if account.blocked
            || !account.profile.dropshipping
            || !row.wholesaler.settings.dropshipping
            || !row.is_open(self.0.now())
        {
            return Err(StaffAccessError::SwitchedOff);
        }
        let sandbox = row.sandbox_until.is_some();
        let (wholesaler, language) = (Arc::new(row.wholesaler), language.to_owned());
        Ok(Caller { wholesaler, account: Arc::new(account), language, sandbox })
    }
}
