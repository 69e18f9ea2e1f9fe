//! Backup and restore of the workspace, and the reminder that none was made for long.

use leptos::prelude::*;

use super::bring_in::BringInButton;
use super::run_parts::{clock, run_list};
use crate::tracking::PARENT_TAG;
use crate::ui::components::Icon;
use crate::ui::session::Session;
use crate::ui::state::Backups;
use crate::ui::view::runs_text::{ago, date_time};

/// A note when many runs, or many days, have passed without a backup. It can be put off.
#[component]
pub(super) fn BackupReminder() -> impl IntoView {
    let session = Session::here();
    let now = clock();
    let runs = run_list();
    let due = Memo::new(move |_| {
        runs.with(|runs| {
            // A sweep's candidates were one act.
            let starts = runs.iter().filter(|run| run.tag(PARENT_TAG).is_none()).map(|run| run.info.start_time);
            session.backups.with(|backups| backups.due(starts, now.get()))
        })
    });
    let dismiss = move |_| session.note_backup(|backups| backups.dismissed = Some(js_sys::Date::now() as i64));
    move || {
        due.get().map(|words| {
            view! {
                <div class="note note-plain" data-testid="backup-reminder">
                    <Icon name="download"/>
                    <div><strong>"Time for a backup"</strong>
                        <p>{words}" Browsers may clear what a site keeps, and other machines do not see it."</p></div>
                    <span class="cluster">
                        <button class="btn btn-small" type="button" data-testid="backup-now" on:click=move |_| session.back_up()>"Back up"</button>
                        <button class="btn btn-small btn-quiet" type="button" data-testid="backup-dismiss" on:click=dismiss>"Not now"</button>
                    </span>
                </div>
            }
        })
    }
}

/// When the last one was made, the way to the next and back, and when to be reminded.
#[component]
pub(super) fn Backup() -> impl IntoView {
    let session = Session::here();
    let now = clock();
    let last = Memo::new(move |_| session.backups.with(|backups| backups.last));
    let made = move || {
        match last.get() {
        None => view! { <span>"No backup was made in this browser."</span> }.into_any(),
        Some(time) => view! { <span title=date_time(time)>"The last backup was made "{move || ago(now.get().max(time), time)}"."</span> }.into_any(),
    }
    };
    let field = move |id: &'static str, label: &'static str, of: fn(&Backups) -> u32, set: fn(&mut Backups, u32)| {
        let change = move |event: leptos::ev::Event| {
            // What is no number leaves it as it was.
            if let Ok(n) = event_target_value(&event).trim().parse() {
                session.note_backup(|backups| set(backups, n));
            }
        };
        view! {
            <label class="cluster" for=id>{label}
                <input class="input input-short" id=id type="number" min="0" step="1" data-setting=id prop:value=move || session.backups.with(of).to_string() on:change=change/></label>
        }
    };
    view! {
        <section aria-labelledby="backup">
            <h2 class="section" id="backup">"Backup and restore"</h2>
            <p class="muted" role="status" data-testid="backup-last" data-value=move || last.get().map(|time| time.to_string())>{made}</p>
            <div class="cluster after"><BringInButton/></div>
            <div class="cluster after">
                <span>"Remind me after"</span>
                {field("backup.after_runs", "runs", |backups| backups.after_runs, |backups, n| backups.after_runs = n)}
                {field("backup.after_days", "or days", |backups| backups.after_days, |backups, n| backups.after_days = n)}
                <span class="hint">"0: never"</span>
            </div>
        </section>
    }
}
