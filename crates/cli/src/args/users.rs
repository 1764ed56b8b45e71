//! The arguments of `users`, and those of `serve` that say who is known.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use ipnet::IpNet;

#[derive(Debug, Args)]
#[command(next_help_heading = "Who is known")]
pub(crate) struct KnownArgs {
    /// File of users who sign in with passwords; `interdict users add` makes it. It is read again when it changes.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) users: Option<PathBuf>,
    /// A proxy before the server ends TLS. Without it, and without --tls-cert, no address is taken that other machines reach.
    #[arg(long, conflicts_with = "tls_cert")]
    pub(crate) behind_proxy: bool,
    /// Network of proxies that say in X-Forwarded-For where a request comes from; an address is a network of one.
    #[arg(long, value_name = "CIDR", value_parser = network)]
    pub(crate) trusted_proxy: Vec<IpNet>,
    /// Address by which browsers reach the server, such as <https://screen.example.com> [default: that of each request].
    #[arg(long, value_name = "URL")]
    pub(crate) origin: Option<String>,
    /// Issuer of tokens (OIDC), as it stands in its tokens.
    #[arg(long, value_name = "URL", requires = "oidc_audience")]
    pub(crate) oidc_issuer: Option<String>,
    /// Whom the tokens must be for.
    #[arg(long, value_name = "NAME", requires = "oidc_issuer")]
    pub(crate) oidc_audience: Option<String>,
    /// Claim with the roles; a dot goes into an object.
    #[arg(long, value_name = "CLAIM", default_value = "roles")]
    pub(crate) oidc_roles_claim: String,
    /// File in TOML that says which value of that claim is which role, in a table `roles` [default: equal names].
    #[arg(long, value_name = "FILE", requires = "oidc_issuer", value_hint = ValueHint::FilePath)]
    pub(crate) oidc_roles: Option<PathBuf>,
    /// Claim with the tenant [default: there is only one].
    #[arg(long, value_name = "CLAIM", requires = "oidc_issuer")]
    pub(crate) oidc_tenant_claim: Option<String>,
    /// Certificates in PEM to trust for the issuer in place of those of the web.
    #[arg(long, value_name = "FILE", requires = "oidc_issuer", value_hint = ValueHint::FilePath)]
    pub(crate) oidc_ca: Option<PathBuf>,
    /// Id of this server at the issuer: browsers then sign in there, from /api/v1/oidc/login.
    #[arg(long, value_name = "ID", requires_all = ["oidc_issuer", "origin"])]
    pub(crate) oidc_client_id: Option<String>,
    /// File with the secret of this server at the issuer, where it has one.
    #[arg(long, value_name = "FILE", requires = "oidc_client_id", value_hint = ValueHint::FilePath)]
    pub(crate) oidc_client_secret: Option<PathBuf>,
    /// Collector of OpenTelemetry that gets a span of every request by OTLP over HTTP, such as <http://127.0.0.1:4318>.
    #[arg(long, value_name = "URL", help_heading = "Options")]
    pub(crate) otlp: Option<String>,
}

/// A network, or an address as a network of one.
fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| address()).map_err(|_| "a network such as 10.0.0.0/8 or an address is expected".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct UsersArgs {
    #[command(subcommand)]
    pub(crate) command: UsersCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UsersCommand {
    /// Add a user. The password is asked for; the file keeps what argon2id makes of it alone.
    Add {
        /// File of users; it is made where it is not there.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        users: PathBuf,
        /// Name by which the user signs in: lower-case letters, digits, `.`, `-`, `_`, `@`.
        name: String,
        /// viewer, analyst, approver, admin, auditor or service; several that do not conflict.
        #[arg(long, value_name = "ROLE", value_delimiter = ',', required = true)]
        role: Vec<String>,
        /// Who it is in casework: the same as for the person's keys [default: the name].
        #[arg(long, default_value = "")]
        actor: String,
        /// Whose data the user works on.
        #[arg(long, default_value = "")]
        tenant: String,
        /// Read the password from stdin, one line, in place of the terminal.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List the users of a file, without what became of their passwords.
    List {
        /// File of users.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        users: PathBuf,
    },
    /// Disable a user: a server that has the file ends the sessions with the next request.
    Disable {
        /// File of users.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        users: PathBuf,
        /// Name of the user.
        name: String,
        /// Let the user sign in again.
        #[arg(long)]
        undo: bool,
    },
    /// Give a user another password, which ends the sessions.
    Password {
        /// File of users.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        users: PathBuf,
        /// Name of the user.
        name: String,
        /// Read the password from stdin, one line, in place of the terminal.
        #[arg(long)]
        password_stdin: bool,
    },
}
