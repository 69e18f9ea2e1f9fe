//! Split: how many rows are held back, and whether both parts look alike.

use leptos::prelude::*;

use crate::pipeline::PipelineSpec;
use crate::split::{SplitSpec, SplitSummary};
use crate::ui::charts::Chart;
use crate::ui::inspect::fields::{CheckField, SelectField, TextField, edit};
use crate::ui::inspect::parts::{says, waiting};
use crate::ui::state::Outputs;
use crate::ui::view::{charts_split, format, split};

/// Test size, seed, shuffling, stratifying.
#[component]
pub fn SplitSettings(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let is_split = Memo::new(move |_| spec.read().split.is_some());
    let now = Memo::new(move |_| spec.read().split.clone().unwrap_or_default());
    let change = move |f: &dyn Fn(&mut SplitSpec)| {
        edit(spec, on_change, |spec| {
            if let Some(split) = &mut spec.split {
                f(split);
            }
        });
    };
    let rows = Memo::new(move |_| {
        let outputs = outputs.read();
        outputs.clean.as_ref().map(|clean| clean.rows).or_else(|| outputs.ingest.as_ref().map(|ingest| ingest.rows))
    });
    let on_size = Callback::new(move |text: String| {
        let size = split::parse_test_size(&text, rows.get_untracked())?;
        change(&|split| split.test_size = size);
        Ok(())
    });
    let on_seed = Callback::new(move |text: String| {
        let seed = split::parse_seed(&text)?;
        change(&|split| split.random_state = seed);
        Ok(())
    });
    let on_split = Callback::new(move |on: bool| {
        edit(spec, on_change, |spec| spec.split = on.then(SplitSpec::default));
    });
    let on_shuffle = Callback::new(move |on: bool| {
        change(&|split| {
            split.shuffle = on;
            if !on {
                // In the file's order shares cannot be kept: scikit-learn refuses the two together.
                split.stratify = None;
            }
        });
    });
    let on_stratify = Callback::new(move |name: String| {
        change(&|split| {
            split.stratify = (!name.is_empty()).then(|| name.clone());
            if split.stratify.is_some() {
                split.shuffle = true;
            }
        });
    });
    let columns = Memo::new(move |_| {
        let mut options = vec![(String::new(), "No".to_owned())];
        let outputs = outputs.read();
        if let (Some(ingest), Some(clean)) = (&outputs.ingest, &outputs.clean) {
            for column in &clean.columns {
                let profile = ingest.columns.iter().find(|profile| profile.name == column.name);
                // More classes than rows to share out cannot be kept in both parts.
                if let Some(profile) = profile.filter(|profile| (2..=100).contains(&profile.distinct)) {
                    let words = format!("{}, {} values", column.name, format::count(profile.distinct));
                    options.push((column.name.clone(), words));
                }
            }
        }
        if let Some(chosen) = &now.read().stratify
            && !options.iter().any(|(name, _)| name == chosen)
        {
            options.push((chosen.clone(), chosen.clone()));
        }
        options
    });
    view! {
        <CheckField setting="split" label="Hold rows back to test the model" checked=is_split on_tick=on_split />
        <Show when=move || is_split.get()>
            <TextField
                setting="split.test_size"
                label="Test size"
                value=Signal::derive(move || split::test_size_text(now.read().test_size))
                on_text=on_size
                hint="A share (0.2 or 20 %) or a number of rows."
            />
            <TextField
                setting="split.random_state"
                label="Seed"
                value=Signal::derive(move || now.read().random_state.to_string())
                on_text=on_seed
                hint="The same seed draws the same rows, as scikit-learn does."
                inputmode="numeric"
            />
            <CheckField
                setting="split.shuffle"
                label="Shuffle the rows first"
                checked=Signal::derive(move || now.read().shuffle)
                on_tick=on_shuffle
            />
            <SelectField
                setting="split.stratify"
                label="Keep shares of"
                options=columns
                value=Signal::derive(move || now.read().stratify.clone().unwrap_or_default())
                on_pick=on_stratify
                hint="Stratify: each value has the same share in both parts."
            />
        </Show>
    }
}

/// The two parts.
#[component]
pub fn SplitResult(
    #[prop(into)] spec: Signal<PipelineSpec>,
    #[prop(into)] outputs: Signal<Outputs>,
    on_change: Callback<PipelineSpec>,
) -> impl IntoView {
    let _ = on_change;
    let summary = Memo::new(move |_| outputs.read().split.clone());
    let split_spec = Memo::new(move |_| spec.read().split.clone());
    let target = Memo::new(move |_| spec.read().features.target.clone());
    view! {
        {move || match summary.get() {
            None => waiting("Which rows train and which test stands here once they are split.", 4).into_any(),
            Some(summary) => {
                let held_out = split_spec.read().is_some();
                let scene = charts_split::target_distribution(&summary, &target.get());
                view! {
                    {says(split::sentence(&summary, split_spec.get().as_ref()), None)}
                    {parts(&summary, held_out)}
                    <div class="plots">
                        {scene.map(|scene| view! { <Chart scene=Signal::stored(scene) /> })}
                    </div>
                }
                .into_any()
            }
        }}
    }
}

fn parts(summary: &SplitSummary, held_out: bool) -> impl IntoView + use<> {
    let all = (summary.n_train + summary.n_test).max(1) as f64;
    let part = |name: &'static str, n: u64, mean: Option<f64>, first: &[u32]| {
        // People count rows from 1.
        let first: Vec<String> = first.iter().take(10).map(|row| format::count(u64::from(*row) + 1)).collect();
        let share = if held_out { format::percent(n as f64 / all) } else { "all".into() };
        let full = mean.map_or_else(String::new, |mean| mean.to_string());
        view! {
            <tr>
                <th scope="row" class="name">{name}</th>
                <td class="num strong">{format::count(n)}</td>
                <td class="num">{share}</td>
                <td class="num" title=full>{mean.map_or_else(|| "–".into(), format::number)}</td>
                <td class="first-rows">{first.join("  ")}" …"</td>
            </tr>
        }
    };
    view! {
        <section>
            <div class="cluster data-head">
                <h3 class="section">"Parts"</h3>
                <span class="muted small">"digest of the rows "<code title=summary.rows_digest.to_string()>{summary.rows_digest.short(8).to_owned()}</code></span>
            </div>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Train and test rows">
                <table class="table table-tight">
                    <caption class="sr">"Train and test rows"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Part"</th>
                            <th scope="col" class="num">"Rows"</th>
                            <th scope="col" class="num">"Share"</th>
                            <th scope="col" class="num">"Mean of the target"</th>
                            <th scope="col">"First rows, by their number in the cleaned table"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {part("Train", summary.n_train, summary.target_mean_train, &summary.first_train)}
                        {held_out
                            .then(|| part("Test", summary.n_test, summary.target_mean_test, &summary.first_test))}
                    </tbody>
                </table>
            </div>
        </section>
    }
}
