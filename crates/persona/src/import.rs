//! Exports of the services that companies and platforms use become people. Each importer reads a stream, record by record; what a record
//! lacks or has wrong is a problem with its place, and the rest goes on.

mod crypto;
mod deel;
mod entra;
mod fake_analyzer;
mod fedex;
mod freelance;
mod git_log;
mod github_audit;
mod github_users;
mod intune;
mod jamf;
mod json;
mod okta;
mod once;
mod parcels;
mod payoneer;
mod payouts;
mod table;
mod ups;
mod wise;
mod zscaler;

#[cfg(test)]
mod testing;
