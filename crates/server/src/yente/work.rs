//! Where the work is done: small things on the thread of the request, long ones on a pool of as many threads as there are processors. Each
//! thread keeps its buffers.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::http::StatusCode;
use interdict_matching::Scratch;

use super::error::{Answer, Failure};

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Lends the buffers of this thread.
pub(super) fn with_scratch<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    SCRATCH.with(|held| match held.try_borrow_mut() {
        Ok(mut scratch) => work(&mut scratch),
        // Work within work: the pool may take up another query while one waits.
        Err(_) => work(&mut Scratch::default()),
    })
}

/// Runs something long on the pool.
pub(super) async fn on_pool<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    rayon::spawn(move || {
        // A panic here would otherwise end the whole process. It drops the sender, and the request gets an error.
        if let Ok(done) = catch_unwind(AssertUnwindSafe(work)) {
            // Nobody waits any more where the client went away.
            let _ = sender.send(done);
        }
    });
    receiver.await.map_err(|_| Failure::Plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error".to_owned()))
}
