const spec = JSON.parse(document.getElementById("model").textContent);
const model = load(spec);
const at = (id) => document.getElementById(id);
const shown = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 6 });
const format = (value) => (Number.isFinite(value) ? shown.format(value) : String(value));

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const moment = (time) => new Date(time).toISOString().slice(0, 19);

// A value that the training rows could have: the middle of the range, the first category.
function typical({ data_type: kind, range, categories }) {
  if (categories) return categories[0] ?? "";
  if (!range) return kind === "timestamp" ? "" : "0";
  const middle = (range.min + range.max) / 2;
  if (kind === "timestamp") return moment(middle);
  if (kind === "boolean") return "True";
  return String(kind === "integer" ? Math.round(middle) : Number(middle.toPrecision(6)));
}

function hint({ data_type: kind, range, categories }) {
  if (categories) return categories.length > 8 ? `${categories.length} categories in training` : `In training: ${categories.join(", ")}`;
  if (!range || kind === "boolean") return "";
  const say = kind === "timestamp" ? (time) => moment(time).replace("T", " ") : format;
  return `In training ${say(range.min)} to ${say(range.max)}`;
}

function control(input, id) {
  if (input.data_type === "boolean") {
    const options = ["True", "False", ""].map((value) => element("option", { value, textContent: value || "missing" }));
    return [element("select", { id }, ...options)];
  }
  if (input.categories) {
    const options = input.categories.map((value) => element("option", { value }));
    const field = element("input", { id, type: "text" });
    field.setAttribute("list", `${id}-list`);
    return [field, element("datalist", { id: `${id}-list` }, ...options)];
  }
  const type = { timestamp: "datetime-local", category: "text", text: "text" }[input.data_type] ?? "number";
  return [element("input", { id, type, step: input.data_type === "timestamp" ? "1" : "any" })];
}

const fields = model.inputs.map((input, place) => {
  const id = `input-${place}`;
  const parts = control(input, id);
  const [field] = parts;
  field.dataset.input = input.name;
  field.setAttribute("aria-describedby", `${id}-hint`);
  const label = element("label", { htmlFor: id, textContent: input.name });
  const box = element("div", { className: "field" }, label, ...parts, element("p", { id: `${id}-hint`, className: "hint", textContent: hint(input) }));
  at("inputs").append(box);
  return { input, field, box };
});

// Why a value is new to the model; nothing where it is not.
function news({ name, type, range, categories }, value) {
  if (value === "") return "";
  if (categories) return categories.includes(value) ? "" : `${name}: “${value}” was not among the training rows.`;
  if (!range) return "";
  const number = READ[type](value);
  if (number >= range.min && number <= range.max) return "";
  return `${name} is ${number < range.min ? "below" : "above"} everything in training: the model has never seen such a value.`;
}

function predict() {
  const warnings = [];
  const cells = {};
  const output = at("prediction");
  try {
    for (const { input, field, box } of fields) {
      if (field.validity?.badInput) throw new Error(`${input.name} is no ${input.data_type === "timestamp" ? "date" : "number"}`);
      cells[input.name] = field.value;
      const warning = news(input, field.value);
      box.classList.toggle("is-new", warning !== "");
      if (warning) warnings.push(warning);
    }
    const value = model.predictRow(cells);
    output.textContent = format(value);
    output.dataset.value = String(value);
    output.classList.remove("is-refused");
  } catch (error) {
    output.textContent = `No prediction: ${error.message}.`;
    delete output.dataset.value;
    output.classList.add("is-refused");
  }
  at("warnings").replaceChildren(...warnings.map((textContent) => element("li", { textContent })));
}

function restart() {
  for (const { input, field } of fields) field.value = typical(input);
  predict();
}

function row(name, ...cells) {
  return element("tr", {}, element("th", { scope: "row", textContent: name }), ...cells.map((textContent) => element("td", { textContent })));
}

function card() {
  const { card: about, features, model: fitted } = spec;
  document.title = `${spec.target} · ${about.run_name}`;
  at("title").textContent = spec.target;
  at("pipeline").textContent = `${about.pipeline} · ${about.run_name}`;
  at("summary").textContent = about.summary;
  const facts = [
    ["Model", about.estimator],
    ["Dataset", about.dataset && `${about.dataset.name}, ${format(about.dataset.rows)} rows`],
    ["Trained on", `${format(about.n_train)} rows`],
    ["Trained at", `${about.trained.replace("T", " ").replace("Z", "")} UTC`],
    ["Run", about.run_id],
    ...about.warnings.map((warning) => ["To know", warning]),
  ];
  for (const [name, fact] of facts) {
    if (fact) at("card").append(element("dt", { textContent: name }), element("dd", { textContent: fact }));
  }
  const value = (name, split) => about.metrics.find((metric) => metric.name === name && metric.split === split)?.value;
  const said = (number) => (number === undefined ? "–" : format(number));
  const names = [...new Set(about.metrics.filter(({ split }) => split !== "cv").map(({ name }) => name))];
  at("metrics").tBodies[0].append(...names.map((name) => row(name, said(value(name, "test")), said(value(name, "train")))));
  at("weight").textContent = fitted.coef ? "Coefficient" : "";
  const body = at("features").tBodies[0];
  if (fitted.coef) body.append(row("(intercept)", format(fitted.intercept)));
  body.append(...features.map(({ name }, place) => row(name, fitted.coef ? format(fitted.coef[place]) : "")));
}

card();
restart();
at("form").addEventListener("input", predict);
at("form").addEventListener("submit", (event) => event.preventDefault());
at("form").addEventListener("reset", (event) => {
  event.preventDefault();
  restart();
});
document.documentElement.dataset.ready = "true";
