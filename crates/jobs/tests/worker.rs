//! The worker on both engines: leases, backoff, crashes, time limits, shutdown. Jobs come from real orders; what they do is
//! replaced where a test needs it to go wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crossdock_app::platform::job::JobRun;
use crossdock_app::platform::queue::{JobOutcome, JobRow, Room};
use crossdock_domain::clock::Span;
use crossdock_jobs::{Backoff, Handler, Worker, WorkerSettings};
use crossdock_testkit::{BankCall, BankFault, Builder, TestApp, on_both_engines};
use tokio::sync::{Barrier, Notify, mpsc};

on_both_engines!(
    a_job_whose_lease_ran_out_goes_to_the_next_claimer,
    a_panic_in_a_job_is_a_failed_run,
    a_run_ends_at_its_time_limit,
    a_job_that_always_takes_its_process_along_dies,
    shutdown_finishes_what_runs_and_takes_nothing_new,
    jobs_run_side_by_side_up_to_the_number_of_lanes,
    a_new_job_wakes_the_worker,
);

on_both_engines!(
    with = Builder::with_bank,
    a_failed_job_waits_longer_each_time_and_dies_at_the_end,
    a_dead_job_can_be_run_again,
);

/// The only job in this state.
async fn only(app: &TestApp, state: &'static str) -> JobRow {
    let mut jobs = app.jobs().list(state, 10).await.expect("the queue is read");
    assert_eq!(jobs.len(), 1, "{state}: {jobs:?}");
    jobs.remove(0)
}

/// Long pauses, so that nothing happens by polling alone.
fn settings() -> WorkerSettings {
    WorkerSettings { poll: Duration::from_hours(1), ..WorkerSettings::default() }
}

async fn a_job_whose_lease_ran_out_goes_to_the_next_claimer(app: TestApp) {
    app.paid_order().await;
    let lease = Span::seconds(90);
    let first = app.jobs().claim(lease, Room::of(10)).await.expect("claimed").jobs.remove(0);
    assert_eq!(first.attempts, 1, "the attempt counts at the claim");
    app.advance(Span::seconds(89));
    assert_eq!(app.jobs().claim(lease, Room::of(10)).await.expect("claimed").jobs, []);
    app.advance(Span::seconds(1));
    let second = app.jobs().claim(lease, Room::of(10)).await.expect("claimed").jobs.remove(0);
    assert_eq!((second.id, second.attempts), (first.id, 2));

    assert!(!app.jobs().finish(&first, JobOutcome::Done).await.expect("stored"), "too late: somebody else has it");
    assert_eq!(only(&app, "running").await.id, first.id);
    assert!(app.jobs().finish(&second, JobOutcome::Done).await.expect("stored"));
    only(&app, "done").await;
}

async fn a_failed_job_waits_longer_each_time_and_dies_at_the_end(app: TestApp) {
    app.paid_order().await;
    let waits = [2, 5, 15, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400];
    for (number, wait) in (1..).zip(waits) {
        app.bank().fail_next(BankCall::Capture, BankFault::Unreachable);
        assert_eq!(app.run_jobs().await, 1);
        let job = only(&app, "waiting").await;
        assert_eq!(job.attempts, number);
        assert_eq!(job.last_error.as_deref(), Some("the payment provider did not answer: no route to the bank"));
        let until = job.run_at - app.now();
        assert!(until >= Span::seconds(wait) && until.0 <= Span::seconds(wait).0 * 12 / 10, "{number}: {until:?}");
        app.advance(Span(until.0 - 1));
        assert_eq!(app.run_jobs().await, 0, "not before its time");
        app.advance(Span(1));
    }
    app.bank().fail_next(BankCall::Capture, BankFault::Unreachable);
    assert_eq!(app.run_jobs().await, 1);
    let dead = only(&app, "dead").await;
    assert_eq!(dead.attempts, Backoff::default().max_attempts());
    app.advance(Span::days(30));
    assert_eq!(app.run_jobs().await, 0, "a dead job is not run");

    app.jobs().run_again(dead.id).await.expect("put back");
    assert_eq!(app.run_jobs().await, 1);
    only(&app, "done").await;
}

async fn a_dead_job_can_be_run_again(app: TestApp) {
    let order = app.paid_order().await;
    let job = app.jobs().claim(Span::seconds(90), Room::of(1)).await.expect("claimed").jobs.remove(0);
    app.jobs().finish(&job, JobOutcome::Dead { error: "bad day".to_owned() }).await.expect("stored");
    assert!(app.jobs().run_again(job.id).await.is_ok());
    assert!(app.jobs().run_again(job.id).await.is_err(), "it is dead no more");
    assert_eq!(app.run_jobs().await, 1);
    assert!(app.read_order(order).await.payment.is_some_and(|payment| payment.captured_at.is_some()));
    assert_eq!(app.bank().count(BankCall::Capture), 1);
}

/// Runs a worker with this handler until `runs` jobs were begun and have ended.
async fn work(app: &TestApp, settings: WorkerSettings, runs: usize, handler: Handler) {
    let (begun, mut begins) = mpsc::unbounded_channel();
    let handler = Handler::new(move |app, row| {
        let run = handler.run(app, row);
        let begun = begun.clone();
        async move {
            begun.send(()).expect("the test listens");
            run.await
        }
    });
    let shutdown = async move {
        for _ in 0..runs {
            begins.recv().await;
        }
    };
    Worker::with_handler(app.app().clone(), settings, handler).run(shutdown).await;
}

async fn a_panic_in_a_job_is_a_failed_run(app: TestApp) {
    app.paid_order().await;
    work(&app, settings(), 1, Handler::new(|_, _| async { panic!("the roof is on fire") })).await;
    let job = only(&app, "waiting").await;
    assert_eq!(job.last_error.as_deref(), Some("panic: the roof is on fire"));
    assert!(job.run_at > app.now());
}

async fn a_run_ends_at_its_time_limit(app: TestApp) {
    app.paid_order().await;
    let settings = WorkerSettings { time_limit: Duration::from_millis(20), ..settings() };
    work(&app, settings, 1, Handler::new(|_, _| std::future::pending())).await;
    assert_eq!(only(&app, "waiting").await.last_error.as_deref(), Some("no result within 0.02 s"));
}

async fn a_job_that_always_takes_its_process_along_dies(app: TestApp) {
    app.paid_order().await;
    // Claimed, and never heard of again.
    for _ in 0..Backoff::default().max_attempts() {
        assert_eq!(app.jobs().claim(Span::seconds(90), Room::of(1)).await.expect("claimed").jobs.len(), 1);
        app.advance(Span::seconds(90));
    }
    assert_eq!(app.run_jobs().await, 1);
    let dead = only(&app, "dead").await;
    assert_eq!(dead.last_error.as_deref(), Some("its last runs ended without a result"));
    app.jobs().run_again(dead.id).await.expect("put back");
    assert_eq!(app.run_jobs().await, 1);
}

async fn shutdown_finishes_what_runs_and_takes_nothing_new(app: TestApp) {
    app.paid_order().await;
    app.paid_order().await;
    let (begun, end, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = {
        let (begun, go) = (Arc::clone(&begun), Arc::clone(&go));
        Handler::new(move |_, _| {
            let (begun, go) = (Arc::clone(&begun), Arc::clone(&go));
            async move {
                begun.notify_one();
                go.notified().await;
                Ok(JobRun::Done)
            }
        })
    };
    let worker = Worker::with_handler(app.app().clone(), WorkerSettings { lanes: 1, ..settings() }, handler);
    let running = tokio::spawn({
        let end = Arc::clone(&end);
        async move { worker.run(async move { end.notified().await }).await }
    });
    begun.notified().await;
    end.notify_one();
    assert!(!running.is_finished());
    go.notify_one();
    running.await.expect("the worker ends");
    only(&app, "done").await;
    only(&app, "waiting").await;
    assert_eq!(app.run_jobs().await, 1);
}

async fn jobs_run_side_by_side_up_to_the_number_of_lanes(app: TestApp) {
    for _ in 0..6 {
        app.paid_order().await;
    }
    // Two runs meet, or none of them ends.
    let meeting = Arc::new(Barrier::new(2));
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let handler = {
        let most = Arc::clone(&most);
        Handler::new(move |_, _| {
            let (meeting, now, most) = (Arc::clone(&meeting), Arc::clone(&now), Arc::clone(&most));
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                meeting.wait().await;
                now.fetch_sub(1, Ordering::SeqCst);
                Ok(JobRun::Done)
            }
        })
    };
    work(&app, WorkerSettings { lanes: 2, ..settings() }, 6, handler).await;
    assert_eq!(app.jobs().list("done", 10).await.expect("the queue is read").len(), 6);
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

async fn a_new_job_wakes_the_worker(app: TestApp) {
    app.paid_order().await;
    let (done, mut jobs) = mpsc::unbounded_channel();
    let handler = Handler::new(move |_, row| {
        let done = done.clone();
        async move {
            done.send(row.id).expect("the test listens");
            Ok(JobRun::Done)
        }
    });
    let end = Arc::new(Notify::new());
    let worker = Worker::with_handler(app.app().clone(), settings(), handler);
    let running = tokio::spawn({
        let end = Arc::clone(&end);
        async move { worker.run(async move { end.notified().await }).await }
    });
    // The worker has looked. Its next look of its own is an hour away.
    let first = jobs.recv().await.expect("run");
    app.paid_order().await;
    let second = jobs.recv().await.expect("run");
    assert_ne!(first, second);
    end.notify_one();
    running.await.expect("the worker ends");
}
