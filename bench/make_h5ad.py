"""Writes h5ad files like those of CELLxGENE, from a seed: the same arguments give the same content.

Counts in a CSR matrix (float32 values, int32 column numbers that rise within a row, gzip 4, chunks as h5py
guesses them), gene frequencies by a power law that differs between cell types, log-normal numbers of counts
per cell. Cells are made in pools of 100, each from a random stream of its own, and written pool by pool:
memory for the matrix does not grow with the file, and a larger file begins with the cells of a smaller one.

What each file holds goes to standard output as JSON.
"""

import argparse
import json
import os

import h5py
import numpy as np
from write_anndata import (
    CsrMatrix,
    close_frame,
    open_frame,
    put_array,
    put_categorical,
    put_nullable_integer,
    put_text,
    tag,
)

POOL = 100
# Share of the matrix that is expected to be stored.
EXPECTED_DENSITY = 0.057
# The longest sentence that is asked for, in genes.
TOP_GENES = 2000

CELL_TYPES = [
    "B cell",
    "CD16-positive, CD56-dim natural killer cell, human",
    "CD4-positive, alpha-beta T cell",
    "CD8-positive, alpha-beta T cell",
    "classical monocyte",
    "conventional dendritic cell",
    "endothelial cell",
    "erythrocyte",
    "fibroblast",
    "megakaryocyte",
    "plasma cell",
    "plasmacytoid dendritic cell",
]
# Stages without an age in years, which a few donors have.
STAGES_WITHOUT_AGE = {2: "unknown", 23: "sixth decade stage"}
ETHNICITIES = ["African American", "European", "Han Chinese", "unknown"]


def symbols(count, rng):
    """Distinct gene symbols, of the kinds and lengths that a reference annotation has."""
    letters = np.array(list("ABCDEFGHIKLMNPRSTUVWXYZ"))
    found = {}
    while len(found) < count:
        kind = rng.random()
        if kind < 0.6:
            stem = "".join(letters[rng.integers(0, len(letters), rng.integers(2, 6))])
            name = f"{stem}{rng.integers(1, (10, 100, 1000)[rng.integers(0, 3)])}"
        elif kind < 0.75:
            name = f"LINC{rng.integers(1, 3000):05d}"
        else:
            name = f"A{letters[rng.integers(0, 3)]}{rng.integers(0, 10**6):06d}.{rng.integers(1, 10)}"
        found[name] = None
    return list(found)


class Genes:
    """Ids, names, and how often each is seen in a cell of each type."""

    def __init__(self, count, rng):
        self.ids = [f"ENSG{number:011d}" for number in np.cumsum(rng.integers(1, 20, count)) + 3000]
        self.named = np.ones(count, bool)
        self.named[rng.choice(count, round(0.03 * count), replace=False)] = False
        names = symbols(count, rng)
        self.names = [name if known else own_id for name, known, own_id in zip(names, self.named, self.ids)]
        shares = (rng.permutation(count) + 1.0) ** -1.05 * rng.lognormal(0, 0.6, count)
        profiles = shares * rng.lognormal(0, 1, (len(CELL_TYPES), count))
        self.profiles = (profiles / profiles.sum(1, keepdims=True)).astype(np.float32)


class Donors:
    """What the cells of a donor have in common."""

    def __init__(self, count, rng):
        self.ids = [f"donor_{number:03d}" for number in range(1, count + 1)]
        self.shares = rng.dirichlet(np.full(count, 3.0))
        ages = rng.integers(19, 80, count)
        with_age = [f"{age}-year-old stage" for age in ages]
        self.stages = [STAGES_WITHOUT_AGE.get(donor, stage) for donor, stage in enumerate(with_age)]
        self.sexes = rng.integers(0, 2, count)
        self.diseases = rng.integers(0, 2, count)
        self.ethnicities = rng.integers(0, len(ETHNICITIES), count)


def barcode(cell):
    """A 16-base barcode, another one for every cell: the multiplier is odd, so nothing repeats below 4^16."""
    bits = (cell * 2654435761 + 12345) % 2**32
    return "".join("ACGT"[bits >> shift & 3] for shift in range(0, 32, 2)) + "-1"


def make_pool(first, cells, genes, donors, median_counts, seed):
    """Cells from number `first` on: what obs says of each, and their rows of the matrix."""
    pool = first // POOL
    rng = np.random.default_rng([seed, 1, pool])
    # All of a pool is drawn even where the file ends within it, so that its cells are the same in any file.
    donor = rng.choice(len(donors.ids), 2, p=donors.shares)[rng.integers(0, 2, POOL)][:cells]
    kind = rng.integers(0, len(CELL_TYPES), POOL)[:cells]
    cluster = np.where(rng.random(POOL)[:cells] < 0.1, -1, kind)
    join = rng.integers(0, 2**40, POOL)[:cells]
    counts = rng.lognormal(np.log(median_counts), 0.5, POOL).astype(np.float32)[:cells]
    rates = counts[:, None] * genes.profiles[kind]
    # Counts are Poisson: a gene is seen if the first event of its process falls before its rate, and what is
    # left of the rate gives the further ones. One draw a gene, and a second only for those that are seen.
    first_event = rng.standard_exponential(rates.shape, np.float32)
    seen = first_event < rates
    places = np.flatnonzero(seen)
    row, column = np.divmod(places, len(genes.ids))
    left = rates.ravel()[places] - first_event.ravel()[places]
    values = (1 + np.random.default_rng([seed, 2, pool]).poisson(left)).astype(np.float32)
    named = np.bincount(row[genes.named[column]], minlength=cells)
    obs = {
        "donor": donor,
        "kind": kind,
        "pool": np.full(cells, pool),
        "cluster": cluster,
        "total": np.bincount(row, values, cells).astype(np.float32),
        "join": join,
    }
    lengths = np.count_nonzero(seen, axis=1)
    return obs, (values, column.astype(np.int32), lengths), np.minimum(named, TOP_GENES)


def put_obs(file, obs, donors):
    donor, kind, pool = obs["donor"], obs["kind"], obs["pool"]
    cells = len(donor)
    frame = open_frame(file, "obs", [barcode(cell) for cell in range(cells)])
    none = np.zeros(cells, int)
    put_categorical(frame, "donor_id", donors.ids, donor)
    put_categorical(frame, "assay", ["10x 3' v3", "10x 5' v2"], pool % 2)
    put_categorical(frame, "cell_type", CELL_TYPES, kind)
    clusters = [f"c{number}" for number in range(len(CELL_TYPES))]
    put_categorical(frame, "author_cluster", clusters, obs["cluster"])
    put_categorical(frame, "development_stage", donors.stages, donor)
    put_categorical(frame, "disease", ["COVID-19", "normal"], donors.diseases[donor])
    put_categorical(frame, "organism", ["Homo sapiens"], none)
    put_categorical(frame, "self_reported_ethnicity", ETHNICITIES, donors.ethnicities[donor])
    put_categorical(frame, "sex", ["female", "male"], donors.sexes[donor])
    put_categorical(frame, "suspension_type", ["cell"], none)
    put_categorical(frame, "tissue", ["blood", "bone marrow", "lung", "spleen"], pool % 4)
    put_categorical(frame, "tissue_type", ["tissue"], none)
    put_array(frame, "is_primary_data", np.ones(cells, bool))
    put_array(frame, "total_counts", obs["total"])
    put_nullable_integer(frame, "pool", pool, pool % 11 == 3)
    put_text(frame, "observation_joinid", [f"{join:010x}" for join in obs["join"]])
    close_frame(frame)


def put_var(file, genes):
    count = len(genes.ids)
    frame = open_frame(file, "var", genes.ids)
    put_categorical(frame, "feature_name", genes.names, np.arange(count))
    put_categorical(frame, "feature_biotype", ["gene"], np.zeros(count, int))
    put_array(frame, "feature_is_filtered", np.zeros(count, bool))
    close_frame(frame)


def make_file(path, cells, gene_count, donor_count, median_counts, seed):
    """Writes one file and returns what it holds."""
    rng = np.random.default_rng([seed, 0])
    genes = Genes(gene_count, rng)
    donors = Donors(donor_count, rng)
    pools, tokens, shortest, longest = [], 0, gene_count, 0
    with h5py.File(path, "w") as file:
        tag(file, "anndata", "0.1.0")
        matrix = CsrMatrix(file.create_group("X"), cells, gene_count, EXPECTED_DENSITY)
        for first in range(0, cells, POOL):
            size = min(POOL, cells - first)
            obs, rows, sentence = make_pool(first, size, genes, donors, median_counts, seed)
            matrix.append(*rows)
            pools.append(obs)
            tokens += int(sentence.sum())
            shortest = min(shortest, int(rows[2].min()))
            longest = max(longest, int(rows[2].max()))
        matrix.close()
        put_obs(file, {name: np.concatenate([pool[name] for pool in pools]) for name in pools[0]}, donors)
        put_var(file, genes)
        for name in "layers", "obsm", "obsp", "uns", "varm", "varp":
            tag(file.create_group(name), "dict", "0.1.0")
        stored = matrix.stored
    return {
        "cells": cells,
        "genes": gene_count,
        "stored": stored,
        "tokens": tokens,
        "least_expressed": shortest,
        "most_expressed": longest,
        "bytes": os.path.getsize(path),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--cells", type=int, required=True)
    parser.add_argument("--genes", type=int, required=True)
    parser.add_argument("--donors", type=int, default=40)
    parser.add_argument("--counts", type=float, default=5250, help="median number of counts of a cell")
    parser.add_argument("--files", type=int, default=1, help="each from a seed of its own")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    made = []
    for number in range(options.files):
        path = os.path.join(options.folder, f"sample_{number + 1:03d}.h5ad")
        seed = options.seed + number
        made.append(make_file(path, options.cells, options.genes, options.donors, options.counts, seed))
    print(json.dumps(made))


if __name__ == "__main__":
    main()
