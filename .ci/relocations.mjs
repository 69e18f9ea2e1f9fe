// What the linker knows of a module's data: which bytes a function's code can reach, by itself or through other data.
// Reads the sections that `--emit-relocs` leaves (build.rs), as the tool conventions of WebAssembly describe them:
// https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md

/** Relocations that are followed by an addend. */
const HAS_ADDEND = new Set([3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23]);
const TYPE_INDEX = 6;
const [IMPORT, CODE, DATA] = [2, 10, 11];
const [UNDEFINED, EXPLICIT_NAME] = [0x10, 0x40];

class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }
  byte() {
    return this.bytes[this.at++];
  }
  /** A number in LEB128. */
  number() {
    let [value, factor, byte] = [0, 1, 0];
    do {
      byte = this.byte();
      value += (byte & 0x7f) * factor;
      factor *= 128;
    } while (byte & 0x80);
    return value;
  }
  /** One of 32 bits with a sign. */
  signed() {
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = this.byte();
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    return shift < 32 && byte & 0x40 ? value | (-1 << shift) : value;
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

/** What the linker has filled in, by where it stands in the section. */
function relocations(bytes, { start }) {
  const reader = new Reader(bytes, start);
  reader.number();
  const found = [];
  for (let count = reader.number(); count > 0; count -= 1) {
    const entry = { type: reader.byte(), at: reader.number(), symbol: reader.number(), addend: 0 };
    if (HAS_ADDEND.has(entry.type)) entry.addend = reader.signed();
    if (entry.type !== TYPE_INDEX) found.push(entry); // that one has no symbol
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

/** How many functions a module imports: they have the first numbers. */
function importedFunctions(bytes, { start }) {
  const reader = new Reader(bytes, start);
  let functions = 0;
  const limits = () => (reader.number() & 1 ? [reader.number(), reader.number()] : [reader.number()]);
  for (let count = reader.number(); count > 0; count -= 1) {
    reader.text();
    reader.text();
    const kind = reader.byte();
    if (kind === 0) functions += 1;
    if (kind === 1) reader.byte();
    if (kind === 1 || kind === 2) limits();
    else reader.number();
    if (kind > 2) reader.byte();
  }
  return functions;
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
  const first = importedFunctions(bytes, found.get(IMPORT));
  return Array.from({ length: count }, (_, i) => {
    const end = code.number() + code.at;
    const body = { from: code.at - start, to: end - start, name: names.get(first + i) };
    code.at = end;
    return body;
  });
}

/** Where an address stands in a data section, if it is one of its segments'. */
function placeOf(places, address) {
  const place = places.find((p) => address >= p.address && address < p.address + p.length);
  return place && place.at + address - place.address;
}

/** The data at `[from, to)`. Nothing for what is not in the module, being all zeroes. */
function content(bytes, found, places, [from, to]) {
  const place = placeOf(places, from);
  const start = found.get(DATA).start + place;
  return place === undefined ? undefined : Buffer.from(bytes.subarray(start, start + to - from));
}

/** The first relocation at or after a place. */
function firstAfter(relocations, where) {
  let [low, high] = [0, relocations.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (relocations[middle].at < where) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What the linker says of a cargo module. */
function linked(bytes) {
  const found = sections(bytes);
  const all = symbols(bytes, found.get("linking"));
  const places = segments(bytes, found.get(DATA));
  const inData = relocations(bytes, found.get("reloc.DATA"));
  const inCode = relocations(bytes, found.get("reloc.CODE"));
  const functions = bodies(bytes, found);
  const range = ({ segment, offset, size }) => {
    const from = places[segment].address + offset;
    return [from, from + size];
  };
  /** The relocations within a symbol's own data. */
  const within = (symbol) => {
    const [from, to] = range(symbol);
    const start = placeOf(places, from);
    if (start === undefined) return [];
    return inData.slice(firstAfter(inData, start), firstAfter(inData, start + to - from)).map((r) => ({ ...r, at: r.at - start }));
  };
  const contentOf = (symbol) => content(bytes, found, places, range(symbol));
  return { all, inCode, functions, range, within, contentOf };
}

/** For a cargo module: the addresses `[from, to)` of data, in order, that only functions of `isLater` names can reach.
    Where wasm-split has made `main` of it, the addresses are those in `main`, to which it has moved the data. */
export function laterData(bytes, isLater, main) {
  const whole = linked(bytes);
  const { all, inCode, functions, range, within } = whole;
  const needed = new Set();
  const waiting = [];
  const need = (index) => {
    if (needed.has(index) || all[index].segment === undefined) return;
    needed.add(index);
    waiting.push(index);
  };
  let at = 0;
  for (const { at: where, symbol } of inCode) {
    while (functions[at].to <= where) at += 1;
    if (!isLater(functions[at].name)) need(symbol);
  }
  while (waiting.length) for (const { symbol } of within(all[waiting.pop()])) need(symbol);
  // What belongs to a symbol, and to none that is needed. Data without a symbol stays.
  const marks = new Map();
  const bytesOf = (index, mark) => {
    const [from, to] = range(all[index]);
    for (let address = from; address < to; address += 1) marks.set(address, mark);
  };
  all.forEach((s, index) => s.segment !== undefined && bytesOf(index, true));
  for (const index of needed) bytesOf(index, false);
  const movedTo = main ? moved(whole, main) : (address) => address;
  const later = [];
  for (const address of [...marks.keys()].filter((key) => marks.get(key)).map(movedTo).filter(Number.isInteger).sort((a, b) => a - b)) {
    const last = later.at(-1);
    if (last && last[1] === address) last[1] += 1;
    else later.push([address, address + 1]);
  }
  return later.filter(([from, to]) => to - from >= 8);
}

/** Where wasm-split has moved the data that its main module reaches, read from the addresses that it wrote there. */
function moved({ all, inCode, functions, range, within, contentOf }, main) {
  const found = sections(main);
  const places = segments(main, found.get(DATA));
  const copies = new Map(bodies(main, found).map((body) => [body.name, body]));
  const starts = new Map();
  const waiting = [];
  const put = ({ symbol, type, addend }, at) => {
    if (all[symbol].segment === undefined || starts.has(symbol)) return;
    starts.set(symbol, addressAt(main, at, type) - addend);
    waiting.push(symbol);
  };
  let at = 0;
  for (const relocation of inCode) {
    while (functions[at].to <= relocation.at) at += 1;
    const { name, from, to } = functions[at];
    const copy = copies.get(name);
    if (copy?.to - copy?.from === to - from) put(relocation, found.get(CODE).start + copy.from + relocation.at - from);
  }
  const to = new Map();
  while (waiting.length) {
    const index = waiting.pop();
    const symbol = all[index];
    const start = starts.get(index);
    const [first, end] = range(symbol);
    for (let byte = first; byte < end; byte += 1) to.set(byte, start + byte - first);
    const place = placeOf(places, start);
    if (place === undefined) continue;
    const inside = within(symbol);
    for (const relocation of inside) put(relocation, found.get(DATA).start + place + relocation.at);
    const isSame = inside.length > 0 || contentOf(symbol)?.equals(content(main, found, places, [start, start + end - first]));
    if (!isSame) throw new Error(`relocations: the data at ${first} is not at ${start} in the divided module`);
  }
  return (byte) => to.get(byte);
}

/** The address that a relocation's place holds. */
function addressAt(bytes, at, type) {
  if (type === 3) return new Reader(bytes, at).number();
  if (type === 4) return new Reader(bytes, at).signed();
  if (type === 5) return Buffer.from(bytes.subarray(at, at + 4)).readInt32LE();
  throw new Error(`relocations: an address of unknown type ${type}`);
}
