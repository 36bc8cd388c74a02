"""Merged tables as pandas makes them, and as tximport's definitions say. Reads one JSON order, writes files."""

import json
import sys

import numpy as np
import pandas as pd

order = json.load(sys.stdin)
out = order["out"]
measures = ["eff_length", "est_counts", "tpm"]


def read(path):
    # The default parser of pandas is a last digit off for some numbers below 1e-17.
    return pd.read_csv(path, sep="\t", float_precision="round_trip")


def write(frame, name):
    frame.to_csv(f"{out}/{name}.tsv", sep="\t", index=False)


def merged(tables, measure):
    ids = next(iter(tables.values()))["target_id"]
    return pd.DataFrame({"target_id": ids, **{name: table[measure] for name, table in tables.items()}})


def combined(tables):
    if len(tables) == 1:
        return tables[0]
    reads = np.array([table["est_counts"].sum() for table in tables], dtype=float)
    lengths = np.array([table["eff_length"] for table in tables], dtype=float)
    sum_ = tables[0][["target_id"]].copy()
    sum_["est_counts"] = np.sum([table["est_counts"] for table in tables], axis=0)
    sum_["eff_length"] = np.average(lengths, axis=0, weights=reads)
    rate = sum_["est_counts"] / sum_["eff_length"]
    sum_["tpm"] = rate / rate.sum() * 1e6
    return sum_


def genes(tables, tx2gene):
    """summarizeToGene of tximport: rowsum, weighted lengths, and what stands where nothing is expressed."""
    ids = next(iter(tables.values()))["target_id"]
    gene = ids.map(tx2gene)
    known = gene.notna()
    matrices = {m: merged(tables, m).drop(columns="target_id")[known].astype(float) for m in measures}
    key = gene[known]
    total = {m: matrix.groupby(key, sort=False).sum() for m, matrix in matrices.items()}
    weighted = (matrices["eff_length"] * matrices["tpm"]).groupby(key, sort=False).sum()
    length = weighted / total["tpm"]
    plain = matrices["eff_length"].mean(axis=1).groupby(key, sort=False).mean()
    for name in length.index:
        row = length.loc[name]
        fill = plain[name] if row.isna().all() else np.exp(np.log(row[row.notna()]).mean())
        length.loc[name] = row.fillna(fill)
    return {"eff_length": length, "est_counts": total["est_counts"], "tpm": total["tpm"]}


runs = {run: read(path) for run, path in order["runs"].items()}
for measure in measures:
    write(merged(runs, measure), measure)
groups = {}
for run, group in order.get("groups", {}).items():
    groups.setdefault(group, []).append(runs[run])
sums = {group: combined(tables) for group, tables in groups.items()}
for measure in measures if sums else []:
    write(merged(sums, measure), f"group_{measure}")
if "tx2gene" in order:
    for name, tables in [("gene", runs)] + ([("group_gene", sums)] if sums else []):
        for measure, frame in genes(tables, order["tx2gene"]).items():
            write(frame.rename_axis("gene_id").reset_index(), f"{name}_{measure}")
