//! The action that was there before ours, and how the kernel would have taken it.

#![allow(unsafe_code, reason = "signal actions are changed and handlers called by pointer")]

use std::io;
use std::mem::{self, MaybeUninit};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use libc::{SIG_DFL, SIG_IGN, c_int, c_void, sigaction, siginfo_t, sigset_t};

/// A handler as `SA_SIGINFO` has it.
pub(super) type Handler = extern "C" fn(c_int, *mut siginfo_t, *mut c_void);

/// The action before ours; null for the default. What it points to is never changed or freed, so
/// that the handler reads all of an action or all of another.
static PREVIOUS: AtomicPtr<sigaction> = AtomicPtr::new(ptr::null_mut());

/// Installs `handler`, and keeps what was there.
pub(super) fn replace(handler: Handler) -> io::Result<()> {
    // Known before the handler can run; there is nobody to ask then.
    let before = exchange(None)?;
    keep(before);
    let mut action = default_action();
    action.sa_sigaction = handler as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | restart(&before);
    let replaced = exchange(Some(&action))?;
    if replaced.sa_sigaction != before.sa_sigaction {
        keep(replaced);
    }
    Ok(())
}

/// Whether system calls that a `SIGBUS` from another process interrupts are to go on.
fn restart(before: &sigaction) -> c_int {
    match before.sa_sigaction {
        SIG_DFL | SIG_IGN => libc::SA_RESTART,
        _ => before.sa_flags & libc::SA_RESTART,
    }
}

fn keep(action: sigaction) {
    PREVIOUS.store(Box::into_raw(Box::new(action)), Ordering::Release);
}

fn default_action() -> sigaction {
    // SAFETY: zeros are the default action with no flags and an empty mask.
    unsafe { mem::zeroed() }
}

/// Sets the action if there is one, and returns the one before.
fn exchange(action: Option<&sigaction>) -> io::Result<sigaction> {
    let action = action.map_or(ptr::null(), ptr::from_ref);
    let mut before = MaybeUninit::uninit();
    // SAFETY: the first pointer is null or valid, the second is valid for writing; both only
    // during the call.
    if unsafe { sigaction(libc::SIGBUS, action, before.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call succeeded, so it was written.
    Ok(unsafe { before.assume_init() })
}

/// Does what the kernel would have done, had ours not been installed. Runs in the handler.
pub(super) fn call(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: null, or a pointer to an action that is never changed nor freed.
    let Some(action) = (unsafe { PREVIOUS.load(Ordering::Acquire).as_ref() }) else {
        return take_default(info);
    };
    match action.sa_sigaction {
        SIG_DFL => take_default(info),
        SIG_IGN if was_sent(info) => {}
        // The kernel does not let a fault be ignored, since it would come again for ever.
        SIG_IGN => take_default(info),
        _ => call_handler(action, signal, info, context),
    }
}

/// Whether a process sent the signal, or the kernel did without an access by this thread.
fn was_sent(info: *const siginfo_t) -> bool {
    code(info) <= 0 || code(info) == libc::BUS_MCEERR_AO
}

/// Whether the access that raised the signal is made again after the handler returns.
fn comes_again(info: *const siginfo_t) -> bool {
    (libc::BUS_ADRALN..=libc::BUS_MCEERR_AR).contains(&code(info))
}

fn code(info: *const siginfo_t) -> c_int {
    // SAFETY: null, or the pointer that the kernel passed to the handler.
    unsafe { info.as_ref() }.map_or(0, |info| info.si_code)
}

/// Ends the process: by the access that comes again, or else by a signal that waits till then.
fn take_default(info: *const siginfo_t) {
    // It cannot fail, and a handler has nobody to tell.
    let _ = exchange(Some(&default_action()));
    if !comes_again(info) {
        // SAFETY: raising a signal takes no pointers. It is blocked while the handler runs.
        unsafe { libc::raise(libc::SIGBUS) };
    }
}

fn call_handler(action: &sigaction, signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    if action.sa_flags & libc::SA_RESETHAND != 0 && !reset(action) {
        return take_default(info);
    }
    let mask = change_mask(libc::SIG_BLOCK, &action.sa_mask);
    if action.sa_flags & libc::SA_NODEFER != 0 && !has_sigbus(&action.sa_mask) {
        change_mask(libc::SIG_UNBLOCK, &only_sigbus());
    }
    if action.sa_flags & libc::SA_SIGINFO == 0 {
        // SAFETY: neither default nor ignored, so it is the address of a function, which without
        // this flag takes the number alone.
        let handler = unsafe { mem::transmute::<usize, extern "C" fn(c_int)>(action.sa_sigaction) };
        handler(signal);
    } else {
        // SAFETY: as above; with the flag it takes all three.
        let handler = unsafe { mem::transmute::<usize, Handler>(action.sa_sigaction) };
        handler(signal, info, context);
    }
    change_mask(libc::SIG_SETMASK, &mask);
}

/// Puts the default in place of an action that is called once, for the thread that is first.
fn reset(action: &sigaction) -> bool {
    let action = ptr::from_ref(action).cast_mut();
    let default = ptr::null_mut();
    PREVIOUS.compare_exchange(action, default, Ordering::AcqRel, Ordering::Relaxed).is_ok()
}

/// Changes which signals this thread blocks, and returns those it blocked before.
fn change_mask(how: c_int, set: &sigset_t) -> sigset_t {
    let mut before = only_sigbus();
    // SAFETY: both pointers are valid during the call. It fails only for an unknown `how`.
    unsafe { libc::pthread_sigmask(how, set, &raw mut before) };
    before
}

fn only_sigbus() -> sigset_t {
    // SAFETY: a set of signals is a field of bits, of which zeros are the empty one.
    let mut set = unsafe { mem::zeroed() };
    // SAFETY: the pointer is valid during the call, and the signal exists.
    unsafe { libc::sigaddset(&raw mut set, libc::SIGBUS) };
    set
}

fn has_sigbus(set: &sigset_t) -> bool {
    // SAFETY: the pointer is valid during the call, and the signal exists.
    unsafe { libc::sigismember(set, libc::SIGBUS) == 1 }
}
