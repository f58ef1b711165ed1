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
async fn a_server_that_is_about_to_stop_is_alive_but_not_ready() {
    let site = Site::new().await;
    site.state.start_draining();
    assert_eq!(site.get("/healthz").await.status, StatusCode::OK);
    let ready = site.get("/readyz").await;
    assert_eq!((ready.status, ready.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "shutting down\n"));
}
