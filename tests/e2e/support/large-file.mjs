// 200 MB of the sample's rows, made once and before any test: two tests read it, maybe at the same time.

import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";

const root = new URL("../../..", import.meta.url).pathname;
export const LARGE_FILE = `${root}target/e2e/large.csv`;

export default function makeLargeFile() {
  if (existsSync(LARGE_FILE)) return;
  const sample = readFileSync(`${root}data/olist_customers_dataset.csv`);
  const rows = sample.subarray(sample.indexOf("\n") + 1);
  mkdirSync(`${root}target/e2e`, { recursive: true });
  const unfinished = `${LARGE_FILE}.${process.pid}.part`; // a broken-off run leaves no half file under the name
  const out = openSync(unfinished, "w");
  writeSync(out, sample);
  for (let bytes = sample.length; bytes < 2e8; bytes += rows.length) writeSync(out, rows);
  closeSync(out);
  renameSync(unfinished, LARGE_FILE);
}
