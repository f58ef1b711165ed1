//! E-mails: written with their cause, sent once, tried again when the server was away.

use crossdock_app::platform::error::DbError;
use crossdock_app::platform::mail::{MailError, NewMail};
use crossdock_db::{Operation, Tx};
use crossdock_domain::webhook::{MailState, Owner};
use crossdock_testkit::{TestApp, on_both_engines};
use serde_json::json;

fn owner() -> Owner {
    "wholesaler:7".parse().expect("owner")
}

struct Write(NewMail);

impl Operation for Write {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        self.0.enqueue(tx).await
    }
}

async fn write(app: &TestApp) -> bool {
    let mail =
        app.mail().draft(owner(), "order-placed:17".to_owned(), "a@shop.example", "order-placed", &json!({"n": 17}));
    app.db().write(Write(mail)).await.expect("written")
}

async fn state(app: &TestApp) -> (MailState, Option<String>) {
    let mut mails = app.mail().list(owner(), 10).await.expect("listed");
    assert_eq!(mails.len(), 1);
    let mail = mails.remove(0);
    (mail.state, mail.last_error)
}

on_both_engines! {
    async fn a_mail_about_one_thing_is_sent_once(app: TestApp) {
        assert!(write(&app).await);
        assert!(!write(&app).await, "written already");
        assert_eq!(app.run_jobs().await, 1);
        let arrived = app.mailbox().mails();
        assert_eq!(arrived.len(), 1);
        assert_eq!((arrived[0].recipient.as_str(), arrived[0].content.as_str()), ("a@shop.example", "{\"n\":17}"));
        assert_eq!(state(&app).await, (MailState::Sent, None));
        assert!(!write(&app).await, "sent already");
    }

    async fn a_mail_server_that_is_away_gets_the_mail_later(app: TestApp) {
        write(&app).await;
        app.mailbox().fail_next(MailError::Later("connection refused".to_owned()));
        app.run_jobs().await;
        assert_eq!(state(&app).await.0, MailState::Waiting);
        app.run_all_jobs().await;
        assert_eq!((state(&app).await.0, app.mailbox().mails().len()), (MailState::Sent, 1));
    }

    async fn a_refused_mail_is_not_tried_again(app: TestApp) {
        write(&app).await;
        app.mailbox().fail_next(MailError::Never("no such user".to_owned()));
        app.run_all_jobs().await;
        assert_eq!(state(&app).await, (MailState::Failed, Some("no such user".to_owned())));
        assert_eq!(app.mailbox().mails(), []);
    }

    async fn another_owner_sees_no_mails(app: TestApp) {
        write(&app).await;
        app.run_jobs().await;
        let other: Owner = "wholesaler:8".parse().expect("owner");
        assert_eq!(app.mail().list(other, 10).await.expect("listed"), []);
    }
}
