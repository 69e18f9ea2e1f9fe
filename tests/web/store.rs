//! IndexedDB keeps what core's suite asks of every store, over reopening, between two connections, and all or nothing.

use std::cell::Cell;
use std::rc::Rc;

use pipette::base::Digest;
use pipette::pipeline::StoredStep;
use pipette::tracking::suite::{equal, run_record, running, stored_step, suite, two_owners};
use pipette::tracking::{DatasetRecord, DatasetStore, RunStatus, RunStore, RunSummary, StepStore, StoreError};
use pipette::web::store::{IdbStore, store_error};
use wasm_bindgen_test::wasm_bindgen_test;

type Checked = Result<(), String>;

/// Opens a store. Owners live in all tests at once, so each gets its store's name before its own.
async fn open(name: &str, owner: &str) -> Result<IdbStore, String> {
    IdbStore::open_named(name, &format!("{name}:{owner}")).await.map_err(|error| error.to_string())
}

#[wasm_bindgen_test]
async fn keeps_what_every_store_must() -> Checked {
    suite(&open("suite", "suite").await?).await
}

#[wasm_bindgen_test]
async fn is_there_after_reopening() -> Checked {
    let (run, step) = (run_record("kept", 1000), stored_step("kept"));
    let store = open("reopen", "first").await?;
    equal("put", store.put_run(&run).await, Ok(()))?;
    equal("put", store.put_step(&step).await, Ok(()))?;
    equal("put", store.put_blob(&step.artifact, b"bytes").await, Ok(()))?;
    store.close();
    let store = open("reopen", "second").await?;
    equal("the run", store.get_run(&run.info.run_id).await, Ok(Some(run.clone())))?;
    equal("its row", store.list_runs().await, Ok(vec![RunSummary::from(&run)]))?;
    equal("the step", store.get_step(&step.key).await, Ok(Some(step.clone())))?;
    equal("the blob", store.get_blob(&step.artifact).await, Ok(Some(b"bytes".to_vec())))
}

#[wasm_bindgen_test]
async fn two_tabs_and_a_closed_one() -> Checked {
    let (first, second) = (open("owners", "a").await?, open("owners", "b").await?);
    two_owners(&first, "owners:a", &second).await
}

#[wasm_bindgen_test]
async fn a_tab_lives_as_long_as_it_holds_its_lock() -> Checked {
    // `alive` is claimed by opening; nobody has ever claimed `gone`.
    let (alive, other) = (open("locks", "alive").await?, open("locks", "other").await?);
    let run = running(run_record("under way", 1000));
    equal("put", alive.put_run(&run).await, Ok(()))?;
    equal("the live tab's run", other.end_interrupted().await, Ok(Vec::new()))?;
    let run = run_record("still", 2000);
    equal("the list", other.list_runs().await.map(|runs| runs[0].info.status), Ok(RunStatus::Running))?;
    equal("put", other.put_run(&run).await, Ok(()))
}

#[wasm_bindgen_test]
async fn the_other_tab_hears_of_a_change_and_the_writer_does_not() -> Checked {
    let (writer, listener) = (open("notices", "a").await?, open("notices", "b").await?);
    let (heard, echoed) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let count = |cell: &Rc<Cell<u32>>| {
        let cell = Rc::clone(cell);
        move || cell.set(cell.get() + 1)
    };
    listener.on_change(count(&heard));
    writer.on_change(count(&echoed));
    let run = run_record("news", 1000);
    equal("put", writer.put_run(&run).await, Ok(()))?;
    // The notice travels on its own; reading the database a few times lets it arrive (the list is at hand, and waits for
    // nothing).
    for _ in 0..2000 {
        if heard.get() > 0 {
            break;
        }
        equal("read", listener.get_run(&run.info.run_id).await.map(|run| run.is_some()), Ok(true))?;
    }
    equal("heard", (heard.get(), echoed.get()), (1, 0))
}

#[wasm_bindgen_test]
async fn writers_at_once_lose_nothing() -> Checked {
    let (first, second) = (open("at once", "a").await?, open("at once", "b").await?);
    for round in 0..20 {
        let (a, b) = (run_record(&format!("a{round}"), round), run_record(&format!("b{round}"), round));
        let (a, b) = (first.put_run(&a), second.put_run(&b));
        let (a, b) = futures_join(a, b).await;
        equal("both", (a, b), (Ok(()), Ok(())))?;
    }
    equal("all runs", second.list_runs().await.map(|runs| runs.len()), Ok(40))
}

/// Polls both until both are done.
pub(crate) async fn futures_join<A, B>(a: impl Future<Output = A>, b: impl Future<Output = B>) -> (A, B) {
    let (mut a, mut b) = (std::pin::pin!(a), std::pin::pin!(b));
    let (mut done_a, mut done_b) = (None, None);
    std::future::poll_fn(move |context| {
        use std::task::Poll;
        if done_a.is_none()
            && let Poll::Ready(value) = a.as_mut().poll(context)
        {
            done_a = Some(value);
        }
        if done_b.is_none()
            && let Poll::Ready(value) = b.as_mut().poll(context)
        {
            done_b = Some(value);
        }
        match (done_a.take(), done_b.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            (a, b) => {
                (done_a, done_b) = (a, b);
                Poll::Pending
            }
        }
    })
    .await
}

#[wasm_bindgen_test]
async fn a_full_cache_lets_the_oldest_go_and_no_dataset_before() -> Checked {
    let store = open("evict", "a").await?;
    let blobs: Vec<Vec<u8>> = (0..4_u8).map(|fill| vec![fill; 1000]).collect();
    let digests: Vec<Digest> = blobs.iter().map(|blob| Digest::of(blob)).collect();
    let dataset = DatasetRecord {
        digest: digests[0].clone(),
        name: "a.csv".into(),
        bytes: 1000,
        rows: 1,
        columns: 1,
        last_used: 0,
    };
    equal("put", store.put_dataset(&dataset).await, Ok(()))?;
    for (blob, digest) in blobs.iter().zip(&digests) {
        equal("put", store.put_blob(digest, blob).await, Ok(()))?;
        let step = StoredStep { artifact: digest.clone(), ..stored_step(digest.as_str()) };
        equal("put", store.put_step(&step).await, Ok(()))?;
        // Times of use differ by a millisecond at least.
        let start = js_sys::Date::now();
        while js_sys::Date::now() <= start + 1.0 {}
    }
    let run = run_record("mine", 1000);
    equal("put", store.put_run(&run).await, Ok(()))?;
    // The first is a dataset's and the second was used last: the third goes first, its step with it, then the fourth.
    equal("use", store.get_blob(&digests[1]).await, Ok(Some(blobs[1].clone())))?;
    equal("freed", store.evict(1001).await, Ok(2000))?;
    let mut left = Vec::new();
    for digest in &digests {
        let step = store.get_step(&stored_step(digest.as_str()).key).await.map_err(|error| error.to_string())?;
        left.push((store.has_blob(digest).await.map_err(|error| error.to_string())?, step.is_some()));
    }
    equal("left", left, vec![(true, true), (true, true), (false, false), (false, false)])?;
    equal("everything", store.evict(u64::MAX).await, Ok(2000))?;
    equal("nothing left", store.evict(1).await, Ok(0))?;
    equal("the run", store.get_run(&run.info.run_id).await, Ok(Some(run)))
}

#[wasm_bindgen_test]
fn the_browser_s_errors_have_our_names() -> Checked {
    let named = |name: &str| {
        let exception = web_sys::DomException::new_with_message_and_name("why", name);
        exception.map(|exception| store_error(&exception)).map_err(|error| format!("{error:?}"))
    };
    equal("quota", named("QuotaExceededError")?, StoreError::Quota)?;
    equal("version", named("VersionError")?, StoreError::Newer)?;
    equal("state", named("InvalidStateError")?, StoreError::Unavailable("why".into()))?;
    equal("other", named("DataError")?, StoreError::Refused("DataError: why".into()))
}
