//! [`Site`]: files beneath a path, and what a request for one of them gets.

use std::sync::Arc;

use zc_parse::http1::Request;

use crate::Files;
use crate::answer::Answer;
use crate::conditions::{Judgement, judge};
use crate::files::Found;
use crate::range;
use crate::representation::Representation;
use crate::request::{Asked, Method};
use crate::status::Status;
use crate::target::Target;

/// Files, and the path beneath which they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'c> {
    pub(crate) files: &'c Arc<Files>,
    /// With a slash at both ends, or empty where every path is one of theirs.
    beneath: &'c [u8],
}

impl<'c> Site<'c> {
    pub(crate) const fn new(files: &'c Arc<Files>, beneath: &'c [u8]) -> Self {
        Self { files, beneath }
    }

    /// Whether a target is one of this site.
    pub(crate) fn has(&self, target: &[u8]) -> bool {
        target.starts_with(self.beneath)
    }

    /// What a request gets whose target is one of this site.
    pub(crate) async fn answer(&self, request: &Request<&[u8]>, asked: &Asked<'_>) -> Answer {
        if let Method::Other(status) = asked.method {
            return Answer::Refused(status);
        }
        let prefix_len = self.beneath.len().saturating_sub(1);
        let dot_files = self.files.options.dot_files;
        let target = match Target::read(&request.target[prefix_len..], dot_files) {
            Ok(target) => target,
            Err(status) => return Answer::Refused(status),
        };
        match self.files.find(&target.path).await {
            Ok(Found::File(file)) => of_file(file, request, asked),
            Ok(Found::Directory) => Answer::Moved { location: self.location(&target) },
            Err(status) => Answer::Refused(status),
        }
    }

    /// The path of a directory, with the slash that it lacked. It begins with a single one, and a
    /// backslash, which browsers take for one, is encoded: nobody takes its first name for a host.
    fn location(&self, target: &Target<'_>) -> Vec<u8> {
        let prefix = self.beneath.strip_suffix(b"/").unwrap_or_default();
        let parts: Vec<_> = target.raw_path.split(|byte| *byte == b'\\').collect();
        let mut location = [prefix, &parts.join(&b"%5C"[..]), b"/"].concat();
        if let Some(query) = target.query {
            location.push(b'?');
            location.extend_from_slice(query);
        }
        location
    }
}

/// What a request gets for `file`: conditions are judged first, then the range.
fn of_file(file: Arc<Representation>, request: &Request<&[u8]>, asked: &Asked<'_>) -> Answer {
    let judgement = match asked.has_conditions {
        true => judge(&request.headers, &file.validators),
        false => Judgement::Proceed,
    };
    let range = match judgement {
        Judgement::NotModified => return Answer::NotModified(file),
        Judgement::PreconditionFailed => return Answer::Refused(Status::PRECONDITION_FAILED),
        // RFC 9110, section 14.2: a range means something for GET alone.
        Judgement::Proceed => asked.range.filter(|_| asked.method == Method::Get),
        Judgement::ProceedWhole => None,
    };
    match range.map_or(range::Asked::Whole, |value| range::Asked::read(value, file.stamp.len)) {
        range::Asked::Whole => Answer::Whole(file),
        range::Asked::Part(range) => Answer::Part(file, range),
        range::Asked::Unsatisfiable => Answer::Unsatisfiable { len: file.stamp.len },
    }
}
