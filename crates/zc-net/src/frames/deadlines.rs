//! [`Deadlines`]: how long a peer may take, for a whole frame and between two.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::{FrameReadErrorKind, ReadOptions};

/// The deadlines of a reader, and the one that runs.
///
/// A deadline begins when the reader first waits for what it is for, and not again when a caller
/// gives up waiting and comes back.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    running: Option<Running>,
    /// Made when something is first waited for under a deadline.
    sleep: Option<Pin<Box<Sleep>>>,
}

#[derive(Debug, Clone, Copy)]
struct Running {
    phase: Phase,
    limit: Duration,
    /// `None` where the clock does not go that far.
    end: Option<Instant>,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The first byte of a frame.
    Idle,
    /// The rest of a frame.
    Frame,
}

impl Deadlines {
    /// Nothing is waited for any more.
    pub(super) fn stop(&mut self) {
        self.running = None;
    }

    /// Lets the deadline for `phase` run, unless it runs already.
    pub(super) fn start(&mut self, phase: Phase, options: &ReadOptions) {
        if self.running.is_some_and(|running| running.phase == phase) {
            return;
        }
        let limit = match phase {
            Phase::Idle => options.idle_deadline,
            Phase::Frame => options.frame_deadline,
        };
        self.running = limit.map(|limit| {
            let end = Instant::now().checked_add(limit);
            Running { phase, limit, end }
        });
    }

    /// The error of the deadline for a frame, if that is over.
    pub(super) fn frame_passed(&self) -> Option<FrameReadErrorKind> {
        let running = self.running.filter(|running| running.phase == Phase::Frame)?;
        (running.end? <= Instant::now()).then(|| running.error())
    }

    /// Waits until the deadline is over; for ever if there is none.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<FrameReadErrorKind> {
        let Some(running) = self.running else { return Poll::Pending };
        let Some(end) = running.end else { return Poll::Pending };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(end)));
        if sleep.deadline() > end {
            sleep.as_mut().reset(end);
        }
        // One that rings too early is set anew then: a peer that is never late moves its deadline
        // with each frame, and the timer once in a deadline.
        loop {
            ready!(sleep.as_mut().poll(cx));
            if sleep.deadline() >= end {
                return Poll::Ready(running.error());
            }
            sleep.as_mut().reset(end);
        }
    }
}

impl Running {
    const fn error(self) -> FrameReadErrorKind {
        match self.phase {
            Phase::Idle => FrameReadErrorKind::IdleDeadline(self.limit),
            Phase::Frame => FrameReadErrorKind::FrameDeadline(self.limit),
        }
    }
}
