//! [`Flow`]: one direction, which copies or splices, whichever is cheaper for what arrives.

use std::io::{self, ErrorKind};
use std::task::{Context, Poll, ready};

use super::buffers::Buffer;
use super::error::Failure;
use super::pipe::{Drained, Filled, Pipe};
use super::resources::Resources;
use super::socket::Stream;
use crate::Meter;

/// How many bytes a flow moves until others of its thread have a turn.
const TURN: usize = 8 << 20;

/// How many full reads a flow copies after it got no pipe, until it asks for one again.
const PATIENCE: u32 = 64;

/// How many fills in a row must be small until a flow copies again.
const SMALL_FILLS: u32 = 2;

/// One direction, from one socket to another.
#[derive(Debug)]
pub(super) struct Flow<'c, F, T> {
    from: &'c F,
    to: &'c T,
    resources: &'c Resources,
    meter: &'c Meter,
    gear: Gear,
    /// Bytes to be sent before those of the pipe.
    buffer: Option<Buffer>,
    pipe: Option<Pipe>,
    /// The pipe took nothing more, so that nothing is to be tried until some of it was sent.
    is_full: bool,
    has_ended: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gear {
    /// Copies, until a read comes full after so many others.
    Copy { patience: u32 },
    /// Splices, until so many fills in a row were small.
    Splice { small: u32 },
    /// Copies, since the kernel has refused.
    Refused,
}

impl<'c, F: Stream, T: Stream> Flow<'c, F, T> {
    pub(super) fn new(from: &'c F, to: &'c T, resources: &'c Resources, meter: &'c Meter) -> Self {
        Self {
            from,
            to,
            resources,
            meter,
            gear: Gear::Copy { patience: 0 },
            buffer: None,
            pipe: None,
            is_full: false,
            has_ended: false,
        }
    }

    /// Moves what can be moved; ready when `from` has ended and all was delivered.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let mut moved = 0;
        while moved < TURN {
            let received = self.poll_receive(context).map_err(Failure::Receive)?;
            let sent = self.poll_send(context).map_err(Failure::Send)?;
            let is_empty = self.is_empty();
            if is_empty && self.has_ended {
                self.pipe = None;
                return Poll::Ready(Ok(()));
            }
            match (received, sent) {
                (Poll::Pending, Poll::Pending) => {
                    if is_empty {
                        self.pipe = None;
                    }
                    return Poll::Pending;
                }
                (_, Poll::Ready(count)) => moved += count,
                (Poll::Ready(()), Poll::Pending) => {}
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn is_empty(&self) -> bool {
        self.buffer.is_none() && self.held() == 0
    }

    fn held(&self) -> usize {
        self.pipe.as_ref().map_or(0, Pipe::held)
    }

    /// Takes what has arrived, if there is room for it; ready if something came, even the end.
    fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.has_ended || self.buffer.is_some() || self.is_full {
            return Poll::Pending;
        }
        if matches!(self.gear, Gear::Splice { .. }) {
            if let Poll::Ready(outcome) = self.poll_fill(context) {
                return Poll::Ready(outcome);
            }
            if matches!(self.gear, Gear::Splice { .. }) {
                return Poll::Pending;
            }
        }
        if self.held() > 0 { Poll::Pending } else { self.poll_read(context) }
    }

    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.from.poll_receivable(context))?;
            let mut buffer = self.resources.buffers.take();
            match self.from.receive(buffer.room()) {
                Ok(0) => self.has_ended = true,
                Ok(count) => {
                    self.meter.add_read(count);
                    buffer.set_filled(count);
                    self.buffer = Some(buffer);
                    if count == self.resources.buffers.len() {
                        self.gear = self.gear.after_full_read();
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                Err(error) => return Poll::Ready(Err(error)),
            }
            return Poll::Ready(Ok(()));
        }
    }

    /// As `poll_receive`; pending in another gear where there is no pipe to be had.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.from.poll_receivable(context))?;
            let Some(pipe) = self.pipe.take().or_else(|| self.resources.pipes.take().ok()?) else {
                self.gear = Gear::Copy { patience: PATIENCE };
                return Poll::Pending;
            };
            let pipe = self.pipe.insert(pipe);
            match self.from.fill(pipe) {
                Ok(Filled::Ended) => self.has_ended = true,
                Ok(Filled::Full) => {
                    self.is_full = true;
                    return Poll::Pending;
                }
                Ok(Filled::Moved(count)) => {
                    self.meter.add_spliced_in(count);
                    self.is_full = pipe.held() >= pipe.capacity();
                    let is_small = count < self.resources.buffers.len() / 2;
                    self.gear = self.gear.after_fill_of(is_small);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                Err(error) if is_refusal(&error) => {
                    self.gear = Gear::Refused;
                    return Poll::Pending;
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
            return Poll::Ready(Ok(()));
        }
    }

    /// Sends what was taken; ready with how much it was.
    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        loop {
            if self.is_empty() {
                return Poll::Pending;
            }
            ready!(self.to.poll_sendable(context))?;
            let sent = if self.buffer.is_some() { self.write() } else { self.drain() };
            match sent {
                Ok(0) => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                Ok(count) => return Poll::Ready(Ok(count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) if self.buffer.is_none() && is_refusal(&error) => {
                    self.gear = Gear::Refused;
                    self.read_pipe()?;
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    fn write(&mut self) -> io::Result<usize> {
        let buffer = self.buffer.as_mut().expect("the caller has looked");
        let count = self.to.send(buffer.rest())?;
        self.meter.add_written(count);
        buffer.advance(count);
        if buffer.rest().is_empty() {
            self.buffer = None;
            if self.gear == Gear::Refused {
                self.read_pipe()?;
            }
        }
        Ok(count)
    }

    fn drain(&mut self) -> io::Result<usize> {
        let pipe = self.pipe.as_mut().expect("the caller knows that it holds something");
        let count = match self.to.drain(pipe)? {
            Drained::Moved(count) => count,
            Drained::Empty => 0,
        };
        self.meter.add_spliced_out(count);
        self.is_full = false;
        Ok(count)
    }

    /// Moves bytes of a pipe that nobody takes into a buffer, if it holds any.
    fn read_pipe(&mut self) -> io::Result<()> {
        let Some(mut pipe) = self.pipe.take_if(|pipe| pipe.held() > 0) else { return Ok(()) };
        let mut buffer = self.resources.buffers.take();
        let count = pipe.read(buffer.room())?;
        self.meter.add_read_of_spliced(count);
        buffer.set_filled(count);
        self.buffer = Some(buffer);
        self.is_full = false;
        self.pipe = Some(pipe);
        Ok(())
    }
}

impl Gear {
    const fn after_full_read(self) -> Self {
        match self {
            Self::Copy { patience: 0 } => Self::Splice { small: 0 },
            Self::Copy { patience } => Self::Copy { patience: patience - 1 },
            Self::Splice { .. } | Self::Refused => self,
        }
    }

    const fn after_fill_of(self, is_small: bool) -> Self {
        match self {
            Self::Splice { small } if is_small && small + 1 < SMALL_FILLS => {
                Self::Splice { small: small + 1 }
            }
            Self::Splice { .. } if is_small => Self::Copy { patience: 0 },
            _ => Self::Splice { small: 0 },
        }
    }
}

/// The errors of `splice(2)` that mean the call or the kind of socket, not its state.
fn is_refusal(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::InvalidInput | ErrorKind::Unsupported | ErrorKind::PermissionDenied
    )
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::future::poll_fn;
    use std::io::{self, ErrorKind};
    use std::os::fd::{AsFd, BorrowedFd};
    use std::task::{Context, Poll};

    use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
    use tokio::net::UnixStream;

    use super::{Flow, Resources, Stream};
    use crate::Meter;
    use crate::splice::pipe::{Drained, Filled, Pipe};

    /// A socket of which the kernel refuses what a test says.
    struct Refusing {
        socket: UnixStream,
        refused: Refused,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Refused {
        Nothing,
        Fill,
        Drain,
    }

    impl AsFd for Refusing {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.socket.as_fd()
        }
    }

    impl Stream for Refusing {
        const LEAVES_ROOM_WHEN_EMPTY: bool = UnixStream::LEAVES_ROOM_WHEN_EMPTY;

        fn poll_receivable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.socket.poll_receivable(context)
        }

        fn poll_sendable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.socket.poll_sendable(context)
        }

        fn attempt<T>(
            &self,
            interest: Interest,
            call: impl FnOnce() -> io::Result<T>,
        ) -> io::Result<T> {
            self.socket.attempt(interest, call)
        }

        fn fill(&self, pipe: &mut Pipe) -> io::Result<Filled> {
            if self.refused == Refused::Fill {
                return Err(ErrorKind::InvalidInput.into());
            }
            self.socket.fill(pipe)
        }

        fn drain(&self, pipe: &mut Pipe) -> io::Result<Drained> {
            if self.refused == Refused::Drain {
                return Err(ErrorKind::InvalidInput.into());
            }
            self.socket.drain(pipe)
        }
    }

    #[track_caller]
    fn check(refused: Refused, is_spliced: bool) {
        const LEN: usize = 4 << 20;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(async {
            let (mut client, near) = UnixStream::pair().unwrap();
            let (far, mut server) = UnixStream::pair().unwrap();
            let [near, far] = [near, far].map(|socket| Refusing { socket, refused });
            let sent: Vec<u8> = (0..=250).cycle().take(LEN).collect();
            let expected = sent.clone();
            tokio::spawn(async move {
                client.write_all(&sent).await.unwrap();
            });
            let receiving = tokio::spawn(async move {
                let mut received = vec![0; LEN];
                server.read_exact(&mut received).await.unwrap();
                assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
                received
            });
            let (resources, meter) = (Resources::default(), Meter::default());
            let mut flow = Flow::new(&near, &far, &resources, &meter);
            assert!(poll_fn(|context| flow.poll(context)).await.is_ok());
            assert_eq!((resources.pipes_lent(), resources.buffers_lent()), (0, 0));
            drop(far);
            assert!(receiving.await.unwrap() == expected, "{refused:?}");
            assert_eq!((meter.bytes(), meter.bytes_out()), (LEN as u64, LEN as u64));
            assert_eq!(meter.spliced() > 0, is_spliced, "{refused:?}");
            assert_eq!(meter.copies().read, LEN as u64 - meter.spliced());
        });
    }

    #[test]
    fn what_the_kernel_refuses_is_copied_and_nothing_is_lost() {
        check(Refused::Nothing, true);
        check(Refused::Fill, false);
        check(Refused::Drain, false);
    }
}
