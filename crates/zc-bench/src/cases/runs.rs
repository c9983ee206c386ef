//! Many runs of one file moved to another: each by the kernel, or gathered in a buffer. Where the two
//! meet is `KERNEL_RUN_LEN` of zc-io.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::os::unix::fs::FileExt;

use anyhow::Result;
use zc_core::Copies;
use zc_io::Output;
use zc_io::transfer::{KERNEL_RUN_LEN, Mechanism, Policy, transfer};

use crate::answer::{Answer, Done, Input};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Run, Work};

pub(super) const CASES: &[Case] = &[
    case::<512>("runs-512B"),
    case::<4096>("runs-4KiB"),
    case::<32768>("runs-32KiB"),
    case::<65536>("runs-64KiB"),
    case::<262_144>("runs-256KiB"),
];

/// Every other run of a file is moved, so that no two of them touch.
const fn case<const LEN: usize>(name: &'static str) -> Case {
    Case {
        row: None,
        name,
        what: "move every other run of so many bytes of a warm file to a new one",
        corpus: Corpus::access_log("64MiB"),
        item: "run",
        figure: Figure::Rate,
        engines: const {
            &[
                Engine { name: "zc, gathered", run: Run::Prepared(gathered::<LEN>) },
                Engine { name: "zc, by the kernel", run: Run::Prepared(by_the_kernel::<LEN>) },
            ]
        },
        expected: |input| Answer {
            items: runs::<LEN>(input).count() as u64,
            sum: sum::<LEN>(input),
        },
        targets: &[],
    }
}

fn runs<const LEN: usize>(input: &Input) -> impl Iterator<Item = u64> {
    (0..input.len / LEN as u64).step_by(2).map(|run| run * LEN as u64)
}

fn sum<const LEN: usize>(input: &Input) -> u64 {
    runs::<LEN>(input).count() as u64 * LEN as u64
}

fn gathered<const LEN: usize>(input: &Input) -> Result<Work<'_>> {
    let file = File::open(&input.path)?;
    Ok(Box::new(move || {
        let mut output = Output::new(tempfile::tempfile()?);
        let (mut items, mut read) = (0, 0);
        for run in runs::<LEN>(input) {
            let buffer = output.buffer();
            let start = buffer.len();
            buffer.resize(start + LEN, 0);
            file.read_exact_at(&mut buffer[start..], run)?;
            output.spill()?;
            items += 1;
            read += LEN as u64;
        }
        output.flush()?;
        let copies = Copies { read, write: output.copies().write, ..Copies::default() };
        Ok(Done::with_copies(Answer { items, sum: copies.write }, copies))
    }))
}

fn by_the_kernel<const LEN: usize>(input: &Input) -> Result<Work<'_>> {
    let mut file = File::open(&input.path)?;
    Ok(Box::new(move || {
        let target = tempfile::tempfile()?;
        let policy = Policy::auto().via(Mechanism::CopyFileRange).limit(LEN as u64);
        let mut answer = Answer::default();
        let mut copies = Copies::default();
        for run in runs::<LEN>(input) {
            file.seek(SeekFrom::Start(run))?;
            let report = transfer(&file, &target, &policy)?;
            answer.add(report.bytes);
            copies += report.copies;
        }
        Ok(Done::with_copies(answer, copies))
    }))
}

const _: () = assert!(KERNEL_RUN_LEN == 65536, "there is a case of this length");
