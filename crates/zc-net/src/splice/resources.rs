//! [`Resources`]: the pipes and buffers that connections share.

use std::sync::Arc;

use super::buffers::Buffers;
use super::pipe::PipePool;

/// The bounds of [`Resources`].
///
/// ```
/// use zc_net::splice::{Options, Resources};
///
/// let copying = Resources::new(Options { max_pipes: 0, buffer_len: 64 << 10 });
/// assert_eq!(copying.pipes_lent(), 0, "and there never will be one");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The most pipes that are lent at a time, each of which may hold a mebibyte; flows beyond copy.
    ///
    /// Without privilege Linux allows a user 64 MiB of pipes, by default; later ones are smaller.
    pub max_pipes: usize,
    /// The length of a buffer in bytes; a read that fills it lets the flow splice.
    pub buffer_len: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_pipes: 64, buffer_len: 16 << 10 }
    }
}

/// Pipes and buffers that any number of flows share, each only while it has bytes.
///
/// ```
/// use zc_net::splice::Resources;
///
/// let resources = Resources::default();
/// assert_eq!((resources.pipes_lent(), resources.buffers_lent()), (0, 0));
/// ```
#[derive(Debug)]
pub struct Resources {
    pub(super) pipes: PipePool,
    pub(super) buffers: Arc<Buffers>,
}

impl Resources {
    /// Resources within these bounds; none is made before it is needed.
    ///
    /// # Panics
    ///
    /// If a buffer would have no bytes.
    #[must_use]
    pub fn new(options: Options) -> Self {
        assert!(options.buffer_len > 0, "a buffer needs room for a byte");
        let pipes = PipePool::new(options.max_pipes);
        Self { pipes, buffers: Buffers::new(options.buffer_len) }
    }

    /// How many pipes hold bytes of flows, or are being filled.
    #[must_use]
    pub fn pipes_lent(&self) -> usize {
        self.pipes.lent()
    }

    /// How many buffers hold bytes of flows, or are being filled.
    #[must_use]
    pub fn buffers_lent(&self) -> usize {
        self.buffers.lent()
    }
}

impl Default for Resources {
    fn default() -> Self {
        Self::new(Options::default())
    }
}
