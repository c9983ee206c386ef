//! Slices are written to a place in a file, whole and in order.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::io::{self, Seek, SeekFrom};

use zc_io::write_all_vectored_at;

#[test]
fn written_at_an_offset_the_position_stays() {
    let mut file = tempfile::tempfile().unwrap();
    let parts = vec![&b"ab"[..]; 3000];
    assert_eq!(write_all_vectored_at(&file, 5, parts.iter().copied()).unwrap(), 6000);
    assert_eq!(file.stream_position().unwrap(), 0);
    file.seek(SeekFrom::Start(5)).unwrap();
    assert_eq!(io::read_to_string(&file).unwrap(), "ab".repeat(3000));
    let failed = write_all_vectored_at(&file, u64::MAX, [&b"a"[..]]).unwrap_err();
    assert_eq!(failed.written, 0);
}
