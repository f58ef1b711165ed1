//! The job queue.

use std::collections::HashSet;

use crossdock_db::jobs::{JobOutcome, JobRow, NewJob};
use crossdock_db::{Db, DbError};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::JobId;

use crate::sample::{self, at, store_id};

/// Whether the job was added; one whose key an unfinished job has is not.
async fn enqueue(db: &Db, job: &NewJob) -> bool {
    write!(db, |tx, job| tx.enqueue(&job).await).await.unwrap();
    let waiting = write!(db, |tx| tx.list_jobs("waiting", 1000).await).await.unwrap();
    waiting.iter().any(|row| row.id == job.id)
}

async fn claim(db: &Db, now: Timestamp, lease_until: Timestamp, limit: i64) -> Vec<JobRow> {
    write!(db, |tx| tx.claim_jobs("mail house", now, lease_until, limit).await).await.unwrap()
}

async fn finish(db: &Db, job: &JobRow, outcome: JobOutcome, now: Timestamp) -> bool {
    write!(db, |tx, job, outcome| tx.finish_job(&job, &outcome, now).await).await.unwrap()
}

async fn in_state(db: &Db, state: &'static str) -> Vec<JobRow> {
    read!(db, |tx| tx.list_jobs(state, 100).await).await.unwrap()
}

fn ids(jobs: &[JobRow]) -> Vec<JobId> {
    jobs.iter().map(|job| job.id).collect()
}

pub async fn a_claimed_job_is_what_was_written(db: Db) {
    sample::stores(&db, &[999]).await;
    let new = sample::job("mail", at(1));
    assert!(enqueue(&db, &new).await);
    let expected = JobRow {
        id: new.id,
        store: Some(store_id(999)),
        kind: "mail".to_owned(),
        payload: new.payload.clone(),
        attempts: 1,
        state: "running".to_owned(),
        run_at: at(60),
        last_error: None,
        created_at: at(0),
        queue: "mail house".to_owned(),
    };
    assert_eq!(claim(&db, at(1), at(60), 10).await, [expected.clone()]);
    assert_eq!(in_state(&db, "running").await, [expected]);
}

pub async fn a_job_of_the_house_has_no_store(db: Db) {
    let job = NewJob { store: None, ..sample::job("clean", at(1)) };
    enqueue(&db, &job).await;
    assert_eq!(claim(&db, at(1), at(60), 10).await[0].store, None);
}

pub async fn jobs_are_claimed_when_due_earliest_first_and_no_more_than_asked_for(db: Db) {
    sample::stores(&db, &[999]).await;
    let jobs: Vec<NewJob> = [5, 3, 9, 1].map(|second| sample::job("mail", at(second))).into();
    for job in &jobs {
        enqueue(&db, job).await;
    }
    assert_eq!(claim(&db, at(0), at(60), 10).await, []);
    assert_eq!(claim(&db, at(8), at(60), 0).await, []);
    assert_eq!(claim(&db, at(8), at(60), -1).await, []);
    assert_eq!(ids(&claim(&db, at(8), at(60), 1).await), [jobs[3].id]);
    let rest: HashSet<_> = ids(&claim(&db, at(8), at(60), 10).await).into_iter().collect();
    assert_eq!(rest, HashSet::from([jobs[0].id, jobs[1].id]));
    assert_eq!(ids(&in_state(&db, "waiting").await), [jobs[2].id]);
}

pub async fn a_job_is_written_with_its_cause_or_not_at_all(db: Db) {
    sample::stores(&db, &[999]).await;
    let job = sample::job("mail", at(1));
    let outcome: Result<(), _> = write!(db, |tx, job| {
        tx.enqueue(&job).await?;
        Err(DbError::Conflict)
    })
    .await;
    assert!(outcome.is_err());
    assert_eq!(claim(&db, at(1), at(60), 10).await, []);
}

pub async fn a_taken_job_id_is_a_conflict(db: Db) {
    sample::stores(&db, &[999]).await;
    let job = sample::job("mail", at(1));
    enqueue(&db, &job).await;
    let outcome = write!(db, |tx, job| tx.enqueue(&job).await).await;
    assert!(matches!(outcome, Err(DbError::Conflict)), "{outcome:?}");
}

pub async fn a_key_belongs_to_one_unfinished_job(db: Db) {
    sample::stores(&db, &[999]).await;
    let keyed = || NewJob { dedup_key: Some("k".to_owned()), ..sample::job("mail", at(1)) };
    assert!(enqueue(&db, &keyed()).await);
    assert!(!enqueue(&db, &keyed()).await);
    let running = claim(&db, at(1), at(60), 10).await.remove(0);
    assert!(!enqueue(&db, &keyed()).await, "a running job is unfinished too");
    assert!(finish(&db, &running, JobOutcome::Done, at(2)).await);
    assert!(enqueue(&db, &keyed()).await);
    let running = claim(&db, at(1), at(60), 10).await.remove(0);
    assert!(finish(&db, &running, JobOutcome::Dead { error: "no".to_owned() }, at(2)).await);
    assert!(enqueue(&db, &keyed()).await);
}

pub async fn a_waiting_job_moves_to_the_earlier_time_and_can_be_taken_back(db: Db) {
    sample::stores(&db, &[999]).await;
    let keyed = |second| NewJob { dedup_key: Some("k".to_owned()), ..sample::job("mail", at(second)) };
    let first = keyed(60);
    assert!(enqueue(&db, &first).await);
    assert!(!enqueue(&db, &keyed(2)).await);
    assert!(!enqueue(&db, &keyed(30)).await, "a later time does not delay it");
    let run = claim(&db, at(2), at(20), 10).await.remove(0);
    assert_eq!(run.id, first.id);
    write!(db, |tx| tx.withdraw_job("k").await).await.unwrap();
    assert!(finish(&db, &run, JobOutcome::Done, at(3)).await, "a running job is not taken back");
    assert!(enqueue(&db, &keyed(5)).await);
    write!(db, |tx| tx.withdraw_job("k").await).await.unwrap();
    assert_eq!(claim(&db, at(100), at(200), 10).await, []);
}

pub async fn of_many_that_write_one_key_at_once_one_does(db: Db) {
    sample::stores(&db, &[999]).await;
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let db = db.clone();
        let job = NewJob { dedup_key: Some("k".to_owned()), ..sample::job("mail", at(1)) };
        callers.spawn(async move { enqueue(&db, &job).await });
    }
    assert_eq!(callers.join_all().await.into_iter().filter(|written| *written).count(), 1);
}

pub async fn many_workers_claim_every_job_once(db: Db) {
    const JOBS: usize = 200;
    sample::stores(&db, &[999]).await;
    let jobs: Vec<NewJob> = (0..JOBS).map(|_| sample::job("mail", at(1))).collect();
    write!(db, |tx, jobs| {
        for job in &jobs {
            tx.enqueue(job).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let db = db.clone();
        workers.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = claim(&db, at(1), at(60), 7).await;
                assert!(claimed.len() <= 7, "{}", claimed.len());
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(ids(&claimed));
            }
        });
    }
    // A worker stops when it finds nothing; others may still hold rows then, so the last look comes afterwards.
    let mut claimed = workers.join_all().await.concat();
    claimed.extend(ids(&claim(&db, at(1), at(60), 1000).await));
    let different: HashSet<_> = claimed.iter().collect();
    assert_eq!((claimed.len(), different.len()), (JOBS, JOBS));
}

pub async fn a_lease_that_ran_out_gives_the_job_to_the_next(db: Db) {
    sample::stores(&db, &[999]).await;
    enqueue(&db, &sample::job("mail", at(1))).await;
    let first = claim(&db, at(1), at(60), 10).await.remove(0);
    assert_eq!(claim(&db, at(59), at(100), 10).await, []);
    let second = claim(&db, at(60), at(100), 10).await.remove(0);
    assert_eq!((second.id, second.attempts), (first.id, 2));
    // The first comes back late: it no longer has a say.
    for outcome in [
        JobOutcome::Done,
        JobOutcome::Dead { error: "late".to_owned() },
        JobOutcome::Again { at: at(70), error: "late".to_owned() },
    ] {
        assert!(!finish(&db, &first, outcome, at(61)).await);
    }
    assert!(finish(&db, &second, JobOutcome::Done, at(62)).await);
    assert!(!finish(&db, &second, JobOutcome::Done, at(63)).await);
}

pub async fn a_failed_run_is_run_again_later(db: Db) {
    sample::stores(&db, &[999]).await;
    enqueue(&db, &sample::job("mail", at(1))).await;
    let run = claim(&db, at(1), at(60), 10).await.remove(0);
    let again = JobOutcome::Again { at: at(30), error: sample::ODD_TEXT.to_owned() };
    assert!(finish(&db, &run, again, at(2)).await);
    assert_eq!(claim(&db, at(29), at(60), 10).await, []);
    let second = claim(&db, at(30), at(90), 10).await.remove(0);
    assert_eq!((second.attempts, second.last_error.as_deref()), (2, Some(sample::ODD_TEXT)));
}

pub async fn a_dead_job_is_listed_and_can_be_run_again(db: Db) {
    sample::stores(&db, &[999]).await;
    enqueue(&db, &sample::job("mail", at(1))).await;
    let run = claim(&db, at(1), at(60), 10).await.remove(0);
    let id = run.id;
    assert!(!write!(db, |tx| tx.run_job_again(id, at(2)).await).await.unwrap(), "it is not dead yet");
    assert!(finish(&db, &run, JobOutcome::Dead { error: "why".to_owned() }, at(2)).await);
    let dead = in_state(&db, "dead").await;
    assert_eq!((ids(&dead), dead[0].last_error.as_deref()), (vec![id], Some("why")));
    assert_eq!(claim(&db, at(1000), at(2000), 10).await, []);
    assert!(write!(db, |tx| tx.run_job_again(id, at(5)).await).await.unwrap());
    assert_eq!(claim(&db, at(5), at(60), 10).await[0].attempts, 1);
}

pub async fn jobs_are_counted_listed_and_forgotten_by_state(db: Db) {
    sample::stores(&db, &[999]).await;
    for second in [1, 1, 1, 90, 80] {
        enqueue(&db, &sample::job("mail", at(second))).await;
    }
    let running = claim(&db, at(1), at(60), 10).await;
    finish(&db, &running[0], JobOutcome::Done, at(10)).await;
    finish(&db, &running[1], JobOutcome::Done, at(20)).await;
    let counts = read!(db, |tx| tx.job_counts().await).await.unwrap();
    let count = |state: &str, n| (state.to_owned(), n);
    assert_eq!(counts, [count("done", 2), count("running", 1), count("waiting", 2)]);
    let waiting = in_state(&db, "waiting").await;
    assert_eq!(waiting.iter().map(|job| job.run_at).collect::<Vec<_>>(), [at(80), at(90)]);
    assert_eq!(read!(db, |tx| tx.list_jobs("waiting", 1).await).await.unwrap().len(), 1);
    assert_eq!(read!(db, |tx| tx.list_jobs("waiting", -1).await).await.unwrap().len(), 0);

    assert_eq!(write!(db, |tx| tx.delete_done_jobs(at(20)).await).await.unwrap(), 1);
    assert_eq!(ids(&in_state(&db, "done").await), [running[1].id]);
}
