"""What people would use instead of gtk h5ad: h5py and numpy, one process, bounded memory.

  h5ad_h5py.py read FILE RESULT       only reads the stored values and their column numbers
  h5ad_h5py.py sentences FILE RESULT  writes the sentence of every cell as a line of plain text

`read` leaves how many values there were, as JSON.
"""

import json
import re
import sys

import h5py
import numpy as np

# Values read at once: enough that h5py's own cost does not show, and 40 MB at most.
SLICE = 5_000_000
TOP_GENES = 2000
ENSEMBL_ID = re.compile(r"ENS[A-Z]*[EGTP][0-9]{11}(\.[0-9]+)?(_PAR_Y)?")


def read(file, result):
    data, indices = file["X/data"], file["X/indices"]
    values = columns = 0
    for start in range(0, len(data), SLICE):
        values += len(data[start : start + SLICE])
        columns += len(indices[start : start + SLICE])
    json.dump({"values": values, "columns": columns}, result)


def gene_names(var):
    """The name of every column of the matrix, and which columns have one."""
    categories = var["feature_name/categories"].asstr()[:]
    names = categories[var["feature_name/codes"][:]]
    return names, np.array([not ENSEMBL_ID.fullmatch(name) for name in names])


def sentences(file, result):
    data, indices, ends = file["X/data"], file["X/indices"], file["X/indptr"][:].astype(np.int64)
    names, named = gene_names(file["var"])
    rows = len(ends) - 1
    row = 0
    while row < rows:
        # As many whole rows as a slice holds, at least one.
        first, row = row, min(rows, max(row + 1, int(np.searchsorted(ends, ends[row] + SLICE, "right")) - 1))
        values, columns = data[ends[first] : ends[row]], indices[ends[first] : ends[row]]
        ranked = np.flatnonzero(named[columns] & (values > 0))
        cuts = np.searchsorted(ranked, ends[first : row + 1] - ends[first]).tolist()
        # Column numbers rise within a row, so a stable sort leaves ties in their order.
        falling, columns = -values[ranked], columns[ranked]
        for start, end in zip(cuts, cuts[1:]):
            order = np.argsort(falling[start:end], kind="stable")[:TOP_GENES]
            result.write(" ".join(names[columns[start:end][order]].tolist()) + "\n")


def main():
    task, path, result = sys.argv[1:]
    with h5py.File(path, "r") as file, open(result, "w", encoding="utf-8") as out:
        {"read": read, "sentences": sentences}[task](file, out)


if __name__ == "__main__":
    main()
