//! Files that are long enough are mapped, and give what the same bytes in a pipe give.

mod run;

use std::fs;

use run::{ledger, run};

const LINE: &str =
    "203.0.113.9 - - [10/Oct/2025:13:55:36 +0000] \"GET /a HTTP/1.1\" 200 512 \"-\" \"curl\"\n";

#[test]
fn a_mapped_file_gives_what_a_pipe_gives_and_copies_nothing_in() {
    let file = tempfile::NamedTempFile::new().unwrap();
    // More than two windows of a map, and a bad line on the edge of each.
    let mut input = String::new();
    while input.len() < 17 << 20 {
        input += &LINE.repeat(1000);
        input += "bad\n";
    }
    input += "the last line is bad and has no end";
    fs::write(file.path(), &input).unwrap();
    let path = file.path().to_str().unwrap();
    for args in [&["parse", "combined", "--to", "raw"][..], &["count"]] {
        let piped = run(&[args, &["-"]].concat(), input.as_bytes());
        let mapped = run(&[args, &[path, "--stats=json"]].concat(), b"");
        let renamed = mapped.stdout.replace(path, "-");
        assert!(renamed.split_whitespace().eq(piped.stdout.split_whitespace()), "{args:?}");
        assert_eq!(mapped.status, piped.status);
        let ledger = ledger(&mapped);
        assert_eq!((&ledger["input"], &ledger["copied_read"]), (&"map".into(), &0.into()));
        assert_eq!(ledger["bytes_in"], input.len());
        let messages = |stderr: &str| -> Vec<String> {
            let lines = stderr.lines().filter(|line| !line.starts_with('{'));
            lines.map(|line| line.replace(path, "-")).collect()
        };
        assert_eq!(messages(&mapped.stderr), messages(&piped.stderr));
    }
}
