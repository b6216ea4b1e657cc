//! Editor command: VISUAL, EDITOR or an installed editor, with the arguments that keep vi and Vim from writing copies of
//! the text to disk.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::editor::memory_file::MemoryTextFile;
use journal::config::EnvironmentSnapshot;
use journal::error::{Error, Result};

/// Editors to try without VISUAL and EDITOR, as Debian's tools do.
const FALLBACKS: [&str; 3] = ["sensible-editor", "nano", "vi"];
/// Words that run the command after them.
const PREFIXES: [&str; 5] = ["command", "env", "exec", "nice", "nohup"];
/// Settings of Vim that write the text to other files. `silent!`, because a small build lacks some of them.
const VIM_SETTINGS: &str =
    "silent! set noundofile|silent! set nobackup|silent! set nowritebackup|silent! set noswapfile";
/// Files with registers, marks and search patterns of Vim and Neovim.
const VIM_STATE_SETTINGS: &str = "silent! set viminfo=|silent! set shada=";

/// Kind of editor that needs arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EditorKind {
    /// Vim and Neovim.
    Vim,
    /// Vim with a window of its own, which has to stay in the foreground.
    GraphicalVim,
    /// The vi of BSD, which keeps a recovery file.
    Nvi,
    Other,
}

/// Command line of the editor.
#[derive(Debug, PartialEq, Eq)]
pub struct EditorCommand {
    /// Shell command, run through `sh` as git does, because EDITOR may contain arguments.
    command: String,
    kind: EditorKind,
    /// Commands that nvi reads at its start.
    ex_commands: Option<String>,
}

impl EditorCommand {
    /// Returns the editor that the environment names, or one that is installed.
    ///
    /// `alternative` is the next step without an editor.
    ///
    /// # Errors
    /// `Invalid` if there is none.
    pub fn resolve(environment: &EnvironmentSnapshot, alternative: &str) -> Result<Self> {
        let path = environment.path("PATH").unwrap_or_default();
        let command = match (environment.text("VISUAL")?, environment.text("EDITOR")?) {
            (Some(editor), _) | (None, Some(editor)) => editor.to_owned(),
            (None, None) => {
                let installed = FALLBACKS.into_iter().find(|name| find_program(name, path.as_os_str()).is_some());
                installed
                    .ok_or_else(|| {
                        Error::invalid("no editor is set or installed").hint(format!("set EDITOR, or {alternative}"))
                    })?
                    .to_owned()
            }
        };
        let command = match program_name(&command).as_deref() {
            Some("sensible-editor") => resolve_sensible_editor(environment, path.as_os_str()).unwrap_or(command),
            _ => command,
        };
        let kind = program_name(&command).map_or(EditorKind::Other, |name| editor_kind(&name, path.as_os_str()));
        let ex_commands = match (environment.text("NEXINIT")?, environment.text("EXINIT")?) {
            (Some(commands), _) | (None, Some(commands)) => Some(commands.to_owned()),
            (None, None) => source_ex_settings(environment),
        };
        Ok(Self { command, kind, ex_commands })
    }

    /// Builds the process that edits the file.
    pub fn to_process(&self, file: &MemoryTextFile) -> Command {
        let mut process = Command::new("sh");
        // An interrupt in the editor does not end the shell, but a trap is not inherited by the editor.
        process.arg("-c").arg(format!("trap : INT; {} \"$@\"", self.command)).arg("editor");
        process.args(self.arguments()).arg(file.text_path());
        if self.kind == EditorKind::Nvi {
            // Executed before the file is opened, unlike `-c`, and instead of the user's settings.
            let recovery = format!("set recdir={}", file.folder().display());
            let commands = [Some(recovery.as_str()), self.ex_commands.as_deref()];
            process.env("NEXINIT", commands.into_iter().flatten().collect::<Vec<_>>().join("|"));
        }
        process
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        if self.kind == EditorKind::GraphicalVim {
            arguments.push("-f".to_owned());
        }
        if matches!(self.kind, EditorKind::Vim | EditorKind::GraphicalVim) {
            // Before the user's settings and again after them.
            arguments.extend(["-n", "-i", "NONE", "--cmd", VIM_SETTINGS, "-c"].map(str::to_owned));
            arguments.push(format!("{VIM_SETTINGS}|{VIM_STATE_SETTINGS}"));
        }
        arguments
    }
}

/// Returns the command that reads the user's settings of nvi, if there are any.
fn source_ex_settings(environment: &EnvironmentSnapshot) -> Option<String> {
    let home = environment.path("HOME")?;
    let settings = [".nexrc", ".exrc"].map(|name| home.join(name)).into_iter().find(|path| path.is_file())?;
    Some(format!("source {}", settings.display()))
}

/// Returns the editor that `sensible-editor` would run, so that its kind is known.
fn resolve_sensible_editor(environment: &EnvironmentSnapshot, path: &OsStr) -> Option<String> {
    let selected =
        environment.path("HOME").and_then(|home| std::fs::read_to_string(home.join(".selected_editor")).ok());
    let selected = selected.as_deref().and_then(selected_editor).map(str::to_owned);
    selected.or_else(|| {
        ["editor", "nano", "vi"].into_iter().find(|name| find_program(name, path).is_some()).map(str::to_owned)
    })
}

/// Reads the line that `select-editor` writes: `SELECTED_EDITOR="/usr/bin/nano"`.
fn selected_editor(file: &str) -> Option<&str> {
    let value = file.lines().find_map(|line| line.trim().strip_prefix("SELECTED_EDITOR="))?;
    let value = value.trim_matches('"');
    (!value.is_empty()).then_some(value)
}

/// Returns the program of a shell command without the words that only set up its environment.
fn program_name(command: &str) -> Option<String> {
    let is_program = |word: &String| {
        let assigns = word.split_once('=').is_some_and(|(name, _)| !name.contains('/'));
        !assigns && !word.starts_with('-') && !PREFIXES.contains(&word.as_str())
    };
    shell_words::split(command).ok()?.into_iter().find(is_program)
}

/// Finds an executable file by name or path.
fn find_program(name: &str, path: &OsStr) -> Option<PathBuf> {
    let is_executable =
        |path: &PathBuf| path.metadata().is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0);
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(is_executable);
    }
    std::env::split_paths(path).map(|folder| folder.join(name)).find(is_executable)
}

/// Determines the kind of an editor from the file that its name leads to; links such as `editor` are followed.
fn editor_kind(name: &str, path: &OsStr) -> EditorKind {
    let Some(file) = find_program(name, path) else { return kind_of_name(&base_name(Path::new(name))) };
    let (called, target) =
        (base_name(&file), file.canonicalize().map_or_else(|_| base_name(&file), |file| base_name(&file)));
    match (kind_of_name(&called), kind_of_name(&target)) {
        // One binary is Vim with and without a window; its name decides.
        (EditorKind::GraphicalVim, EditorKind::Vim) => EditorKind::GraphicalVim,
        (_, EditorKind::Other) if ["vi", "view", "ex"].contains(&target.as_str()) => kind_of_vi(&file),
        (_, kind) => kind,
    }
}

fn base_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn kind_of_name(name: &str) -> EditorKind {
    // Debian's builds are named `vim.basic`, `vim.tiny`, `vim.gtk3`.
    match name.split('.').next().unwrap_or_default() {
        "vim" | "vimx" | "rvim" | "rview" | "vimdiff" | "nvim" => EditorKind::Vim,
        "gvim" | "gview" | "rgvim" | "mvim" | "evim" => EditorKind::GraphicalVim,
        "nvi" | "nex" | "nview" | "bsd-vi" | "nvi2" => EditorKind::Nvi,
        _ => EditorKind::Other,
    }
}

/// Asks a program named `vi` for its version: Vim prints one, others refuse the argument.
fn kind_of_vi(program: &Path) -> EditorKind {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    let text = output.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).to_lowercase();
    if text.contains("vi improved") || text.starts_with("nvim ") {
        EditorKind::Vim
    } else if text.contains("busybox") {
        EditorKind::Other
    } else {
        EditorKind::Nvi
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> EnvironmentSnapshot {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect()
    }

    /// Creates a folder with executable files of these names.
    fn folder_of_programs(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            std::fs::write(&path, "#!/bin/sh\nexit 1\n").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        }
        folder
    }

    #[test]
    fn the_program_of_a_shell_command_is_found() {
        for (command, name) in [
            ("vim", "vim"),
            ("  vim -u NONE", "vim"),
            ("code --wait", "code"),
            ("emacs -nw", "emacs"),
            ("\"/opt/my editor/vim\" -f", "/opt/my editor/vim"),
            ("/opt/my\\ editor/nvim", "/opt/my editor/nvim"),
            ("'/a b'/nvim", "/a b/nvim"),
            ("env TERM=xterm vim", "vim"),
            ("LANG=C exec vi", "vi"),
            ("env -i vi", "vi"),
            ("/a=b/vim", "/a=b/vim"),
        ] {
            assert_eq!(program_name(command).as_deref(), Some(name), "{command}");
        }
        assert_eq!(program_name("  "), None);
    }

    #[test]
    fn the_name_decides_which_arguments_an_editor_gets() {
        for (name, kind) in [
            ("vim", EditorKind::Vim),
            ("vim.basic", EditorKind::Vim),
            ("nvim", EditorKind::Vim),
            ("gvim", EditorKind::GraphicalVim),
            ("nvi", EditorKind::Nvi),
            ("nano", EditorKind::Other),
            ("code", EditorKind::Other),
            ("vimium", EditorKind::Other),
        ] {
            assert_eq!(kind_of_name(name), kind, "{name}");
        }
    }

    #[test]
    fn links_are_followed_to_the_editor() {
        let folder = folder_of_programs(&["vim.basic", "nano", "vi"]);
        for (link, target) in [("editor", "vim.basic"), ("gvim", "vim.basic"), ("pico", "nano")] {
            std::os::unix::fs::symlink(folder.path().join(target), folder.path().join(link)).unwrap();
        }
        let kind = |name| editor_kind(name, folder.path().as_os_str());

        let kinds = ["editor", "gvim", "pico", "vi", "nvim"].map(kind);

        let wanted = [EditorKind::Vim, EditorKind::GraphicalVim, EditorKind::Other, EditorKind::Nvi, EditorKind::Vim];
        assert_eq!(kinds, wanted, "a vi without a version is nvi, and a name is enough for a missing program");
    }

    #[test]
    fn visual_precedes_editor_and_installed_editors() {
        let folder = folder_of_programs(&["nano", "sensible-editor"]);
        let path = folder.path().to_str().unwrap();
        let resolved = |pairs: &[(&str, &str)]| {
            let all = [&[("PATH", path), ("HOME", path)], pairs].concat();
            EditorCommand::resolve(&environment(&all), "pass the text").map(|editor| editor.command)
        };

        assert_eq!(resolved(&[("VISUAL", "vim -f"), ("EDITOR", "ed")]).unwrap(), "vim -f");
        assert_eq!(resolved(&[("VISUAL", ""), ("EDITOR", "ed")]).unwrap(), "ed");
        assert_eq!(resolved(&[]).unwrap(), "nano", "sensible-editor runs it");
        std::fs::write(folder.path().join(".selected_editor"), "# x\nSELECTED_EDITOR=\"/usr/bin/ed\"\n").unwrap();
        assert_eq!(resolved(&[]).unwrap(), "/usr/bin/ed");
        let none = EditorCommand::resolve(&environment(&[("PATH", "/nowhere")]), "pass the text").unwrap_err();
        assert_eq!(none.hint_text(), Some("set EDITOR, or pass the text"));
    }
}
