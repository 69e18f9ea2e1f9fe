// A table as one gets it, and what ten rules make of it, in plain JavaScript: no word of it comes from Pipette.

const CITIES = [" Lyon", "paris", "PARIS ", "Nice", "nyc"];
const DAY_MS = 24 * 60 * 60 * 1000;
const day = (n) => new Date(Date.UTC(2024, 0, 1) + n * DAY_MS).toISOString().slice(0, 10);

/** 200 orders, every 25th written twice with another spelling of its city; gaps, a constant, a column of almost nothing. */
function orders() {
  const rows = [];
  for (let i = 0; i < 200; i++) {
    const bought = i % 60;
    const row = {
      number: String(i),
      city: i % 41 === 7 ? "" : CITIES[i % 5],
      price: i % 13 === 5 ? "" : String(((i * 37) % 113) / 2 - 2),
      weight: i % 29 === 11 ? "" : String(1 + ((i * 7) % 19)),
      bought: day(bought),
      sent: day(bought + ((i * 3) % 9)),
      country: "FR",
      remark: i % 10 === 0 ? "late" : "",
    };
    rows.push(row);
    if (i % 25 === 24) rows.push({ ...row, city: row.city === "" ? "" : ` ${row.city.toUpperCase()}` });
  }
  return rows;
}

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** The rules in the order in which they are added, with what each leaves: `{ rows, columns, cells }` where cells are changed. */
export const RULES = [
  "clean_text",
  "replace_values",
  "drop_duplicates",
  "drop_mostly_missing",
  "drop_constant",
  "fill_missing",
  "drop_missing",
  "filter_rows",
  "derive_column",
  "days_between",
];

/** The file, what each rule has to leave, and the weights that a model of the result has to find. */
export function messy() {
  let rows = orders();
  let columns = [...Object.keys(rows[0]), "y"];
  const effects = [];
  const note = (cells) => effects.push({ rows: rows.length, columns: columns.length, cells });

  /** Gives every row what `change` makes of a cell; how many cells are others then. */
  const rewrite = (column, change) => {
    const after = rows.map((row) => ({ ...row, [column]: change(row[column]) }));
    const changed = after.filter((row, i) => row[column] !== rows[i][column]).length;
    rows = after;
    return changed;
  };
  const distinct = (column) => new Set(rows.map((row) => row[column]).filter((cell) => cell !== "")).size;

  const written = rows;
  note(rewrite("city", (cell) => cell.trim().toLowerCase()));
  note(rewrite("city", (cell) => (cell === "nyc" ? "new york" : cell)));
  const seen = new Set();
  rows = rows.filter((row) => {
    const key = JSON.stringify(row);
    return !seen.has(key) && seen.add(key);
  });
  note(0);
  const isMostlyMissing = (column) => rows.filter((row) => row[column] === "").length / rows.length > 0.5;
  columns = columns.filter((column) => column === "y" || !isMostlyMissing(column));
  note(0);
  columns = columns.filter((column) => column === "y" || distinct(column) > 1);
  note(0);
  const middle = median(rows.filter((row) => row.price !== "").map((row) => Number(row.price)));
  note(rewrite("price", (cell) => (cell === "" ? String(middle) : cell)));
  rows = rows.filter((row) => row.weight !== "");
  note(0);
  rows = rows.filter((row) => Number(row.price) > 0);
  note(0);
  columns.push("per_kg");
  note(undefined);
  columns.push("wait");
  note(undefined);

  // The target depends on the two made columns alone, filled cells included: whoever computes them otherwise, misses it.
  const weights = { "(intercept)": 1, per_kg: 0.5, wait: 3 };
  const target = (row) => {
    const price = row.price === "" ? middle : Number(row.price);
    const wait = (Date.parse(row.sent) - Date.parse(row.bought)) / DAY_MS;
    return row.weight === "" ? 0 : 1 + 0.5 * (price / Number(row.weight)) + 3 * wait;
  };
  const lines = written.map((row) => [...Object.values(row), target(row)].join(","));
  const text = [[...Object.keys(written[0]), "y"].join(","), ...lines, ""].join("\n");
  return { file: { name: "orders.csv", mimeType: "text/csv", buffer: Buffer.from(text) }, effects, weights, n: rows.length };
}
