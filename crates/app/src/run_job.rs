//! Which use case does which job.

use crossdock_platform::job::JobRun;

use crate::{App, AppError, Job};

impl App {
    /// Does a job once.
    pub async fn run_job(&self, job: Job) -> Result<JobRun, AppError> {
        Ok(match job {
            Job::CapturePayment { store, attempt } => self.checkout().payments().capture(store, attempt).await?,
            Job::ReleasePayment { store, attempt } => self.checkout().payments().release(store, attempt).await?,
            Job::CheckPayment { store, attempt } => self.checkout().payments().check(store, attempt).await?,
            Job::FanOutEvent { owner, event } => self.webhooks().fan_out(owner, event).await?,
            Job::SendWebhook { owner, delivery, attempt, .. } => self.webhooks().send(owner, delivery, attempt).await?,
            Job::SendMail { owner, mail } => self.mail().send(owner, mail).await?,
            Job::FetchRates { .. } => self.landed_cost().fetch_rates().await?,
        })
    }
}
