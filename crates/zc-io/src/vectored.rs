//! Vectored output that is right at every partial write.
