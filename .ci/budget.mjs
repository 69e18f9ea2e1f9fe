// Prints what the release weighs and fails when a module is over its budget (.ci/budget.json, bytes after brotli).
//
//   node .ci/budget.mjs dist

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = process.argv[2] ?? "dist";
const budget = JSON.parse(readFileSync(new URL("budget.json", import.meta.url)));
const brotli = (content) =>
  brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });

const LINES = [
  ["page, wasm", /^app-.*\/app_bg\.wasm$/, budget.app_wasm_brotli],
  ["page, later", /^app-.*\/app_later\.wasm$/],
  ["page, js", /^app-.*\/app\.js$/],
  ["worker, wasm", /^worker-.*_bg\.wasm$/, budget.worker_wasm_brotli],
  ["worker, later", /^worker-.*_later\.wasm$/],
  ["worker, js", /^worker-.*\.js$/],
  ["server, wasm", /^server-.*_bg\.wasm$/],
  ["styles", /^style-.*\.css$/],
  ["html", /^index\.html$/],
];

const files = readdirSync(dist, { recursive: true }).map((file) => file.replaceAll("\\", "/"));
const row = (cells) => console.log(cells.map((cell, i) => (i ? cell.padStart(11) : cell.padEnd(14))).join(""));
const number = (n) => (n === undefined ? "" : n.toLocaleString("en"));

row(["bytes", "raw", "gzip", "brotli", "budget"]);
let isOver = false;
const parts = [];
for (const [what, pattern, limit] of LINES) {
  const matches = files.filter((file) => pattern.test(file));
  if (matches.length !== 1) throw new Error(`budget: ${matches.length} files for ${what} in ${dist}, one expected`);
  const content = readFileSync(join(dist, matches[0]));
  const packed = brotli(content).length;
  const over = limit !== undefined && packed > limit;
  isOver ||= over;
  row([what, number(content.length), number(gzipSync(content, { level: 9 }).length), number(packed), number(limit)]);
  if (over) console.error(`✗ ${what} is ${number(packed - limit)} bytes over its budget`);
}
// What is loaded when a step or a page is first opened: the part itself, and what parts share.
for (const file of files.filter((file) => /^app-.*\/(?:split_\w+|chunk_\d+)\.wasm$/.test(file)).sort()) {
  const content = readFileSync(join(dist, file));
  parts.push([file.replace(/^.*\//, "").replace(".wasm", ""), content.length, brotli(content).length]);
}
for (const [name, raw, packed] of parts.filter(([name]) => name.startsWith("split_"))) {
  row([`  ${name.slice(6)}`, number(raw), "", number(packed), ""]);
}
const shared = parts.filter(([name]) => name.startsWith("chunk_"));
const sum = (i) => number(shared.reduce((sum, part) => sum + part[i], 0));
row(["  shared", sum(1), "", sum(2), ""]);
process.exit(isOver ? 1 : 0);
