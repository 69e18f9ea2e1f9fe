"""The file in blocks: where it may be cut, for a newline inside a quoted cell ends no row, and how a block is read."""

import io

import numpy as np
import pandas as pd

from src import dask_plan

QUOTE, NEWLINE = 34, 10


def quote_states(data, inside=False):
    """For each byte whether a quoted cell is open after it."""
    return np.logical_xor.accumulate(np.concatenate([[inside], data == QUOTE]))[1:]


def row_ends(path, start, stop):
    """Whether the block has an odd number of quotes, and the first row's end if it starts outside or inside a quoted cell."""
    data = np.fromfile(path, np.uint8, count=stop - start, offset=start)
    odd = bool(np.count_nonzero(data == QUOTE) % 2)
    is_open, newline = quote_states(data), data == NEWLINE
    ends = [np.flatnonzero(newline & state) for state in (~is_open, is_open)]
    return odd, [start + int(found[0]) + 1 if len(found) else None for found in ends]


def head_length(path):
    """Bytes of what stands before the data: skipped lines and the header."""
    wanted = dask_plan.READ.get("skiprows", 0)
    has_header = "header" not in dask_plan.READ
    data = np.fromfile(path, np.uint8, count=1 << 20)
    ends = np.flatnonzero((data == NEWLINE) & ~quote_states(data)) + 1
    start = 0
    for end in ends:
        is_blank = not bytes(data[start:end]).strip()
        if wanted > 0:
            wanted -= 1
        elif not has_header:
            return start
        elif not is_blank:
            return int(end)
        start = int(end)
    return start


def read_block(path, head, start, stop, texts=()):
    """One partition. `texts` are columns that hold text in another partition."""
    with open(path, "rb") as file:
        before = file.read(head)
        file.seek(start)
        block = file.read(stop - start)
    data = np.frombuffer(block, np.uint8)
    opens = np.flatnonzero((data == QUOTE) & quote_states(data))
    before_it = data[opens[opens > 0] - 1]
    allowed = np.frombuffer(b'\n\r" ' + dask_plan.READ.get("sep", ",").encode(), np.uint8)
    if not np.isin(before_it, allowed).all():
        raise ValueError("A quote stands inside an unquoted cell, so rows cannot be told from newlines in cells. Use the local engine.")
    options = dict(dask_plan.READ)
    if texts:
        options["dtype"] = {**{name: "str" for name in texts}, **options.get("dtype", {})}
    # No row is no error.
    if not block.strip() and "names" in options:
        return pd.DataFrame(columns=options["names"])
    return pd.read_csv(io.BytesIO(before + block), **options)
