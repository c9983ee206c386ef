//! [`Whole`]: all that is left of a mapped input, for several threads at a time.

use super::map_view::MapView;

/// All bytes of a mapped [`Input`](crate::Input) that were not consumed.
///
/// Unlike windows it can be shared by threads, and its slices last as long as the input is
/// borrowed. What is done, and is not looked at again soon, is to be
/// [released](Self::release), so that memory in use stays bounded.
///
/// ```
/// use zc_core::SliceExt;
/// use zc_io::{Input, MappedFile, Stable};
///
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// // SAFETY: nobody writes to the manifest while its examples run.
/// let input = Input::from_map(MappedFile::open(manifest, unsafe { Stable::assume() })?);
/// let whole = input.whole().expect("it is a map");
/// let (front, back) = whole.bytes().split_at(whole.bytes().len() / 2);
/// let count = std::thread::scope(|scope| {
///     let other = scope.spawn(move || back.count_byte(b'\n'));
///     front.count_byte(b'\n') + other.join().expect("counting does not panic")
/// });
/// assert_eq!(count, std::fs::read(manifest)?.count_byte(b'\n'));
/// whole.release(front.len());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Whole<'m>(pub(super) &'m MapView);

impl<'m> Whole<'m> {
    /// The bytes. Where the map is [guarded](crate::Via::Guarded) and the file becomes shorter,
    /// those that are gone are zeros: ask a [`Verifier`](crate::Verifier) before what was made of
    /// them is passed on.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn bytes(self) -> &'m [u8] {
        self.0.rest()
    }

    /// Lets go of the first `count` bytes, by whole pages and 8 MiB at a time, if the map is
    /// guarded. They come back when they are touched.
    pub fn release(self, count: usize) {
        self.0.release(count);
    }
}
