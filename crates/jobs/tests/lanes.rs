//! Whoever hangs holds up its own jobs only: receivers, the mail server, the source of rates. Nothing here waits for a time:
//! what hangs hangs for ever, and the rest must be done nevertheless.

use std::sync::Arc;
use std::time::Duration;

use crossdock_app::Job;
use crossdock_app::platform::job::JobRun;
use crossdock_app::platform::queue::JobRow;
use crossdock_jobs::{Handler, Worker, WorkerSettings};
use crossdock_testkit::{TestApp, on_both_engines};
use tokio::sync::{Notify, mpsc};

on_both_engines!(
    payments_are_done_while_everything_else_hangs,
    one_owners_flood_leaves_room_for_the_next_owner,
    two_workers_together_keep_to_two_runs_of_a_receiver,
);

/// A worker that tells of every run that begins; runs of a queue that `hangs` never end, others are done at once.
fn worker(
    app: &TestApp,
    hangs: fn(&str) -> bool,
) -> (mpsc::UnboundedReceiver<JobRow>, Arc<Notify>, tokio::task::JoinHandle<()>) {
    let (begun, begins) = mpsc::unbounded_channel();
    let handler = Handler::new(move |app, row: JobRow| {
        let begun = begun.clone();
        async move {
            let hanging = hangs(&row.queue);
            if hanging {
                let _ = begun.send(row);
                return std::future::pending().await;
            }
            if let Ok(job) = Job::read(&row) {
                app.run_job(job).await.map_err(|error| error.to_string())?;
            }
            let _ = begun.send(row);
            Ok(JobRun::Done)
        }
    });
    let settings = WorkerSettings { poll: Duration::from_millis(5), ..WorkerSettings::default() };
    let end = Arc::new(Notify::new());
    let worker = Worker::with_handler(app.app().clone(), settings, handler);
    let running = tokio::spawn({
        let end = Arc::clone(&end);
        async move { worker.run(async move { end.notified().await }).await }
    });
    (begins, end, running)
}

async fn payments_are_done_while_everything_else_hangs(mut app: TestApp) {
    app.leave_jobs();
    for queue in ["mail wholesaler:7", "rates house", "check store:2"] {
        app.flood(queue, 20).await;
    }
    for endpoint in 0..30 {
        app.flood(&format!("webhook wholesaler:7 {endpoint}"), 3).await;
    }
    let order = app.paid_order().await;
    let (mut begins, _, running) = worker(&app, |queue| !queue.starts_with("payment "));
    while let Some(row) = begins.recv().await {
        if row.queue.starts_with("payment ") {
            break;
        }
    }
    assert!(app.read_order(order).await.payment.is_some_and(|payment| payment.captured_at.is_some()));
    // A buyer's payment of another store is looked up although those of the first hang.
    app.flood("check store:3", 1).await;
    while let Some(row) = begins.recv().await {
        if row.queue == "check store:3" {
            break;
        }
    }
    running.abort();
}

async fn one_owners_flood_leaves_room_for_the_next_owner(mut app: TestApp) {
    app.leave_jobs();
    for endpoint in 0..30 {
        app.flood(&format!("webhook wholesaler:7 {endpoint:02}"), 50).await;
    }
    let (mut begins, _, running) = worker(&app, |queue| queue.starts_with("webhook wholesaler:7 "));
    for _ in 0..4 {
        assert!(begins.recv().await.expect("it runs").queue.starts_with("webhook wholesaler:7 "));
    }
    app.flood("webhook wholesaler:8 z", 5).await;
    for _ in 0..5 {
        assert_eq!(begins.recv().await.expect("it runs").queue, "webhook wholesaler:8 z");
    }
    running.abort();
}

async fn two_workers_together_keep_to_two_runs_of_a_receiver(mut app: TestApp) {
    app.leave_jobs();
    app.flood("webhook wholesaler:7 a", 50).await;
    app.flood("mail store:1", 50).await;
    let hangs = |queue: &str| queue.starts_with("webhook ") || queue.starts_with("mail ");
    let (mut first, _, one) = worker(&app, hangs);
    for _ in 0..4 {
        first.recv().await.expect("it runs");
    }
    let (mut second, _, two) = worker(&app, hangs);
    app.flood("event house", 1).await;
    // Whichever worker takes it has looked at everything that is due.
    let row = tokio::select! {
        Some(row) = first.recv() => row,
        Some(row) = second.recv() => row,
    };
    assert_eq!(row.queue, "event house");
    let running = app.jobs().list("running", 100).await.expect("the queue is read");
    assert_eq!(running.iter().filter(|job| hangs(&job.queue)).count(), 4);
    one.abort();
    two.abort();
}
