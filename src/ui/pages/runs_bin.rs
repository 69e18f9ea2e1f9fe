//! What was deleted and can be restored; what was done and can be taken back.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;

use super::run_parts::clock;
use super::runs::Shared;
use crate::tracking::{
    Experiment, LifecycleStage, LogEntry, RunRecord, RunSummary, restore_experiment, restore_runs, with_children,
};
use crate::ui::components::{Icon, ModalDialog};
use crate::ui::session::Session;
use crate::ui::view::format::bytes;
use crate::ui::view::ingest::counted;
use crate::ui::view::runs_history::{can_take_back, next_to_redo};
use crate::ui::view::runs_text::{ago, date_time};

/// So many lines are drawn; more are counted.
const MOST_LINES: usize = 300;

/// The bin: runs and experiments, each with a way back; emptying it is the one question that is asked.
#[component]
pub(super) fn BinPage(shared: Shared) -> impl IntoView {
    let session = Session::here();
    let now = clock();
    let bin = Memo::new(move |_| {
        session.workspace.with(|w| w.contents.as_ref().map(|contents| contents.bin.clone()).unwrap_or_default())
    });
    let experiments = move || {
        let all = shared.experiments.get().unwrap_or_default();
        all.into_iter().filter(|one| one.lifecycle_stage == LifecycleStage::Deleted).collect::<Vec<_>>()
    };
    let asks = RwSignal::new(false);
    let count = Memo::new(move |_| bin.with(Vec::len));
    // Runs are read whole to know their size: those that are listed.
    let listed = Memo::new(move |_| {
        bin.with(|bin| bin.iter().take(MOST_LINES).map(|run| run.info.run_id.clone()).collect::<Vec<_>>())
    });
    let records = session.records(listed.into());
    let sizes = Memo::new(move |_| {
        records.with(|found| {
            let runs = found.iter().flat_map(|found| &found.runs);
            runs.map(|run| (run.info.run_id.clone(), kept_bytes(run))).collect::<BTreeMap<_, _>>()
        })
    });
    let frees = move || {
        let sizes = sizes.get();
        let total = bytes(sizes.values().sum());
        match sizes.len() {
            0 => String::new(),
            n if n < count.get() => format!("Emptying frees more than {total}"),
            _ => format!("Emptying frees about {total}"),
        }
    };
    let restore = move |ids: BTreeSet<String>| {
        let change = bin.with_untracked(|bin| {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            restore_runs(&with_children(bin, &ids))
        });
        session.change(change);
    };
    let all_ids =
        move || bin.with_untracked(|bin| bin.iter().map(|run| run.info.run_id.clone()).collect::<BTreeSet<_>>());
    let restore_one = move |experiment: Experiment| {
        let all = shared.experiments.get_untracked().unwrap_or_default();
        let made = bin.with_untracked(|bin| restore_experiment(&experiment, &all, bin));
        match made {
            Ok(change) => session.change(change),
            Err(why) => session.say(&why.to_string()),
        }
    };
    let line = move |run: RunSummary| {
        let (id, key) = (run.info.run_id.clone(), run.info.run_id.clone());
        let of = id.clone();
        let size = Memo::new(move |_| sizes.with(|sizes| sizes.get(&of).copied()));
        let deleted = run.info.deleted_time;
        view! {
            <tr data-binned=key>
                <th scope="row" class="name">{run.info.run_name.clone()}</th>
                <td class="muted" title=deleted.map(date_time)>{move || deleted.map(|time| ago(now.get(), time))}</td>
                <td class="muted hide-s clip">{run.dataset.as_ref().map(|dataset| dataset.name.clone())}</td>
                <td class="num muted" data-bytes=move || size.get().map(|n| n.to_string())>{move || size.get().map(bytes)}</td>
                <td class="num"><button
                    class="btn btn-small"
                    type="button"
                    aria-label=format!("Restore {}", run.info.run_name)
                    on:click=move |_| restore(BTreeSet::from([id.clone()]))
                ><Icon name="undo" small=true/>"Restore"</button></td>
            </tr>
        }
    };
    view! {
        <div class="cluster">
            <h1 class="section">"Bin"</h1>
            <span class="muted small">{move || match count.get() { 0 => String::new(), 1 => "1 run".into(), n => format!("{n} runs") }}</span>
            <span class="muted small" data-testid="bin-size">{frees}</span>
            <Show when=move || count.get() != 0>
                <span class="cluster push">
                    <button class="btn" type="button" on:click=move |_| restore(all_ids())>"Restore all"</button>
                    <button class="btn" type="button" data-testid="empty-bin" on:click=move |_| asks.set(true)>"Empty the bin…"</button>
                </span>
            </Show>
        </div>
        <Show
            when=move || count.get() != 0 || !experiments().is_empty()
            fallback=|| view! {
                <div class="blank"><p><b>"The bin is empty"</b>"Runs and experiments that you delete wait here until you empty it."</p></div>
            }
        >
            <div class="scroll-x" tabindex="0" role="region" aria-label="The bin">
                <table class="table table-tight" data-testid="bin">
                    <thead><tr><th scope="col">"Name"</th><th scope="col">"Deleted"</th><th scope="col" class="hide-s">"Dataset"</th><th scope="col" class="num">"Size"</th><th scope="col"><span class="sr">"Restore"</span></th></tr></thead>
                    <tbody>
                        {move || experiments().into_iter().map(|one| {
                            let name = one.name.clone();
                            let time = one.last_update_time;
                            view! {
                                <tr>
                                    <th scope="row" class="name">{format!("Experiment {name}")}</th>
                                    <td class="muted">{move || ago(now.get(), time)}</td>
                                    <td class="hide-s"></td>
                                    <td></td>
                                    <td class="num"><button
                                        class="btn btn-small"
                                        type="button"
                                        aria-label=format!("Restore the experiment {name}")
                                        on:click=move |_| restore_one(one.clone())
                                    ><Icon name="undo" small=true/>"Restore"</button></td>
                                </tr>
                            }
                        }).collect_view()}
                        {move || bin.get().into_iter().take(MOST_LINES).map(line).collect_view()}
                    </tbody>
                </table>
            </div>
            <Show when=move || { count.get() > MOST_LINES }>
                <p class="small muted">{move || format!("And {} more.", count.get().saturating_sub(MOST_LINES))}</p>
            </Show>
        </Show>
        <ModalDialog open=asks on_close=Callback::new(move |()| asks.set(false)) label="Empty the bin" class="dialog">
            <div class="dialog-head"><h2 class="section">{move || format!("Remove {} for good?", counted(count.get() as u64, "run", "runs"))}</h2></div>
            <p>"This is the one thing that cannot be taken back. Runs that are not in the bin stay, and so do cached steps, which other runs may use."</p>
            <p class="muted small">{frees}</p>
            <div class="cluster">
                <button class="btn" type="button" on:click=move |_| asks.set(false)>"Keep them"</button>
                <button class="btn btn-danger" type="button" data-testid="purge" on:click=move |_| {
                    session.purge(all_ids().into_iter().collect());
                    asks.set(false);
                }>"Remove for good"</button>
            </div>
        </ModalDialog>
    }
}

/// How much a run's record takes, as JSON: about what the browser keeps of it.
fn kept_bytes(run: &RunRecord) -> u64 {
    serde_json::to_vec(run).map_or(0, |text| text.len() as u64)
}

/// The history of changes, latest first.
#[component]
pub(super) fn HistoryPage() -> impl IntoView {
    let session = Session::here();
    let now = clock();
    let history = Memo::new(move |_| {
        session.workspace.with(|w| w.contents.as_ref().map(|contents| contents.history.clone()).unwrap_or_default())
    });
    let redo = Memo::new(move |_| history.with(|history| next_to_redo(history)));
    let can_undo = Memo::new(move |_| history.with(|history| can_take_back(history)));
    let line = move |entry: LogEntry| {
        let LogEntry { seq, time, command, undone } = entry;
        let words = command.words;
        let act = if undone {
            (redo.get() == Some(seq)).then(|| {
                let label = format!("Redo: {words}");
                view! {
                    <button class="btn btn-small" type="button" aria-label=label on:click=move |_| session.do_again()>
                        <Icon name="redo" small=true/>"Redo"
                    </button>
                }
                .into_any()
            })
        } else {
            let label = format!("Undo: {words}");
            Some(
                view! {
                    <button class="btn btn-small" type="button" aria-label=label on:click=move |_| session.take_back(Some(seq))>
                        <Icon name="undo" small=true/>"Undo"
                    </button>
                }
                .into_any(),
            )
        };
        view! {
            <tr data-change=seq.to_string() data-undone=undone.then_some("true")>
                <td class="muted" title=date_time(time)>{move || ago(now.get(), time)}</td>
                <td class="wide"><span class:muted=undone>{words}</span>{undone.then(|| view! { " "<span class="tag">"taken back"</span> })}</td>
                <td class="num">{act}</td>
            </tr>
        }
    };
    view! {
        <div class="cluster">
            <h1 class="section">"History"</h1>
            <span class="muted small">"What was done with runs, experiments, models and pipelines. The last 200 changes."</span>
            <span class="cluster push">
                <button class="btn" type="button" disabled=move || !can_undo.get() on:click=move |_| session.take_back(None)><Icon name="undo"/>"Undo"</button>
                <button class="btn" type="button" disabled=move || redo.get().is_none() on:click=move |_| session.do_again()><Icon name="redo"/>"Redo"</button>
            </span>
        </div>
        <Show
            when=move || history.with(|history| !history.is_empty())
            fallback=|| view! {
                <div class="blank"><p><b>"Nothing was changed yet"</b>"Tag, rename, move or delete a run, and it stands here with a way back."</p></div>
            }
        >
            <div class="scroll-x" tabindex="0" role="region" aria-label="History">
                <table class="table table-tight" data-testid="history">
                    <thead><tr><th scope="col">"When"</th><th scope="col">"What"</th><th scope="col"><span class="sr">"Undo"</span></th></tr></thead>
                    <tbody>{move || history.get().into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
        </Show>
    }
}
