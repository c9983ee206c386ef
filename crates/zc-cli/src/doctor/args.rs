//! What `zc doctor` is asked.

use std::path::PathBuf;

use clap::ValueHint;

use crate::flags::bytes;

#[derive(Debug, clap::Args)]
pub(crate) struct DoctorArgs {
    /// Print one JSON object on one line instead of tables
    #[arg(long)]
    pub(crate) json: bool,
    /// Also write the costs as curves to this file, in SVG
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    /// The longest file that is measured
    ///
    /// K, M and G behind the number, or KiB, MiB and GiB, are 1024, 1024² and 1024³ bytes, and kB,
    /// MB and GB are 1000, 1000² and 1000³.
    #[arg(long, value_name = "BYTES", default_value = "256M", value_parser = some_bytes)]
    pub(crate) up_to: usize,
    /// Where a file is made to be read; without it, where temporary files go
    ///
    /// The file has no name, so that nothing stays behind, however the run ends.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) dir: Option<PathBuf>,
    /// Read the beginning of this file instead, and write nowhere
    #[arg(value_name = "FILE", conflicts_with = "dir", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
}

/// Reads a number of bytes that is not 0.
fn some_bytes(text: &str) -> Result<usize, String> {
    match bytes(text)? {
        0 => Err("there is nothing to measure about no bytes".into()),
        count => Ok(count),
    }
}
