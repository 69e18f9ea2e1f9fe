//! All runs: experiments at the left; the table, its charts, the bin or the history at the right.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::backup::BackupReminder;
use super::bring_in::MoveRuns;
use super::runs_bar::SelectionBar;
use super::runs_bin::{BinPage, HistoryPage};
use super::runs_blank::{NoRuns, NothingFound};
use super::runs_change_error::ChangeError;
use super::runs_charts::RunsCharts;
use super::runs_picker::{Folded, Picker};
use super::runs_search::Search;
use super::runs_side::{ExperimentHead, ExperimentPick, Side};
use super::runs_table::RunsTable;
use super::runs_views::Views;
use crate::search::Known;
use crate::tracking::{Experiment, RunSummary};
use crate::ui::components::Icon;
use crate::ui::session::Session;
use crate::ui::view::runs::{
    Beside, Best, Column, Columns, Hold, Layout, Line, Selection, TableState, Tree, View, best, columns,
    columns_of_text, columns_text, found, lines, sentence,
};
use crate::ui::view::runs_experiments::chosen;
use crate::ui::view::runs_search::Reading;
use crate::web::preferences;
use crate::web::protocol::WhichRuns;

/// What all parts of the page share.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    session: Session,
    kept: RwSignal<()>,
    pub runs: Signal<Arc<Vec<RunSummary>>>,
    pub state: Memo<TableState>,
    /// Goes to another state.
    pub show: Callback<TableState>,
    pub experiments: Memo<Option<Vec<Experiment>>>,
    /// The experiment that the table is of; `None` for all.
    pub experiment: Memo<Option<String>>,
    pub reading: Memo<Reading>,
    pub known: Memo<Known>,
    pub tree: Memo<Tree>,
    /// What of the runs stands elsewhere than in their rows.
    pub beside: Memo<Beside>,
    /// Whether each run is in the experiment and found.
    pub found: Memo<Vec<bool>>,
    /// In the order in which they stand.
    pub columns: Memo<Columns>,
    /// Widths and pins.
    pub layout: Memo<Layout>,
    /// How each column shown stands.
    pub holds: Memo<Vec<Hold>>,
    pub lines: Memo<Vec<Line>>,
    pub best: Memo<Best>,
    pub selection: RwSignal<Selection>,
    /// Whether parents stand open unasked: while something is searched for.
    pub opens: Memo<bool>,
    /// Parents that a person has unfolded.
    pub unfolded: RwSignal<BTreeSet<String>>,
    /// Parents that a person has folded while something is searched for.
    pub folded: RwSignal<BTreeSet<String>>,
}

impl Shared {
    fn new(runs: Signal<Arc<Vec<RunSummary>>>) -> Self {
        let session = Session::here();
        let query = use_query_map();
        let state = Memo::new(move |_| query.with(|query| TableState::from_query(|name| query.get(name))));
        let navigate = use_navigate();
        let show = Callback::new(move |state: TableState| {
            // Neither typing nor sorting is a step that Back should have to undo.
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&address(&state), options);
        });
        let experiments = Memo::new(move |_| {
            session.workspace.with(|w| w.contents.as_ref().map(|contents| contents.experiments.clone()))
        });
        let experiment = Memo::new(move |_| {
            let remembered = preferences::load(preferences::EXPERIMENT);
            state.with(|state| {
                experiments.with(|all| {
                    chosen(state.experiment.as_deref(), remembered.as_deref(), all.as_deref()).map(str::to_owned)
                })
            })
        });
        // New runs go where one looks: also after a link to an experiment, and where the one chosen last has been deleted.
        Effect::new(move || {
            let id = experiment.get().unwrap_or_else(|| "all".into());
            let is_known = experiments.with(Option::is_some);
            if is_known && preferences::load(preferences::EXPERIMENT).is_none_or(|remembered| remembered != id) {
                session.use_experiment(&id);
            }
        });
        // An address that says nothing shows what was looked for in this experiment last; one that says something is not
        // somebody's choice until it is changed here.
        if state.with_untracked(|state| *state == TableState::default()) {
            let id = experiment.get_untracked();
            let kept = TableState::default().looking_for(preferences::load(&look_preference(id.as_deref())).as_deref());
            if kept != TableState::default() {
                show.run(kept);
            }
        }
        Effect::new(move |before: Option<()>| {
            let text = state.with(TableState::looked_for);
            let key = experiment.with_untracked(|id| look_preference(id.as_deref()));
            if before.is_some() && preferences::load(&key).unwrap_or_default() != text {
                preferences::save(&key, &text);
            }
        });
        let known = Memo::new(move |_| runs.with(|runs| Known::of(runs)));
        let query = Memo::new(move |_| state.with(|state| state.query.clone()));
        let reading = Memo::new(move |before: Option<&Reading>| {
            query.with(|text| {
                let reading = Reading::of(text, before.map(|reading| &reading.filter));
                // What is known is gathered only where a name is asked for.
                if text.contains('.') { known.with(|known| reading.with_known(text, known)) } else { reading }
            })
        });
        let tree = Memo::new(move |_| runs.with(|runs| Tree::of(runs)));
        let beside = Memo::new(move |_| {
            let models = session.workspace.with(|workspace| workspace.registry.model_records());
            experiments.with(|all| Beside::of(all.as_deref().unwrap_or_default(), &models))
        });
        let found = Memo::new(move |_| {
            runs.with(|runs| experiment.with(|id| reading.with(|reading| found(runs, id.as_deref(), &reading.filter))))
        });
        let usual =
            Memo::new(move |_| runs.with(|runs| experiment.with(|id| columns(&of_experiment(runs, id.as_deref())))));
        // Preferences are no signals: this one says that they were changed here.
        let kept = RwSignal::new(());
        let layout = Memo::new(move |_| {
            kept.track();
            let kept = || experiment.with(|id| preferences::load(&layout_preference(id.as_deref())));
            let chosen = state.with(|state| state.layout.clone());
            chosen.or_else(|| Layout::from_text(&kept()?)).unwrap_or_default()
        });
        let columns = Memo::new(move |_| {
            kept.track();
            let choice = state.with(|state| state.columns.clone()).or_else(|| {
                let key = experiment.with(|id| columns_preference(id.as_deref()));
                preferences::load(&key).filter(|text| !text.is_empty()).map(|text| columns_of_text(&text))
            });
            let mut columns = usual.get().with_chosen(choice.as_deref());
            columns.shown = layout.with(|layout| layout.arranged(&columns.shown));
            columns
        });
        let holds = Memo::new(move |_| layout.with(|layout| columns.with(|columns| layout.holds(&columns.shown))));
        let (unfolded, folded) = (RwSignal::new(BTreeSet::new()), RwSignal::new(BTreeSet::new()));
        let opens = Memo::new(move |_| reading.with(|reading| reading.filter.root.is_some()));
        let sort = Memo::new(move |_| state.with(|state| state.sort.clone()));
        let lines = Memo::new(move |_| {
            let opens = opens.get();
            let toggled = if opens { folded } else { unfolded };
            let beside = beside.read();
            runs.with(|runs| {
                tree.with(|tree| {
                    let table = (tree, &*beside);
                    found.with(|found| {
                        sort.with(|sort| toggled.with(|toggled| lines(runs, table, found, sort, opens, toggled)))
                    })
                })
            })
        });
        let best = Memo::new(move |_| {
            runs.with(|runs| {
                found.with(|found| {
                    let shown = runs.iter().zip(found).filter(|(_, found)| **found).map(|(run, _)| run);
                    best(&shown.collect::<Vec<_>>())
                })
            })
        });
        let selection = RwSignal::new(Selection::default());
        // What was deleted elsewhere is not selected any more.
        Effect::new(move || {
            runs.with(|runs| {
                let there: BTreeSet<&str> = runs.iter().map(|run| run.info.run_id.as_str()).collect();
                let is_lost =
                    selection.with_untracked(|selection| selection.ids.iter().any(|id| !there.contains(id.as_str())));
                if is_lost {
                    selection.update(|selection| {
                        selection.retain(&there);
                    });
                }
            });
        });
        Self {
            session,
            runs,
            state,
            show,
            experiments,
            experiment,
            reading,
            known,
            tree,
            beside,
            found,
            columns,
            layout,
            holds,
            lines,
            best,
            selection,
            opens,
            unfolded,
            folded,
            kept,
        }
    }

    /// The runs that are found, in the table's order of runs.
    pub(super) fn with_found<T>(&self, act: impl FnOnce(&[&RunSummary]) -> T) -> T {
        self.runs.with(|runs| {
            self.found.with(|found| {
                let shown: Vec<&RunSummary> =
                    runs.iter().zip(found).filter(|(_, found)| **found).map(|(run, _)| run).collect();
                act(&shown)
            })
        })
    }

    /// The table of another experiment (`None` for all); new runs go there, and the choice is remembered.
    pub(super) fn choose(&self, experiment: Option<&str>) {
        self.session.use_experiment(experiment.unwrap_or("all"));
        self.selection.update(Selection::clear);
        let before = self.state.get_untracked();
        let kept = preferences::load(&look_preference(experiment));
        let experiment = Some(experiment.unwrap_or("all").to_owned());
        let state = TableState { experiment, columns: None, layout: None, named: None, view: View::Table, ..before };
        self.show.run(state.looking_for(kept.as_deref()));
    }

    /// The same table in another view.
    pub(super) fn show_view(&self, view: View) {
        self.show.run(TableState { view, ..self.state.get_untracked() });
    }

    /// Keeps chosen columns (`None` for the usual ones) in the address and for this experiment.
    pub(super) fn choose_columns(&self, columns: Option<Vec<Column>>) {
        let key = self.experiment.with_untracked(|id| columns_preference(id.as_deref()));
        let text = columns.as_deref().map(columns_text).unwrap_or_default();
        preferences::save(&key, &text);
        self.kept.set(());
        self.show.run(TableState { columns, ..self.state.get_untracked() });
    }

    /// Keeps widths and pins (`None` for none) in the address and for this experiment.
    pub(super) fn choose_layout(&self, layout: Option<Layout>) {
        let key = self.experiment.with_untracked(|id| layout_preference(id.as_deref()));
        preferences::save(&key, &layout.as_ref().map(Layout::text).unwrap_or_default());
        self.kept.set(());
        self.show.run(TableState { layout, ..self.state.get_untracked() });
    }

    /// Columns, widths and pins as they are without anyone's choice.
    pub(super) fn forget_columns(&self) {
        self.forget(|state| TableState { columns: None, layout: None, ..state });
    }

    /// The same with order, filter and charts.
    pub(super) fn forget_view(&self) {
        self.forget(|state| state.usual());
    }

    fn forget(&self, act: impl FnOnce(TableState) -> TableState) {
        self.experiment.with_untracked(|id| {
            preferences::save(&layout_preference(id.as_deref()), "");
            preferences::save(&columns_preference(id.as_deref()), "");
        });
        self.kept.set(());
        self.show.run(act(self.state.get_untracked()));
    }
}

fn columns_preference(experiment: Option<&str>) -> String {
    format!("{}{}", preferences::RUNS_COLUMNS, experiment.unwrap_or("all"))
}

fn look_preference(experiment: Option<&str>) -> String {
    format!("{}{}", preferences::RUNS_LOOK, experiment.unwrap_or("all"))
}

fn layout_preference(experiment: Option<&str>) -> String {
    format!("{}{}", preferences::RUNS_LAYOUT, experiment.unwrap_or("all"))
}

/// The runs of an experiment; of all for `None`.
pub(super) fn of_experiment<'a>(runs: &'a [RunSummary], experiment: Option<&str>) -> Vec<&'a RunSummary> {
    runs.iter().filter(|run| experiment.is_none_or(|id| run.info.experiment_id == id)).collect()
}

/// The address that says this state.
fn address(state: &TableState) -> String {
    let encoded = |text: &str| String::from(js_sys::encode_uri_component(text));
    let pairs: Vec<String> = state.pairs().iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    if pairs.is_empty() { "/runs".into() } else { format!("/runs?{}", pairs.join("&")) }
}

/// The page.
#[component]
pub fn RunsPage(#[prop(into)] runs: Signal<Arc<Vec<RunSummary>>>) -> impl IntoView {
    let session = Session::here();
    session.request_contents();
    let shared = Shared::new(runs);
    let view = Memo::new(move |_| shared.state.with(|state| state.view));
    // Between table and charts what stands above them stays.
    let place = Memo::new(move |_| if view.get() == View::Charts { View::Table } else { view.get() });
    let exported = Signal::derive(move || shared.experiment.get().map_or(WhichRuns::Everything, WhichRuns::Experiment));
    view! {
        <div class="runs">
            <Side shared=shared />
            <div class="runs-main">
                <ExperimentPick shared=shared />
                <ChangeError/>
                <BackupReminder/>
                {move || match place.get() {
                    View::Table | View::Charts => view! { <Found shared=shared view=view /> }.into_any(),
                    View::Bin => view! { <BinPage shared=shared /> }.into_any(),
                    View::History => view! { <HistoryPage/> }.into_any(),
                }}
                <Show when=move || place.get() == View::Table>
                    <div class="runs-move"><MoveRuns which=exported/></div>
                </Show>
            </div>
        </div>
    }
}

/// The runs that are found, as a table or as charts.
#[component]
fn Found(shared: Shared, view: Memo<View>) -> impl IntoView {
    let Shared { runs, state, show, columns, experiment, found, lines, best, .. } = shared;
    let is_empty =
        Memo::new(move |_| runs.with(|runs| experiment.with(|id| of_experiment(runs, id.as_deref()).is_empty())));
    let nothing_found = Memo::new(move |_| lines.with(Vec::is_empty));
    let says = move || {
        runs.with(|runs| {
            let runs = experiment.with(|id| of_experiment(runs, id.as_deref()));
            if runs.is_empty() { String::new() } else { columns.with(|columns| sentence(&runs, columns)) }
        })
    };
    view! {
        <ExperimentHead shared=shared says=Signal::derive(says) />
        <Show when=move || !is_empty.get() fallback=move || view! { <NoRuns shared=shared /> }>
            <div class="cluster filter-row">
                <Search shared=shared />
                <div class="cluster runs-tools">
                    <Views shared=shared />
                    <Picker shared=shared />
                    <Folded columns=columns />
                    <button
                        class="btn"
                        type="button"
                        data-testid="runs-charts"
                        aria-pressed=move || if view.get() == View::Charts { "true" } else { "false" }
                        on:click=move |_| {
                            let other = if view.get_untracked() == View::Charts { View::Table } else { View::Charts };
                            shared.show_view(other);
                        }
                    ><Icon name="chart"/>"Charts"</button>
                </div>
            </div>
            <p class="sr" role="status" data-testid="runs-found" data-value=move || found.with(|found| found.iter().filter(|found| **found).count())>
                {move || {
                    let n = found.with(|found| found.iter().filter(|found| **found).count());
                    let searching = state.with(|state| !state.query.trim().is_empty());
                    searching.then(|| if n == 1 { "1 run matches".to_owned() } else { format!("{n} runs match") })
                }}
            </p>
            <Show when=move || !nothing_found.get() fallback=move || view! { <NothingFound state=state show=show /> }>
                {move || match view.get() {
                    View::Charts => view! { <RunsCharts shared=shared /> }.into_any(),
                    _ => view! {
                        <RunsTable shared=shared />
                        {move || best.with(|best| best.note.clone()).map(|note| view! { <p class="small muted">{note}</p> })}
                    }.into_any(),
                }}
            </Show>
            <SelectionBar shared=shared />
        </Show>
    }
}
