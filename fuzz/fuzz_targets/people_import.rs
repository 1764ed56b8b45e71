//! Any bytes, imported as an export: as what they are recognised as, or else as every format that is not about one person. Whoever comes
//! out can be walked over, every problem has words, and the same bytes give as many people, rows and problems again.
#![no_main]

use std::sync::LazyLock;

use interdict_fuzz::people::{Counts, builder, walk};
use interdict_persona::{ColumnMap, Format, Limits, import_with, recognise};
use libfuzzer_sys::fuzz_target;

/// What the columns of a table of the user are.
static COLUMNS: LazyLock<ColumnMap> = LazyLock::new(|| {
    const MAP: &str = r#"
        system = "crew"
        dates = "day/month/year"
        [columns]
        "No." = "person.id"
        "First" = "person.first_name"
        "Last" = "person.last_name"
        "Lives in" = "person.country"
        "Zone" = "person.tz"
        "Mail" = "identifier.email"
        "Phone" = "identifier.phone"
        "Badge" = "identifier.doc"
        "Seen" = "event.login.time"
        "Offset" = "event.login.tz_offset"
        "From IP" = "event.login.ip"
        "Device" = "event.login.device"
        "VPN" = "event.login.network"
        "About" = "document.cv.text"
        "Last firm" = "document.cv.1.employer"
        "Named by" = "relation.referred.from"
    "#;
    ColumnMap::columns(MAP).expect("the map is one")
});

/// What the custom fields of a system are.
static FIELDS: LazyLock<ColumnMap> = LazyLock::new(|| {
    const MAP: &str = r#"
        dates = "month/day/year"
        [custom_fields]
        "Zone" = "person.tz"
        "Laptop" = "identifier.serial"
        "Last seen" = "event.login.time"
        "Seen from" = "event.login.ip"
        "Summary" = "document.cv.text"
        "Named by" = "relation.referred.from"
    "#;
    ColumnMap::custom_fields(MAP).expect("the map is one")
});

fuzz_target!(|bytes: &[u8]| {
    // The name tells no format.
    let recognised = recognise("export", bytes).filter(|format| !format.is_of_one_person());
    if let Some(format) = recognised {
        assert_eq!(import(format, bytes), import(format, bytes), "{format:?}");
        return;
    }
    for format in Format::ALL.iter().filter(|format| !format.is_of_one_person()) {
        import(*format, bytes);
    }
});

fn import(format: Format, bytes: &[u8]) -> Counts {
    let map = if format == Format::Mapped { &*COLUMNS } else { &*FIELDS };
    let mut to = builder(Limits::default());
    let file = to.file("export");
    let mut input = bytes;
    if let Err(error) = import_with(format, &mut input, file, Some(map), &mut to) {
        panic!("{format:?}: bytes in memory can be read, and there is a map: {error}");
    }
    walk(to)
}
