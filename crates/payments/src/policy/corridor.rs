//! Which corridor a payment takes: the countries of its two sides go in, the first corridor that fits comes out.

use interdict_model::Country;

use super::Corridor;
use crate::message::{IdKind, Party, Payment, Role};

pub(super) fn of<'c>(corridors: &'c [Corridor], payment: &Payment) -> Option<&'c Corridor> {
    if corridors.is_empty() {
        return None;
    }
    let from = country_of(payment, Role::Debtor, Role::DebtorAgent);
    let to = country_of(payment, Role::Creditor, Role::CreditorAgent);
    let fits = |wanted: &[String], stated: Option<Country>| {
        wanted.is_empty() || stated.is_some_and(|country| wanted.iter().any(|code| code.eq_ignore_ascii_case(country.code())))
    };
    corridors.iter().find(|corridor| {
        let by_kind = corridor.messages.is_empty() || corridor.messages.contains(&payment.kind);
        by_kind && fits(&corridor.from, from) && fits(&corridor.to, to)
    })
}

/// The country of a side: of the party, or else of its bank.
fn country_of(payment: &Payment, role: Role, agent: Role) -> Option<Country> {
    let party = payment.parties_in(role).find_map(|party| {
        of_address(party)
            .or_else(|| party.ids_of(IdKind::Iban).find_map(|id| of_code(&id.field.value, 0)))
            .or_else(|| party.countries.iter().find_map(|field| Country::parse(&field.value)))
            .or_else(|| of_bic(party))
    });
    party.or_else(|| payment.parties_in(agent).find_map(|party| of_bic(party).or_else(|| of_address(party))))
}

fn of_address(party: &Party) -> Option<Country> {
    let address = &party.address;
    let stated = address.country.as_ref().and_then(|field| Country::parse(&field.value));
    // A last line of two or three letters may be a state or a unit as well.
    let line = || address.lines.last()?.value.lines().last().filter(|line| line.trim().len() > 3).and_then(Country::parse);
    stated.or_else(line)
}

fn of_bic(party: &Party) -> Option<Country> {
    party.ids_of(IdKind::Bic).find_map(|id| of_code(&id.field.value, 4))
}

/// The country whose code stands at a place of an identifier.
fn of_code(identifier: &str, at: usize) -> Option<Country> {
    let code = identifier.trim().get(at..at + 2)?;
    Country::from_code(code).filter(|_| code.bytes().all(|byte| byte.is_ascii_alphabetic()))
}
