//! Addresses as something that two parties can share: an address as anyone writes it goes in, in any script; keys come out under which
//! writings of one address meet whatever the order, case, punctuation, abbreviation and script of its parts. A key is made for a hash
//! index: two addresses share it or they do not. It is conservative, so that two house numbers of one street never meet.
//!
//! There is no gazetteer behind it. What is a street, a district, a room is told by the words beside it (`data/address_words.tsv`) and
//! by where numbers stand, so that a variant with an unknown word more has another key; the loose keys may still meet.

mod read;
mod roles;
mod words;

use interdict_model::Country;

use read::Words;

/// The keys of an address. Equal keys of one kind mean what the kind says; keys of different kinds are never equal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressKeys {
    /// Key of the building, `country|words|numbers`: the names of street and town, sorted, and the house number. Strong: two parties
    /// that share it are in one building, or at one post office box. `None` when the text names no building: a country, a city, a
    /// district, a street without a number.
    ///
    /// Postcode, province, and a district where a town is named too, are left out, as many leave them out. Where the text says no
    /// country and none is given, `??` stands for it.
    pub place: Option<String>,
    /// The building's key and the room, flat, suite or floor; `None` when none is named. Stronger than the building: it tells the
    /// tenants of a tower apart.
    pub unit: Option<String>,
    /// Weaker keys, at most three, for what the building's key may miss. `country|pc:postcode|number`: the same postcode and house
    /// number, in most countries one of a few streets. `country|st:street|number`: the same street and number in some town of the
    /// country. `country|qt:words|number`: the same numbered quarter, as North Korean addresses give it instead of a street.
    pub loose: Vec<String>,
}

/// The keys of an address given as one text, its parts in any order. `country` is the country known from elsewhere; one that the text
/// names has precedence.
///
/// The order of comma-separated parts does not matter, nor whether they are separated at all where street and town have a number
/// between them or a word for the street. A text over 2048 bytes has no keys.
///
/// ```
/// # use interdict_names::address_keys;
/// let latin = address_keys("41 Ulitsa Klary Tsetkin, Moscow, Russia", None);
/// let cyrillic = address_keys("ул. Клары Цеткин, 41, Москва, Россия", None);
/// assert_eq!(latin.place.as_deref(), Some("ru|klari moscow tsetkin|41"));
/// assert_eq!(latin, cyrillic);
/// assert_eq!(address_keys("Pyongyang, North Korea", None).place, None);
/// ```
#[must_use]
pub fn address_keys(full: &str, country: Option<Country>) -> AddressKeys {
    Words::read(full).map_or_else(AddressKeys::default, |words| roles::keys(&words, country))
}
