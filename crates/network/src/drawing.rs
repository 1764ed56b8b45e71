//! Pictures and files of a piece of the network.
