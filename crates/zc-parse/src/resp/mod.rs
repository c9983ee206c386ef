//! RESP: the protocol that Redis speaks, versions 2 and 3.
