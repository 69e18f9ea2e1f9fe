// The service worker: answers for deployments, and keeps the page for when there is no network. The page installs it with the
// first deployment. .ci/hook.mjs fills in the names; they change with their contents, and the worker with them.

const SERVER = { js: "{{SERVER_JS}}", wasm: "{{SERVER_WASM}}" };
const CACHE = "pipette-{{VERSION}}";
const FILES = "{{FILES}}".split(" ");

const scope = new URL(self.registration.scope);
importScripts(new URL(SERVER.js, scope).href);
const loaded = wasm_bindgen({ module_or_path: new URL(SERVER.wasm, scope).href });

let opened;
/** The deployments of the browser's store, opened once. */
const deployments = () => (opened ??= loaded.then(() => wasm_bindgen.Deployments.open()));

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES.map((file) => new Request(new URL(file, scope).href, { cache: "no-cache" })));
    await loaded;
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const take = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("pipette-") && name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim(); // the tab that deployed can ask at once
  };
  event.waitUntil(take());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  const path = url.pathname.slice(scope.pathname.length);
  const asked = path.match(/^serving\/([^/]+)(\/.*)$/);
  if (asked && event.request.mode !== "navigate") {
    const answered = answer(decodeURIComponent(asked[1]), asked[2], event.request);
    event.respondWith(answered);
    event.waitUntil(answered.then(count));
  } else if (event.request.method === "GET") event.respondWith(file(event.request));
});

async function answer(name, path, request) {
  // What a person types into the form of the page is answered like all requests, but is not one of the deployment's.
  const came = request.headers.has("x-pipette-uncounted") ? undefined : performance.now();
  const body = new Uint8Array(await request.arrayBuffer());
  const { method } = request;
  const contentType = request.headers.get("content-type") ?? "";
  const ask = async () => (await deployments()).answer(name, method, path, contentType, body, came);
  try {
    // A newer page may have closed the store, to bring it up to date: it is opened again once.
    const [status, type, text] = await ask().catch(() => ((opened = undefined), ask()));
    return new Response(method === "HEAD" ? null : text, { status, headers: { "content-type": type } });
  } catch (cause) {
    const message = `The browser's store cannot be read: ${cause?.message ?? cause}`;
    return new Response(JSON.stringify({ error_code: "INTERNAL_ERROR", message }), {
      status: 500,
      headers: { "content-type": "application/json" },
    });
  }
}

let keeping;
/** After the answer: it is counted at once, and written with those of the next half second. */
async function count() {
  try {
    const counts = await deployments();
    await counts.count();
    await (keeping ??= new Promise((resolve) => setTimeout(resolve, 500)).then(() => ((keeping = undefined), counts.keep())));
  } catch {
    // The store cannot be written now: the next answer writes this one's counts, too.
  }
}

/**
 * The page itself comes from the network where there is one, so that a new version is seen; its files are named by content. A
 * deep link is the page too: static hosting answers it with 404 and the page.
 */
async function file(request) {
  const cache = await caches.open(CACHE);
  if (request.mode !== "navigate") return (await cache.match(request)) ?? fetch(request);
  const fresh = (what) => fetch(what).then((response) => (response.ok ? response : undefined), () => undefined);
  return (await fresh(request)) ?? (await fresh(scope.href)) ?? (await cache.match(scope.href)) ?? Response.error();
}
