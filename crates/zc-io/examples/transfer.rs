//! Copies a file, or whatever has bytes, and says how.
//!
//! `cargo run --release --example transfer -- FROM TO [WAY]`; a `-` as `TO` is standard output, and
//! a way is one of `reflink`, `copy_file_range`, `sendfile`, `splice` and `read`. Without
//! paths it copies the README of this crate to a temporary file.

#[cfg(unix)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::fs::File;
    use std::os::fd::{AsFd, OwnedFd};

    use zc_io::transfer::{Mechanism, Policy, transfer};

    let mut args = std::env::args_os().skip(1);
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let src = File::open(args.next().unwrap_or_else(|| readme.into()))?;
    let dst: OwnedFd = match args.next() {
        Some(path) if path == "-" => std::io::stdout().as_fd().try_clone_to_owned()?,
        // The old content is cut off afterwards rather than now: it may be what is copied.
        Some(path) => File::options().write(true).create(true).truncate(false).open(path)?.into(),
        None => tempfile::tempfile()?.into(),
    };
    let mut policy = Policy::auto().truncate();
    if let Some(name) = args.next() {
        let named = Mechanism::ALL.iter().copied().find(|way| name == way.as_str());
        policy = policy.via(named.ok_or("there is no such way")?);
    }
    let report = transfer(&src, &dst, &policy)?;
    eprintln!("{report}");
    eprintln!("{}", report.copies);
    Ok(())
}

#[cfg(not(unix))]
fn main() {
    eprintln!("transfers are for Unix");
}
