//! [`MappedFile::sealed`]: a memfd that the kernel keeps as it is, mapped without `unsafe`.

#![allow(unsafe_code, reason = "a file is mapped that the kernel keeps as it is")]

use std::fs::File;
use std::io;

use memmap2::MmapOptions;
use rustix::fs::{SealFlags, fcntl_get_seals, fstatfs};

use super::MappedFile;
use super::file::{mappable_len, not_mapped, unmappable};

/// `f_type` of `hugetlbfs`, from `statfs(2)`.
const HUGETLBFS_MAGIC: u32 = 0x9584_58f6;

impl MappedFile {
    /// Maps all of a memfd whose seals forbid to write to it and to shrink it; Linux only.
    ///
    /// A seal cannot be taken off again (`fcntl(2)`, "File Sealing"), so that no [`Stable`] token
    /// is needed, and whoever sent the descriptor need not be trusted. Two seals are asked for:
    ///
    /// - `F_SEAL_WRITE`: no process writes to the bytes or punches holes in them. The kernel
    ///   refuses to set it (`EBUSY`) while a writable shared map or a transfer into its pages
    ///   exists. `F_SEAL_FUTURE_WRITE` is *not* enough, since writable maps made before it go on
    ///   to write.
    /// - `F_SEAL_SHRINK`: no page goes away, so that touching one raises no `SIGBUS`.
    ///
    /// `F_SEAL_GROW` is not needed, as bytes behind the map do not matter, nor is `F_SEAL_SEAL`,
    /// as more seals do no harm.
    ///
    /// Pages of a memfd that nobody has written are made when they are first touched. Where the
    /// kernel was told never to overcommit memory (`vm.overcommit_memory` is 2) and has none
    /// left, it kills the process then, as it may for any memory.
    ///
    /// ```
    /// use std::fs::File;
    /// use std::io::Write;
    /// use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
    /// use zc_io::MappedFile;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let mut file = File::from(memfd_create("message", MemfdFlags::ALLOW_SEALING)?);
    /// file.write_all(b"from another process")?;
    /// fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::SHRINK)?;
    /// assert_eq!(MappedFile::sealed(&file)?.bytes(), b"from another process");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Unsupported`](io::ErrorKind::Unsupported) if a seal is missing, which the message names,
    /// if the file can have no seals, or if it is made of huge pages; else what mapping returned.
    ///
    /// # Copies
    ///
    /// Never.
    ///
    /// [`Stable`]: crate::Stable
    pub fn sealed(file: &File) -> io::Result<Self> {
        check_seals(file)?;
        let len = mappable_len(file)?;
        if len == 0 {
            return Ok(Self::from_sealed(None));
        }
        check_page_size(file)?;
        // A private map, because kernels before 6.7 refuse to share what is sealed (`EPERM`), even
        // to read. Nothing is written through it, so it shows the pages of the file themselves.
        // SAFETY: the seals were checked and cannot be taken off: no process can write to the
        // bytes, and the file stays at least as long as it is. The map lies inside the length
        // that it states now, at least that of a moment ago.
        let map = unsafe { MmapOptions::new().map_copy_read_only(file) };
        Ok(Self::from_sealed(Some(map.map_err(|error| not_mapped(&error))?)))
    }
}

fn check_seals(file: &File) -> io::Result<()> {
    let Ok(seals) = fcntl_get_seals(file) else {
        return Err(unmappable("it is no memfd, which alone can be sealed"));
    };
    let missing = (!seals.contains(SealFlags::WRITE), !seals.contains(SealFlags::SHRINK));
    let why = match missing {
        (false, false) => return Ok(()),
        (true, true) => "the seals F_SEAL_WRITE and F_SEAL_SHRINK are missing",
        (false, true) => "the seal F_SEAL_SHRINK is missing",
        (true, false) if seals.contains(SealFlags::FUTURE_WRITE) => {
            "the seal F_SEAL_WRITE is missing, and F_SEAL_FUTURE_WRITE does not bind earlier maps"
        }
        (true, false) => "the seal F_SEAL_WRITE is missing",
    };
    Err(unmappable(why))
}

/// Refuses huge pages, which can only be unmapped whole, and whose lack raises `SIGBUS`.
fn check_page_size(file: &File) -> io::Result<()> {
    // Its width and sign differ between architectures; all 32 bits of the number are the same.
    #[allow(clippy::cast_possible_truncation, reason = "a magic number has 32 bits")]
    let kind = fstatfs(file)?.f_type as u32;
    if kind == HUGETLBFS_MAGIC {
        return Err(unmappable("it is made of huge pages"));
    }
    Ok(())
}
