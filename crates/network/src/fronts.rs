//! Customers and vendors that look like unlisted fronts of a listed network.
