//! A desk that is made once and copied for each test.

use super::Desk;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Git's settings of everybody. Tests end the program, not the machine, so
/// nothing waits for the disk.
pub(super) const GIT_SETTINGS: &str = "\
[user]
\tname = Lena
\temail = lena@example.com
[init]
\tdefaultBranch = main
\ttemplateDir =
[desk]
\tdurability = fast
[core]
\tfsync = none
[gc]
\tauto = 0
[maintenance]
\tauto = false
[advice]
\tdetachedHead = false
";

pub(super) const PEOPLE: &str = "\
format: 1
people:
  grace: {name: Grace, emails: [grace@example.com], levels: [1, 2], teams: [frontline], roles: [team-lead]}
  lena: {name: Lena, emails: [lena@example.com], levels: [1, 2], teams: [frontline]}
  marco: {name: Marco, emails: [marco@example.com], levels: [2], teams: [desktop, technical]}
  nadia: {name: Nadia, emails: [nadia@example.com], levels: [3], teams: [expert]}
";

/// Files by path below the desk's folder; folders have no content.
type Files = Vec<(PathBuf, Option<Vec<u8>>)>;

/// Puts a desk into that folder.
pub(super) fn unpack(root: &Path) {
    static FILES: OnceLock<Files> = OnceLock::new();
    fs::create_dir(root).unwrap();
    for (path, content) in FILES.get_or_init(make) {
        let path = root.join(path);
        match content {
            Some(content) => fs::write(path, content).unwrap(),
            None => fs::create_dir(path).unwrap(),
        }
    }
}

fn make() -> Files {
    let desk = Desk::nowhere();
    desk.ok("init desk --name Acme");
    desk.write("people.yaml", PEOPLE);
    desk.git("commit -q -a -m People");
    let (mut files, mut folders) = (Vec::new(), vec![desk.root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&desk.root).unwrap().to_owned();
            if path.is_dir() {
                files.push((name, None));
                folders.push(path);
            } else {
                files.push((name, Some(fs::read(path).unwrap())));
            }
        }
    }
    files
}
