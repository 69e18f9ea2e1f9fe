//! Ingest: how the file was read, what its columns hold, its rows, and what could not be read.

use leptos::prelude::*;

use crate::ingest::{IngestOptions, IngestSummary, LongRows, Note};
use crate::pipeline::PipelineSpec;
use crate::ui::inspect::data_table::{DataTable, Layout};
use crate::ui::inspect::fields::{CheckField, SelectField, TextField, edit};
use crate::ui::inspect::parts::{icon, waiting, words};
use crate::ui::inspect::profile_table::ProfileTable;
use crate::ui::session::Session;
use crate::ui::state::{Outputs, RowSource, Sample};
use crate::ui::view::{format, ingest};

const DELIMITERS: [(&str, &str); 4] = [(",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Bar")];
const DECIMALS: [(&str, &str); 2] = [(".", "Point"), (",", "Comma")];
const ENCODINGS: [(&str, &str); 4] = [
    ("utf-8", "UTF-8"),
    ("windows-1252", "Windows-1252"),
    ("utf-16le", "UTF-16, little end first"),
    ("utf-16be", "UTF-16, big end first"),
];

/// How the file is read: what was found in it, and what a person fixed.
#[component]
pub fn IngestSettings(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let options = Memo::new(move |_| spec.read().ingest.clone());
    let found = Memo::new(move |_| outputs.read().ingest.as_ref().map(|summary| summary.dialect.clone()));
    let change = move |f: &dyn Fn(&mut IngestOptions)| edit(spec, on_change, |spec| f(&mut spec.ingest));
    let mark = move |fixed: bool| if fixed || found.read().is_none() { "" } else { "found" };

    // What was found is named in the choice of finding it.
    let named = |pairs: &[(&str, &str)], value: &str| {
        pairs.iter().find(|(key, _)| *key == value).map_or_else(|| value.to_owned(), |(_, word)| (*word).to_owned())
    };
    let with_auto = move |pairs: &'static [(&'static str, &'static str)], found: Option<String>, fixed: bool| {
        let auto = match found.filter(|_| !fixed) {
            Some(value) => named(pairs, &value),
            None => "Find out".to_owned(),
        };
        let rest = pairs.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned()));
        std::iter::once((String::new(), auto)).chain(rest).collect::<Vec<_>>()
    };
    let delimiters = Signal::derive(move || {
        let found = found.read().as_ref().map(|dialect| dialect.delimiter.to_string());
        with_auto(&DELIMITERS, found, options.read().delimiter.is_some())
    });
    let encodings = Signal::derive(move || {
        let found = found.read().as_ref().map(|dialect| dialect.encoding.label().to_owned());
        with_auto(&ENCODINGS, found, options.read().encoding.is_some())
    });
    // A point is also the word for "find out", so only a comma can be fixed.
    let is_comma = move || options.read().decimal == ",";
    let decimals = Signal::derive(move || {
        let found = found.read().as_ref().map(|dialect| dialect.decimal.to_string());
        let mut choices = with_auto(&DECIMALS, found, is_comma());
        choices.retain(|(key, _)| key != ".");
        choices
    });
    let pick = |text: String| (!text.is_empty()).then_some(text);
    let on_na = Callback::new(move |text: String| {
        let tokens: Vec<String> =
            text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect();
        change(&|options| options.na_values = (!text.trim().is_empty()).then(|| tokens.clone()));
        Ok(())
    });
    let on_skip = Callback::new(move |text: String| {
        let n: usize = text.trim().parse().map_err(|_| "A whole number of lines, 0 for none.".to_owned())?;
        change(&|options| options.skip_rows = n);
        Ok(())
    });
    view! {
        {move || file_facts(&spec.read().dataset.name, outputs.read().ingest.as_deref())}
        <SelectField
            setting="ingest.delimiter"
            label="Separator"
            mark=Signal::derive(move || mark(options.read().delimiter.is_some()))
            options=delimiters
            value=Signal::derive(move || options.read().delimiter.clone().unwrap_or_default())
            on_pick=Callback::new(move |text| change(&|options| options.delimiter = pick(String::clone(&text))))
        />
        <SelectField
            setting="ingest.decimal"
            label="Decimal mark"
            mark=Signal::derive(move || mark(is_comma()))
            options=decimals
            value=Signal::derive(move || if is_comma() { ",".to_owned() } else { String::new() })
            on_pick=Callback::new(move |text: String| {
                change(&|options| options.decimal = pick(text.clone()).unwrap_or_else(|| ".".to_owned()));
            })
        />
        <SelectField
            setting="ingest.encoding"
            label="Encoding"
            mark=Signal::derive(move || mark(options.read().encoding.is_some()))
            options=encodings
            value=Signal::derive(move || options.read().encoding.clone().unwrap_or_default())
            on_pick=Callback::new(move |text| change(&|options| options.encoding = pick(String::clone(&text))))
        />
        <TextField
            setting="ingest.na_values"
            label="Counts as missing"
            value=Signal::derive(move || options.read().na_values.as_ref().map_or_else(String::new, |words| words.join(", ")))
            on_text=on_na
            placeholder="pandas’ list"
            hint="Words with commas between. Empty: pandas’ list (NA, NaN, null and so on)."
        />
        <CheckField
            setting="ingest.has_header"
            label="First row holds the names"
            checked=Signal::derive(move || options.read().has_header)
            on_tick=Callback::new(move |on| change(&|options| options.has_header = on))
        />
        <details class="more-settings">
            <summary>"More"</summary>
            <SelectField
                setting="ingest.thousands"
                label="Thousands separator"
                options=Signal::stored(
                    [("", "None"), (",", "Comma"), (".", "Point"), (" ", "Space"), ("'", "Apostrophe")]
                        .map(|(key, word)| (key.to_owned(), word.to_owned()))
                        .to_vec(),
                )
                value=Signal::derive(move || options.read().thousands.clone().unwrap_or_default())
                on_pick=Callback::new(move |text| change(&|options| options.thousands = pick(String::clone(&text))))
            />
            <TextField
                setting="ingest.skip_rows"
                label="Lines before the names"
                value=Signal::derive(move || options.read().skip_rows.to_string())
                on_text=on_skip
                inputmode="numeric"
            />
            <SelectField
                setting="ingest.long_rows"
                label="Records with too many fields"
                options=Signal::stored(vec![
                    ("skip".to_owned(), "Leave out".to_owned()),
                    ("cut".to_owned(), "Cut off what is too much".to_owned()),
                ])
                value=Signal::derive(move || match options.read().long_rows {
                    LongRows::Skip => "skip".to_owned(),
                    LongRows::Cut => "cut".to_owned(),
                })
                on_pick=Callback::new(move |text: String| {
                    change(&|options| options.long_rows = if text == "cut" { LongRows::Cut } else { LongRows::Skip });
                })
            />
        </details>
    }
}

/// Each has its line before it is known, so that what is below does not move.
fn file_facts(name: &str, summary: Option<&IngestSummary>) -> impl IntoView + use<> {
    let name = summary.map_or(name, |summary| &summary.name);
    // On the first visit it is the sample that will come.
    let name = if name.is_empty() { Sample::ALL.first().map_or("", |sample| sample.file) } else { name }.to_owned();
    let known = |of: &dyn Fn(&IngestSummary) -> String| summary.map_or_else(|| format::MISSING.to_owned(), of);
    let size = known(&|file| format!("{}, {}", format::bytes(file.bytes), ingest::counted(file.rows, "row", "rows")));
    view! {
        <dl class="facts facts-left">
            <dt>"File"</dt>
            <dd>{name}</dd>
            <dt>"Size"</dt>
            <dd>{size}</dd>
            <dt>"Digest"</dt>
            <dd><code title=summary.map(|file| file.digest.to_string())>{known(&|file| format!("{}…", file.digest.short(8)))}</code></dd>
            <dt>"Unreadable"</dt>
            <dd>{known(&|file| ingest::counted(file.problems.skipped, "record", "records"))}</dd>
        </dl>
    }
}

/// What the file holds.
#[component]
pub fn IngestResult(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
    rows: RowSource,
) -> impl IntoView {
    let file = Memo::new(move |_| outputs.read().ingest.clone());
    let target = Memo::new(move |_| spec.read().features.target.clone());
    let guessed = Memo::new(move |_| outputs.read().target_guessed);
    Session::here().keep_correlations();
    let correlations = Memo::new(move |_| outputs.read().correlations.clone());
    let with = move |f: fn(&IngestSummary) -> AnyView| move || file.read().as_ref().map(|file| f(file));
    let second = move || file.read().as_ref().map(|file| ingest::second_sentence(file, &target.read(), guessed.get()));
    // The rows are another table only when their number or the columns change.
    let layout = Memo::new(move |_| file.read().as_ref().map(|file| Layout::of(file)));
    view! {
        <Show
            when=move || file.read().is_some()
            fallback=|| waiting("What the file holds stands here once it is read.", 12)
        >
            <div class="says">
                <p class="verdict">{with(|file| words(ingest::sentence(file)).into_any())}</p>
                <p class="sub">{second}</p>
            </div>
            {with(|file| notes(file).into_any())}
            {with(|file| (file.problems.count > 0).then(|| problems(file)).into_any())}
            <ProfileTable file spec target guessed correlations on_change />
            {move || layout.get().map(|layout| view! { <DataTable layout rows /> })}
        </Show>
    }
}

fn notes(summary: &IngestSummary) -> Option<impl IntoView + use<>> {
    let all: Vec<&Note> = summary.notes.iter().collect();
    let items = all
        .iter()
        .map(|note| {
            let column = note.column.clone().map(|column| view! { <code>{column}</code>": " });
            view! { <li>{icon("bulb")}<span>{column}{note.message.clone()}</span></li> }
        })
        .collect_view();
    (!all.is_empty()).then(|| {
        view! {
            <section>
                <h3 class="section">"To know"</h3>
                <ul class="suggest">{items}</ul>
            </section>
        }
    })
}

fn problems(summary: &IngestSummary) -> impl IntoView + use<> {
    /// More are counted, and listed in the run's file.
    const SHOWN: usize = 100;
    let rows = summary
        .problems
        .first
        .iter()
        .take(SHOWN)
        .map(|problem| {
            view! {
                <tr>
                    <th scope="row" class="num">{format::count(problem.line)}</th>
                    <td class="reason">{problem.reason.clone()}</td>
                    <td class="raw wide" title=problem.text.clone()>{problem.text.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section>
            <h3 class="section">"Records that could not be read as they are"</h3>
            <p class="sub">{words(ingest::problems_sentence(summary))}</p>
            <div class="scroll-x problems" tabindex="0" role="region" aria-label="Unreadable records">
                <table class="table table-tight">
                    <caption class="sr">"Unreadable records"</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="num">"Line"</th>
                            <th scope="col">"Why"</th>
                            <th scope="col">"What it says"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}
