//! Signing commits with the programs that git is set up to use.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::durable;
use super::{Result, Store, StoreError};

/// How this repository signs its commits.
#[derive(Debug)]
pub(super) struct Signer {
    program: String,
    arguments: Vec<String>,
    /// What the signature begins with, as a check on the program.
    header: &'static str,
    /// A public key that was given as a text, in a file for the program.
    key_file: Option<PathBuf>,
}

impl Store {
    /// `None` where `commit.gpgsign` is off.
    pub(super) fn signer(&self) -> Result<Option<Signer>> {
        if !self.flag("commit.gpgsign")?.unwrap_or(false) {
            return Ok(None);
        }
        let format = self.setting("gpg.format")?;
        let key = self.setting("user.signingkey")?;
        let program = |own: &'static str, default: &str| -> Result<String> {
            Ok(self.setting(own)?.unwrap_or_else(|| default.to_owned()))
        };
        match format.as_deref().unwrap_or("openpgp") {
            "openpgp" => {
                let fallback = program("gpg.program", "gpg")?;
                self.gpg(program("gpg.openpgp.program", &fallback)?, PGP_HEADER, key)
            }
            "x509" => self.gpg(program("gpg.x509.program", "gpgsm")?, CMS_HEADER, key),
            "ssh" => self.ssh(program("gpg.ssh.program", "ssh-keygen")?, key),
            other => Err(StoreError::BadSetting {
                key: "gpg.format",
                value: other.to_owned(),
                allowed: "openpgp, x509, ssh",
            }),
        }
        .map(Some)
    }

    fn gpg(&self, program: String, header: &'static str, key: Option<String>) -> Result<Signer> {
        let key = match key {
            Some(key) => key,
            None => {
                let who = self.identity()?;
                format!("{} <{}>", who.name, who.email)
            }
        };
        Ok(Signer {
            program,
            arguments: vec!["-bsau".to_owned(), key],
            header,
            key_file: None,
        })
    }

    fn ssh(&self, program: String, key: Option<String>) -> Result<Signer> {
        let key = match key {
            Some(key) => key,
            None => self.default_ssh_key(&program)?,
        };
        let literal = key
            .strip_prefix("key::")
            .or_else(|| key.starts_with("ssh-").then_some(key.as_str()));
        let mut arguments: Vec<String> = ["-Y", "sign", "-n", "git", "-f"]
            .map(str::to_owned)
            .to_vec();
        let mut key_file = None;
        if let Some(literal) = literal {
            let folder = self.git_dir().join("desk");
            std::fs::create_dir_all(&folder).map_err(StoreError::io("create", &folder))?;
            let path = folder.join(format!("signing-key-{}", std::process::id()));
            std::fs::write(&path, format!("{literal}\n"))
                .map_err(StoreError::io("write", &path))?;
            arguments.push(path.to_string_lossy().into_owned());
            arguments.push("-U".to_owned());
            key_file = Some(path);
        } else {
            arguments.push(expand_home(&key));
        }
        Ok(Signer {
            program,
            arguments,
            header: SSH_HEADER,
            key_file,
        })
    }

    fn default_ssh_key(&self, program: &str) -> Result<String> {
        let failed = |detail: String| StoreError::Signing {
            program: program.to_owned(),
            detail,
        };
        let Some(command) = self.setting("gpg.ssh.defaultKeyCommand")? else {
            return Err(failed("user.signingkey is not set".to_owned()));
        };
        let output = Command::new("sh")
            .args(["-c", &command])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| failed(error.to_string()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines()
            .find(|line| line.starts_with("ssh-") || line.starts_with("key::"))
            .map(str::to_owned)
            .ok_or_else(|| failed(format!("{command:?} printed no key")))
    }
}

const PGP_HEADER: &str = "-----BEGIN PGP SIGNATURE-----";
const CMS_HEADER: &str = "-----BEGIN SIGNED MESSAGE-----";
const SSH_HEADER: &str = "-----BEGIN SSH SIGNATURE-----";

/// `~/` is the shell's, and nobody else's program expands it.
fn expand_home(path: &str) -> String {
    match (path.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest).to_string_lossy().into_owned(),
        _ => path.to_owned(),
    }
}

impl Signer {
    /// The signature of a commit's content.
    pub(super) fn sign(&self, content: &str) -> Result<String> {
        let failed = |detail: String| StoreError::Signing {
            program: self.program.clone(),
            detail,
        };
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let written = match child.stdin.take() {
            Some(mut input) => input.write_all(content.as_bytes()),
            None => Ok(()),
        };
        let output = child
            .wait_with_output()
            .map_err(|error| failed(error.to_string()))?;
        let signature = String::from_utf8_lossy(&output.stdout).replace('\r', "");
        if output.status.success() && written.is_ok() && signature.contains(self.header) {
            return Ok(signature);
        }
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(failed(if words.is_empty() {
            format!("it printed no signature ({})", output.status)
        } else {
            words
        }))
    }
}

impl Drop for Signer {
    fn drop(&mut self) {
        if let Some(path) = &self.key_file {
            // A public key; one that stays harms nobody.
            let _ = durable::remove(path);
        }
    }
}
