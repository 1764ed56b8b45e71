//! Dates of the Advanced Sanctions Data Model: single dates, and periods whose start and end are each a span. Out comes the shortest
//! date that says the same (a span over a whole year is the year), and beside it what could not be read.

use interdict_model::{DateValue, PartialDate};

use crate::error::SourceError;
use crate::xml::Xml;

/// What was read, as far as it could be, and what was wrong with the rest.
#[derive(Debug)]
pub(super) struct Reading<T> {
    pub(super) value: Option<T>,
    pub(super) fault: Option<String>,
}

/// When something began and ended; either may be open.
#[derive(Debug, Default)]
pub(super) struct Interval {
    pub(super) start: Option<DateValue>,
    pub(super) end: Option<DateValue>,
}

/// Reads the children of the current element as `Year`, `Month`, `Day`. Without a year there is no value and no fault: OFAC leaves
/// dates that it does not know empty.
pub(super) fn date(xml: &mut Xml<'_>) -> Result<Reading<PartialDate>, SourceError> {
    let mut numbers = [None; 3];
    let mut fault = None;
    xml.children(|xml| {
        let place = match xml.name() {
            "Year" => 0,
            "Month" => 1,
            "Day" => 2,
            name => {
                fault = Some(format!("element `{name}` in a date is not known"));
                return xml.skip();
            }
        };
        let text = xml.leaf()?;
        match text.parse::<u16>() {
            Ok(number) => numbers[place] = Some(number),
            Err(_) if text.is_empty() => {}
            Err(_) => fault = Some(format!("`{text}` is not a year, month or day")),
        }
        Ok(())
    })?;
    let [Some(year), month, day] = numbers else { return Ok(Reading { value: None, fault }) };
    // A number above 255 is no month or day either; the model says so.
    let small = |number: Option<u16>| number.map(|number| u8::try_from(number).unwrap_or(u8::MAX));
    Ok(match PartialDate::new(year, small(month), small(day)) {
        Ok(date) => Reading { value: Some(date), fault },
        Err(error) => Reading { value: None, fault: Some(error.to_string()) },
    })
}

/// The bounds of a `DatePeriod`: the span in which it starts and the span in which it ends.
#[derive(Debug, Default)]
struct Bounds {
    start: [Option<PartialDate>; 2],
    end: [Option<PartialDate>; 2],
    circa: bool,
    fault: Option<String>,
}

fn bounds(xml: &mut Xml<'_>) -> Result<Bounds, SourceError> {
    let mut bounds = Bounds::default();
    xml.children(|xml| {
        let bound = match xml.name() {
            "Start" => &mut bounds.start,
            "End" => &mut bounds.end,
            name => {
                let name = name.to_owned();
                let text = xml.leaf()?;
                // OFAC writes an empty `Comment` into some periods; durations stand in none.
                if name != "Comment" || !text.is_empty() {
                    bounds.fault = Some(format!("element `{name}` of a period was left out"));
                }
                return Ok(());
            }
        };
        bounds.circa |= xml.flag("Approximate");
        xml.children(|xml| {
            let side = match xml.name() {
                "From" => 0,
                "To" => 1,
                name => {
                    bounds.fault = Some(format!("element `{name}` of a period was left out"));
                    return xml.skip();
                }
            };
            let reading = date(xml)?;
            bound[side] = reading.value;
            if reading.fault.is_some() {
                bounds.fault = reading.fault;
            }
            Ok(())
        })
    })?;
    Ok(bounds)
}

/// Reads the current `DatePeriod` as one date, which may be a span: when something was.
pub(super) fn period(xml: &mut Xml<'_>) -> Result<Reading<DateValue>, SourceError> {
    let Bounds { start: [start_from, start_to], end: [end_from, end_to], circa, fault } = bounds(xml)?;
    // A missing bound is the other one of its span; a missing end is the start.
    let Some(first) = start_from.or(start_to).or(end_from).or(end_to) else { return Ok(Reading { value: None, fault }) };
    let start_to = start_to.unwrap_or(first);
    let last = end_to.or(end_from).unwrap_or(start_to);
    Ok(match DateValue::from_period(first, start_to, end_from.unwrap_or(first), last, circa) {
        Ok(value) => Reading { value: Some(value), fault },
        Err(error) => Reading { value: None, fault: Some(error.to_string()) },
    })
}

/// Reads the current `DatePeriod` as a time with a beginning and an end: from when until when something holds.
pub(super) fn interval(xml: &mut Xml<'_>) -> Result<Reading<Interval>, SourceError> {
    let Bounds { start, end, circa, mut fault } = bounds(xml)?;
    let mut moment = |[from, to]: [Option<PartialDate>; 2]| {
        let (from, to) = (from.or(to)?, to.or(from)?);
        match DateValue::from_period(from, to, from, to, circa) {
            Ok(value) => Some(value),
            Err(error) => {
                fault = Some(error.to_string());
                None
            }
        }
    };
    let value = Interval { start: moment(start), end: moment(end) };
    Ok(Reading { value: Some(value), fault })
}
