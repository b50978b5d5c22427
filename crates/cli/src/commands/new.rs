//! `oligomet new`

use std::path::{Path, PathBuf};

use oligomet_base::{Place, Problem};
use oligomet_import::Silent;

use crate::console::{Console, Outcome};
use crate::folder::io_problem;
use crate::load::file_name;

/// Makes a folder with site.toml and study.toml proposed from a table, and says what to do next.
pub(crate) fn new(console: &Console, name: &Path, from: &Path, sheet: Option<&str>) -> Outcome {
    if name.exists() {
        return Err(Problem::error("OM332", "the folder is there already")
            .at(Place::file(name.display().to_string()))
            .why("nothing that you wrote must be lost")
            .mend("choose another name")
            .into());
    }
    let (proposal, problems) = oligomet_import::propose(from, sheet)?;
    console.tell(&problems);
    let source = relative_to(name, from);
    let site_text = proposal.to_toml_from(&source);
    // The study is proposed from the data as the proposed mapping reads them; open questions there keep types out of the way.
    let folder = from.parent().unwrap_or(Path::new("."));
    let data = match oligomet_import::read(&proposal.site, folder, &mut Silent) {
        Ok((data, found)) => {
            console.tell(&found.into_iter().filter(|p| p.severity != oligomet_base::Severity::Note).collect());
            data
        }
        Err(_) => proposal.outline_data(),
    };
    let study_text = oligomet_study::propose::propose_study(&file_name(name), &data);
    std::fs::create_dir_all(name).map_err(|e| io_problem(name, "make the folder", &e))?;
    for (file, text) in [("site.toml", &site_text), ("study.toml", &study_text)] {
        let path = name.join(file);
        std::fs::write(&path, text).map_err(|e| io_problem(&path, "write the file", &e))?;
    }
    let questions = [&site_text, &study_text].iter().flat_map(|t| t.lines()).filter(|l| l.contains("= \"?\"")).count();
    let study = name.join("study.toml");
    console.say(&format!(
        "{} proposes how your columns are read; {} proposes the study.\n\
         {questions} questions are open: each stands where a \"?\" is, with the possible answers above it.\n\
         Answer them, then: oligomet check {}\n\
         and:               oligomet run {}",
        name.join("site.toml").display(),
        study.display(),
        study.display(),
        study.display()
    ));
    Ok(())
}

/// The data file as site.toml names it: relative to the new folder where that is simple, absolute otherwise.
fn relative_to(folder: &Path, file: &Path) -> String {
    let absolute = |p: &Path| std::path::absolute(p).unwrap_or_else(|_| p.to_path_buf());
    let (folder, file) = (absolute(folder), absolute(file));
    let shared = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    if shared < 2 {
        return file.display().to_string();
    }
    let up = folder.components().count() - shared;
    let relative: PathBuf =
        std::iter::repeat_n(Path::new("..").as_os_str(), up).chain(file.components().skip(shared).map(|c| c.as_os_str())).collect();
    relative.display().to_string().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_beside_the_folder_is_named_relative_to_it() {
        assert_eq!(relative_to(Path::new("/a/study"), Path::new("/a/data/x.csv")), "../data/x.csv");
        assert_eq!(relative_to(Path::new("/a/study"), Path::new("/a/study/x.csv")), "x.csv");
    }
}
