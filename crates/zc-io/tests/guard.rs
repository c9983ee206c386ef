//! A guarded map survives the truncation of its file, and nothing else changes for anybody.
//!
//! What could end the process runs in a child: this binary again, with one test.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]
#![allow(unsafe_code, reason = "files that are mapped are truncated, and handlers installed")]

use std::env;
use std::ffi::c_void;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, ErrorKind};
use std::mem;
use std::os::unix::fs::FileExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::ptr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use libc::{SIGBUS, SIGUSR1, c_int, siginfo_t};
use memmap2::{MmapOptions, MmapRaw};
use zc_io::{Guarded, MappedFile, Stable, Truncated, guard};

const NAME_OF_CHILD: &str = "ZC_IO_CHILD";
const PAGES: usize = 16;

/// Runs `body` in a child, which must end well.
#[track_caller]
fn survives(test: &str, body: impl FnOnce()) {
    if let Some((status, output)) = run_as_child(test, body) {
        assert!(status.success(), "{status}\n{output}");
    }
}

/// Runs `body` in a child, which must be ended by `SIGBUS`.
#[track_caller]
fn dies(test: &str, body: impl FnOnce()) {
    let outcome = run_as_child(test, || {
        body();
        println!("the child should be dead");
    });
    if let Some((status, output)) = outcome {
        assert_eq!(status.signal(), Some(SIGBUS), "{status}\n{output}");
    }
}

fn run_as_child(test: &str, body: impl FnOnce()) -> Option<(ExitStatus, String)> {
    if env::var(NAME_OF_CHILD).is_ok_and(|name| name == test) {
        // SAFETY: a child that hangs is to end; nothing else here uses the alarm.
        unsafe { libc::alarm(120) };
        body();
        return None;
    }
    let mut child = Command::new(env::current_exe().unwrap());
    child.args([test, "--exact", "--nocapture", "--test-threads=1"]).env(NAME_OF_CHILD, test);
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("running 1 test"), "{test} is not the name of its test");
    Some((output.status, text.into_owned()))
}

fn page() -> usize {
    rustix::param::page_size()
}

/// A file of 16 pages of `x`.
fn file() -> File {
    let file = tempfile::tempfile().unwrap();
    fill(&file);
    file
}

fn fill(file: &File) {
    file.write_all_at(&vec![b'x'; PAGES * page()], 0).unwrap();
}

fn guarded(file: &File) -> Guarded {
    // SAFETY: not true of these tests, which break the promise to see what becomes of it. They
    // look at the bytes only by `sum`, which relies on no value of theirs.
    let stable = unsafe { Stable::assume() };
    Guarded::map(file, stable).unwrap()
}

/// Reads every byte.
fn sum(bytes: &[u8]) -> u64 {
    black_box(bytes).iter().map(|byte| u64::from(*byte)).sum()
}

fn full_sum() -> u64 {
    u64::from(b'x') * (PAGES * page()) as u64
}

/// A map that nobody guards, all of whose pages are gone.
fn foreign() -> MmapRaw {
    let file = file();
    let map = MmapOptions::new().map_raw_read_only(&file).unwrap();
    file.set_len(0).unwrap();
    map
}

fn touch(map: &MmapRaw) -> u8 {
    // SAFETY: the map is there, though its page is not, which is what is looked for.
    unsafe { map.as_ptr().read_volatile() }
}

/// Truncates the file while four threads read it, and returns what they and a later call saw.
fn truncate_under_readers(change: impl FnOnce(&File)) -> Vec<Truncated> {
    let file = file();
    let map = guarded(&file);
    // The clock of the file system has moved on before the file changes.
    thread::sleep(Duration::from_millis(30));
    let barrier = Barrier::new(5);
    let mut seen: Vec<Truncated> = thread::scope(|scope| {
        let read = || {
            barrier.wait();
            loop {
                match map.with(sum) {
                    Ok(sum) => assert_eq!(sum, full_sum()),
                    Err(truncated) => return truncated,
                }
            }
        };
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(read)).collect();
        barrier.wait();
        change(&file);
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    seen.push(map.with(sum).unwrap_err());
    assert!(seen.iter().all(|truncated| truncated.mapped_len == (PAGES * page()) as u64));
    seen
}

#[track_caller]
fn check_truncation(len: usize) {
    let seen = truncate_under_readers(|file| file.set_len(len as u64).unwrap());
    let first_gone = len.next_multiple_of(page()) as u64;
    for truncated in &seen {
        assert_eq!(truncated.len_now, Some(len as u64));
        if let Some(offset) = truncated.gone_from {
            assert!(offset >= first_gone && offset.is_multiple_of(page() as u64), "{seen:?}");
        }
    }
    // The last call touched every page, unless somebody had found one gone before.
    let has_gone = first_gone < (PAGES * page()) as u64;
    assert_eq!(seen.last().unwrap().gone_from.is_some(), has_gone, "{seen:?}");
}

#[test]
fn truncation_to_nothing_is_an_error() {
    survives("truncation_to_nothing_is_an_error", || check_truncation(0));
}

#[test]
fn truncation_within_a_page_is_an_error() {
    survives("truncation_within_a_page_is_an_error", || check_truncation(3 * page() + 100));
}

#[test]
fn truncation_to_the_end_of_a_page_is_an_error() {
    survives("truncation_to_the_end_of_a_page_is_an_error", || check_truncation(7 * page()));
}

#[test]
fn truncation_within_the_last_page_raises_no_signal_and_is_an_error() {
    survives("truncation_within_the_last_page_raises_no_signal_and_is_an_error", || {
        check_truncation(PAGES * page() - 10);
    });
}

#[test]
fn truncation_and_growth_is_an_error_though_the_size_is_the_same() {
    survives("truncation_and_growth_is_an_error_though_the_size_is_the_same", || {
        let len = (PAGES * page()) as u64;
        let seen = truncate_under_readers(|file| {
            file.set_len(0).unwrap();
            file.set_len(len).unwrap();
        });
        let len_last = seen.last().unwrap().len_now;
        assert_eq!(len_last, Some(len));
    });
}

#[test]
fn growth_and_writing_are_errors() {
    survives("growth_and_writing_are_errors", || {
        let len = (PAGES * page()) as u64;
        for truncated in truncate_under_readers(|file| file.set_len(len + 1).unwrap()) {
            assert_eq!((truncated.len_now, truncated.gone_from), (Some(len + 1), None));
        }
        let file = file();
        let map = guarded(&file);
        thread::sleep(Duration::from_millis(30));
        file.write_all_at(b"y", 5).unwrap();
        assert_eq!(map.with(|_| ()).unwrap_err().len_now, Some(len));
    });
}

#[test]
fn zeros_stand_from_the_missing_page_on_and_the_error_stays() {
    survives("zeros_stand_from_the_missing_page_on_and_the_error_stays", || {
        let file = file();
        let map = guarded(&file);
        let gone = 5 * page();
        let truncated = map.with(|bytes| {
            file.set_len(gone as u64).unwrap();
            // SAFETY: it sets the error number of this thread.
            unsafe { libc::close(-1) };
            assert_eq!(sum(&bytes[gone + 10..gone + 20]), 0);
            assert_eq!(io::Error::last_os_error().raw_os_error(), Some(libc::EBADF));
            assert_eq!(sum(&bytes[..gone]), u64::from(b'x') * gone as u64);
            fill(&file);
            assert_eq!(sum(&bytes[gone..]), 0);
        });
        let truncated = truncated.unwrap_err();
        assert_eq!(truncated.gone_from, Some(gone as u64));
        assert_eq!(truncated.len_now, Some(map.len() as u64));
        assert_eq!(map.with(|_| unreachable!("it is known")), Err(truncated));
        let error = io::Error::from(truncated);
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        assert_eq!(error.get_ref().unwrap().downcast_ref(), Some(&truncated));
    });
}

#[test]
fn a_truncated_map_leaves_another_alone() {
    survives("a_truncated_map_leaves_another_alone", || {
        let (file, other) = (file(), file());
        let (map, sound) = (guarded(&file), guarded(&other));
        file.set_len(0).unwrap();
        assert_eq!(map.with(sum).unwrap_err().gone_from, Some(0));
        assert_eq!(sound.with(sum), Ok(full_sum()));
        drop(map);
        assert_eq!(sound.with(sum), Ok(full_sum()));
        // Its slot and its addresses are free for others.
        assert_eq!(guarded(&other).with(sum), Ok(full_sum()));
    });
}

#[test]
fn calls_nest() {
    survives("calls_nest", || {
        let (file, other) = (file(), file());
        let (map, sound) = (guarded(&file), guarded(&other));
        let inner = sound.with(|bytes| {
            let inner = map.with(|gone| {
                file.set_len(0).unwrap();
                sum(gone) + sum(bytes)
            });
            assert_eq!(sum(bytes), full_sum());
            inner
        });
        assert!(inner.unwrap().is_err());
        let outer = sound.with(|_| {
            other.set_len(0).unwrap();
            assert!(sound.with(sum).is_err());
        });
        assert!(outer.is_err());
    });
}

#[test]
fn a_panic_inside_leaves_the_map_as_it_is() {
    let map = guarded(&file());
    let outcome = std::panic::catch_unwind(|| {
        let _ = map.with(|_| std::panic::resume_unwind(Box::new(())));
    });
    assert!(outcome.is_err());
    assert_eq!(map.with(sum), Ok(full_sum()));
}

#[test]
fn renaming_and_deleting_are_no_truncation() {
    let directory = tempfile::tempdir().unwrap();
    let [path, other, link] = ["file", "other", "link"].map(|name| directory.path().join(name));
    fs::write(&path, vec![b'x'; PAGES * page()]).unwrap();
    fs::write(&other, "replacement").unwrap();
    let map = guarded(&File::open(&path).unwrap());
    let check = || assert_eq!(map.with(sum), Ok(full_sum()));
    check();
    fs::hard_link(&path, &link).unwrap();
    check();
    fs::rename(&other, &path).unwrap();
    check();
    fs::rename(&link, &other).unwrap();
    check();
    fs::remove_file(&other).unwrap();
    check();
}

#[test]
fn a_system_call_that_is_given_what_is_gone_fails() {
    survives("a_system_call_that_is_given_what_is_gone_fails", || {
        let (file, sink) = (file(), tempfile::tempfile().unwrap());
        let map = guarded(&file);
        let outcome = map.with(|bytes| {
            file.set_len(0).unwrap();
            let error = sink.write_at(bytes, 0).unwrap_err();
            assert_eq!(error.raw_os_error(), Some(libc::EFAULT));
        });
        assert_eq!(outcome.unwrap_err().gone_from, None);
    });
}

#[test]
fn more_maps_than_there_are_slots_are_refused() {
    survives("more_maps_than_there_are_slots_are_refused", || {
        let (file, empty) = (file(), tempfile::tempfile().unwrap());
        let mut maps: Vec<Guarded> = (0..guard::MOST).map(|_| guarded(&file)).collect();
        // SAFETY: nobody writes to the file before its map is dropped.
        let error = Guarded::map(&file, unsafe { Stable::assume() }).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::QuotaExceeded);
        assert_eq!(error.to_string(), "64 maps are guarded already, which is the most");
        assert_eq!(guarded(&empty).with(<[u8]>::len), Ok(0));
        maps.swap_remove(20);
        maps.push(guarded(&file));
        file.set_len(0).unwrap();
        for map in &maps {
            assert_eq!(map.with(sum).unwrap_err().gone_from, Some(0));
        }
    });
}

#[test]
fn a_thousand_truncations_under_readers_do_no_harm() {
    survives("a_thousand_truncations_under_readers_do_no_harm", || {
        let file = file();
        for round in 0..1000_usize {
            fill(&file);
            let map = guarded(&file);
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        while let Ok(sum) = map.with(sum) {
                            assert_eq!(sum, full_sum());
                        }
                    });
                }
                file.set_len((round * 997 % (PAGES * page())) as u64).unwrap();
            });
        }
    });
}

/// What the handlers below saw: how often they were called, where, and what was blocked.
static CALLS: AtomicUsize = AtomicUsize::new(0);
static ADDRESS: AtomicUsize = AtomicUsize::new(0);
static CODE: AtomicUsize = AtomicUsize::new(0);
static BLOCKED: AtomicUsize = AtomicUsize::new(0);
/// What [`passes_on`] calls.
static NEXT: AtomicUsize = AtomicUsize::new(0);

/// Notes all it is told, and puts a page where one was missing.
extern "C" fn notes(signal: c_int, info: *mut siginfo_t, _: *mut c_void) {
    assert_eq!(signal, SIGBUS);
    // SAFETY: the kernel, or the handler before this one, passes a valid pointer.
    let info = unsafe { &*info };
    // SAFETY: `SIGBUS` carries an address; if it was sent, what is read is not looked at.
    let address = unsafe { info.si_addr() }.addr();
    ADDRESS.store(address, Ordering::Relaxed);
    CODE.store(info.si_code.unsigned_abs() as usize, Ordering::Relaxed);
    note_call();
    if info.si_code == libc::BUS_ADRERR {
        put_page(address);
    }
}

/// The same, for a handler that is told nothing but the signal.
extern "C" fn notes_number(signal: c_int) {
    assert_eq!(signal, SIGBUS);
    note_call();
    put_page(ADDRESS.load(Ordering::Relaxed));
}

/// Calls the handler that was there before it.
extern "C" fn passes_on(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    CALLS.fetch_add(1, Ordering::Relaxed);
    type Handler = extern "C" fn(c_int, *mut siginfo_t, *mut c_void);
    // SAFETY: the test put the handler of the guard there, which is such a function.
    let next = unsafe { mem::transmute::<usize, Handler>(NEXT.load(Ordering::Relaxed)) };
    next(signal, info, context);
}

fn note_call() {
    CALLS.fetch_add(1, Ordering::Relaxed);
    // SAFETY: zeros are an empty set.
    let mut set = unsafe { mem::zeroed() };
    // SAFETY: nothing is set, and the other pointer is valid.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), &raw mut set) };
    // SAFETY: the pointer is valid.
    let is_blocked = |signal| unsafe { libc::sigismember(&raw const set, signal) } == 1;
    let blocked = usize::from(is_blocked(SIGBUS)) + 2 * usize::from(is_blocked(SIGUSR1));
    BLOCKED.store(blocked, Ordering::Relaxed);
}

fn put_page(address: usize) {
    use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};

    let page_start = ptr::with_exposed_provenance_mut(address - address % page());
    let flags = MapFlags::FIXED | MapFlags::PRIVATE;
    // SAFETY: the tests fault only in a map of their own, which they read by pointer.
    unsafe { mmap_anonymous(page_start, page(), ProtFlags::READ, flags) }.unwrap();
}

/// Sets what is done on `SIGBUS`, with `SIGUSR1` in its mask, and returns what was.
fn set_action(handler: usize, flags: c_int) -> usize {
    // SAFETY: zeros are the default action.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = flags;
    // SAFETY: the pointer is valid.
    unsafe { libc::sigaddset(&raw mut action.sa_mask, SIGUSR1) };
    let mut before = action;
    // SAFETY: both pointers are valid, and the handlers are those of this file.
    assert_eq!(unsafe { libc::sigaction(SIGBUS, &raw const action, &raw mut before) }, 0);
    before.sa_sigaction
}

fn check_guard_works() {
    let file = file();
    let map = guarded(&file);
    file.set_len(0).unwrap();
    assert_eq!(map.with(sum).unwrap_err().gone_from, Some(0));
}

/// Installs `notes` and then the guard, and expects it to be called for a foreign page.
#[track_caller]
fn check_chained(flags: c_int, blocked: usize) {
    let map = foreign();
    ADDRESS.store(map.as_ptr().expose_provenance(), Ordering::Relaxed);
    let with_info: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = notes;
    let with_number: extern "C" fn(c_int) = notes_number;
    let asks_for_info = flags & libc::SA_SIGINFO != 0;
    set_action(if asks_for_info { with_info as usize } else { with_number as usize }, flags);
    guard::install().unwrap();
    check_guard_works();
    assert_eq!(CALLS.load(Ordering::Relaxed), 0);
    assert_eq!(touch(&map), 0);
    assert_eq!(CALLS.load(Ordering::Relaxed), 1);
    assert_eq!(ADDRESS.load(Ordering::Relaxed), map.as_ptr().addr());
    assert_eq!(BLOCKED.load(Ordering::Relaxed), blocked);
    check_guard_works();
}

#[test]
fn an_earlier_handler_is_called_with_what_the_kernel_said() {
    survives("an_earlier_handler_is_called_with_what_the_kernel_said", || {
        check_chained(libc::SA_SIGINFO | libc::SA_ONSTACK, 3);
        assert_eq!(CODE.load(Ordering::Relaxed), 2);
    });
}

#[test]
fn an_earlier_handler_without_information_is_called_with_the_number() {
    survives("an_earlier_handler_without_information_is_called_with_the_number", || {
        check_chained(libc::SA_ONSTACK, 3);
    });
}

#[test]
fn an_earlier_handler_that_defers_nothing_is_called_so() {
    survives("an_earlier_handler_that_defers_nothing_is_called_so", || {
        check_chained(libc::SA_SIGINFO | libc::SA_NODEFER, 2);
    });
}

#[test]
fn an_earlier_handler_that_is_called_once_is_called_once() {
    dies("an_earlier_handler_that_is_called_once_is_called_once", || {
        check_chained(libc::SA_SIGINFO | libc::SA_RESETHAND, 3);
        touch(&foreign());
    });
}

#[test]
fn a_later_handler_that_passes_on_leaves_the_guard_working() {
    dies("a_later_handler_that_passes_on_leaves_the_guard_working", || {
        set_action(libc::SIG_DFL, 0);
        guard::install().unwrap();
        let later: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = passes_on;
        let flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        NEXT.store(set_action(later as usize, flags), Ordering::Relaxed);
        check_guard_works();
        assert_eq!(CALLS.load(Ordering::Relaxed), 1);
        touch(&foreign());
    });
}

#[test]
fn a_foreign_page_ends_the_process_where_the_default_was() {
    dies("a_foreign_page_ends_the_process_where_the_default_was", || {
        set_action(libc::SIG_DFL, 0);
        check_guard_works();
        touch(&foreign());
    });
}

#[test]
fn a_foreign_page_ends_the_process_where_only_the_runtime_had_a_handler() {
    dies("a_foreign_page_ends_the_process_where_only_the_runtime_had_a_handler", || {
        check_guard_works();
        touch(&foreign());
    });
}

#[test]
fn a_foreign_page_ends_the_process_where_the_signal_was_ignored() {
    dies("a_foreign_page_ends_the_process_where_the_signal_was_ignored", || {
        set_action(libc::SIG_IGN, 0);
        check_guard_works();
        touch(&foreign());
    });
}

#[test]
fn a_signal_that_was_sent_is_ignored_where_it_was() {
    survives("a_signal_that_was_sent_is_ignored_where_it_was", || {
        set_action(libc::SIG_IGN, 0);
        guard::install().unwrap();
        send(0);
        check_guard_works();
    });
}

#[test]
fn a_signal_that_was_sent_ends_the_process_where_the_default_was() {
    dies("a_signal_that_was_sent_ends_the_process_where_the_default_was", || {
        set_action(libc::SIG_DFL, 0);
        guard::install().unwrap();
        send(0);
    });
}

#[test]
fn a_signal_that_was_sent_reaches_the_earlier_handler() {
    survives("a_signal_that_was_sent_reaches_the_earlier_handler", || {
        let earlier: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = notes;
        set_action(earlier as usize, libc::SA_SIGINFO);
        guard::install().unwrap();
        send(0);
        assert_eq!(CALLS.load(Ordering::Relaxed), 1);
        check_guard_works();
    });
}

#[test]
fn broken_memory_in_a_guarded_map_is_not_taken_for_a_truncation() {
    survives("broken_memory_in_a_guarded_map_is_not_taken_for_a_truncation", || {
        let earlier: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = notes;
        set_action(earlier as usize, libc::SA_SIGINFO);
        let file = file();
        let map = guarded(&file);
        let sum = map.with(|bytes| {
            for code in [libc::BUS_MCEERR_AR, libc::BUS_MCEERR_AO, libc::BUS_ADRALN] {
                send_at(code, bytes.as_ptr().addr());
                assert_eq!(CODE.load(Ordering::Relaxed), code as usize);
            }
            sum(bytes)
        });
        assert_eq!(CALLS.load(Ordering::Relaxed), 3);
        assert_eq!(sum, Ok(full_sum()));
    });
}

/// Sends `SIGBUS` to this thread, as `tgkill(2)` does, or with a code that the kernel may use.
fn send(code: c_int) {
    send_at(code, 0);
}

fn send_at(code: c_int, address: usize) {
    /// The beginning of `siginfo_t`, as the kernel has it for faults.
    #[repr(C)]
    struct Info {
        number: c_int,
        errno: c_int,
        code: c_int,
        address: *const c_void,
        rest: [u64; 14],
    }
    let address = ptr::without_provenance(address);
    let info = Info { number: SIGBUS, errno: 0, code, address, rest: [0; 14] };
    let (process, thread) = (std::process::id(), rustix::thread::gettid());
    let thread = thread.as_raw_nonzero().get();
    let call = libc::SYS_rt_tgsigqueueinfo;
    // SAFETY: the kernel reads 128 bytes, which there are; it lets a process say of itself what
    // it likes.
    let outcome = unsafe { libc::syscall(call, process, thread, SIGBUS, &raw const info) };
    assert_eq!(outcome, 0, "{}", io::Error::last_os_error());
}

#[test]
fn what_is_no_file_of_bytes_is_refused_as_by_a_plain_map() {
    // SAFETY: nobody writes to what cannot be mapped.
    let stable = unsafe { Stable::assume() };
    let directory = tempfile::tempdir().unwrap();
    for path in [directory.path(), "/dev/null".as_ref(), "/proc/version".as_ref()] {
        let expected = MappedFile::open(path, stable).unwrap_err();
        let error = Guarded::open(path, stable).unwrap_err();
        assert_eq!(error.to_string(), expected.to_string());
    }
}
