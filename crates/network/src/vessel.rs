//! Vessels and aircraft.
