// What the linker knows of a module's data: which bytes a function's code can reach, by itself or through other data.
// Reads the sections that `--emit-relocs` leaves (build.rs), as the tool conventions of WebAssembly describe them:
// https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md

/** Relocations that are followed by an addend, and those that are addresses of data. */
const HAS_ADDEND = new Set([3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23]);
const IS_ADDRESS = new Set([3, 4, 5, 11, 14, 15, 16, 17, 21, 23]);
const [CODE, DATA] = [10, 11];
const [UNDEFINED, EXPLICIT_NAME] = [0x10, 0x40];

class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }
  byte() {
    return this.bytes[this.at++];
  }
  /** A number in LEB128. Of one with a sign only the length counts here. */
  number() {
    let [value, factor, byte] = [0, 1, 0];
    do {
      byte = this.byte();
      value += (byte & 0x7f) * factor;
      factor *= 128;
    } while (byte & 0x80);
    return value;
  }
  text() {
    const length = this.number();
    this.at += length;
    return Buffer.from(this.bytes.subarray(this.at - length, this.at)).toString();
  }
}

/** Sections by number; custom ones by name. */
function sections(bytes) {
  const found = new Map();
  const reader = new Reader(bytes, 8);
  while (reader.at < bytes.length) {
    const head = reader.at;
    const id = reader.byte();
    const end = reader.number() + reader.at;
    found.set(id === 0 ? reader.text() : id, { head, start: reader.at, end });
    reader.at = end;
  }
  return found;
}

/** The module without the linker's sections, which other tools cannot keep true. */
export function withoutRelocations(bytes) {
  const kept = [...sections(bytes)].filter(([id]) => id !== "linking" && !String(id).startsWith("reloc."));
  return Buffer.concat([bytes.subarray(0, 8), ...kept.map(([, { head, end }]) => bytes.subarray(head, end))]);
}

function symbols(bytes, { start, end }) {
  const reader = new Reader(bytes, start);
  if (reader.number() !== 2) throw new Error("relocations: unknown version of the linking section");
  while (reader.at < end) {
    const kind = reader.byte();
    const next = reader.number() + reader.at;
    if (kind === 8) return Array.from({ length: reader.number() }, () => symbol(reader));
    reader.at = next;
  }
  throw new Error("relocations: no symbols");
}

function symbol(reader) {
  const kind = reader.byte();
  const flags = reader.number();
  if (kind === 1) {
    reader.text();
    return flags & UNDEFINED ? {} : { segment: reader.number(), offset: reader.number(), size: reader.number() };
  }
  reader.number();
  if (kind !== 3 && (!(flags & UNDEFINED) || flags & EXPLICIT_NAME)) reader.text();
  return {};
}

/** Addresses of data, by where they stand in the section. */
function relocations(bytes, { start }) {
  const reader = new Reader(bytes, start);
  reader.number();
  const found = [];
  for (let count = reader.number(); count > 0; count -= 1) {
    const entry = { type: reader.byte(), at: reader.number(), symbol: reader.number() };
    if (HAS_ADDEND.has(entry.type)) reader.number();
    if (IS_ADDRESS.has(entry.type)) found.push(entry);
  }
  return found.sort((a, b) => a.at - b.at);
}

/** Segments: where they stand in the section, and their addresses. */
function segments(bytes, { start }) {
  const reader = new Reader(bytes, start);
  return Array.from({ length: reader.number() }, () => {
    if (reader.number() !== 0 || reader.byte() !== 0x41) throw new Error("relocations: a segment without a fixed address");
    const address = reader.number();
    reader.byte();
    const length = reader.number();
    reader.at += length;
    return { at: reader.at - length - start, address, length };
  });
}

/** The functions' bodies by where they stand in the section, with their names. */
function bodies(bytes, found) {
  const names = new Map();
  const name = new Reader(bytes, found.get("name").start);
  while (name.at < found.get("name").end) {
    const kind = name.byte();
    const next = name.number() + name.at;
    if (kind === 1) for (let count = name.number(); count > 0; count -= 1) names.set(name.number(), name.text());
    name.at = next;
  }
  const { start } = found.get(CODE);
  const code = new Reader(bytes, start);
  const count = code.number();
  const first = Math.max(...names.keys()) + 1 - count;
  return Array.from({ length: count }, (_, i) => {
    const end = code.number() + code.at;
    const body = { from: code.at - start, to: end - start, name: names.get(first + i) };
    code.at = end;
    return body;
  });
}

/** For a cargo module: the addresses `[from, to)` of data, in order, that only functions of `isLater` names can reach. */
export function laterData(bytes, isLater) {
  const found = sections(bytes);
  const all = symbols(bytes, found.get("linking"));
  const places = segments(bytes, found.get(DATA));
  const inData = relocations(bytes, found.get("reloc.DATA"));
  const range = ({ segment, offset, size }) => {
    const from = places[segment].address + offset;
    return [from, from + size];
  };
  const sectionPlace = (address) => {
    const place = places.find((p) => address >= p.address && address < p.address + p.length);
    return place && place.at + address - place.address;
  };
  const needed = new Set();
  const waiting = [];
  const need = (index) => {
    if (needed.has(index) || all[index].segment === undefined) return;
    needed.add(index);
    waiting.push(index);
  };
  const functions = bodies(bytes, found);
  let at = 0;
  for (const { at: where, symbol } of relocations(bytes, found.get("reloc.CODE"))) {
    while (functions[at].to <= where) at += 1;
    if (!isLater(functions[at].name)) need(symbol);
  }
  const firstAfter = (where) => {
    let [low, high] = [0, inData.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (inData[middle].at < where) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  while (waiting.length) {
    const [from, to] = range(all[waiting.pop()]);
    const start = sectionPlace(from);
    if (start === undefined) continue;
    for (let i = firstAfter(start); i < inData.length && inData[i].at < start + to - from; i += 1) need(inData[i].symbol);
  }
  // What belongs to a symbol, and to none that is needed. Data without a symbol stays.
  const marks = new Map();
  const bytesOf = (index, mark) => {
    const [from, to] = range(all[index]);
    for (let address = from; address < to; address += 1) marks.set(address, mark);
  };
  all.forEach((s, index) => s.segment !== undefined && bytesOf(index, true));
  for (const index of needed) bytesOf(index, false);
  const later = [];
  for (const address of [...marks.keys()].filter((key) => marks.get(key)).sort((a, b) => a - b)) {
    const last = later.at(-1);
    if (last && last[1] === address) last[1] += 1;
    else later.push([address, address + 1]);
  }
  return later.filter(([from, to]) => to - from >= 8);
}
