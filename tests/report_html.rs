//! A report as a page, as browsers take it: it fits a phone and a desk, asks
//! nobody for anything, and is dark where that is wanted.

#![expect(clippy::unwrap_used, reason = "tests")]

mod examples_support;

use examples_support::{Place, output, told};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

/// A title that wants to be more than one.
const HOSTILE: &str = "<script>document.title='owned'</script><img src=http://127.0.0.1:9/x.png>";

/// Widths of a phone and of a desk.
const WIDTHS: [u32; 2] = [360, 1280];

/// The sample desk, with titles by strangers.
fn desk() -> Place {
    let place = Place::new();
    place.run("desk", &["demo", "desk"]);
    let long = "pneumonoultramicroscopicsilicovolcanoconiosis".repeat(5);
    for title in [HOSTILE, &long, "Größe von /var 日本語のタイトル 👩‍👩‍👧"] {
        place.desk(&["open", title, "--category", "network/vpn"]);
    }
    place
}

/// Reports of every view, split and explained, in files: their names.
fn pages(place: &Place) -> Vec<String> {
    let views = place.views();
    let mut wanted: Vec<Vec<&str>> = views.iter().map(|view| vec![view.as_str()]).collect();
    wanted.extend([
        vec!["--compare"],
        vec!["--by", "day"],
        vec!["--by", "category"],
        vec!["--explain", "time-to-resolve", "--by", "team"],
        vec!["--explain", "arrived"],
        vec!["category:no/such"],
        vec!["--month", "1999-01"],
    ]);
    let name =
        |words: &Vec<&str>| format!("report{}.html", words.join("").replace([':', '/'], "-"));
    for words in &wanted {
        let (name, mut words) = (name(words), words.clone());
        if !words.contains(&"--month") {
            words.extend(["--last", "21d"]);
        }
        words.splice(0..0, ["report", "--html"]);
        words.insert(2, &name);
        assert_eq!(place.desk(&words), "", "{name}");
    }
    wanted.iter().map(name).collect()
}

/// The browser of this machine, if it has one.
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut programs = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let found = programs.find(|program| {
        let version = Command::new(program).arg("--version").output();
        version.is_ok_and(|told| told.status.success())
    });
    if found.is_none() {
        eprintln!("skipped: there is no chromium or chrome");
    }
    found
}

/// A page in which others are framed at each width, and measured.
fn wrapper(pages: &[String]) -> String {
    let frames = pages.iter().flat_map(|page| {
        WIDTHS.map(|width| {
            format!("<iframe src='{page}' data-page='{page}' style='width:{width}px;height:800px;border:0'></iframe>\n")
        })
    });
    let frames: String = frames.collect();
    format!(
        "<!DOCTYPE html><meta charset='utf-8'><meta name='color-scheme' content='light dark'>\
         <body>{frames}<pre id='found'></pre><script>
         console.error('the console is heard');
         window.onload = () => {{
           const found = [...document.querySelectorAll('iframe')].map(frame => {{
             const page = frame.contentDocument, root = page.documentElement;
             const wide = root.clientWidth;
             // What sticks out, but for what is inside a box that scrolls.
             const out = [...page.body.querySelectorAll('*')].filter(part =>
               !part.closest('.unseen, caption') && !part.parentElement.closest('.scroll, .lines')
               && part.getBoundingClientRect().right > wide + 0.5);
             return {{
               page: frame.dataset.page, wide, scrolls: root.scrollWidth,
               out: out.map(part => part.outerHTML.slice(0, 80)),
               asked: frame.contentWindow.performance.getEntriesByType('resource').length,
               title: page.title, tables: page.querySelectorAll('table').length,
               paper: frame.contentWindow.getComputedStyle(page.body).backgroundColor,
               scripts: page.scripts.length, images: page.images.length,
             }};
           }});
           document.getElementById('found').textContent = JSON.stringify(found);
         }};
         </script>"
    )
}

/// One browser at a time: several at once on a busy machine fall over.
static BROWSER: Mutex<()> = Mutex::new(());

/// What the browser says of a page. One that crashed said nothing of the page,
/// and is started again.
fn dumped(place: &Place, browser: &Path, page: &str, dark: bool) -> Output {
    let _alone = BROWSER.lock().unwrap_or_else(PoisonError::into_inner);
    let mut last = None;
    for attempt in 0..3 {
        let profile = place.at(&format!("browser{attempt}"));
        let mut command = place.command(browser.to_str().unwrap());
        command
            .args(["--headless", "--no-sandbox", "--disable-gpu"])
            .args(["--hide-scrollbars", "--disable-dev-shm-usage"])
            .args(["--disable-background-networking", "--no-first-run"])
            .args(["--allow-file-access-from-files", "--dump-dom"])
            .arg("--enable-logging=stderr")
            .arg(format!("--user-data-dir={}", profile.display()));
        if dark {
            command.arg("--blink-settings=preferredColorScheme=0");
        }
        command.arg(format!("file://{}", place.at(page).display()));
        let done = command.output().unwrap();
        if done.status.success() {
            return done;
        }
        last = Some(done);
    }
    let last = last.unwrap();
    panic!("{}\n{}", last.status, told(&last));
}

/// What was measured on a page, and what the browser complained of.
fn loaded(place: &Place, browser: &Path, page: &str, dark: bool) -> (Vec<Value>, String) {
    let done = dumped(place, browser, page, dark);
    let complaints = String::from_utf8_lossy(&done.stderr).into_owned();
    let dom = String::from_utf8(done.stdout).unwrap();
    let found = dom.split("<pre id=\"found\">").nth(1).unwrap();
    let found = found.split("</pre>").next().unwrap();
    let found = found
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    (serde_json::from_str(&found).unwrap(), complaints)
}

fn on_console(complaints: &str) -> Vec<&str> {
    let lines = complaints.lines().filter(|line| line.contains(":CONSOLE"));
    lines.collect()
}

#[test]
fn pages_fit_phones_and_desks_and_ask_nobody() {
    let Some(browser) = browser() else { return };
    let place = desk();
    let pages = pages(&place);
    fs::write(place.at("all.html"), wrapper(&pages)).unwrap();
    let mut papers = Vec::new();
    for dark in [false, true] {
        let (found, complaints) = loaded(&place, &browser, "all.html", dark);
        assert_eq!(found.len(), pages.len() * WIDTHS.len());
        for (one, width) in found.iter().zip(WIDTHS.iter().cycle()) {
            assert_eq!(one["wide"], *width, "{one}");
            assert!(one["scrolls"].as_u64() <= one["wide"].as_u64(), "{one}");
            assert_eq!(one["out"], Value::Array(Vec::new()), "{one}");
            assert_eq!(
                (&one["asked"], &one["scripts"], &one["images"]),
                (&0.into(), &0.into(), &0.into()),
                "{one}"
            );
            assert!(
                one["title"].as_str().unwrap().starts_with("Report"),
                "{one}"
            );
            let full = one["page"] == "reportsummary.html";
            assert!(!full || one["tables"].as_u64() > Some(1), "{one}");
            assert_eq!(one["paper"], found[0]["paper"]);
        }
        let heard = on_console(&complaints);
        assert_eq!(heard.len(), 1, "{heard:?}");
        assert!(heard[0].contains("the console is heard"), "{heard:?}");
        papers.push(found[0]["paper"].clone());
    }
    assert_eq!(papers, ["rgb(255, 255, 255)", "rgb(18, 23, 29)"]);
}

/// The page's own rules hold even where something got into it: and the test
/// above would see that.
#[test]
fn what_gets_into_a_page_is_neither_run_nor_asked_for() {
    let Some(browser) = browser() else { return };
    let place = desk();
    let page = place.desk(&["report", "--html", "-"]);
    let worse = page.replace(
        "</main>",
        &format!("{HOSTILE}<div style=\"width:400px\">.</div></main>"),
    );
    fs::write(place.at("worse.html"), worse).unwrap();
    let names = ["worse.html".to_owned()];
    fs::write(place.at("all.html"), wrapper(&names)).unwrap();
    let (found, complaints) = loaded(&place, &browser, "all.html", false);
    assert_eq!(
        (&found[0]["scripts"], &found[0]["images"]),
        (&1.into(), &1.into())
    );
    assert!(found[0]["scrolls"].as_u64() > found[0]["wide"].as_u64());
    assert_ne!(found[0]["out"], Value::Array(Vec::new()));
    assert!(found[0]["title"].as_str().unwrap().starts_with("Report"));
    let heard = on_console(&complaints).join("\n");
    assert!(
        heard.contains("script-src") && heard.contains("img-src"),
        "{heard}"
    );
}

#[test]
fn pages_ask_for_nothing_and_are_the_same_each_time() {
    let place = desk();
    for name in pages(&place) {
        let page = fs::read_to_string(place.at(&name)).unwrap();
        let mut reader = quick_xml::Reader::from_str(&page);
        while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
        for part in ["<script", "<img", "<link", "url(", "@import"] {
            assert!(!page.contains(part), "{part} in {name}");
        }
        let addresses = page.match_indices("http").count();
        let shown = page.matches("&lt;img src=http:").count();
        // The policy's name, and the title that is shown as text.
        assert_eq!(addresses, 1 + shown, "{name}");
    }
    let page = || place.desk(&["report", "--explain", "arrived", "--html", "-"]);
    assert_eq!(page(), page());
    assert!(page().contains("&lt;script&gt;"), "the title is shown");
}

#[test]
fn a_page_replaces_a_file_and_says_where_it_is() {
    let place = desk();
    let report = |file: &str| {
        let mut command = place.command("desk");
        command.args(["-C", "desk", "report", "--html", file]);
        command.env("DESK_BY", "lena");
        command
    };
    let printed = output(&mut report("-"));
    fs::write(place.at("desk.html"), "old").unwrap();
    let done = report("desk.html").output().unwrap();
    assert_eq!(told(&done), "the report is in desk.html\n");
    assert!(done.stdout.is_empty());
    assert_eq!(fs::read_to_string(place.at("desk.html")).unwrap(), printed);
    for (file, complaint) in [
        ("no/desk.html", "error: there is no folder for no/desk.html"),
        ("home", "error: home is a folder"),
    ] {
        let done = report(file).output().unwrap();
        assert_eq!(done.status.code(), Some(2));
        assert!(told(&done).starts_with(complaint), "{}", told(&done));
    }
    let both = report("x.html").arg("--json").output().unwrap();
    assert_eq!(both.status.code(), Some(2), "{}", told(&both));
    assert!(!place.at("x.html").exists());
}
