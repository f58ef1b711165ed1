//! Keys of the Admin API and their log.

use crossdock_db::admin_keys::AuditRow;
use crossdock_db::{Db, DbError};
use crossdock_domain::admin_api::{AdminKey, Permission, Scope};
use crossdock_domain::ids::{AdminKeyId, AuditId};
use crossdock_domain::random::SeededRandom;
use crossdock_domain::wholesale::{Wholesaler, WholesalerId, WholesalerSettings};

use crate::sample::{ODD_TEXT, at};

static RANDOM: SeededRandom = SeededRandom::new(5);

fn id(id: i64) -> WholesalerId {
    WholesalerId::new(id).expect("an id")
}

async fn wholesalers(db: &Db) {
    for number in [7, 8] {
        let row = crossdock_db::wholesalers::WholesalerRow {
            wholesaler: Wholesaler {
                id: id(number),
                name: "Hurt".to_owned(),
                currency: "PLN".parse().expect("PLN"),
                domain: None,
                settings: WholesalerSettings::default(),
            },
            key_hash: None,
            sandbox_until: None,
        };
        write!(db, |tx, row| tx.insert_wholesaler(&row, at(0)).await).await.unwrap();
    }
}

fn key(wholesaler: i64) -> AdminKey {
    AdminKey {
        wholesaler: id(wholesaler),
        id: AdminKeyId::new(at(0), &RANDOM),
        name: ODD_TEXT.to_owned(),
        permissions: [(Scope::Orders, Permission::Write), (Scope::Products, Permission::Read)].into(),
        expires_at: Some(at(100)),
        revoked_at: None,
        created_at: at(0),
        login: None,
    }
}

pub async fn a_key_is_found_by_its_hash_and_listed_by_its_wholesaler(db: Db) {
    wholesalers(&db).await;
    let (mine, theirs) = (key(7), key(8));
    write!(db, |tx, mine, theirs| {
        tx.insert_admin_key(&mine, "sha256:1").await?;
        tx.insert_admin_key(&theirs, "sha256:2").await
    })
    .await
    .unwrap();
    assert_eq!(read!(db, |tx| tx.admin_key_by_hash("sha256:1").await).await.unwrap(), Some(mine.clone()));
    assert_eq!(read!(db, |tx| tx.admin_key_by_hash("sha256:3").await).await.unwrap(), None);
    assert_eq!(read!(db, |tx| tx.admin_keys(id(7)).await).await.unwrap(), [mine]);
    assert_eq!(read!(db, |tx| tx.admin_keys(id(8)).await).await.unwrap(), [theirs]);
    let twin = key(8);
    let taken = write!(db, |tx, twin| tx.insert_admin_key(&twin, "sha256:1").await).await;
    assert!(matches!(taken, Err(DbError::Conflict)), "{taken:?}");
}

pub async fn a_key_is_revoked_once_and_by_its_wholesaler_only(db: Db) {
    wholesalers(&db).await;
    let mine = key(7);
    write!(db, |tx, mine| tx.insert_admin_key(&mine, "sha256:1").await).await.unwrap();
    let number = mine.id;
    assert!(!write!(db, |tx| tx.revoke_admin_key(id(8), number, at(5)).await).await.unwrap());
    assert!(write!(db, |tx| tx.revoke_admin_key(id(7), number, at(5)).await).await.unwrap());
    assert!(!write!(db, |tx| tx.revoke_admin_key(id(7), number, at(6)).await).await.unwrap());
    let after = read!(db, |tx| tx.admin_key_by_hash("sha256:1").await).await.unwrap().expect("there");
    assert_eq!(after.revoked_at, Some(at(5)));
}

pub async fn a_login_belongs_to_one_key_of_its_wholesaler_until_that_is_revoked(db: Db) {
    wholesalers(&db).await;
    let (mine, twin, theirs) = (key(7), key(7), key(8));
    let numbers = [mine.id, twin.id, theirs.id];
    write!(db, |tx, mine, twin, theirs| {
        tx.insert_admin_key(&mine, "sha256:1").await?;
        tx.insert_admin_key(&twin, "sha256:2").await?;
        tx.insert_admin_key(&theirs, "sha256:3").await
    })
    .await
    .unwrap();
    assert!(write!(db, |tx| tx.set_admin_login(id(7), numbers[0], "erp", "sealed 1").await).await.unwrap());
    assert!(write!(db, |tx| tx.set_admin_login(id(8), numbers[2], "erp", "sealed 3").await).await.unwrap());
    assert!(!write!(db, |tx| tx.set_admin_login(id(8), numbers[0], "other", "x").await).await.unwrap(), "not theirs");
    let taken = write!(db, |tx| tx.set_admin_login(id(7), numbers[1], "erp", "sealed 2").await).await;
    assert!(matches!(taken, Err(DbError::Conflict)), "{taken:?}");
    let found = read!(db, |tx| tx.admin_key_by_login(id(7), "erp").await).await.unwrap().expect("there");
    assert_eq!((found.key.id, found.sealed_password.as_str()), (numbers[0], "sealed 1"));
    assert_eq!(found.key.login.as_deref(), Some("erp"));
    assert_eq!(read!(db, |tx| tx.admin_key_by_login(id(7), "other").await).await.unwrap(), None);
    assert_eq!(read!(db, |tx| tx.admin_key(id(7), numbers[0]).await).await.unwrap(), Some(found.key));
    assert_eq!(read!(db, |tx| tx.admin_key(id(8), numbers[0]).await).await.unwrap(), None);

    assert!(write!(db, |tx| tx.revoke_admin_key(id(7), numbers[0], at(5)).await).await.unwrap());
    assert_eq!(read!(db, |tx| tx.admin_key_by_login(id(7), "erp").await).await.unwrap(), None, "and is free");
    assert!(!write!(db, |tx| tx.set_admin_login(id(7), numbers[0], "erp", "x").await).await.unwrap(), "revoked");
    assert!(write!(db, |tx| tx.set_admin_login(id(7), numbers[1], "erp", "sealed 2").await).await.unwrap());
}

pub async fn the_log_is_read_newest_first_by_its_wholesaler_and_forgotten(db: Db) {
    wholesalers(&db).await;
    let row = |wholesaler: i64, second: i64| AuditRow {
        wholesaler: id(wholesaler),
        id: AuditId::new(at(second), &RANDOM),
        key: AdminKeyId::new(at(0), &RANDOM),
        client: "192.0.2.1".to_owned(),
        operation: "orders/orders".to_owned(),
        about: ODD_TEXT.to_owned(),
        status: None,
        at: at(second),
    };
    let rows = [row(7, 1), row(7, 2), row(8, 3)];
    for row in &rows {
        write!(db, |tx, row| tx.insert_audit(&row).await).await.unwrap();
    }
    let [first, second, theirs] = rows;
    let number = first.id;
    write!(db, |tx| tx.end_audit(id(8), number, 500).await).await.unwrap();
    write!(db, |tx| tx.end_audit(id(7), number, 207).await).await.unwrap();
    let first = AuditRow { status: Some(207), ..first };
    assert_eq!(read!(db, |tx| tx.audit(id(7), 10).await).await.unwrap(), [second.clone(), first]);
    assert_eq!(read!(db, |tx| tx.audit(id(7), 1).await).await.unwrap(), [second.clone()]);
    assert_eq!(write!(db, |tx| tx.delete_old_audit(at(2)).await).await.unwrap(), 1);
    assert_eq!(read!(db, |tx| tx.audit(id(7), 10).await).await.unwrap(), [second]);
    assert_eq!(read!(db, |tx| tx.audit(id(8), 10).await).await.unwrap(), [theirs]);
}
