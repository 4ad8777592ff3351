use super::*;
use crate::policy::zone::Zone;
use crate::report::figure::Part;
use crate::report::metrics::Excluded;
use crate::report::period::Period;
use crate::report::table::Column;
use crate::ticket::Timestamp;
use proptest::prelude::*;
use quick_xml::events::Event;

/// What a page is made of.
const ELEMENTS: &[&str] = &[
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "h1",
    "dl",
    "div",
    "dt",
    "dd",
    "nav",
    "ul",
    "li",
    "a",
    "main",
    "p",
    "section",
    "h2",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "span",
    "small",
    "code",
    "time",
    "figure",
    "figcaption",
    "svg",
    "line",
    "text",
    "polyline",
    "circle",
    "rect",
    "footer",
];

fn report(tables: Vec<Table>) -> Document {
    let at = Timestamp::from_unix;
    Document {
        view: "summary",
        title: "Summary".to_owned(),
        period: Period::new(at(1_795_392_000), at(1_795_478_400)).unwrap(),
        before: None,
        now: at(1_795_478_400),
        desks: Vec::new(),
        terms: Vec::new(),
        notes: Vec::new(),
        left_out: Excluded::default(),
        zone: Zone::UTC,
        currency: None,
        tables,
    }
}

fn columns(titles: &[&str]) -> Vec<Column> {
    let column = |title: &&str| Column::new(&title.to_lowercase(), title);
    titles.iter().map(column).collect()
}

fn over_weeks(numbers: &[Option<i64>]) -> Table {
    let mut table = Table::new("weeks", "By week", columns(&["Week", "Arrived"]));
    for (week, number) in numbers.iter().enumerate() {
        let name = Cell::Text(format!("W{week:02}"));
        table.push(vec![name, number.map_or(Cell::Nothing, Cell::Count)]);
    }
    table.chart(Chart::Lines)
}

fn titled(title: &str) -> Table {
    let mut table = Table::new("tickets", title, columns(&["ID", "Title"]));
    table.push(vec![
        Cell::Text(title.to_owned()),
        Cell::Text(title.to_owned()),
    ]);
    table.note(title)
}

/// The page's elements, and the text of each of its cells; it must be XML.
fn read(page: &str) -> (Vec<String>, Vec<String>) {
    let mut reader = quick_xml::Reader::from_str(page);
    reader.config_mut().check_end_names = true;
    let (mut elements, mut cells) = (Vec::new(), Vec::new());
    let mut cell: Option<String> = None;
    loop {
        match reader
            .read_event()
            .unwrap_or_else(|error| panic!("{error} in {page}"))
        {
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                assert!(tag.attributes().all(|attribute| attribute.is_ok()));
                if matches!(name.as_str(), "td" | "th") {
                    cell = Some(String::new());
                }
                elements.push(name);
            }
            Event::Empty(tag) => {
                assert!(tag.attributes().all(|attribute| attribute.is_ok()));
                elements.push(tag.name().as_ref().to_owned());
            }
            Event::End(tag) if matches!(tag.name().as_ref(), "td" | "th") => {
                cells.extend(cell.take())
            }
            Event::Text(text) => {
                if let Some(cell) = &mut cell {
                    cell.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(name) => {
                let char = match &*name.into_inner() {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "#39" => '\'',
                    other => panic!("XML knows no &{other};"),
                };
                if let Some(cell) = &mut cell {
                    cell.push(char);
                }
            }
            Event::Eof => return (elements, cells),
            _ => {}
        }
    }
}

/// Every kind of cell, chart and text.
fn all_kinds() -> Document {
    let mut figures = Table::new("figures", "Figures", columns(&["", "Value", "Change"]));
    let change = |better| Cell::Change {
        by: 0.25,
        points: true,
        better,
    };
    for (cell, change) in [
        (Cell::Nothing, Cell::Nothing),
        (Cell::Share(Part { count: 2, n: 3 }), change(Some(true))),
        (Cell::Ratio(1, 3), change(Some(false))),
        (Cell::Seconds(8_040), change(None)),
        (Cell::Money(155_050), Cell::Nothing),
        (Cell::Number(0.5), Cell::Nothing),
        (
            Cell::Moment(Timestamp::from_unix(1_795_424_400)),
            Cell::Nothing,
        ),
    ] {
        figures.push(vec![Cell::Named("one", "a figure"), cell, change]);
    }
    let mut heat = Table::new("heat", "Heat", columns(&["Hour", "Mon", "Tue"]));
    heat.push(vec!["08:00", "0", "7"].into_iter().map(counted).collect());
    heat.push(vec!["09:00", "14", "1"].into_iter().map(counted).collect());
    let mut bars = Table::new("bars", "Bars", columns(&["Level", "All", "New"]));
    bars.push(vec!["L1", "40", "1"].into_iter().map(counted).collect());
    bars.push(vec!["L2", "10", "0"].into_iter().map(counted).collect());
    let weeks = over_weeks(&[Some(1), Some(20), None, Some(3)]);
    let mut report = report(vec![
        figures.note("A note."),
        heat.chart(Chart::Heat),
        bars.chart(Chart::Bars(1)),
        weeks,
        Table::new("none", "Nothing", columns(&["ID"])),
    ]);
    report.before = Some(report.period);
    report.terms = vec!["level:2".to_owned()];
    report.desks = vec!["north".to_owned(), "south".to_owned()];
    report.notes = vec!["Nothing happened.".to_owned()];
    report.left_out.cancelled = 3;
    report
}

fn counted(text: &str) -> Cell {
    text.parse()
        .map_or_else(|_| Cell::Text(text.to_owned()), Cell::Count)
}

#[test]
fn a_page_is_xml_and_made_of_known_elements() {
    let (elements, cells) = read(&render(&all_kinds()));
    for element in &elements {
        assert!(ELEMENTS.contains(&element.as_str()), "{element}");
    }
    for expected in [
        "66.7 %",
        "33.3 %",
        "2 h 14 m",
        "1,550.50",
        "0.50",
        "Mon 23 Nov 09:00",
    ] {
        assert!(
            cells.iter().any(|cell| cell == expected),
            "{expected} in {cells:?}"
        );
    }
    for expected in ["+25.0 points better", "+25.0 points worse", "+25.0 points"] {
        assert!(
            cells.iter().any(|cell| cell == expected),
            "{expected} in {cells:?}"
        );
    }
}

#[test]
fn a_page_asks_for_nothing() {
    let page = render(&all_kinds());
    for address in [
        "http:", "https:", "//", "url(", "@import", "src=", "<script", "<link",
    ] {
        assert!(!page.contains(address), "{address}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn what_strangers_wrote_is_text() {
    for text in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</td></table><h1>owned</h1>",
        "&lt;b&gt; &amp; &#60; ]]> <!-- ",
        "' onmouseover='x",
        "\u{1b}[31m\u{202e}\u{ffff}\0",
    ] {
        let (elements, cells) = read(&render(&report(vec![titled(text)])));
        let shown = sanitize::line(text).replace('\u{ffff}', "\u{fffd}");
        assert_eq!(cells[2..], [shown.as_str(), shown.as_str()]);
        for element in elements {
            assert!(ELEMENTS.contains(&element.as_str()), "{element}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_shown_as_it_is(text in "[<>&\"'/!a-z\u{0}-\u{2f}\u{ff00}-\u{ffff}é日 ]{0,40}") {
        let (_, cells) = read(&render(&report(vec![titled(&text)])));
        let shown = sanitize::line(&text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
        prop_assert_eq!(&cells[3], &shown);
    }
}

#[test]
fn a_line_goes_where_the_numbers_say_and_breaks_where_there_are_none() {
    // From 0 to 100 over 170 pixels, 8 from the top.
    let page = render(&report(vec![over_weeks(&[Some(0), Some(50), Some(100)])]));
    assert!(
        page.contains("points=\"0.0,178.0 500.0,93.0 1000.0,8.0\""),
        "{page}"
    );
    let label = "aria-label=\"Lines from W00 to W02. Arrived: from 0 to 100, at most 100.\"";
    assert!(page.contains(label), "{page}");
    assert!(page.contains("<title>W01: Arrived 50</title>"));

    let gap = [
        Some(100),
        Some(100),
        None,
        Some(0),
        None,
        Some(100),
        Some(100),
    ];
    let page = render(&report(vec![over_weeks(&gap)]));
    let runs: Vec<&str> = page.split("<polyline").skip(1).collect();
    assert_eq!(runs.len(), 2, "one point alone is a dot");
    assert!(runs[0].contains("points=\"0.0,8.0 166.7,8.0\""));
    assert!(runs[1].contains("points=\"833.3,8.0 1000.0,8.0\""));
    assert_eq!(page.matches("<circle").count(), 5);
}

#[test]
fn lines_of_one_size_share_a_plot() {
    let titles = ["Week", "Arrived", "Resolved", "Live", "Attainment"];
    let mut table = Table::new("weeks", "By week", columns(&titles)).chart(Chart::Lines);
    for week in ["W01", "W02"] {
        let share = Cell::Share(Part { count: 9, n: 10 });
        let mut row = vec![Cell::Text(week.to_owned())];
        row.extend([100, 90, 4_000].map(Cell::Count));
        row.push(share);
        table.push(row);
    }
    let page = render(&report(vec![table]));
    let keys: Vec<usize> = page
        .split("<figure>")
        .skip(1)
        .map(|figure| figure.matches("<li>").count())
        .collect();
    assert_eq!(keys, [2, 1, 1]);
    assert!(page.contains(">75 %</text>"), "shares are of a whole");
}

#[test]
fn paper_has_the_columns_that_matter() {
    let mut columns: Vec<Column> = (0..15)
        .map(|place| Column::new(&format!("c{place}"), "C").keep(place))
        .collect();
    columns[0].keep = Column::ALWAYS;
    let mut table = Table::new("wide", "Wide", columns);
    table.push((0..15).map(Cell::Count).collect());
    let page = render(&report(vec![table]));
    assert_eq!(page.matches("<body class=\"across\">").count(), 1);
    for place in 1..15 {
        let hidden = page.contains(&format!("<td class=\"n spare\">{place}</td>"));
        assert_eq!(hidden, place < 4, "{place}");
    }
    assert!(page.contains("On paper, the most important columns."));
}

#[test]
fn negative_numbers_go_below_zero() {
    let page = render(&report(vec![over_weeks(&[Some(-10), Some(10)])]));
    assert!(page.contains("points=\"0.0,178.0 1000.0,8.0\""), "{page}");
    assert!(page.contains(">-10</text>") && page.contains("class=\"zero\""));
}

#[test]
fn bars_and_shades_are_in_proportion() {
    let page = render(&all_kinds());
    assert!(page.contains(">40<svg class=\"bar\""));
    let bars: Vec<&str> = page.split("<rect width=\"").skip(1).collect();
    let widths: Vec<&str> = bars
        .iter()
        .filter_map(|bar| bar.split('"').next())
        .collect();
    assert_eq!(widths, ["100.0", "25.0"]);
    // The largest is the darkest, half of it is in the middle, none is none.
    for cell in [
        "<td class=\"n h7\">14</td>",
        "<td class=\"n h4\">7</td>",
        "<td class=\"n h1\">1</td>",
        "<td class=\"n none\">0</td>",
    ] {
        assert!(page.contains(cell), "{cell}");
    }
}

/// The colours of a scheme, by their names.
fn colours(scheme: &str) -> Vec<(String, [f64; 3])> {
    let declared = scheme.split(';').filter_map(|part| part.split_once("--"));
    let pairs = declared.filter_map(|(_, part)| part.split_once(": #"));
    pairs
        .map(|(name, hex)| {
            let channel = |at: usize| {
                let value = u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
                f64::from(value) / 255.0
            };
            (name.to_owned(), [channel(0), channel(2), channel(4)])
        })
        .collect()
}

/// The contrast of two colours as WCAG 2 defines it.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let linear = |value: f64| match value {
        ..=0.040_45 => value / 12.92,
        value => ((value + 0.055) / 1.055).powf(2.4),
    };
    let light = |[red, green, blue]: [f64; 3]| {
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) + 0.05
    };
    let (one, other) = (light(one), light(other));
    one.max(other) / one.min(other)
}

#[test]
fn words_and_lines_stand_out_in_every_scheme() {
    let schemes: Vec<_> = STYLE
        .split(":root {")
        .skip(1)
        .map(|scheme| colours(scheme.split('}').next().unwrap()))
        .collect();
    assert_eq!(schemes.len(), 3, "light, dark, print");
    for scheme in schemes {
        let colour = |name: &str| {
            let mut found = scheme.iter().filter(|(known, _)| known == name);
            found.next().unwrap_or_else(|| panic!("no {name}")).1
        };
        let check = |over: &str, under: &str, least: f64| {
            let found = contrast(colour(over), colour(under));
            assert!(found >= least, "{over} on {under}: {found:.2}");
        };
        for paper in ["paper", "raised"] {
            for ink in ["ink", "soft", "link", "good", "bad"] {
                check(ink, paper, 4.5);
            }
        }
        for line in ["s1", "s2", "s3", "s4", "bar"] {
            check(line, "paper", 3.0);
        }
        for (shade, ink) in [
            ("h1", "on-low"),
            ("h2", "on-low"),
            ("h3", "on-low"),
            ("h4", "on-low"),
            ("h5", "on-h5"),
            ("h6", "on-high"),
            ("h7", "on-high"),
        ] {
            check(ink, shade, 4.5);
        }
    }
}
