//! Fetching exchange rates by itself. When it fails the last good rates stay in use; the job tells staff.

use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Day, Span, Timestamp};
use crossdock_domain::ids::JobId;
use crossdock_platform::Job;
use crossdock_platform::http_client::HttpRequest;
use crossdock_platform::job::JobRun;
use crossdock_rules::rates::{self, Hints};

use crate::{ImportError, LandedCosts};

/// How often we look for rates of a new day. The bank publishes once on a working day, at about 16:00 in Frankfurt.
const EVERY: Span = Span::hours(6);
/// The daily file has some 2,000 bytes.
const LARGEST: usize = 1024 * 1024;

struct Plan {
    job: Job,
    id: JobId,
    now: Timestamp,
}

impl Operation for Plan {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        self.job.enqueue(tx, self.id, self.now, Span(0)).await
    }
}

impl LandedCosts {
    /// Plans a fetch when rates are fetched at all and none of today are here. Any number of nodes may ask at any time: there
    /// is one job in six hours.
    pub async fn plan_rates(&self) -> Result<(), DbError> {
        let now = self.now();
        if self.platform().integrations().rates.is_none() {
            return Ok(());
        }
        // Rates that staff import for other currencies do not stand in for the bank's.
        let newest = self.rates_of_source(rates::ECB).await?.map(|row| row.rates.day);
        if newest.is_some_and(|day| day >= Day::of(now)) {
            return Ok(());
        }
        let job = Job::FetchRates { slot: now.0.div_euclid(EVERY.0) };
        self.db().write(Plan { job, id: self.platform().new_job_id(now), now }).await?;
        self.platform().jobs_were_written();
        Ok(())
    }

    /// Fetches the rates and stores them. What goes wrong is tried again by the schedule of jobs and is then seen by staff in
    /// `crossdock job list`.
    pub async fn fetch_rates(&self) -> Result<JobRun, ImportError> {
        let Some(url) = self.platform().integrations().rates.clone() else { return Ok(JobRun::Done) };
        let failed = |why: String| {
            tracing::warn!(%why, "exchange rates were not fetched; the last good ones stay in use");
            Ok(JobRun::NotYet(why))
        };
        let answer = match self.platform().integrations().web.call(HttpRequest::get(url, LARGEST)).await {
            Ok(answer) => answer,
            Err(error) => return failed(error.to_string()),
        };
        if answer.status != 200 {
            return failed(format!("the answer has status {}", answer.status));
        }
        let rates = match rates::read(&answer.body, &Hints::default()) {
            Ok(rates) => rates,
            Err(problem) => return failed(problem.to_string()),
        };
        let day = rates.day;
        match self.import_rates(rates).await {
            Ok(imported) => tracing::info!(%day, imported.new, "exchange rates were fetched"),
            Err(ImportError::Refused(why)) => return failed(why),
            Err(error) => return Err(error),
        }
        Ok(JobRun::Done)
    }
}
