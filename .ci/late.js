// Stands in the place of a module's later part (.ci/late.mjs) until it is loaded. Comes before wasm-bindgen's glue.
const later = {
  url: "",
  imports: {},
  first: undefined,
  module: undefined,
  instance: undefined,
  isPage: typeof document !== "undefined",

  /** The first part's imports; `url` is its address. A page that does not open as on a first visit needs both parts at once. */
  async with(imports, url) {
    this.url = String(url).replace("_bg.wasm", "_later.wasm");
    this.imports = imports;
    if (this.isPage && !isFirstVisit()) await this.fetch().then((module) => (this.module = module), () => {});
    return { ...imports, later: new Proxy({}, { get: (_, place) => (...given) => this.call(Number(place), given) }) };
  },

  /** The first part's exports. The page needs the later part when somebody acts, the worker can load it when it must. */
  of(exports) {
    this.first = exports;
    if (this.module) this.put(this.module);
    // Without a network nothing is lost: the first call that needs the part tries again.
    else setTimeout(() => this.instance ?? this.fetch().then((module) => this.put(module), () => {}), this.isPage ? 0 : 1000);
    return exports;
  },

  fetch() {
    return WebAssembly.compileStreaming(fetch(this.url, { priority: "low" }));
  },

  put(module) {
    this.instance ??= new WebAssembly.Instance(module, { ...this.imports, first: this.first });
  },

  /** A function was called that is not there yet, and whoever called it cannot wait. */
  call(place, given) {
    if (!this.instance) this.loadNow();
    return this.first.later.get(place)(...given);
  },

  loadNow() {
    try {
      const request = new XMLHttpRequest();
      request.open("GET", this.url, false);
      // A page gets no bytes at once, but characters of one byte each.
      if (this.isPage) request.overrideMimeType("text/plain; charset=x-user-defined");
      else request.responseType = "arraybuffer";
      request.send();
      if (request.status !== 200) throw new Error(`status ${request.status}`);
      this.put(new WebAssembly.Module(this.isPage ? bytesOf(request.responseText) : request.response));
    } catch (cause) {
      const words = "A part of the program could not be loaded: the connection was lost, or there is a new version.";
      if (this.isPage) this.tell(words);
      else setTimeout(() => close()); // what was under way cannot go on: one error is enough
      throw new Error(`${words} (${cause.message})`);
    }
  },

  /** The page cannot go on from where it was, and says so. The worker's error reaches its client, which starts it anew. */
  tell(words) {
    const note = document.createElement("div");
    note.className = "note note-warn";
    note.role = "alert";
    note.dataset.code = "page.part_not_loaded";
    const reload = document.createElement("button");
    reload.className = "btn btn-small";
    reload.textContent = "Reload the page";
    reload.onclick = () => location.reload();
    note.append(`${words} Your runs are kept. `, reload);
    document.body.prepend(note);
  },
};

/** The bytes that came as characters. */
function bytesOf(text) {
  const bytes = new Uint8Array(text.length);
  for (let place = 0; place < bytes.length; place++) bytes[place] = text.charCodeAt(place);
  return bytes;
}

/** Whether the page is opened at its start, and nothing was chosen on it yet. */
function isFirstVisit() {
  try {
    return location.href === document.baseURI && localStorage.length === 0;
  } catch {
    return location.href === document.baseURI;
  }
}
