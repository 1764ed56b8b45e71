//! Addresses as something that two parties can share.

use interdict_model::Country;

/// The keys of an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressKeys {
    /// Key of the building: country, street, house number and city, whatever their order.
    pub place: Option<String>,
    /// The same with room, flat, suite or floor.
    pub unit: Option<String>,
    /// Weaker keys: postcode and number, street and number without the city.
    pub loose: Vec<String>,
}

/// The keys of an address.
#[must_use]
pub fn address_keys(full: &str, country: Option<Country>) -> AddressKeys {
    let (_, _) = (full, country);
    AddressKeys::default()
}
