//! `zc count`: the numbers of `LC_ALL=C wc`, in its order and columns.

use std::convert::Infallible;
use std::fs;
use std::io::{self, Write, stdin};
use std::num::NonZero;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use zc_core::for_each_ordered;
use zc_core::mask::{CountedPart, Counter, Counts};
use zc_io::{Input, Output, Whole};

use crate::Verdict;
use crate::args::CountArgs;
use crate::descriptors::check_output;
use crate::input::{label, open, output_error, plain};
use crate::ledger::{Beginning, Ledger};
use crate::progress::Progress;
use crate::quoting::quoted;
use crate::report;

/// How much of a file a thread counts at a time, in bytes.
const PART: usize = 2 << 20;

pub(crate) fn run(args: &CountArgs) -> anyhow::Result<Verdict> {
    let beginning = Beginning::now();
    let mut ledger = Ledger::new("text");
    check_output().map_err(output_error)?;
    let mut output = Output::stdout()?;
    let columns = Columns::new(args);
    let mut progress = Progress::new(size(&args.files));
    let mut counts = (Counts::default(), Verdict::AllGood);
    let counted = allocation_counter::measure(|| {
        counts = count_all(args, &columns, output.buffer(), &mut ledger, &mut progress);
    });
    let (total, verdict) = counts;
    drop(progress);
    if args.files.len() > 1 {
        columns.write(output.buffer(), total, Some(Path::new("total")));
    }
    output.flush().map_err(output_error)?;
    if let Some(form) = args.stats.stats {
        ledger.records = total.lines;
        // Those of other threads are not counted.
        ledger.allocations = Some(counted.count_total).filter(|_| ledger.threads == Some(1));
        ledger.add_copies(output.copies());
        ledger.print(form, &beginning);
    }
    Ok(verdict)
}

/// Counts one input after the other, and writes a line for each; returns what they are together.
fn count_all(
    args: &CountArgs,
    columns: &Columns,
    out: &mut Vec<u8>,
    ledger: &mut Ledger,
    progress: &mut Progress,
) -> (Counts, Verdict) {
    let (mut total, mut verdict) = (Counts::default(), Verdict::AllGood);
    for file in inputs(&args.files) {
        match count(file, columns.has_words, ledger, progress) {
            Ok(counts) => {
                columns.write(out, counts, file);
                total = sum(total, counts);
            }
            Err(error) => {
                report::message(&format!("{error:#}"));
                verdict = Verdict::Failed;
                if file.is_some_and(Path::is_dir) {
                    // It could be opened, if not read: `wc` has a line for it.
                    columns.write(out, Counts::default(), file);
                }
            }
        }
    }
    (total, verdict)
}

/// The inputs that were named, or standard input, which then has no name.
fn inputs(files: &[PathBuf]) -> impl Iterator<Item = Option<&Path>> {
    let unnamed = files.is_empty().then_some(None);
    unnamed.into_iter().chain(files.iter().map(|file| Some(file.as_path())))
}

fn count(
    file: Option<&Path>,
    has_words: bool,
    ledger: &mut Ledger,
    progress: &mut Progress,
) -> anyhow::Result<Counts> {
    let mut input = open(file)?;
    let feed = if has_words { Counter::feed } else { Counter::feed_lines };
    let counts = match input.whole() {
        Some(whole) => {
            let threads = threads(whole);
            ledger.threads = ledger.threads.max(Some(threads.get() as u64));
            let counts = count_whole(whole, threads, feed, progress);
            input.advance(whole.bytes().len());
            counts
        }
        None => count_windows(&mut input, feed, progress)
            .map_err(|error| plain(error).context(label(file)))?,
    };
    input.verify().map_err(|error| plain(error).context(label(file)))?;
    progress.end_input(input.offset());
    ledger.add_input(&input);
    Ok(counts)
}

/// As many as have something to do.
fn threads(whole: Whole<'_>) -> NonZero<usize> {
    let most = NonZero::new(whole.bytes().len() / PART).unwrap_or(NonZero::<usize>::MIN);
    available_parallelism().map_or(most, |threads| threads.min(most))
}

fn count_whole(
    whole: Whole<'_>,
    threads: NonZero<usize>,
    feed: fn(&mut Counter, &[u8]),
    progress: &mut Progress,
) -> Counts {
    let worker = || {
        let mut counter = Counter::new();
        move |part: &[u8]| {
            feed(&mut counter, part);
            Ok::<_, Infallible>(counter.take_part())
        }
    };
    let mut counted = CountedPart::default();
    let Ok(()) = for_each_ordered(whole.bytes().chunks(PART), threads, worker, |part| {
        counted = counted.join(part);
        let done = counted.counts().bytes;
        whole.release(usize::try_from(done).expect("it lies in memory"));
        progress.at(done);
        Ok(())
    });
    counted.counts()
}

fn count_windows(
    input: &mut Input,
    feed: fn(&mut Counter, &[u8]),
    progress: &mut Progress,
) -> io::Result<Counts> {
    let mut counter = Counter::new();
    loop {
        let window = input.window()?;
        feed(&mut counter, window.bytes);
        let (used, is_last) = (window.bytes.len(), window.is_last);
        input.advance(used);
        progress.at(input.offset());
        if is_last {
            return Ok(counter.counts());
        }
    }
}

fn sum(a: Counts, b: Counts) -> Counts {
    Counts { lines: a.lines + b.lines, words: a.words + b.words, bytes: a.bytes + b.bytes }
}

/// Which numbers are printed, and how wide.
#[derive(Debug)]
struct Columns {
    has_lines: bool,
    has_words: bool,
    has_bytes: bool,
    width: usize,
}

impl Columns {
    fn new(args: &CountArgs) -> Self {
        let is_default = !(args.lines || args.words || args.bytes);
        let mut columns = Self {
            has_lines: is_default || args.lines,
            has_words: is_default || args.words,
            has_bytes: is_default || args.bytes,
            width: 1,
        };
        let numbers = [columns.has_lines, columns.has_words, columns.has_bytes];
        let is_single = args.files.len() < 2 && numbers.iter().filter(|&&has| has).count() == 1;
        if !is_single {
            columns.width = width(&args.files);
        }
        columns
    }

    fn write(&self, out: &mut Vec<u8>, counts: Counts, file: Option<&Path>) {
        let Self { has_lines, has_words, has_bytes, width } = *self;
        let numbers =
            [(has_lines, counts.lines), (has_words, counts.words), (has_bytes, counts.bytes)];
        let shown = numbers.iter().filter(|(has, _)| *has).enumerate();
        for (index, (_, number)) in shown {
            let gap = if index == 0 { "" } else { " " };
            write!(out, "{gap}{number:>width$}").expect("a vector takes everything");
        }
        if let Some(file) = file {
            out.push(b' ');
            out.extend_from_slice(&quoted(file));
        }
        out.push(b'\n');
    }
}

/// The bytes of all files together, where all have a size.
fn size(files: &[PathBuf]) -> Option<u64> {
    let sized = |file: fs::Metadata| (file.is_file() && file.len() > 0).then_some(file.len());
    inputs(files).map(|file| metadata(file).and_then(sized)).sum()
}

/// As many digits as the sizes of all files have together; at least 7 where something is no
/// regular file, whose size is not known. Source: `compute_number_width` in wc of GNU coreutils.
fn width(files: &[PathBuf]) -> usize {
    let metadata: Vec<_> = inputs(files).filter_map(metadata).collect();
    let total: u64 = metadata.iter().filter(|file| file.is_file()).map(fs::Metadata::len).sum();
    let least = if metadata.iter().all(fs::Metadata::is_file) { 1 } else { 7 };
    total.to_string().len().max(least)
}

fn metadata(file: Option<&Path>) -> Option<fs::Metadata> {
    match file.filter(|file| file.as_os_str() != "-") {
        Some(file) => fs::metadata(file).ok(),
        None => stdin_metadata(),
    }
}

fn stdin_metadata() -> Option<fs::Metadata> {
    let stdin = stdin().as_fd().try_clone_to_owned().ok()?;
    fs::File::from(stdin).metadata().ok()
}
