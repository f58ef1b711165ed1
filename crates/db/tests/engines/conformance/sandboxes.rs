//! Sandboxes: their life, their limits, and how they go.

use crossdock_db::Db;
use crossdock_db::jobs::NewJob;
use crossdock_db::sandboxes::{SandboxCounts, SandboxRow, SandboxState};
use crossdock_db::wholesalers::WholesalerRow;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::webhook::Owner;
use crossdock_domain::wholesale::{Wholesaler, WholesalerId, WholesalerSettings};

use crate::sample::{self, ODD_TEXT};

fn id(number: i64) -> WholesalerId {
    WholesalerId::new(number).expect("an id")
}

fn at(moment: i64) -> Timestamp {
    Timestamp(moment)
}

fn row(number: i64) -> SandboxRow {
    SandboxRow {
        wholesaler: id(number),
        state: SandboxState::Building,
        name: format!("Ada {ODD_TEXT}"),
        email: format!("ada{number}@dev.example"),
        client: (number % 2 == 1).then(|| "192.0.2.1".to_owned()),
        mails: number % 2 == 0,
        created_at: at(100 * number),
        expires_at: at(1_000 * number),
    }
}

/// Adds a wholesaler, marked as a sandbox when there is a row for it.
async fn add(db: &Db, number: i64, sandbox: Option<SandboxRow>) {
    let wholesaler = WholesalerRow {
        wholesaler: Wholesaler {
            id: id(number),
            name: format!("Hurt {number}"),
            currency: "PLN".parse().expect("PLN"),
            domain: None,
            settings: WholesalerSettings::default(),
        },
        key_hash: None,
        sandbox_until: None,
    };
    write!(db, |tx, wholesaler| tx.insert_wholesaler(&wholesaler, at(0)).await).await.unwrap();
    if let Some(sandbox) = sandbox {
        write!(db, |tx, sandbox| tx.insert_sandbox(&sandbox).await).await.unwrap();
    }
}

pub async fn a_sandbox_is_read_back_and_tells_until_when_it_is_open(db: Db) {
    for number in 1..=3 {
        add(&db, number, (number > 1).then(|| row(number))).await;
    }
    assert_eq!(read!(db, |tx| tx.sandbox(id(1)).await).await.unwrap(), None);
    assert_eq!(read!(db, |tx| tx.sandbox(id(2)).await).await.unwrap(), Some(row(2)));
    assert_eq!(read!(db, |tx| tx.sandboxes().await).await.unwrap(), [row(2), row(3)]);
    let until = async |number: i64| {
        let found = read!(db, |tx, number| tx.wholesaler(id(number)).await).await.unwrap().unwrap();
        found.sandbox_until
    };
    assert_eq!((until(1).await, until(2).await), (None, Some(at(0))), "one that is being built is open to nobody");
    assert!(write!(db, |tx| tx.open_sandbox(id(2), at(9_000), at(1_999)).await).await.unwrap());
    assert_eq!(until(2).await, Some(at(9_000)));
    assert!(!write!(db, |tx| tx.open_sandbox(id(2), at(9_999), at(1_999)).await).await.unwrap(), "opened once");
    assert!(!write!(db, |tx| tx.open_sandbox(id(3), at(9_000), at(3_000)).await).await.unwrap(), "built too slowly");
    let real = read!(db, |tx| tx.real_wholesalers(9).await).await.unwrap();
    assert_eq!(real.iter().map(|row| row.wholesaler.id.get()).collect::<Vec<_>>(), [1]);
}

pub async fn an_end_moves_only_from_where_it_was_seen_and_not_once_removal_has_begun(db: Db) {
    add(&db, 2, Some(row(2))).await;
    write!(db, |tx| tx.open_sandbox(id(2), at(5_000), at(0)).await).await.unwrap();
    assert!(!write!(db, |tx| tx.extend_sandbox(id(2), at(4_999), at(6_000)).await).await.unwrap());
    assert!(write!(db, |tx| tx.extend_sandbox(id(2), at(5_000), at(6_000)).await).await.unwrap());
    assert!(!write!(db, |tx| tx.begin_sandbox_removal(id(2), at(5_999)).await).await.unwrap(), "it lives");
    assert!(write!(db, |tx| tx.end_sandbox(id(2), at(3_000)).await).await.unwrap());
    assert!(!write!(db, |tx| tx.end_sandbox(id(2), at(4_000)).await).await.unwrap(), "it ended before");
    assert_eq!(read!(db, |tx| tx.expired_sandboxes(at(2_999), 9).await).await.unwrap(), []);
    assert_eq!(read!(db, |tx| tx.expired_sandboxes(at(3_000), 9).await).await.unwrap(), [id(2)]);
    assert!(write!(db, |tx| tx.begin_sandbox_removal(id(2), at(3_000)).await).await.unwrap());
    assert!(
        write!(db, |tx| tx.begin_sandbox_removal(id(2), at(3_000)).await).await.unwrap(),
        "begun again after a crash"
    );
    assert!(!write!(db, |tx| tx.extend_sandbox(id(2), at(3_000), at(9_000)).await).await.unwrap());
}

pub async fn sandboxes_are_counted_for_the_limits(db: Db) {
    for number in 1..=4 {
        add(&db, number, Some(row(number))).await;
    }
    let counts = read!(db, |tx| tx.count_sandboxes(at(2_000), at(100), "ada3@dev.example", Some("192.0.2.1")).await);
    assert_eq!(counts.await.unwrap(), SandboxCounts { living: 2, of_email: 1, of_client: 1 });
    let counts = read!(db, |tx| tx.count_sandboxes(at(0), at(0), "nobody@dev.example", None).await);
    assert_eq!(counts.await.unwrap(), SandboxCounts { living: 4, of_email: 0, of_client: 0 });
}

pub async fn a_wholesaler_goes_in_steps_and_takes_nothing_of_another_along(db: Db) {
    add(&db, 2, Some(row(2))).await;
    add(&db, 3, Some(row(3))).await;
    // Five counters, the sandbox, the wholesaler.
    let mut steps = Vec::new();
    loop {
        let step = write!(db, |tx| tx.remove_wholesaler_step(id(2), 4).await).await.unwrap();
        steps.push(step.rows);
        if step.done {
            break;
        }
    }
    assert_eq!(steps, [4, 3]);
    assert_eq!(read!(db, |tx| tx.wholesaler(id(2)).await).await.unwrap(), None);
    assert!(read!(db, |tx| tx.wholesaler(id(3)).await).await.unwrap().is_some());
    assert_eq!(read!(db, |tx| tx.sandbox(id(3)).await).await.unwrap(), Some(row(3)));
    let jobs = read!(db, |tx| tx.jobs_of_owner(Owner::Wholesaler(id(2)), 9).await).await.unwrap();
    assert!(jobs.is_empty());
    assert_eq!(write!(db, |tx| tx.delete_jobs(&[]).await).await.unwrap(), 0);
}

pub async fn jobs_of_any_kind_that_name_an_owner_are_found(db: Db) {
    let owner = Owner::Wholesaler(id(2));
    let mut wanted = Vec::new();
    for (kind, payload) in [
        ("send_mail", r#"{"kind":"send_mail","owner":"wholesaler:2","mail":"m"}"#),
        ("a_kind_of_next_year", r#"{"kind":"a_kind_of_next_year","of":{"owner":"wholesaler:2"}}"#),
        ("send_mail", r#"{"kind":"send_mail","owner":"wholesaler:22","mail":"m"}"#),
        ("send_mail", r#"{"kind":"send_mail","owner":"store:2","text":"\"owner\":\"wholesaler:2\""}"#),
        ("fetch_rates", r#"{"kind":"fetch_rates","slot":2}"#),
    ] {
        let job = NewJob { store: None, payload: payload.to_owned(), ..sample::job(kind, at(0)) };
        write!(db, |tx, job| tx.enqueue(&job).await).await.unwrap();
        if wanted.len() < 2 {
            wanted.push(job.id.to_string());
        }
    }
    let mut found = read!(db, |tx| tx.jobs_of_owner(owner, 9).await).await.unwrap();
    found.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(found, wanted);
    assert_eq!(write!(db, |tx, found| tx.delete_jobs(&found).await).await.unwrap(), 2);
    assert_eq!(read!(db, |tx| tx.jobs_of_owner(owner, 9).await).await.unwrap(), Vec::<String>::new());
}
