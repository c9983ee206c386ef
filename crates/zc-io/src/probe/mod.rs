//! What the kernel, a file system and the page cache offer here, found by asking them, and what
//! each way of reading costs, measured.
//!
//! ```
//! use zc_io::probe::{Answer, Kernel};
//!
//! let kernel = Kernel::look();
//! match kernel.io_vectors {
//!     Answer::Yes(count) => assert!(count >= 16, "{count}"),
//!     Answer::No(why) | Answer::CannotTell(why) => println!("{why}"),
//!     _ => unreachable!("there are no other answers yet"),
//! }
//! ```
//!
//! Nothing is concluded from a version or a name: a call is made, and what came of it is the
//! answer. Where a call cannot be made, or its outcome may have another cause, the answer is
//! [`CannotTell`](Answer::CannotTell). Linux only.

mod answer;
mod cost;
mod file_system;
mod folios;
mod kernel;
mod way;

pub use answer::Answer;
pub use cost::{Cost, Costs, Crossing, measure};
pub use file_system::{Alignment, FileSystem};
pub use folios::largest_folio;
pub use kernel::{Kernel, PipeSizes};
pub use way::Way;
