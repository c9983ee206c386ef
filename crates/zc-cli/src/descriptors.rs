//! Standard input and output that were closed when the program began.
//!
//! Before `main`, the runtime of Rust opens `/dev/null` in the place of each: what is written would
//! be lost and a read find nothing, with nobody told. So they are looked at before that.

#![allow(unsafe_code, reason = "a function is put where it runs before the runtime")]

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

static HAS_INPUT: AtomicBool = AtomicBool::new(true);
static HAS_OUTPUT: AtomicBool = AtomicBool::new(true);

/// Fails if the program was started without standard input.
pub(crate) fn check_input() -> io::Result<()> {
    check(&HAS_INPUT)
}

/// Fails if the program was started without standard output.
pub(crate) fn check_output() -> io::Result<()> {
    check(&HAS_OUTPUT)
}

fn check(is_open: &AtomicBool) -> io::Result<()> {
    match is_open.load(Ordering::Relaxed) {
        true => Ok(()),
        false => Err(rustix::io::Errno::BADF.into()),
    }
}

/// What the C library calls before it calls `main`.
// SAFETY: the section holds pointers to functions, of which this is one. It needs nothing that is
// made ready later: it makes system calls, and stores to atomics.
#[cfg(target_os = "linux")]
#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = look;

#[cfg(target_os = "linux")]
extern "C" fn look() {
    use rustix::io::fcntl_getfd;
    use rustix::stdio::{stdin, stdout};

    HAS_INPUT.store(fcntl_getfd(stdin()).is_ok(), Ordering::Relaxed);
    HAS_OUTPUT.store(fcntl_getfd(stdout()).is_ok(), Ordering::Relaxed);
}
