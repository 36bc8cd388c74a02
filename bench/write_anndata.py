"""The parts of an h5ad file (AnnData 0.1.0, data frames 0.2.0), as the anndata package writes them."""

import h5py
import numpy as np

COMPRESSION = {"compression": "gzip", "compression_opts": 4}
TEXT = h5py.string_dtype("utf-8")


class CsrMatrix:
    """A matrix that rows are appended to; h5py guesses chunks from the expected share of stored values."""

    def __init__(self, group, cells, genes, density):
        tag(group, "csr_matrix", "0.1.0")
        group.attrs["shape"] = np.array([cells, genes], np.int64)
        expected = max(1, round(cells * genes * density))
        self.group = group
        self.room = expected
        self.row_ends = [np.zeros(1, np.int64)]
        self.stored = 0
        for name, kind in ("data", np.float32), ("indices", np.int32):
            group.create_dataset(name, (expected,), kind, maxshape=(None,), chunks=True, **COMPRESSION)

    def append(self, values, columns, row_lengths):
        end = self.stored + len(values)
        for name, array in ("data", values), ("indices", columns):
            if end > self.room:
                self.group[name].resize((end,))
            self.group[name][self.stored : end] = array
        self.room = max(self.room, end)
        self.row_ends.append(self.stored + np.cumsum(row_lengths))
        self.stored = end

    def close(self):
        for name in "data", "indices":
            self.group[name].resize((self.stored,))
        ends = np.concatenate(self.row_ends)
        kind = np.int32 if self.stored < 2**31 else np.int64
        self.group.create_dataset("indptr", data=ends.astype(kind), **COMPRESSION)


def tag(node, encoding, version):
    node.attrs["encoding-type"] = encoding
    node.attrs["encoding-version"] = version


def put_text(group, name, values):
    texts = np.array(values, object)
    tag(group.create_dataset(name, data=texts, dtype=TEXT, **COMPRESSION), "string-array", "0.2.0")


def put_array(group, name, values):
    tag(group.create_dataset(name, data=values, **COMPRESSION), "array", "0.2.0")


def put_categorical(group, name, labels, codes):
    """`codes` number `labels`, which may repeat and have any order; -1 is missing. Stored as pandas would."""
    used = sorted({labels[code] for code in np.unique(codes) if code >= 0})
    place = {label: at for at, label in enumerate(used)}
    places = np.array([place.get(label, -1) for label in labels] + [-1])
    node = group.create_group(name)
    tag(node, "categorical", "0.2.0")
    node.attrs["ordered"] = False
    put_text(node, "categories", used)
    put_array(node, "codes", places[codes].astype(np.min_scalar_type(-len(used) - 1)))


def put_nullable_integer(group, name, values, missing):
    node = group.create_group(name)
    tag(node, "nullable-integer", "0.1.0")
    put_array(node, "values", np.where(missing, 1, values))
    put_array(node, "mask", missing)


def open_frame(file, path, index):
    """Group of a data frame with its index; its columns are those put into it until `close_frame`."""
    frame = file.create_group(path)
    tag(frame, "dataframe", "0.2.0")
    frame.attrs["_index"] = "_index"
    put_text(frame, "_index", index)
    return frame


def close_frame(frame):
    columns = [name for name in frame if name != "_index"]
    frame.attrs.create("column-order", np.array(columns, object), dtype=TEXT)
