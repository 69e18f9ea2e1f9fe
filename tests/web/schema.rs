//! A database of the first schema is carried along with its data, ten thousand runs load at once, and two tabs that
//! change the same thing lose nothing.

use idb::event::DatabaseEvent;
use idb::{Database, Factory, IndexParams, KeyPath, ObjectStoreParams, TransactionMode};
use pipette::search::search_runs;
use pipette::tracking::suite::{equal, many_runs, run_record, running, wide_run};
use pipette::tracking::{
    EditStore, RunRecord, RunStatus, RunStore, RunSummary, StoreError, delete_runs, execute, history, rename_run,
    tag_runs, undo,
};
use pipette::web::store::IdbStore;
use serde::Serialize;
use serde_json::{Value, json};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use crate::store::futures_join;

type Checked = Result<(), String>;

fn said(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

async fn open(name: &str, owner: &str) -> Result<IdbStore, String> {
    IdbStore::open_named(name, &format!("{name}:{owner}")).await.map_err(|error| error.to_string())
}

fn js(value: &impl Serialize) -> Result<JsValue, String> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(said)
}

/// The database as the first version of Pipette made it, written out here so that it stays as it was.
async fn first_schema(name: &str) -> Result<Database, String> {
    let mut request = Factory::new().and_then(|factory| factory.open(name, Some(1))).map_err(said)?;
    request.on_upgrade_needed(|event| {
        let Ok(database) = event.database() else { return };
        let stores = [
            ("runs", Some("info.run_id"), None),
            ("run_rows", Some("run_id"), Some("start_time")),
            ("experiments", Some("experiment_id"), None),
            ("steps", Some("key"), Some("artifact")),
            ("blobs", None, None),
            ("blob_rows", Some("digest"), None),
            ("datasets", Some("digest"), None),
        ];
        for (name, key, index) in stores {
            let mut params = ObjectStoreParams::new();
            params.key_path(key.map(KeyPath::new_single));
            let Ok(store) = database.create_object_store(name, params) else { return };
            if let Some(index) = index {
                let _ = store.create_index(index, KeyPath::new_single(index), None::<IndexParams>);
            }
        }
    });
    request.await.map_err(said)
}

async fn put(database: &Database, store: &str, values: &[JsValue]) -> Checked {
    let transaction = database.transaction(&[store], TransactionMode::ReadWrite).map_err(said)?;
    let object_store = transaction.object_store(store).map_err(said)?;
    for value in values {
        object_store.put(value, None).map_err(said)?.await.map_err(said)?;
    }
    transaction.commit().map_err(said)?.await.map_err(said).map(drop)
}

/// A row of the first schema: without what the second has added.
fn first_row(run: &RunRecord, owner: &str) -> Result<JsValue, String> {
    let mut summary = serde_json::to_value(RunSummary::from(run)).map_err(said)?;
    if let Value::Object(map) = &mut summary {
        map.remove("edits");
    }
    js(&json!({
        "run_id": run.info.run_id,
        "start_time": run.info.start_time,
        "status": run.info.status,
        "owner": owner,
        "summary": summary,
    }))
}

#[wasm_bindgen_test]
async fn the_first_schema_is_carried_along() -> Checked {
    let (done, under_way) = (run_record("done", 2000), running(run_record("under way", 1000)));
    // A row that is damaged is made again from its run.
    let damaged = run_record("damaged", 3000);
    let old = first_schema("migrate").await?;
    put(&old, "runs", &[js(&done)?, js(&under_way)?, js(&damaged)?]).await?;
    let broken = js(&json!({ "run_id": damaged.info.run_id, "start_time": 3000, "status": "?", "owner": "" }))?;
    put(&old, "run_rows", &[first_row(&done, "gone")?, first_row(&under_way, "gone")?, broken]).await?;
    let experiment = json!({
        "experiment_id": "0", "name": "Default", "lifecycle_stage": "active", "creation_time": 1, "last_update_time": 1,
    });
    put(&old, "experiments", &[js(&experiment)?]).await?;
    old.close();

    let store = open("migrate", "new").await?;
    let rows: Vec<RunSummary> = [&damaged, &done, &under_way].map(RunSummary::from).into();
    equal("the rows", store.all_runs().await, Ok(rows.clone()))?;
    equal("a run", store.get_run(&done.info.run_id).await, Ok(Some(done.clone())))?;
    let experiments = store.experiments().await.map_err(said)?;
    equal("the experiment", (experiments.len(), experiments[0].tags.len()), (1, 0))?;
    // Who ran it is known still, so the closed tab's run is ended.
    equal("ended", store.mark_interrupted(&[]).await, Ok(vec![under_way.info.run_id.clone()]))?;
    equal("once", store.mark_interrupted(&[]).await, Ok(Vec::new()))?;
    store.close();
    let again = open("migrate", "again").await?;
    let statuses: Vec<RunStatus> = again.all_runs().await.map_err(said)?.iter().map(|row| row.info.status).collect();
    equal("opening again changes nothing", statuses, vec![RunStatus::Finished, RunStatus::Finished, RunStatus::Failed])
}

#[wasm_bindgen_test]
async fn an_open_page_of_the_first_schema_makes_way() -> Checked {
    // The old page closes its connection when asked; a connection that does not would block the new page.
    let mut old = first_schema("makes way").await?;
    old.on_version_change(|event| {
        if let Ok(database) = event.database() {
            database.close();
        }
    });
    put(&old, "runs", &[js(&run_record("kept", 1))?]).await?;
    put(&old, "run_rows", &[first_row(&run_record("kept", 1), "")?]).await?;
    let store = open("makes way", "new").await?;
    equal("the run", store.list_runs().await.map(|rows| rows.len()), Ok(1))
}

#[wasm_bindgen_test]
async fn ten_thousand_runs_load_at_once() -> Checked {
    const N: i64 = 10_000;
    // Written as the first schema's rows, in one transaction: opening carries them over, which is timed too.
    let old = first_schema("ten thousand").await?;
    let rows: Vec<JsValue> = (0..N).map(|number| first_row(&wide_run(number), "")).collect::<Result<_, _>>()?;
    let transaction = old.transaction(&["run_rows"], TransactionMode::ReadWrite).map_err(said)?;
    let object_store = transaction.object_store("run_rows").map_err(said)?;
    for row in &rows {
        object_store.put(row, None).map_err(said)?;
    }
    transaction.commit().map_err(said)?.await.map_err(said)?;
    old.close();
    let start = js_sys::Date::now();
    let store = open("ten thousand", "a").await?;
    console_log!("10,000 runs carried over in {} ms", js_sys::Date::now() - start);
    let mut fastest = f64::INFINITY;
    for _ in 0..3 {
        let start = js_sys::Date::now();
        let rows = store.list_runs().await.map_err(said)?;
        fastest = fastest.min(js_sys::Date::now() - start);
        equal("all", rows.len(), N as usize)?;
        equal("newest first", rows[0].clone(), RunSummary::from(&wide_run(N - 1)))?;
    }
    console_log!("10,000 runs with 20 metrics listed in {fastest} ms");
    Ok(())
}

#[wasm_bindgen_test]
async fn many_runs_are_kept_as_one_listing_that_ends_with_any_change() -> Checked {
    const N: usize = 1200;
    let names = async |owner: &str| -> Result<Vec<String>, String> {
        let store = open("listing", owner).await?;
        let rows = store.list_runs().await.map_err(said)?;
        store.close();
        Ok(rows.into_iter().map(|row| row.info.run_name).collect())
    };
    let store = open("listing", "writer").await?;
    let runs: Vec<_> = (0..N as i64).map(wide_run).collect();
    equal("put", store.put_runs(&runs).await, Ok(()))?;
    // The first reading makes the listing; the second, of a page that knows nothing, reads it.
    let first = names("first").await?;
    equal("as many", first.len(), N)?;
    equal("the same", names("second").await?, first.clone())?;
    let row = RunSummary::from(&runs[N - 1]);
    execute(&store, &rename_run(&row, "renamed").map_err(said)?, 1).await.map_err(said)?;
    equal("a name", names("third").await?[0].as_str(), "renamed")?;
    execute(&store, &delete_runs(&[&row], 2), 2).await.map_err(said)?;
    equal("into the bin", names("fourth").await?, first[1..].to_vec())?;
    equal("the bin", store.binned_runs().await.map(|rows| rows.len()), Ok(1))?;
    equal("put", store.put_run(&wide_run(N as i64)).await, Ok(()))?;
    equal("a new one", names("fifth").await?.len(), N)?;
    equal("removed", store.delete_runs(&[runs[0].info.run_id.clone()]).await, Ok(()))?;
    equal("one less", names("sixth").await?.len(), N - 1)?;
    equal("again", names("seventh").await?.len(), N - 1)
}

#[wasm_bindgen_test]
async fn keeps_ten_thousand_runs_as_every_store_must() -> Checked {
    let store = open("many", "a").await?;
    let start = js_sys::Date::now();
    many_runs(&store, 10_000).await?;
    console_log!(
        "10,000 runs put, listed, tagged, taken back, and half of them removed in {} ms",
        js_sys::Date::now() - start
    );
    // What is left is found by the search language, as on the page.
    let rows = store.list_runs().await.map_err(said)?;
    let found = search_runs("metrics.metric_3 > 0 and params.param_11 = '7'", &["metrics.metric_3 DESC"], &rows);
    let names: Vec<&str> = found.map_err(said)?.iter().map(|row| row.info.run_name.as_str()).collect();
    let expected: &[&str] = if wide_run(7).metrics[3].value > 0.0 { &["run 7"] } else { &[] };
    equal("found", names, expected.to_vec())?;
    let found = search_runs("metrics.metric_19 > 19.9", &[], &rows).map_err(said)?;
    equal("as many as there are", found.len(), rows.iter().filter(|row| row.metric("metric_19") > Some(19.9)).count())
}

#[wasm_bindgen_test]
async fn five_hundred_runs_are_tagged_at_once_and_untagged() -> Checked {
    let store = open("bulk", "a").await?;
    for number in 0..500 {
        equal("put", store.put_run(&wide_run(number)).await, Ok(()))?;
    }
    let rows = store.list_runs().await.map_err(said)?;
    let all: Vec<&RunSummary> = rows.iter().collect();
    let start = js_sys::Date::now();
    execute(&store, &tag_runs(&all, "team", Some("red")).map_err(said)?, 1).await.map_err(said)?;
    console_log!("500 runs tagged in {} ms", js_sys::Date::now() - start);
    let tagged = store.list_runs().await.map_err(said)?;
    equal("tagged", tagged.iter().filter(|row| row.tag("team") == Some("red")).count(), 500)?;
    undo(&store, 2).await.map_err(said)?;
    let back = store.list_runs().await.map_err(said)?;
    equal("as before", back.iter().filter(|row| row.tag("team").is_some()).count(), 0)
}

#[wasm_bindgen_test]
async fn two_tabs_that_change_things_lose_nothing() -> Checked {
    let (first, second) = (open("two tabs", "a").await?, open("two tabs", "b").await?);
    let run = running(run_record("shared", 1000));
    equal("put", first.put_run(&run).await, Ok(()))?;
    let row = second.list_runs().await.map_err(said)?.remove(0);
    // The second tab renames while the first one's run ends.
    execute(&second, &rename_run(&row, "best").map_err(said)?, 1).await.map_err(said)?;
    equal("the end", first.put_run(&run_record("shared", 1000)).await, Ok(()))?;
    let row = first.list_runs().await.map_err(said)?.remove(0);
    equal("both", (row.info.run_name.as_str(), row.info.status), ("best", RunStatus::Finished))?;
    // Both rename what they saw: one of them is told.
    let (a, b) = (rename_run(&row, "a").map_err(said)?, rename_run(&row, "b").map_err(said)?);
    equal("the first", execute(&first, &a, 2).await.is_ok(), true)?;
    let refused = execute(&second, &b, 2).await;
    equal("the second", matches!(refused, Err(StoreError::Conflict(_))), true)?;
    // Both log at once: no entry is lost.
    for round in 0..10 {
        let key = |tab: &str| format!("{tab}{round}");
        let a = tag_runs(&[&row], &key("a"), Some("1")).map_err(said)?;
        let b = tag_runs(&[&row], &key("b"), Some("1")).map_err(said)?;
        let both = futures_join(execute(&first, &a, 3), execute(&second, &b, 3)).await;
        equal("both tags", (both.0.is_ok(), both.1.is_ok()), (true, true))?;
    }
    let row = first.list_runs().await.map_err(said)?.remove(0);
    let tags = row.tags.iter().filter(|tag| tag.value == "1").count();
    equal("all tags", (tags, history(&second).await.map(|log| log.len())), (20, Ok(22)))?;
    equal("documents of one kind", second.documents("model").await, Ok(Vec::new()))
}
