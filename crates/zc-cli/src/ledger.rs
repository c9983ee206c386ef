//! The ledger of a run: what came in, what went out, and what was copied on the way.

use std::time::Instant;

use nix::sys::resource::{Usage, UsageWho, getrusage};
use serde::Serialize;
use zc_core::{Copies, Tally};
use zc_io::transfer::{Mechanism, Report as Transfer};
use zc_io::{Input, InputKind};
use zc_net::{echo, proxy};
use zc_serde::members::{Scalar, read_members};

use crate::flags::StatsForm;
use crate::report;

/// What `--stats` prints.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Ledger {
    bytes_in: u64,
    pub(crate) records: u64,
    pub(crate) bad_records: u64,
    bytes_out: u64,
    copied_read: u64,
    copied_decode: u64,
    copied_encode: u64,
    copied_write: u64,
    /// Their sum over `bytes_in`.
    copies_per_byte: f64,
    fields_borrowed: u64,
    fields_copied: u64,
    fields_converted: u64,
    /// Replacement characters that were written for bytes that are not UTF-8.
    pub(crate) replaced: u64,
    /// Bytes of records cut by the end of a window, which moved to the front of the next one.
    carried: u64,
    /// Absent where many threads make them, which nobody counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allocations: Option<u64>,
    /// What the records are; found out by looking, if nobody said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    /// What stands between the fields of CSV.
    #[serde(skip_serializing_if = "Option::is_none")]
    delimiter: Option<char>,
    #[serde(skip)]
    longest_input: u64,
    input: &'static str,
    input_reason: &'static str,
    output: &'static str,
    /// The way that moved most bytes of a transfer.
    #[serde(skip_serializing_if = "Option::is_none")]
    mechanism: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) threads: Option<u64>,
    #[serde(flatten)]
    connections: Option<Connections>,
    seconds: f64,
    gigabytes_per_second: f64,
    page_faults: u64,
    peak_memory_bytes: u64,
}

/// What became of the connections of a server.
#[derive(Debug, Default, Serialize)]
struct Connections {
    connections: u64,
    /// The most that were open at one time.
    connections_at_once: usize,
    connections_failed: u64,
    /// Those that the server ended when the grace period was over.
    connections_ended: u64,
    accept_errors: u64,
    /// How long there was one of them.
    busy_seconds: f64,
    /// Bytes that the kernel moved itself.
    bytes_spliced: u64,
    /// Those that the idle timeout of a proxy ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    connections_idle: Option<u64>,
    /// Requests that a server of files has answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    requests: Option<u64>,
    /// Those for which a proxy reached no server.
    #[serde(skip_serializing_if = "Option::is_none")]
    connections_unreached: Option<u64>,
}

/// Where a run began: what the process did before is none of it, such as the work of a program
/// that replaced itself by this one.
#[derive(Debug)]
pub(crate) struct Beginning {
    time: Instant,
    page_faults: u64,
}

impl Beginning {
    pub(crate) fn now() -> Self {
        let usage = getrusage(UsageWho::RUSAGE_SELF);
        Self { time: Instant::now(), page_faults: usage.map_or(0, |usage| page_faults(&usage)) }
    }
}

impl Ledger {
    /// The ledger of a run on one thread, whose output has the form `output`.
    pub(crate) fn new(output: &'static str) -> Self {
        Self { output, threads: Some(1), ..Self::default() }
    }

    /// Enters what the records are, and for CSV what stands between fields.
    pub(crate) const fn add_format(&mut self, format: &'static str, delimiter: Option<char>) {
        self.format = Some(format);
        self.delimiter = delimiter;
    }

    /// Enters what an input gave.
    pub(crate) fn add_input(&mut self, input: &Input) {
        // Of several inputs, the longest one says how most bytes got here.
        if self.input.is_empty() || input.offset() > self.longest_input {
            self.longest_input = input.offset();
            self.input = input.kind().as_str();
            self.input_reason = input.reason();
        }
        self.bytes_in += input.offset();
        self.carried += input.carried();
        self.add_copies(input.copies());
    }

    /// Enters what a transfer moved, from a regular file or from something else.
    pub(crate) fn add_transfer(&mut self, report: &Transfer, is_file: bool) {
        let kind = if is_file { InputKind::Read } else { InputKind::Stream };
        self.input = kind.as_str();
        self.input_reason = match report.mechanism() {
            None => "there was nothing to move",
            Some(Mechanism::ReadWrite) => "no way within the kernel was taken",
            Some(_) => "the kernel moved the bytes itself",
        };
        self.mechanism = report.mechanism().map(Mechanism::as_str);
        self.add_copies(report.copies);
        self.bytes_in = report.bytes;
        self.bytes_out = report.bytes;
    }

    /// The ledger of a server that echoes streams, on as many threads as it takes.
    pub(crate) fn of_echo(report: &echo::Report) -> Self {
        let mut ledger = Self::of_streams(Connections {
            connections: report.connections,
            connections_at_once: report.most_at_once,
            connections_failed: report.failed,
            connections_ended: report.ended,
            accept_errors: report.accept_errors,
            busy_seconds: report.busy.as_secs_f64(),
            bytes_spliced: report.spliced,
            ..Connections::default()
        });
        ledger.add_copies(report.copies);
        ledger.bytes_in = report.bytes;
        ledger.bytes_out += report.spliced;
        ledger
    }

    /// The ledger of a proxy, both directions together.
    pub(crate) fn of_proxy(report: &proxy::Report) -> Self {
        let (sent, received) = (report.to_upstream, report.to_client);
        let mut ledger = Self::of_streams(Connections {
            connections: report.connections,
            connections_at_once: report.most_at_once,
            connections_failed: report.failed,
            connections_ended: report.ended,
            accept_errors: report.accept_errors,
            busy_seconds: report.busy.as_secs_f64(),
            bytes_spliced: sent.spliced + received.spliced,
            connections_idle: Some(report.idle),
            connections_unreached: Some(report.unreached),
            requests: None,
        });
        ledger.add_copies(sent.copies + received.copies);
        ledger.bytes_in = sent.bytes + received.bytes;
        ledger.bytes_out = ledger.bytes_in;
        ledger
    }

    /// The ledger of a server of files.
    pub(crate) fn of_files(report: &zc_http::Report) -> Self {
        let zc_http::Report { connections, served, .. } = report;
        let mut ledger = Self::of_streams(Connections {
            connections: connections.connections,
            connections_at_once: connections.most_at_once,
            connections_failed: connections.failed,
            connections_ended: connections.ended,
            accept_errors: connections.accept_errors,
            busy_seconds: connections.busy.as_secs_f64(),
            bytes_spliced: served.spliced,
            requests: Some(served.requests),
            ..Connections::default()
        });
        ledger.add_copies(served.copies);
        ledger.bytes_in = served.bytes_in;
        ledger.bytes_out = served.bytes_out;
        ledger
    }

    fn of_streams(connections: Connections) -> Self {
        let stream = InputKind::Stream.as_str();
        Self {
            input: stream,
            input_reason: "a socket cannot be mapped",
            output: stream,
            connections: Some(connections),
            ..Self::default()
        }
    }

    /// Enters what became of fields.
    pub(crate) fn add_tally(&mut self, tally: &Tally) {
        self.fields_borrowed += tally.borrowed;
        self.fields_copied += tally.copied;
        self.fields_converted += tally.converted;
        self.add_copies(tally.copies());
    }

    /// Enters what was copied.
    pub(crate) fn add_copies(&mut self, copies: Copies) {
        self.copied_read += copies.read;
        self.copied_decode += copies.decode;
        self.copied_encode += copies.encode;
        self.copied_write += copies.write;
        self.bytes_out = self.copied_write;
    }

    /// Prints the ledger of a run that ends now.
    pub(crate) fn print(mut self, form: StatsForm, beginning: &Beginning) {
        self.enter_resources(beginning);
        self.copies_per_byte = self.copies().per_byte(self.bytes_in);
        let json = serde_json::to_string(&self).expect("a struct of numbers and text");
        match form {
            StatsForm::Json => report::print(&json),
            StatsForm::Text => print_lines(&json),
        }
    }

    fn copies(&self) -> Copies {
        Copies {
            read: self.copied_read,
            decode: self.copied_decode,
            encode: self.copied_encode,
            write: self.copied_write,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "rates for people")]
    fn enter_resources(&mut self, beginning: &Beginning) {
        self.seconds = beginning.time.elapsed().as_secs_f64();
        // A server waits for clients longer than it works for them.
        let at_work = self.connections.as_ref().map_or(self.seconds, |it| it.busy_seconds);
        self.gigabytes_per_second = self.bytes_in as f64 / 1e9 / at_work.max(1e-9);
        if let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) {
            self.page_faults = page_faults(&usage) - beginning.page_faults;
            self.peak_memory_bytes =
                peak_of_this_program().unwrap_or(unsigned(usage.max_rss()) * PEAK_UNIT);
        }
    }
}

/// Bytes in the unit of the peak that the operating system counts.
const PEAK_UNIT: u64 = if cfg!(target_vendor = "apple") { 1 } else { 1024 };

/// What the kernel says of this program alone: the peak among resources is that of the process,
/// and so of whoever started it, if that was larger.
fn peak_of_this_program() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = peak.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

fn page_faults(usage: &Usage) -> u64 {
    unsigned(usage.minor_page_faults()) + unsigned(usage.major_page_faults())
}

fn unsigned(count: impl Into<i64>) -> u64 {
    count.into().unsigned_abs()
}

/// A line for each member of the object that `json` is, in their order.
fn print_lines(json: &str) {
    let mut members = Vec::new();
    read_members(json.as_bytes(), &mut members).expect("it was just written");
    for member in members {
        let value = match Scalar::of(member.value) {
            Scalar::Text(text) => text.into_owned(),
            Scalar::Number(number) if number.contains(['.', 'e']) => {
                format!("{:.3}", number.parse::<f64>().unwrap_or_default())
            }
            _ => member.value.to_owned(),
        };
        report::print(&format!("{:<22}{value}", &*member.key));
    }
}
