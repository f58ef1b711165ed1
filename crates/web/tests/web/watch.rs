//! What watches us.

use axum::http::StatusCode;

use super::site::Site;

#[tokio::test]
async fn a_process_without_database_is_alive_but_not_ready() {
    let mut site = Site::new().await;
    // Nobody can look for them in a closed database.
    site.app.leave_jobs();
    assert_eq!(site.get("/readyz").await.status, StatusCode::OK);
    site.app.db().close().await;
    assert_eq!(site.get("/healthz").await.status, StatusCode::OK);
    let ready = site.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE, "{}", ready.body);
}

#[tokio::test]
async fn buyers_are_asked_to_come_back_while_the_database_is_away() {
    let mut site = Site::new().await;
    let cart = "0198c0de-0000-7000-8000-000000000009";
    site.app.leave_jobs();
    site.app.db().close().await;
    for path in [format!("/checkout/{cart}/items"), format!("/?tempCartUUID={cart}")] {
        let page = site.get(&path).await;
        assert_eq!(
            (page.status, page.header("retry-after")),
            (StatusCode::SERVICE_UNAVAILABLE, "5"),
            "{path}: {}",
            page.body
        );
        assert!(page.body.contains("not available for the moment"), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn a_server_that_is_about_to_stop_is_alive_but_not_ready() {
    let site = Site::new().await;
    site.state.start_draining();
    assert_eq!(site.get("/healthz").await.status, StatusCode::OK);
    let ready = site.get("/readyz").await;
    assert_eq!((ready.status, ready.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "shutting down\n"));
}
