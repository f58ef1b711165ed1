//! Ctrl-C during an import: heard at once, obeyed at the next point where nothing is half.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Whether somebody wants to stop.
#[derive(Debug)]
pub(super) struct StopSignal {
    pressed: watch::Receiver<bool>,
    listener: JoinHandle<()>,
}

impl StopSignal {
    /// Begins to listen for Ctrl-C, and for the signal by which service managers end programs.
    pub(super) fn listen() -> Self {
        let (press, pressed) = watch::channel(false);
        let listener = tokio::spawn(async move {
            let terminated = async {
                match signal(SignalKind::terminate()) {
                    Ok(mut signals) => drop(signals.recv().await),
                    Err(_) => std::future::pending().await,
                }
            };
            tokio::select! {
                Ok(()) = tokio::signal::ctrl_c() => {}
                () = terminated => {}
            }
            press.send_replace(true);
            // Keeps the channel open: a closed one would look like a press that never came.
            std::future::pending::<()>().await;
        });
        Self { pressed, listener }
    }

    /// Whether it was.
    pub(super) fn is_pressed(&self) -> bool {
        *self.pressed.borrow()
    }

    /// Waits until it is.
    pub(super) async fn pressed(&self) {
        let mut pressed = self.pressed.clone();
        if pressed.wait_for(|pressed| *pressed).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for StopSignal {
    fn drop(&mut self) {
        self.listener.abort();
    }
}
