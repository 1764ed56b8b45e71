//! `interdict users`: the file of those who sign in with passwords. And who is known to `serve`, out of its arguments.

use std::io::{BufRead, IsTerminal, Read};
use std::path::Path;

use anyhow::Context;
use interdict_server::{
    Keys, Known, Oidc, OidcClient, OidcOptions, Role, UserEntry, UserFile, Users, hash_password, read_role_map,
};
use jiff::Timestamp;
use serde_json::json;

use super::serve::write;
use crate::args::{Format, Global, KnownArgs, UsersArgs, UsersCommand};
use crate::failure::{Failure, Outcome, Usage};
use crate::files::Target;
use crate::messages::Messages;
use crate::output;
use crate::table::{write_csv, write_table};

/// Bytes of a line with a password beyond which it is something else.
const MAX_LINE: u64 = 4096;

/// Who is known to a server.
pub(super) fn known(args: &KnownArgs, keys: Option<&Path>) -> anyhow::Result<Known> {
    let oidc = match (&args.oidc_issuer, &args.oidc_audience) {
        (Some(issuer), Some(audience)) => {
            let secret = args.oidc_client_secret.as_deref().map(|path| {
                let text = std::fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?;
                anyhow::Ok(text.trim().to_owned())
            });
            let secret = secret.transpose()?;
            let options = OidcOptions {
                issuer: issuer.clone(),
                audience: audience.clone(),
                roles_claim: args.oidc_roles_claim.clone(),
                roles: args.oidc_roles.as_deref().map(read_role_map).transpose()?.unwrap_or_default(),
                tenant_claim: args.oidc_tenant_claim.clone(),
                ca_file: args.oidc_ca.clone(),
                client: args.oidc_client_id.clone().map(|id| OidcClient { id, secret }),
            };
            Some(Oidc::new(options)?)
        }
        _ => None,
    };
    Ok(Known {
        keys: keys.map(Keys::open).transpose()?,
        users: args.users.as_deref().map(Users::open).transpose()?,
        oidc,
        behind_proxy: args.behind_proxy,
        trusted_proxies: args.trusted_proxy.clone(),
        origin: args.origin.clone(),
        ..Known::default()
    })
}

/// Runs `users`.
pub(super) fn run(global: &Global, args: &UsersArgs, messages: Messages) -> anyhow::Result<Outcome> {
    match &args.command {
        UsersCommand::Add { users, name, role, actor, tenant, password_stdin } => {
            let roles = role.iter().map(|role| role.parse()).collect::<Result<Vec<Role>, _>>();
            let roles = roles.map_err(|error| Usage(format!("--role: {error}")))?;
            let mut file = if users.exists() { UserFile::read(users)? } else { UserFile::default() };
            if file.users.iter().any(|user| user.name == *name) {
                let hint = "`interdict users password` gives a user another password";
                return Err(Failure::new(format!("{}: there is a user `{name}` already", users.display()), hint).into());
            }
            let mut entry = UserEntry::new(name, &roles, &password(name, *password_stdin)?, Timestamp::now())?;
            entry.actor.clone_from(actor);
            entry.tenant.clone_from(tenant);
            file.users.push(entry);
            write(users, &file.to_text()?)?;
            messages.note(&format!("user {name} is added"));
        }
        UsersCommand::List { users } => list(global, users)?,
        UsersCommand::Disable { users, name, undo } => {
            let mut file = UserFile::read(users)?;
            find(&mut file, users, name)?.disabled = !undo;
            write(users, &file.to_text()?)?;
            messages.note(&format!("user {name} is {}", if *undo { "no longer disabled" } else { "disabled" }));
        }
        UsersCommand::Password { users, name, password_stdin } => {
            let mut file = UserFile::read(users)?;
            find(&mut file, users, name)?;
            let hash = hash_password(name, &password(name, *password_stdin)?)?;
            find(&mut file, users, name)?.password = hash;
            write(users, &file.to_text()?)?;
            messages.note(&format!("user {name} has another password"));
        }
    }
    Ok(Outcome::Done)
}

fn find<'f>(file: &'f mut UserFile, path: &Path, name: &str) -> anyhow::Result<&'f mut UserEntry> {
    file.users.iter_mut().find(|user| user.name == *name).ok_or_else(|| {
        let hint = "`interdict users list` shows the names of the file";
        Failure::new(format!("{}: no user `{name}`", path.display()), hint).into()
    })
}

fn list(global: &Global, path: &Path) -> anyhow::Result<()> {
    let file = UserFile::read(path)?;
    let mut out = Target::open(None)?;
    let actor = |user: &UserEntry| if user.actor.is_empty() { user.name.clone() } else { user.actor.clone() };
    let time = |user: &UserEntry| user.created.map(|time| time.to_string());
    let header = ["name", "actor", "roles", "tenant", "disabled", "created"];
    let rows = file.users.iter().map(|user| {
        let disabled = if user.disabled { "yes" } else { "no" }.to_owned();
        vec![
            user.name.clone(),
            actor(user),
            user.roles.join(","),
            user.tenant.clone(),
            disabled,
            time(user).unwrap_or_default(),
        ]
    });
    let shown = |user: &UserEntry| {
        json!({"name": user.name, "actor": actor(user), "roles": user.roles, "tenant": user.tenant, "disabled": user.disabled,
               "created": time(user)})
    };
    match output::choose(global.format, None, Format::Table) {
        Format::Table => write_table(&mut out, &header, rows, &[])?,
        Format::Csv => write_csv(&mut out, &header, rows)?,
        Format::Json => output::write_json(&mut out, &file.users.iter().map(shown).collect::<Vec<_>>())?,
        Format::Jsonl => file.users.iter().try_for_each(|user| output::write_jsonl(&mut out, &shown(user)))?,
    }
    out.finish()?;
    Ok(())
}

/// A password from the terminal, where it is not shown and is asked for twice, or from stdin.
fn password(name: &str, from_stdin: bool) -> anyhow::Result<String> {
    if from_stdin {
        let mut line = String::new();
        std::io::stdin().lock().take(MAX_LINE).read_line(&mut line).context("reading the password from stdin")?;
        return Ok(line.trim_end_matches(['\n', '\r']).to_owned());
    }
    if !std::io::stdin().is_terminal() {
        return Err(
            Usage("there is no terminal to ask for the password; give it to stdin with --password-stdin".to_owned()).into()
        );
    }
    let asked = rpassword::prompt_password(format!("Password of {name}: ")).context("asking for the password")?;
    let again = rpassword::prompt_password("Again: ").context("asking for the password")?;
    if asked != again {
        return Err(Failure::new("the two passwords differ", "nothing was changed").into());
    }
    Ok(asked)
}
