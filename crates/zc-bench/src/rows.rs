//! The rows of the table of targets: what the project wants to be measured by.

/// Each row's number, and the work that it is about.
pub(crate) const ROWS: &[(u8, &str)] = &[
    (1, "count the newlines of a warm file of 256 MiB, whole process"),
    (2, "lines, words and bytes of the same file"),
    (3, "count a byte in L2"),
    (4, "iterate lines of a mapped file"),
    (5, "HTTP/1.1 request heads of browsers, fully validated"),
    (6, "a Combined access log, all fields borrowed"),
    (7, "CSV, all fields, some of them quoted"),
    (8, "logfmt pairs"),
    (9, "NDJSON to a borrowed struct of ten fields"),
    (10, "two fields of ten of NDJSON, rejecting what serde_json rejects"),
    (11, "a message with a binary field, encoded into a rope, and delivered"),
    (12, "records of 64 bytes, two fields used"),
    (13, "`zc parse ndjson --where 'status>=500' --to raw`, 256 MiB"),
    (14, "`zc parse combined --where 'status>=500' --to raw`, 256 MiB"),
    (15, "a static file of 1 KiB, 64 connections"),
    (16, "the same, 16 requests pipelined"),
    (17, "static files of 100 KiB and of 10 MiB"),
    (18, "one download of 1 GiB, server and client together"),
    (19, "a proxy in bulk, one connection"),
    (20, "a proxy, 64 bytes to and fro on 64 connections"),
    (21, "decode length-prefixed frames of 64 bytes"),
    (22, "decode lines of 32 to 100 bytes as `Bytes`"),
    (23, "send frames of 1 KiB, and of 64 KiB"),
    (24, "echo in bulk"),
    (25, "RESP, 16 SETs and GETs pipelined"),
];

#[cfg(test)]
mod tests {
    use super::ROWS;
    use crate::cases;

    #[test]
    fn every_row_of_a_case_is_a_row_of_the_table() {
        for case in cases::select(&[]).unwrap() {
            let is_row = |row: u8| ROWS.iter().any(|&(number, _)| number == row);
            assert!(case.row.is_none_or(is_row), "{}", case.name);
        }
    }
}
