//! Exports of the services that companies and platforms use become people. Each importer reads a stream, record by record; what a record
//! lacks or has wrong is a problem with its place, and the rest goes on.

mod entra;
mod fedex;
mod intune;
mod jamf;
mod json;
mod okta;
mod once;
mod parcels;
mod table;
#[cfg(test)]
mod testing;
mod ups;
mod zscaler;
