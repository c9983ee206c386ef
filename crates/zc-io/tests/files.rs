//! Every kind of file is read to its end, whatever size it claims and whatever becomes of it.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::Path;

use zc_core::Copies;
use zc_io::{Input, InputKind, WINDOW_LEN};

fn read_all(input: &mut Input) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let window = input.window()?;
        bytes.extend_from_slice(window.bytes);
        let (len, is_last) = (window.bytes.len(), window.is_last);
        input.advance(len);
        if is_last {
            return Ok(bytes);
        }
    }
}

#[track_caller]
fn check(mut input: Input, kind: InputKind, expected: &[u8]) {
    assert!(read_all(&mut input).unwrap() == expected);
    assert_eq!((input.kind(), input.offset()), (kind, expected.len() as u64));
    assert_eq!(input.copies(), Copies { read: expected.len() as u64, ..Copies::default() });
}

#[test]
fn a_regular_file_is_read_whatever_its_length() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file");
    let lens = [1, 4095, 4096, WINDOW_LEN - 1, WINDOW_LEN, WINDOW_LEN + 1, 3 * WINDOW_LEN + 5];
    for len in lens {
        let content: Vec<u8> = (0..=250).cycle().take(len).collect();
        fs::write(&path, &content).unwrap();
        let input = Input::open(&path).unwrap();
        assert_eq!(input.size_hint(), Some(len as u64));
        check(input, InputKind::Read, &content);
    }
}

#[test]
fn a_short_file_is_one_window_and_known_to_be_the_last() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "short").unwrap();
    let mut input = Input::open(file.path()).unwrap();
    let window = input.window().unwrap();
    assert_eq!((window.bytes, window.offset, window.is_last), (&b"short"[..], 0, true));
}

#[test]
fn an_empty_file_is_one_empty_window() {
    let file = tempfile::NamedTempFile::new().unwrap();
    check(Input::open(file.path()).unwrap(), InputKind::Read, b"");
}

#[test]
fn an_open_file_is_read_from_where_it_stands() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"read this").unwrap();
    file.seek(SeekFrom::Start(5)).unwrap();
    check(Input::from_file(file).unwrap(), InputKind::Read, b"this");
}

#[test]
fn a_directory_is_refused_when_it_is_opened() {
    let directory = tempfile::tempdir().unwrap();
    let error = Input::open(directory.path()).unwrap_err();
    if cfg!(unix) {
        assert_eq!(error.kind(), ErrorKind::IsADirectory);
        assert_eq!(error.to_string(), "is a directory");
    }
}

#[test]
fn an_error_does_not_name_the_path() {
    let error = Input::open("no-such-file").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(!error.to_string().contains("no-such-file"));
}

#[test]
fn a_file_that_is_truncated_while_it_is_read_ends_early() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), vec![b'x'; WINDOW_LEN]).unwrap();
    let mut input = Input::open(file.path()).unwrap();
    let window = input.window().unwrap();
    let (len, is_last) = (window.bytes.len(), window.is_last);
    assert!(!is_last);
    input.advance(len - 10);
    File::options().write(true).open(file.path()).unwrap().set_len(1).unwrap();
    let window = input.window().unwrap();
    assert_eq!((window.bytes, window.is_last), (&[b'x'; 10][..], true));
}

#[test]
fn a_file_that_grows_while_it_is_read_is_read_to_its_new_end() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), vec![b'x'; WINDOW_LEN]).unwrap();
    let mut input = Input::open(file.path()).unwrap().with_window_len(4096);
    for _ in 0..WINDOW_LEN / 4096 {
        assert!(!input.window().unwrap().is_last);
        input.advance(4096);
    }
    File::options().append(true).open(file.path()).unwrap().write_all(b"more").unwrap();
    let window = input.window().unwrap();
    assert_eq!((window.bytes, window.is_last), (&b"more"[..], true));
}

#[test]
#[cfg(target_os = "linux")]
fn files_of_proc_and_sys_are_read_whatever_size_they_claim() {
    let proc = "/proc/version";
    check(Input::open(proc).unwrap(), InputKind::Read, &fs::read(proc).unwrap());
    assert_eq!(Input::open(proc).unwrap().size_hint(), None);
    let cpuinfo = read_all(&mut Input::open("/proc/cpuinfo").unwrap()).unwrap();
    // Its clock rates change between two reads, and with them a digit or two.
    assert!(cpuinfo.len().abs_diff(fs::read("/proc/cpuinfo").unwrap().len()) < 256);
    assert!(!cpuinfo.is_empty());
    let sys = Path::new("/sys/devices/system/cpu/online");
    if sys.exists() {
        check(Input::open(sys).unwrap(), InputKind::Read, &fs::read(sys).unwrap());
    }
}

#[test]
#[cfg(unix)]
fn a_device_is_a_stream() {
    check(Input::open("/dev/null").unwrap(), InputKind::Stream, b"");
}

#[test]
#[cfg(target_os = "linux")]
fn a_fifo_is_a_stream_that_shows_what_comes_when_it_comes() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("fifo");
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let (shown, wait) = std::sync::mpsc::channel();
    let writer = std::thread::spawn({
        let path = path.clone();
        move || {
            let mut fifo = File::options().write(true).open(path).unwrap();
            fifo.write_all(b"one").unwrap();
            wait.recv().unwrap();
            fifo.write_all(b" two").unwrap();
        }
    });
    let mut input = Input::open(&path).unwrap();
    assert_eq!(input.window().unwrap().bytes, b"one");
    shown.send(()).unwrap();
    assert_eq!(input.reason(), "a pipe cannot be mapped");
    check(input, InputKind::Stream, b"one two");
    writer.join().unwrap();
}

/// Runs itself again as a child, since a test cannot redirect its own standard input.
#[test]
#[cfg(unix)]
fn standard_input_is_read_from_a_file_and_streamed_from_a_pipe() {
    use std::process::{Command, Stdio};

    const CHILD: &str = "ZC_IO_TEST_IS_CHILD";
    const NAME: &str = "standard_input_is_read_from_a_file_and_streamed_from_a_pipe";

    if std::env::var_os(CHILD).is_some() {
        let mut input = Input::stdin().unwrap();
        let bytes = read_all(&mut input).unwrap();
        println!("<{} {}>", input.kind(), String::from_utf8(bytes).unwrap());
        return;
    }
    let run = |stdin: Stdio| {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME, "--nocapture"])
            .env(CHILD, "1")
            .stdin(stdin)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(b"content").unwrap();
        }
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "content").unwrap();
    let from_file = run(Stdio::from(file.reopen().unwrap()));
    assert!(from_file.contains("<read content>"), "{from_file}");
    let from_pipe = run(Stdio::piped());
    assert!(from_pipe.contains("<stream content>"), "{from_pipe}");
}
