//! A small writer of XLSX workbooks, so that tests can say what stands in each cell.

use std::fmt::Write;

use crate::support::zip;

/// What stands in a cell.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'c> {
    Empty,
    Text(&'c str),
    Number(f64),
    /// A day number with the format of a date.
    Date(f64),
    Flag(bool),
    Error(&'c str),
}

pub(crate) use Cell::{Date, Empty, Error, Flag, Number, Text};

/// A workbook with the sheets.
pub(crate) fn workbook(sheets: &[(&str, &[&[Cell<'_>]])]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let (mut list, mut relations, mut types) = (String::new(), String::new(), String::new());
    let mut members: Vec<(String, String)> = Vec::new();
    for (number, (name, rows)) in sheets.iter().enumerate().map(|(position, sheet)| (position + 1, sheet)) {
        write!(list, r#"<sheet name="{}" sheetId="{number}" r:id="rId{number}"/>"#, escaped(name)).unwrap();
        write!(
            relations,
            r#"<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{number}.xml"/>"#
        )
        .unwrap();
        write!(
            types,
            r#"<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
        )
        .unwrap();
        members.push((format!("xl/worksheets/sheet{number}.xml"), sheet_xml(rows)));
    }
    let workbook = format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{list}</sheets></workbook>"#);
    let relations = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}<Relationship Id="rId99" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>"#
    );
    let root = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let types = format!(
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>{types}</Types>"#
    );
    let styles = format!(
        r#"<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#
    );
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    members.extend([
        ("[Content_Types].xml".to_owned(), types),
        ("_rels/.rels".to_owned(), root),
        ("xl/workbook.xml".to_owned(), workbook),
        ("xl/_rels/workbook.xml.rels".to_owned(), relations),
        ("xl/styles.xml".to_owned(), styles),
    ]);
    let members: Vec<(String, Vec<u8>)> =
        members.into_iter().map(|(name, text)| (name, format!("{head}{text}").into_bytes())).collect();
    zip(&members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>())
}

fn sheet_xml(rows: &[&[Cell<'_>]]) -> String {
    let mut xml = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#.to_owned();
    for (row, cells) in rows.iter().enumerate().map(|(position, cells)| (position + 1, cells)) {
        write!(xml, r#"<row r="{row}">"#).unwrap();
        for (column, cell) in cells.iter().enumerate() {
            let at = format!("{}{row}", column_letters(column));
            match cell {
                Cell::Empty => Ok(()),
                Cell::Text(text) => {
                    write!(xml, r#"<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#, escaped(text))
                }
                Cell::Number(number) => write!(xml, r#"<c r="{at}"><v>{number}</v></c>"#),
                Cell::Date(number) => write!(xml, r#"<c r="{at}" s="1"><v>{number}</v></c>"#),
                Cell::Flag(flag) => write!(xml, r#"<c r="{at}" t="b"><v>{}</v></c>"#, u8::from(*flag)),
                Cell::Error(error) => write!(xml, r#"<c r="{at}" t="e"><v>{error}</v></c>"#),
            }
            .unwrap();
        }
        xml.push_str("</row>");
    }
    xml + "</sheetData></worksheet>"
}

fn column_letters(column: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap());
    if column < 26 { letter(column).to_string() } else { format!("{}{}", letter(column / 26 - 1), letter(column)) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
