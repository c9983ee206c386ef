//! [`Whole`]: all that is left of a mapped input, for several threads at a time.

use super::map_view::MapView;

/// All bytes of a mapped [`Input`](crate::Input) that were not consumed.
///
/// Unlike windows it can be shared by threads, and its slices last as long as the input is
/// borrowed. What is done, and is not looked at again soon, is to be
/// [released](Self::release), so that memory in use stays bounded.
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
