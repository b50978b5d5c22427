//! The sections of the page in their order.

use maud::{Markup, html};
use oligomet_figure::Svg;
use oligomet_results::{AnalysisKind, AnalysisOutline, FigureOutline, FindingRow};

use super::markup;
use crate::sentences::{self, competing, cox, methods, patients, shares, survival};
use crate::table::Table;
use crate::tabulate;
use crate::text::{Number, Text};
use crate::view::View;

/// Warnings shown before the rest is folded away.
const WARNINGS_FIRST: usize = 5;
/// Findings listed on the page; the rest is in the table of problems.
const MOST_FINDINGS: usize = 200;

/// An entry of the list of contents.
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) inside: Vec<Entry>,
}

/// The body of the page, its contents, and every number that is in it.
pub(super) struct Page {
    pub(super) body: Markup,
    pub(super) contents: Vec<Entry>,
    pub(super) numbers: Vec<Number>,
}

/// The page under construction.
struct Build<'a, 'v> {
    view: &'a View<'v>,
    figures: &'a [(FigureOutline, Svg)],
    contents: Vec<Entry>,
    numbers: Vec<Number>,
    n_tables: usize,
    n_figures: usize,
    drawn: Vec<bool>,
}

impl Page {
    pub(super) fn new(view: &View<'_>, figures: &[(FigureOutline, Svg)]) -> Self {
        let mut build = Build {
            view,
            figures,
            contents: Vec::new(),
            numbers: Vec::new(),
            n_tables: 0,
            n_figures: 0,
            drawn: vec![false; figures.len()],
        };
        let body = html! {
            (build.summary())
            (build.methods())
            (build.results())
            (build.data_quality())
            (build.method_list())
            (build.provenance())
        };
        Self { body, contents: build.contents, numbers: build.numbers }
    }
}

impl Build<'_, '_> {
    fn text(&mut self, text: &Text) -> Markup {
        self.numbers.extend(text.numbers().cloned());
        markup::text(text)
    }

    fn paragraphs(&mut self, texts: &[Text]) -> Markup {
        html! { @for text in texts.iter().filter(|t| !t.is_empty()) { p { (self.text(text)) } } }
    }

    fn table(&mut self, table: &Table) -> Markup {
        self.n_tables += 1;
        self.numbers.extend(markup::numbers_of(table).cloned());
        markup::table(table, &format!("Table {}.", self.n_tables))
    }

    fn enter(&mut self, id: &str, title: &str) {
        self.contents.push(Entry { id: id.into(), title: title.into(), inside: Vec::new() });
    }

    fn enter_inside(&mut self, id: &str, title: &str) {
        let entry = Entry { id: id.into(), title: title.into(), inside: Vec::new() };
        if let Some(last) = self.contents.last_mut() {
            last.inside.push(entry);
        }
    }

    fn summary(&mut self) -> Markup {
        self.enter("summary", "Summary");
        let mut lines = vec![patients::endpoints(self.view), patients::follow_up(self.view)];
        lines.extend(self.view.run.outline.analyses.iter().map(|a| headline(self.view, a)));
        lines.retain(|line| !line.is_empty());
        let found = tabulate::findings_by_severity(self.view);
        let severe: Vec<&FindingRow> = found.into_iter().filter(|f| f.severity != "note").collect();
        html! {
            section id="summary" {
                h2 { "Summary" }
                div.om-key { ul { @for line in &lines { li { (self.text(line)) } } } }
                @if !severe.is_empty() {
                    h3 { "What to know before using these numbers" }
                    @for finding in severe.iter().take(WARNINGS_FIRST) { (finding_entry(finding)) }
                    @if severe.len() > WARNINGS_FIRST {
                        details {
                            summary { (severe.len() - WARNINGS_FIRST) " more" }
                            @for finding in severe.iter().skip(WARNINGS_FIRST).take(MOST_FINDINGS) { (finding_entry(finding)) }
                        }
                    }
                }
                p.om-small.om-hint { "Every number can be clicked, or opened with Enter: it shows its full precision, its method and the patients behind it." }
            }
        }
    }

    fn methods(&mut self) -> Markup {
        self.enter("methods", "Methods");
        html! {
            section id="methods" {
                h2 { "Methods" }
                @for part in methods::parts(self.view) {
                    h3 { (part.heading) }
                    @for paragraph in part.paragraphs { p { (paragraph) } }
                }
            }
        }
    }

    fn results(&mut self) -> Markup {
        self.enter("results", "Results");
        html! {
            section id="results" {
                h2 { "Results" }
                (self.patients())
                @for analysis in &self.view.run.outline.analyses { (self.analysis(analysis)) }
                (self.figures_left())
            }
        }
    }

    fn patients(&mut self) -> Markup {
        self.enter_inside("patients", "Patients");
        let texts =
            [patients::flow(self.view), patients::endpoints(self.view), patients::follow_up(self.view)];
        let tables: Vec<Table> = tabulate::tables_of_patients(self.view);
        html! {
            h3 id="patients" { "Patients" }
            (self.paragraphs(&texts))
            (self.figures_of("flow", None))
            @for table in &tables { (self.table(table)) }
        }
    }

    fn analysis(&mut self, analysis: &AnalysisOutline) -> Markup {
        let id = format!("analysis-{}", analysis.id);
        let tables = tabulate::tables_of(self.view, analysis);
        let title = match (analysis.title.as_str(), tables.first()) {
            ("", Some(table)) => table.title.clone(),
            ("", None) => analysis.id.clone(),
            (title, _) => title.to_owned(),
        };
        self.enter_inside(&id, &title);
        let texts = sentences::paragraphs(self.view, analysis);
        let drawn = self.figures.iter().any(|(figure, _)| figure.of == analysis.id);
        html! {
            h3 id=(id) { (title) @if !analysis.planned { " (post hoc)" } }
            (self.paragraphs(&texts))
            (self.figures_of(&analysis.id, Some(analysis)))
            @for table in &tables { (self.table(table)) }
            @if tables.is_empty() && !drawn { p { "This analysis gave no numbers; the findings say why." } }
        }
    }

    fn figures_of(&mut self, of: &str, analysis: Option<&AnalysisOutline>) -> Markup {
        let here: Vec<usize> =
            (0..self.figures.len()).filter(|i| self.figures[*i].0.of == of && !self.drawn[*i]).collect();
        html! { @for i in here { (self.figure(i, analysis)) } }
    }

    fn figures_left(&mut self) -> Markup {
        let here: Vec<usize> = (0..self.figures.len()).filter(|i| !self.drawn[*i]).collect();
        html! { @for i in here { (self.figure(i, None)) } }
    }

    fn figure(&mut self, i: usize, analysis: Option<&AnalysisOutline>) -> Markup {
        let (outline, svg) = &self.figures[i];
        self.drawn[i] = true;
        let page = self.figures[..i].iter().filter(|(f, _)| f.id == outline.id).count();
        if page == 0 {
            self.n_figures += 1;
        }
        let (id, continued) = match page {
            0 => (format!("figure-{}", outline.id), ""),
            n => (format!("figure-{}-{}", outline.id, n + 1), " (continued)"),
        };
        let label = format!("Figure {}{continued}.", self.n_figures);
        let counts = analysis
            .filter(|a| a.kind == AnalysisKind::Km && page == 0)
            .and_then(|a| tabulate::tabulate_at_risk(self.view, a, outline));
        html! {
            (markup::figure(&id, &label, &outline.caption, svg))
            @if let Some(counts) = &counts {
                details.om-risk { summary { "Numbers at risk and events as a table" } (self.plain_table(counts)) }
            }
        }
    }

    /// A table without a number of its own: it repeats what a figure shows.
    fn plain_table(&mut self, table: &Table) -> Markup {
        self.numbers.extend(markup::numbers_of(table).cloned());
        markup::table(table, "")
    }

    fn data_quality(&mut self) -> Markup {
        self.enter("data", "Data quality");
        let found = tabulate::findings_by_severity(self.view);
        html! {
            section id="data" {
                h2 { "Data quality" }
                @if found.is_empty() {
                    p { "Nothing wrong was found in the data or the study." }
                } @else {
                    p { "Everything that was found in the data and the study, what was done with it, and how to mend it." }
                }
                @for finding in found.iter().take(MOST_FINDINGS) { (finding_entry(finding)) }
                @if found.len() > MOST_FINDINGS {
                    p { (found.len() - MOST_FINDINGS) " more are in tables/problems.csv." }
                }
            }
        }
    }

    fn method_list(&mut self) -> Markup {
        self.enter("method-list", "Methods of every number");
        let methods = tabulate::tabulate_methods(self.view);
        html! {
            section id="method-list" {
                h2 { "Methods of every number" }
                (self.table(&methods))
            }
        }
    }

    fn provenance(&mut self) -> Markup {
        self.enter("provenance", "Provenance");
        let outline = &self.view.run.outline;
        let count = |n: u64| self.view.printer.style.count(n);
        let rows = |n: u64| if n == 0 && outline.shared { "withheld".to_owned() } else { count(n) };
        html! {
            section id="provenance" {
                h2 { "Provenance" }
                p { "The same files, the same study and the same version give the same numbers; `oligomet verify` shows it." }
                div.om-scroll { table {
                    thead { tr { th scope="col" { "What" } th.om-left scope="col" { "Rows" } th.om-left scope="col" { "SHA-256 or version" } } }
                    tbody {
                        @for source in &outline.sources {
                            tr {
                                th scope="row" { (source.name) @if !source.sheet.is_empty() { ", sheet " (source.sheet) } }
                                td.om-words { (rows(source.n_rows)) }
                                td.om-words.om-hash { (source.sha256) }
                            }
                        }
                        tr { th scope="row" { "Study file" } td {} td.om-words.om-hash { (outline.study_sha256) } }
                        @if !outline.site_sha256.is_empty() {
                            tr { th scope="row" { "Site file" } td {} td.om-words.om-hash { (outline.site_sha256) } }
                        }
                        tr { th scope="row" { "Program" } td {} td.om-words { "Oligomet " (outline.program_version) } }
                        tr { th scope="row" { "Style of numbers" } td {} td.om-words { (self.view.printer.style.title) } }
                    }
                } }
                @for source in outline.sources.iter().filter(|s| !s.unmapped.is_empty()) {
                    p.om-small { "Columns of " (source.name) " that were not used: " (source.unmapped.join(", ")) "." }
                }
            }
        }
    }
}

fn headline(view: &View<'_>, analysis: &AnalysisOutline) -> Text {
    let mut text = match analysis.kind {
        AnalysisKind::Km => survival::headline(view, analysis),
        AnalysisKind::Cox => cox::headline(view, analysis),
        AnalysisKind::Cif => competing::headline(view, analysis),
        AnalysisKind::Proportion => joined(shares::proportions(view, analysis)),
        AnalysisKind::Subgroups => joined(shares::subgroups(view, analysis).into_iter().take(1).collect()),
        AnalysisKind::Cutpoint => joined(shares::cutpoints(view, analysis)),
        AnalysisKind::Response => joined(shares::response(view, analysis)),
        AnalysisKind::Toxicity => joined(shares::toxicity(view, analysis)),
        AnalysisKind::DoseBySite => crate::tabulate::verdict(view, analysis),
        AnalysisKind::Rate
        | AnalysisKind::Table1
        | AnalysisKind::FineGray
        | AnalysisKind::Swimmer
        | AnalysisKind::Timeline => Text::default(),
    };
    if !text.is_empty() && !analysis.planned {
        text.push(" (Post hoc.)");
    }
    text
}

/// Sentences one after the other.
fn joined(sentences: Vec<Text>) -> Text {
    let mut out = Text::default();
    for sentence in sentences.into_iter().filter(|text| !text.is_empty()) {
        if !out.is_empty() {
            out.push(" ");
        }
        out.append(sentence);
    }
    out
}

fn finding_entry(finding: &FindingRow) -> Markup {
    let parts = [("Where", &finding.place), ("Why", &finding.why), ("Mend", &finding.mend)];
    html! {
        div.om-finding {
            p {
                b { (crate::table::sentence(&finding.severity).trim_end_matches('.')) ": " }
                (finding.text) " "
                span.om-code {
                    (finding.code)
                    @if finding.n_rows > 1.0 { " · " (oligomet_base::number::fixed(finding.n_rows, 0)) " rows" }
                }
            }
            dl {
                @for (name, words) in parts.iter().filter(|(_, words)| !words.is_empty()) {
                    dt { (name) } dd { (words) }
                }
            }
        }
    }
}
