//! Ctrl-C while something else owns the terminal.
//!
//! A prompt hides the cursor, an editor and a pager change the whole screen.
//! If Ctrl-C ended this process at once, nobody would put that right, so it is
//! held off while they run. At any other time it ends the process as usual.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use signal_hook::consts::SIGINT;
use signal_hook::flag::register_conditional_default;

/// Whether Ctrl-C ends the process. Read by the signal handler.
static ENDS: AtomicBool = AtomicBool::new(true);

/// Whether the handler is there, and how many hold it off.
static HOLDS: Mutex<(bool, usize)> = Mutex::new((false, 0));

/// Ctrl-C does nothing to this process until this is dropped. Programs that
/// are started meanwhile feel it as usual.
#[derive(Debug)]
#[must_use = "Ctrl-C is held off only as long as this lives"]
pub struct Hold(());

/// Holds Ctrl-C off. Holds may nest.
///
/// # Errors
/// If the system refuses the signal handler.
pub fn hold() -> io::Result<Hold> {
    let mut holds = HOLDS.lock().unwrap_or_else(PoisonError::into_inner);
    if !holds.0 {
        register_conditional_default(SIGINT, &ENDS)?;
        holds.0 = true;
    }
    holds.1 += 1;
    ENDS.store(false, Ordering::SeqCst);
    Ok(Hold(()))
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut holds = HOLDS.lock().unwrap_or_else(PoisonError::into_inner);
        holds.1 -= 1;
        if holds.1 == 0 {
            ENDS.store(true, Ordering::SeqCst);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use signal_hook::low_level::raise;

    use super::*;

    #[test]
    fn a_held_interrupt_does_not_end_the_process() {
        let outer = hold().unwrap();
        drop(hold().unwrap());
        raise(SIGINT).unwrap();
        drop(outer);
    }
}
