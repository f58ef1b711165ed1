//! Housekeeping of every subject.

use crate::{App, AppError};

impl App {
    /// Plans what is due regularly and deletes what no longer matters; how many rows.
    pub async fn housekeeping(&self) -> Result<u64, AppError> {
        self.landed_cost().plan_rates().await?;
        let platform = self.platform().housekeeping().await?;
        let hub = self.hub().housekeeping().await?;
        Ok(platform + hub + self.checkout().housekeeping().await?)
    }
}
