//! How far several readers together are, told to one who watches from another thread.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::progress::Progress;

/// Told by readers; may be cloned to several threads.
#[derive(Clone)]
pub(super) struct Ticker {
    sender: Sender<u64>,
    stop: std::sync::Arc<AtomicBool>,
}

/// Gathers what readers tell.
pub(super) struct Watch {
    receiver: Receiver<u64>,
    stop: std::sync::Arc<AtomicBool>,
}

/// A ticker for readers and its watch.
pub(super) fn ticker() -> (Ticker, Watch) {
    let (sender, receiver) = channel();
    let stop = std::sync::Arc::new(AtomicBool::new(false));
    (Ticker { sender, stop: std::sync::Arc::clone(&stop) }, Watch { receiver, stop })
}

impl Ticker {
    /// So many bytes more are read; `Break` where the one who watches wants to stop.
    pub(super) fn advance(&self, bytes: u64) -> ControlFlow<()> {
        // Whoever watched has gone: nobody wants to know.
        let _ = self.sender.send(bytes);
        if self.stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl Watch {
    /// Tells `progress` until all tickers are gone.
    pub(super) fn follow(self, total: u64, progress: &mut dyn Progress) {
        let mut done = 0_u64;
        for bytes in self.receiver {
            done += bytes;
            if progress.at(done as f64 / total.max(done).max(1) as f64).is_break() {
                self.stop.store(true, Ordering::Relaxed);
            }
        }
    }
}
