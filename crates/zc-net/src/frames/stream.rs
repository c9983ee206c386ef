//! [`FrameReader`] as a `Stream` of the futures crates.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::AsyncRead;
use zc_core::Framer;

use super::{FrameReadError, FrameReader};

impl<R: AsyncRead + Unpin, F: Framer + Unpin> Stream for FrameReader<R, F> {
    type Item = Result<Bytes, FrameReadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_frame(cx)
    }
}
