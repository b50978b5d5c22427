//! What the user sees: problems on standard error, answers on standard output, a progress bar when a person watches.

use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use oligomet_base::{Problem, Problems, Severity};
use oligomet_study::World;

use crate::{Format, wrap};

/// Whether a command did what was asked.
pub(crate) type Outcome = Result<(), Problems>;

/// The user's terminal.
pub(crate) struct Console {
    format: Format,
    strict: bool,
    warned: RefCell<bool>,
    stop: Arc<AtomicBool>,
}

impl Console {
    /// A console; Ctrl-C asks the work to stop at the next safe place.
    pub(crate) fn new(format: Format, strict: bool) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        // Where no handler can be set, Ctrl-C ends the process at once; a run folder is renamed into place last, so nothing half-written stays under its name.
        let _ = ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst));
        Self { format, strict, warned: RefCell::new(false), stop }
    }

    /// The chosen format.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Whether Ctrl-C was pressed.
    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// An error when Ctrl-C was pressed.
    pub(crate) fn stop_if_asked(&self) -> Outcome {
        if self.stopped() {
            return Err(Problem::error("OM330", "stopped at your request").why("nothing was written").into());
        }
        Ok(())
    }

    /// An answer.
    pub(crate) fn say(&self, text: &str) {
        // A closed pipe is the reader's choice.
        let _ = writeln!(std::io::stdout(), "{text}");
    }

    /// Remembers whether there was a warning, for `--strict`.
    pub(crate) fn heed(&self, problems: &Problems) {
        if problems.iter().any(|p| p.severity == Severity::Warning) {
            *self.warned.borrow_mut() = true;
        }
    }

    /// Problems as they stand.
    pub(crate) fn tell(&self, problems: &Problems) {
        self.heed(problems);
        if problems.is_empty() {
            return;
        }
        match self.format {
            Format::Json => {
                let text = serde_json::to_string_pretty(problems).unwrap_or_default();
                self.say(&text);
            }
            Format::Csv => self.say(csv_of(problems).trim_end()),
            Format::Text => {
                let _ = writeln!(std::io::stderr(), "{}\n", wrap::problems(problems, width()));
            }
        }
    }

    /// What must be known beside an answer that itself stands on standard output.
    pub(crate) fn note(&self, problems: &Problems) {
        self.heed(problems);
        if problems.is_empty() {
            return;
        }
        let text = match self.format {
            Format::Json => serde_json::to_string_pretty(problems).unwrap_or_default(),
            Format::Csv => csv_of(problems),
            Format::Text => format!("{}\n", wrap::problems(problems, width())),
        };
        let _ = writeln!(std::io::stderr(), "{}", text.trim_end_matches('\n'));
        if self.format == Format::Text {
            let _ = writeln!(std::io::stderr());
        }
    }

    /// The process's exit code: 0 done, 1 problems that stopped something.
    pub(crate) fn finish(&self, outcome: Outcome) -> ExitCode {
        match outcome {
            Ok(()) if self.strict && *self.warned.borrow() => ExitCode::from(1),
            Ok(()) => ExitCode::SUCCESS,
            Err(problems) => {
                self.tell(&problems);
                if self.format == Format::Text && problems.len() > 1 {
                    let _ = writeln!(std::io::stderr(), "{}", problems.summary());
                }
                ExitCode::from(1)
            }
        }
    }

    /// A bar when a person watches; silent otherwise.
    pub(crate) fn progress(&self) -> Progress<'_> {
        let watched = std::io::stderr().is_terminal() && self.format == Format::Text;
        let bar = if watched {
            let bar = ProgressBar::new(1000);
            if let Ok(style) = ProgressStyle::with_template("{msg:<40!} [{bar:30}] {percent:>3}%") {
                bar.set_style(style.progress_chars("=> "));
            }
            bar
        } else {
            ProgressBar::hidden()
        };
        Progress { bar, console: self }
    }
}

/// Columns of the terminal on standard error; `None` where the text goes into a file or a pipe.
fn width() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stderr()).map(|(width, _)| usize::from(width.0))
}

fn csv_of(problems: &Problems) -> String {
    let mut csv = oligomet_results::CsvWriter::new();
    ["severity", "code", "what", "where", "rows", "why", "mend"].iter().for_each(|c| csv.text(c));
    csv.end_row();
    for p in problems.iter() {
        for cell in [p.severity.name(), p.code, &p.what, &p.place.to_string()] {
            csv.text(cell);
        }
        csv.number(Some(p.n_rows() as f64));
        csv.text(&p.why);
        csv.text(&p.mend);
        csv.end_row();
    }
    String::from_utf8_lossy(&csv.into_bytes()).into_owned()
}

/// Progress of one command.
pub(crate) struct Progress<'c> {
    bar: ProgressBar,
    console: &'c Console,
}

impl World for Progress<'_> {
    fn progress(&mut self, what: &str, done: f64) {
        self.bar.set_message(what.to_owned());
        self.bar.set_position((done * 1000.0) as u64);
    }

    fn cancelled(&self) -> bool {
        self.console.stopped()
    }
}

impl oligomet_import::Progress for Progress<'_> {
    fn at(&mut self, done: f64) -> std::ops::ControlFlow<()> {
        World::progress(self, "reading", done);
        if self.console.stopped() {
            std::ops::ControlFlow::Break(())
        } else {
            std::ops::ControlFlow::Continue(())
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
