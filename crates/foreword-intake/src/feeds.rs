//! Feeds of appointments: bytes in, bookings out; every row that can't be read says why.

pub mod csv;
