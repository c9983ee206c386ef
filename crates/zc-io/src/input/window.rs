//! [`Window`]: what an input shows of itself at one time.

/// How long a window of an input that is read usually gets, in bytes.
///
/// The first windows are shorter, so that small inputs do not pay for so much memory.
///
/// ```
/// use zc_io::{Input, WINDOW_LEN};
///
/// let mut input = Input::from_reader(Box::new(std::io::repeat(0)));
/// while input.window()?.bytes.len() < WINDOW_LEN {}
/// assert_eq!(input.window_len(), WINDOW_LEN);
/// # Ok::<(), std::io::Error>(())
/// ```
pub const WINDOW_LEN: usize = 1 << 20;

/// What an input shows of itself at one time.
///
/// A window borrows from its [`Input`](crate::Input), so that its bytes cannot be kept while
/// others take their place:
///
/// ```compile_fail,E0499
/// # fn main() -> std::io::Result<()> {
/// let mut input = zc_io::Input::from_reader(Box::new(std::io::empty()));
/// let window = input.window()?;
/// input.advance(window.bytes.len());
/// assert!(window.bytes.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window<'w> {
    /// All bytes that were read and not yet consumed.
    pub bytes: &'w [u8],
    /// Where in the input the first of them lies, in bytes from its beginning.
    pub offset: u64,
    /// Whether the input ends with these bytes.
    pub is_last: bool,
}
