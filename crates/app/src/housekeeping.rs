//! Housekeeping of every subject.

use crossdock_db::DbError;

use crate::App;

impl App {
    /// Plans what is due regularly and deletes what no longer matters; how many rows.
    pub async fn housekeeping(&self) -> Result<u64, DbError> {
        self.landed_cost().plan_rates().await?;
        let platform = self.platform().housekeeping().await?;
        let hub = self.hub().housekeeping().await?;
        Ok(platform + hub + self.checkout().housekeeping().await?)
    }
}
