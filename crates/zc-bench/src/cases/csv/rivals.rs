//! The crates that read CSV, each in the fastest way that it offers for the text of every field.

use super::RowSum;
use crate::answer::{Answer, Done};

/// Every row into the same record.
pub(super) fn csv(bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut record = ::csv::ByteRecord::new();
    while matches!(reader.read_byte_record(&mut record), Ok(true)) {
        let mut sum = RowSum::default();
        record.iter().for_each(|text| sum.add(text));
        answer.add_row(&sum);
    }
    answer.into()
}

/// Every row into the same memory for its text and for the ends of its fields.
pub(super) fn csv_core(bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    let mut reader = ::csv_core::Reader::new();
    let (mut text, mut ends) = (vec![0; 64 << 10], [0; 64]);
    let mut rest = bytes;
    loop {
        let (result, read, _, count) = reader.read_record(rest, &mut text, &mut ends);
        if !matches!(result, ::csv_core::ReadRecordResult::Record) {
            return answer.into();
        }
        rest = &rest[read..];
        let (mut sum, mut start) = (RowSum::default(), 0);
        for &end in &ends[..count] {
            sum.add(&text[start..end]);
            start = end;
        }
        answer.add_row(&sum);
    }
}

/// The reader for bytes that are in memory as a whole; it copies each row, unescaped.
pub(super) fn simd_csv(bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    let mut reader = ::simd_csv::TotalReaderBuilder::new().has_headers(false).from_bytes(bytes);
    let mut record = ::simd_csv::ByteRecord::new();
    while reader.read_byte_record(&mut record) {
        let mut sum = RowSum::default();
        record.iter().for_each(|text| sum.add(text));
        answer.add_row(&sum);
    }
    answer.into()
}

/// The reader that borrows from its buffer, and unescapes what is asked for.
pub(super) fn simd_csv_borrowing(bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    let mut reader = ::simd_csv::ZeroCopyReaderBuilder::new().has_headers(false).from_reader(bytes);
    while let Ok(Some(record)) = reader.read_byte_record() {
        let mut sum = RowSum::default();
        record.unescaped_iter().for_each(|text| sum.add(&text));
        answer.add_row(&sum);
    }
    answer.into()
}
