//! The experiments: a list at the left, a choice on narrow screens, and what can be done with the chosen one.

use leptos::prelude::*;

use super::edit_text::EditTags;
use super::runs::Shared;
use super::runs_bar::{Field, now};
use crate::base::Coded;
use crate::tracking::{
    ChangeError, DEFAULT_EXPERIMENT, Experiment, StoreCommand, archive_experiment, create_experiment,
    delete_experiment, describe_experiment, experiment_id, rename_experiment, tag_experiment,
};
use crate::ui::components::Icon;
use crate::ui::session::Session;
use crate::ui::view::runs::View;
use crate::ui::view::runs_experiments::{ExperimentLine, experiment_lines};
use crate::web::js::random_bytes;

type Made = Result<StoreCommand, ChangeError>;

#[derive(Clone, Copy)]
struct Lines {
    experiments: Memo<Vec<ExperimentLine>>,
    n_all: Memo<usize>,
    n_bin: Memo<usize>,
    n_history: Memo<usize>,
}

fn lines(shared: Shared) -> Lines {
    let session = Session::here();
    let contents = move |of: fn(&crate::web::protocol::Contents) -> usize| {
        Memo::new(move |_| session.workspace.with(|w| w.contents.as_ref().map_or(0, |contents| of(contents))))
    };
    Lines {
        experiments: Memo::new(move |_| {
            let all = shared.experiments.get();
            shared.runs.with(|runs| all.map_or_else(|| not_known_yet(runs.len()), |all| experiment_lines(&all, runs)))
        }),
        n_all: Memo::new(move |_| {
            shared.runs.with(|runs| runs.iter().filter(|run| run.parent_run_id().is_none()).count())
        }),
        n_bin: contents(|contents| contents.bin.len()),
        n_history: contents(|contents| contents.history.iter().filter(|entry| !entry.undone).count()),
    }
}

/// The place of the one experiment that is always there, so that nothing moves when they are known.
fn not_known_yet(n_runs: usize) -> Vec<ExperimentLine> {
    let id = DEFAULT_EXPERIMENT.to_owned();
    vec![ExperimentLine { id, name: "Default".into(), description: String::new(), n_runs, archived: false }]
}

/// The list at the left.
#[component]
pub(super) fn Side(shared: Shared) -> impl IntoView {
    let Lines { experiments, n_all, n_bin, n_history } = lines(shared);
    let view = Memo::new(move |_| shared.state.with(|state| state.view));
    let is_table = move || matches!(view.get(), View::Table | View::Charts);
    let page = move |is: bool| is.then_some("page");
    let entry = move |line: ExperimentLine| {
        let ExperimentLine { id, name, description, n_runs, archived } = line;
        let own = id.clone();
        let is_it = move || is_table() && shared.experiment.with(|chosen| chosen.as_deref() == Some(own.as_str()));
        let title = if description.is_empty() { name.clone() } else { format!("{name}: {description}") };
        let href = format!("runs?exp={id}");
        let key = id.clone();
        view! {
            <li><a
                href=href
                title=title
                data-experiment=key
                aria-current=move || page(is_it())
                on:click=move |event| { event.prevent_default(); shared.choose(Some(&id)); }
            ><b class="clip">{name}{archived.then_some(" (archived)")}</b><span>{n_runs}</span></a></li>
        }
    };
    view! {
        <nav class="side side-runs" aria-label="Experiments">
            <h2 class="label">"Experiments"</h2>
            <ul>
                <li><a
                    href="runs?exp=all"
                    data-experiment="all"
                    aria-current=move || page(is_table() && shared.experiment.with(Option::is_none))
                    on:click=move |event| { event.prevent_default(); shared.choose(None); }
                ><b>"All"</b><span>{move || n_all.get()}</span></a></li>
                {move || experiments.get().into_iter().map(entry).collect_view()}
            </ul>
            <NewExperiment shared=shared />
            <ul class="side-more">
                <li><a href="runs?view=bin" data-testid="bin-link" aria-current=move || page(view.get() == View::Bin)
                    on:click=move |event| { event.prevent_default(); shared.show_view(View::Bin); }
                ><b>"Bin"</b><span>{move || n_bin.get()}</span></a></li>
                <li><a href="runs?view=history" data-testid="history-link" aria-current=move || page(view.get() == View::History)
                    on:click=move |event| { event.prevent_default(); shared.show_view(View::History); }
                ><b>"History"</b><span>{move || n_history.get()}</span></a></li>
            </ul>
        </nav>
    }
}

/// The same as one choice, where the list has no room.
#[component]
pub(super) fn ExperimentPick(shared: Shared) -> impl IntoView {
    let Lines { experiments, n_all, n_bin, .. } = lines(shared);
    let value = move || match shared.state.with(|state| state.view) {
        View::Bin => "view:bin".to_owned(),
        View::History => "view:history".to_owned(),
        _ => shared.experiment.get().unwrap_or_else(|| "all".into()),
    };
    let choose = move |event| match event_target_value(&event).as_str() {
        "view:bin" => shared.show_view(View::Bin),
        "view:history" => shared.show_view(View::History),
        "all" => shared.choose(None),
        id => shared.choose(Some(id)),
    };
    let option = move |id: String, label: String| {
        let own = id.clone();
        view! { <option value=id selected=move || value() == own>{label}</option> }
    };
    view! {
        <label class="runs-pick">
            <span class="sr">"Experiment"</span>
            <select class="input" data-testid="experiment-pick" on:change=choose>
                {move || option("all".into(), format!("All experiments ({})", n_all.get()))}
                {move || experiments.get().into_iter().map(|line| option(line.id, format!("{} ({})", line.name, line.n_runs))).collect_view()}
                {move || option("view:bin".into(), format!("Bin ({})", n_bin.get()))}
                {option("view:history".into(), "History".into())}
            </select>
        </label>
    }
}

#[component]
fn NewExperiment(shared: Shared) -> impl IntoView {
    let session = Session::here();
    let open = RwSignal::new(false);
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None::<(&'static str, String)>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let all = shared.experiments.get_untracked().unwrap_or_default();
        let id = experiment_id(random_bytes());
        match create_experiment(&id, &name.get_untracked(), &all, now()) {
            Ok(change) => {
                session.change(change);
                open.set(false);
                error.set(None);
                name.set(String::new());
            }
            Err(why) => error.set(Some((why.code(), why.to_string()))),
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            open.set(false);
        }
    };
    view! {
        <Show
            when=move || open.get()
            fallback=move || view! {
                <button class="btn" type="button" data-testid="new-experiment" on:click=move |_| open.set(true)>
                    <Icon name="plus" small=true/>"New experiment"
                </button>
            }
        >
            <form class="side-form" on:submit=submit on:keydown=on_key>
                <Field label="Name of the experiment" value=name name="experiment-name" focused=true />
                <button class="btn btn-small" type="submit" data-testid="experiment-create">"Create"</button>
                <button class="btn btn-small" type="button" on:click=move |_| open.set(false)>"Cancel"</button>
            </form>
            <FormError error=error />
        </Show>
    }
}

#[component]
fn FormError(error: RwSignal<Option<(&'static str, String)>>) -> impl IntoView {
    move || {
        error.get().map(|(code, words)| {
            view! { <p class="form-error small" role="alert" data-testid="error" data-code=code>{words}</p> }
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Rename,
    Describe,
}

/// The name of what is shown, a line about it, and what can be done with the experiment.
#[component]
pub(super) fn ExperimentHead(shared: Shared, says: Signal<String>) -> impl IntoView {
    let session = Session::here();
    let experiment = Memo::new(move |_| {
        let id = shared.experiment.get()?;
        shared.experiments.with(|all| all.iter().flatten().find(|one| one.experiment_id == id).cloned())
    });
    let title = move || experiment.with(|one| one.as_ref().map_or_else(|| "Runs".into(), |one| one.name.clone()));
    let about = move || experiment.with(|one| one.as_ref().and_then(|one| one.description().map(str::to_owned)));
    let form = RwSignal::new(None::<Form>);
    let text = RwSignal::new(String::new());
    let error = RwSignal::new(None::<(&'static str, String)>);
    let make = move |change: Made| match change {
        Ok(change) => {
            session.change(change);
            form.set(None);
            error.set(None);
        }
        Err(why) => error.set(Some((why.code(), why.to_string()))),
    };
    let with = move |act: &dyn Fn(&Experiment, &[Experiment]) -> Made| {
        let all = shared.experiments.get_untracked().unwrap_or_default();
        if let Some(one) = experiment.get_untracked() {
            make(act(&one, &all));
        }
    };
    let open = move |which: Form| {
        text.set(experiment.with_untracked(|one| {
            let text = one.as_ref().map(|one| match which {
                Form::Rename => one.name.clone(),
                Form::Describe => one.description().unwrap_or_default().to_owned(),
            });
            text.unwrap_or_default()
        }));
        form.set(Some(which));
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match form.get_untracked() {
            Some(Form::Rename) => with(&|one, all| rename_experiment(one, &text.get_untracked(), all)),
            Some(Form::Describe) => with(&|one, _| describe_experiment(one, &text.get_untracked())),
            None => {}
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            form.set(None);
        }
    };
    let delete = move |_| {
        let Some(one) = experiment.get_untracked() else { return };
        let change = shared.runs.with_untracked(|runs| delete_experiment(&one, runs, now()));
        if change.is_ok() {
            shared.choose(None);
        }
        make(change);
    };
    let tags = Signal::derive(move || {
        experiment.with(|one| {
            let all = one.iter().flat_map(|one| &one.tags);
            let own = all.filter(|tag| !tag.key.starts_with("mlflow.") && !tag.key.starts_with("pipette."));
            own.map(|tag| (tag.key.clone(), tag.value.clone())).collect::<Vec<_>>()
        })
    });
    let set_tag = Callback::new(move |(key, value): (String, Option<String>)| {
        with(&|one, _| tag_experiment(one, &key, value.as_deref()));
    });
    let is_archived = move || experiment.with(|one| one.as_ref().is_some_and(Experiment::is_archived));
    let is_default =
        move || experiment.with(|one| one.as_ref().is_some_and(|one| one.experiment_id == DEFAULT_EXPERIMENT));
    let acts = move || {
        view! {
            <span class="cluster experiment-acts">
                <button class="btn btn-small" type="button" data-testid="experiment-rename" on:click=move |_| open(Form::Rename)>"Rename"</button>
                <button class="btn btn-small" type="button" data-testid="experiment-describe" on:click=move |_| open(Form::Describe)>"Describe"</button>
                <button class="btn btn-small" type="button" data-testid="experiment-archive" on:click=move |_| {
                    with(&|one, _| Ok(archive_experiment(one, !one.is_archived())));
                }>{move || if is_archived() { "Bring back" } else { "Archive" }}</button>
                <Show when=move || !is_default()>
                    <button class="btn btn-small" type="button" data-testid="experiment-delete" on:click=delete>"Delete"</button>
                </Show>
            </span>
        }
        .into_any()
    };
    let fields = move |which: Form| {
        let (label, name) = match which {
            Form::Rename => ("Name", "experiment-new-name"),
            Form::Describe => ("What it is for", "experiment-description"),
        };
        view! {
            <form class="cluster" on:submit=submit on:keydown=on_key>
                <Field label=label value=text name=name focused=true />
                <button class="btn btn-small" type="submit" data-testid="experiment-save">"Save"</button>
                <button class="btn btn-small" type="button" on:click=move |_| form.set(None)>"Cancel"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <div class="cluster experiment-head">
            <h1 class="section">{title}</h1>
            <span class="muted small">{move || says.get()}</span>
            <Show when=move || experiment.with(Option::is_some)>
                <div class="push">{move || form.get().map_or_else(acts, fields)}</div>
            </Show>
        </div>
        {move || about().map(|about| view! { <p class="small experiment-about">{about}</p> })}
        <Show when=move || experiment.with(Option::is_some)>
            <div class="metaline" data-testid="experiment-tags"><EditTags tags=tags of="the experiment".to_owned() on_set=set_tag/></div>
        </Show>
        <FormError error=error />
    }
}
