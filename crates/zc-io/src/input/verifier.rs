//! [`Verifier`]: whether what an input has shown was what the file held.

use std::io;
use std::sync::Arc;

use crate::Guarded;

/// Tells whether what an [`Input`](crate::Input) has shown so far was what the file held.
///
/// It is for whoever passes bytes on while the input is still read:
/// [`Output::verified_by`](crate::Output::verified_by) asks it before each write. The map, and
/// with it what its caller vouched for, lasts as long as the verifier.
///
/// ```
/// use zc_io::{Input, Output};
///
/// let mut input = Input::from_reader(Box::new(&b"one\ntwo\n"[..]));
/// let mut output = Output::new(Vec::new()).verified_by(input.verifier());
/// output.write_through(input.window()?.bytes)?;
/// assert_eq!(output.finish()?, b"one\ntwo\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Verifier(pub(super) Option<Arc<Guarded>>);

impl Verifier {
    /// Whether there is anything that could change.
    pub(crate) const fn is_needed(&self) -> bool {
        self.0.is_some()
    }

    /// Finds out whether the file is still as long as it was when it was mapped.
    ///
    /// ```
    /// use zc_io::Verifier;
    ///
    /// Verifier::default().verify()?; // Where nothing is guarded, nothing fails.
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Truncated`](crate::Truncated), as an error of the kind
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof), if the input is a
    /// [guarded](crate::Via::Guarded) map and the file has become shorter. Reads never fail so:
    /// what they returned was there. Not noticed is a file that was cut and has grown again to
    /// its length since it was asked last, if no page was missing when it was touched.
    pub fn verify(&self) -> io::Result<()> {
        match &self.0 {
            Some(map) => Ok(map.check_len()?),
            None => Ok(()),
        }
    }
}
