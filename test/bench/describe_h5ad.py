"""What an h5ad file of the bench holds, read with h5py, as JSON on standard output.

Usage: describe_h5ad.py FILE [LARGER]   with LARGER: whether that file begins with the same cells, too
"""

import json
import sys

import h5py
import numpy as np


def labels(column):
    codes = column["codes"][:]
    names = column["categories"].asstr()[:]
    return [None if code < 0 else names[code] for code in codes]


def guessed_chunk(shape):
    """What h5py takes for a resizable array where 5.7 % of a matrix are expected to be stored."""
    with h5py.File("guess", "w", driver="core", backing_store=False) as file:
        expected = (round(shape[0] * shape[1] * 0.057),)
        return file.create_dataset("x", expected, np.float32, maxshape=(None,), chunks=True).chunks[0]


def rows(file):
    data, columns, ends = (file["X"][name][:] for name in ("data", "indices", "indptr"))
    return [(columns[a:b].tolist(), data[a:b].tolist()) for a, b in zip(ends, ends[1:])]


def same_cells(file, larger):
    cells = int(file["X"].attrs["shape"][0])
    columns = [name for name in file["obs"] if isinstance(file["obs"][name], h5py.Dataset)]
    same = [file["obs"][name][:].tolist() == larger["obs"][name][:cells].tolist() for name in columns]
    for name in "donor_id", "cell_type":
        same.append(labels(file["obs"][name]) == labels(larger["obs"][name])[:cells])
    return all(same) and rows(file) == rows(larger)[:cells]


def describe(file):
    x, obs, var = file["X"], file["obs"], file["var"]
    cells = rows(file)
    names = labels(var["feature_name"])
    ids = var["_index"].asstr()[:].tolist()
    named = np.array([name != id for name, id in zip(names, ids)])
    stages = dict(zip(labels(obs["donor_id"]), labels(obs["development_stage"])))
    return {
        "shape": x.attrs["shape"].tolist(),
        "encoding": x.attrs["encoding-type"],
        "kinds": {name: x[name].dtype.name for name in ("data", "indices", "indptr")},
        "compression": [[x[name].compression, x[name].compression_opts] for name in ("data", "indices")],
        "chunk": x["data"].chunks[0],
        "guessed": guessed_chunk(x.attrs["shape"]),
        "stored": len(x["data"]),
        "counts": bool(np.all(x["data"][:] >= 1) and np.all(x["data"][:] % 1 == 0)),
        "rising": all(all(a < b for a, b in zip(columns, columns[1:])) for columns, _ in cells),
        "expressed": [len(columns) for columns, _ in cells],
        "tokens": sum(min(2000, int(named[columns].sum())) for columns, _ in cells),
        "sums": np.allclose(obs["total_counts"][:], [sum(values) for _, values in cells]),
        "ids": ids,
        "names": names,
        "columns": {name: obs[name].attrs["encoding-type"] for name in obs.attrs["column-order"]},
        "barcodes": obs["_index"].asstr()[:].tolist(),
        "stages": sorted(stages.values()),
        "missing": [int(obs["pool/mask"][:].sum()), labels(obs["author_cluster"]).count(None)],
    }


with h5py.File(sys.argv[1]) as file:
    result = describe(file)
    if len(sys.argv) > 2:
        with h5py.File(sys.argv[2]) as larger:
            result["begins"] = same_cells(file, larger)
json.dump(result, sys.stdout)
