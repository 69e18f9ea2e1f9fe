// Divides a module in two: the first part is what a first visit runs, the later part what it does not. Both work on one
// memory. The first part calls the later one through a table, whose places hold, until that is loaded, functions of
// JavaScript that load it (.ci/late.js).
//
// Which function belongs where is data (.ci/later.txt), found by watching first visits (.ci/watch.mjs). It decides bytes,
// never results: a function in the wrong part is loaded too early or too late, and does the same.

import binaryen from "../tests/e2e/node_modules/binaryen/index.js";

const has = binaryen.Features;
/** What browsers with SIMD have; what rustc 1.95 uses. */
const FEATURES =
  has.BulkMemory | has.BulkMemoryOpt | has.SIMD128 | has.MutableGlobals | has.SignExt | has.NontrappingFPToInt |
  has.ReferenceTypes | has.Multivalue;

export function read(bytes) {
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(bytes);
  module.setFeatures(FEATURES);
  // Places that wasm-split keeps free for its parts: a table's places are free anyhow.
  for (const { name, data } of segments(module)) if (data.every((entry) => !entry)) module.removeElementSegment(name);
  return module;
}

/** The same module, smaller: what `wasm-opt -Oz` does, without a process for each of a hundred small parts. */
export function optimised(bytes) {
  binaryen.setDebugInfo(false);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  const module = binaryen.readBinary(bytes);
  module.setFeatures(FEATURES);
  module.optimize();
  const smaller = module.emitBinary();
  module.dispose();
  return smaller;
}

const list = (count, at) => Array.from({ length: count }, (_, i) => at(i));
const functions = (m) => list(m.getNumFunctions(), (i) => binaryen.getFunctionInfo(m.getFunctionByIndex(i)));
/** The functions that the module defines itself. */
export const defined = (m) => functions(m).filter((f) => !f.module);
const tables = (m) => list(m.getNumTables(), (i) => binaryen.getTableInfo(m.getTableByIndex(i)).name);
const globals = (m) => list(m.getNumGlobals(), (i) => binaryen.getGlobalInfo(m.getGlobalByIndex(i)));
const segments = (m) =>
  list(m.getNumElementSegments(), (i) => {
    const { name, table, offset, data } = binaryen.getElementSegmentInfo(m.getElementSegmentByIndex(i));
    return { name, table, offset: binaryen.getExpressionInfo(offset).value, data };
  });

/** Takes functions out of a module that gets them from the other part. */
function importFrom(part, module, taken) {
  const places = segments(module);
  // Their entries have the type of a function that is defined here: they are written anew.
  for (const { name } of places) module.removeElementSegment(name);
  for (const { name, params, results } of taken) {
    module.removeFunction(name);
    module.addFunctionImport(name, part, name, params, results);
  }
  for (const { name, table, offset, data } of places) {
    module.addActiveElementSegment(table, name, data, module.i32.const(offset));
  }
}

const prune = (module) => module.runPasses(["remove-unused-module-elements"]);
/** JavaScript cannot stand in for a function of vectors. */
const hasVector = ({ params, results }) => [params, results].some((type) => binaryen.expandType(type).includes(binaryen.v128));

/** The runs of the module's data that lie within (or outside of) the given ranges of addresses. */
function dataOf(module, ranges, within) {
  const runs = [];
  const segments = list(module.getNumDataSegments(), (i) => module.getDataSegmentInfo(module.getDataSegmentByIndex(i)));
  for (const { offset: start, data } of segments) {
    const end = start + data.byteLength;
    let from = start;
    const cut = (to, isWithin) => {
      if (to > from && isWithin === within) runs.push({ from, data: new Uint8Array(data).slice(from - start, to - start) });
      from = Math.max(from, to);
    };
    for (const [low, high] of ranges) {
      if (high <= start || low >= end) continue;
      cut(Math.max(low, start), false);
      cut(Math.min(high, end), true);
    }
    cut(end, false);
  }
  return runs;
}

/** Gives a module other data. */
function setData(module, memory, runs) {
  const { initial, max } = module.getMemoryInfo(memory);
  const segments = runs.map(({ from, data }) => ({ offset: module.i32.const(from), data, passive: false }));
  module.setMemory(initial, max ?? -1, null, segments, false, false, memory);
}

/** `isLater` is asked with each function's name. `laterData` is told which functions are gone, by name, and gives the addresses
    of the data that only they reach: it goes with them. */
export function divide(bytes, isLater, laterData) {
  const first = read(bytes);
  const later = read(bytes);
  const all = new Map(defined(first).map((f) => [f.name, f]));
  const [memory] = exportsOf(first, binaryen.ExternalMemory);
  const shared = [
    ...tables(first).map((name, i) => ({ name, as: `t${i}`, in: "Table" })),
    ...globals(first).map((g, i) => ({ ...g, as: `g${i}`, in: "Global" })),
  ];
  // Before anything is pruned, so that nothing is taken for granted that the later part may do with them.
  for (const { name, as, in: kind } of shared) first[`add${kind}Export`](name, as);
  if (memory.name !== "memory") first.addMemoryExport(memory.value, "memory");
  importFrom("later", first, [...all.values()].filter((f) => isLater(f.name) && !hasVector(f)));
  prune(first); // What only the later part reaches goes with it.
  const stays = new Set(defined(first).map((f) => f.name));
  const entries = functions(first).filter((f) => f.module === "later");

  // The later part: all else, on the first one's memory, tables and globals.
  const places = segments(later);
  importFrom("first", later, [...all.values()].filter((f) => stays.has(f.name)));
  for (const { name } of exportsOf(later)) later.removeExport(name);
  for (const { name } of places) later.removeElementSegment(name);
  for (const { name, as, in: kind, type, mutable } of shared) later[`add${kind}Import`](name, "first", as, type, mutable);
  later.addTable("later", entries.length, entries.length);
  later.addTableImport("later", "first", "later");
  later.addActiveElementSegment("later", "later", entries.map((f) => f.name), later.i32.const(0));
  // What is called by its number in the first one's table is there at once, too.
  const isHere = new Set(entries.map((f) => f.name));
  for (const { name, table, offset, data } of places) {
    for (let start = 0; start < data.length; start += 1) {
      let end = start;
      while (end < data.length && isHere.has(data[end])) end += 1;
      if (end > start) {
        later.addActiveElementSegment(table, `${name}:${start}`, data.slice(start, end), later.i32.const(offset + start));
        start = end;
      }
    }
  }
  prune(later);
  // Data that only the later part's functions reach goes with them.
  const gone = new Set(defined(later).map((f) => f.name));
  const ranges = laterData((name) => gone.has(name));
  setData(later, memory.value, dataOf(first, ranges, true));
  later.addMemoryImport(memory.value, "first", "memory");
  setData(first, memory.value, dataOf(first, ranges, false));
  const used = functions(later).filter((f) => f.module === "first");
  used.forEach(({ name, params, results }, i) => {
    later.removeFunction(name);
    later.addFunctionImport(name, "first", `f${i}`, params, results);
  });

  // The first part: a table of what it calls in the later one, and what that needs of it.
  first.addTable("later", entries.length, entries.length);
  importFrom("later", first, []);
  const stubs = entries.map(({ name, params, results }, i) => {
    const stub = `later:${i}`;
    first.removeFunction(name);
    first.addFunctionImport(stub, "later", String(i), params, results);
    const given = binaryen.expandType(params).map((type, at) => first.local.get(at, type));
    first.addFunction(name, params, results, [], first.call_indirect("later", first.i32.const(i), given, params, results));
    return stub;
  });
  importFrom("", first, []); // entries of the tables are functions of this module again
  first.addActiveElementSegment("later", "later", stubs, first.i32.const(0));
  first.addTableExport("later", "later");
  used.forEach(({ name }, i) => first.addFunctionExport(name, `f${i}`));
  for (const part of [first, later]) if (!part.validate()) throw new Error("late: a part is not valid");
  return { first: first.emitBinary(), later: later.emitBinary(), entries: entries.length, data: ranges.reduce((sum, [from, to]) => sum + to - from, 0) };
}

function exportsOf(module, kind) {
  const all = list(module.getNumExports(), (i) => binaryen.getExportInfo(module.getExportByIndex(i)));
  return kind === undefined ? all : all.filter((e) => e.kind === kind);
}

/** The same module, which tells `watch.ran(i)` when the i-th of its own functions runs. */
export function watched(bytes) {
  const module = read(bytes);
  const all = defined(module);
  module.addFunctionImport("watch:ran", "watch", "ran", binaryen.i32, binaryen.none);
  all.forEach(({ name, results, body }, i) => {
    const tell = module.call("watch:ran", [module.i32.const(i)], binaryen.none);
    binaryen.Function.setBody(module.getFunction(name), module.block(null, [tell, body], results));
  });
  if (!module.validate()) throw new Error("late: the watched module is not valid");
  return module.emitBinary();
}
