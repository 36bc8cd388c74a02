#!/usr/bin/env python3
"""Independent reference for `gtk h5ad`, slow and simple.

Computes, straight from the HDF5 content (h5py + numpy only), the cell
sentence and the age of every cell, and writes one JSON object per line:

  {"index": <obs name>, "sentence": "G1 G2 ...", "age": <years|null>,
   "n_expressed": <number of values > 0, usable symbol or not>}

Rules:
  * matrix: X by default (--matrix raw | layer:NAME | auto to choose another)
  * gene token for a column, first that is usable:
      1. HGNC approved symbol of the (version-stripped) Ensembl id, if --hgnc
      2. a symbol column of var: feature_name, gene_symbols, gene_symbol,
         gene_short_name, gene_name, symbol
      3. the var index itself
    A candidate is unusable when it is empty, contains white space, or is an
    Ensembl stable id (^ENS[A-Z]*[EGTP][0-9]{11}(.version)?$). A column with no
    usable candidate takes no part in any sentence. ("ENSA" is a real symbol
    and stays.)
  * only values > 0 take part (zeros, explicit zeros, negatives and NaN never)
  * order: value descending; ties by ascending gene column number
  * duplicated tokens: only the first (best ranked) occurrence is kept
  * the first --top tokens are kept (0 = no limit)
  * age: see parse_age below
"""
import argparse
import gzip
import json
import re
import sys

import h5py
import numpy as np

ENS = re.compile(r'^ENS[A-Z]*[EGTP][0-9]{11}(\.[0-9]+)?(_PAR_Y)?$')
ENS_SPLIT = re.compile(r'^(ENS[A-Z]*[EGTP][0-9]{11})(\.[0-9]+)?(_PAR_Y)?$')
SYMBOL_COLUMNS = ('feature_name', 'gene_symbols', 'gene_symbol',
                  'gene_short_name', 'gene_name', 'symbol')

AGE = re.compile(r'^(\d+(?:\.\d+)?)[ -]?'
                 r'(years?|yrs?|y|months?|mo|m|weeks?|wks?|w|days?|d)'
                 r'(?:[ -]old)?(?: (?:human|mouse))?(?: stage)?$')


def text(v):
    if isinstance(v, bytes):
        return v.decode('utf-8', 'replace')
    return v


def read_strings(node):
    return [text(v) if isinstance(v, (bytes, str)) else str(v) for v in node[()].tolist()]


def read_column(frame, name, root=None):
    """One column of an obs/var dataframe as a list (None = missing)."""
    if isinstance(frame, h5py.Dataset):                   # before anndata 0.7
        col = frame[name]
        cats = None
        if root is not None and 'uns' in root and name + '_categories' in root['uns']:
            cats = read_strings(root['uns'][name + '_categories'])
        if cats is not None and col.dtype.kind in 'iu':
            return [cats[c] if c >= 0 else None for c in col.tolist()]
        return [text(v) for v in col.tolist()]
    node = frame[name]
    if isinstance(node, h5py.Group):
        enc = text(node.attrs.get('encoding-type', ''))
        if 'categories' in node and 'codes' in node:
            cats = [text(v) for v in node['categories'][()].tolist()]
            return [cats[c] if c >= 0 else None for c in node['codes'][()].tolist()]
        if 'values' in node and 'mask' in node:
            vals = node['values'][()].tolist()
            mask = node['mask'][()].tolist()
            return [None if m else text(v) for v, m in zip(vals, mask)]
        raise ValueError('unsupported column encoding %r of %s' % (enc, node.name))
    if '__categories' in frame and name in frame['__categories']:   # anndata 0.7
        cats = [text(v) for v in frame['__categories'][name][()].tolist()]
        return [cats[c] if c >= 0 else None for c in node[()].tolist()]
    out = []
    for v in node[()].tolist():
        v = text(v)
        out.append(None if isinstance(v, float) and v != v else v)
    return out


def columns(frame):
    if isinstance(frame, h5py.Dataset):
        return list(frame.dtype.names)
    idx = index_key(frame)
    return [k for k in frame.keys() if k not in ('__categories', idx)]


def index_key(frame):
    if isinstance(frame, h5py.Dataset):
        return 'index' if 'index' in frame.dtype.names else frame.dtype.names[0]
    key = text(frame.attrs.get('_index', '_index'))
    return key if key in frame else 'index'


def read_index(frame, root=None):
    return [str(v) for v in read_column(frame, index_key(frame), root)]


class Matrix:
    """Rows as (columns, values), whatever the storage."""

    def __init__(self, node):
        self.node = node
        if isinstance(node, h5py.Dataset):
            self.kind = 'dense'
            self.shape = node.shape
            return
        enc = text(node.attrs.get('encoding-type', node.attrs.get('h5sparse_format', '')))
        self.kind = 'csc' if enc.startswith('csc') else 'csr'
        shape = node.attrs.get('shape', node.attrs.get('h5sparse_shape'))
        self.shape = tuple(int(v) for v in shape)
        self.indptr = node['indptr'][()].astype(np.int64)
        if self.kind == 'csc':
            idx = node['indices'][()].astype(np.int64)
            dat = node['data'][()]
            col = np.repeat(np.arange(self.shape[1]), np.diff(self.indptr))
            order = np.argsort(idx, kind='stable')
            self.col, self.dat = col[order], dat[order]
            self.indptr = np.concatenate(
                [[0], np.cumsum(np.bincount(idx, minlength=self.shape[0]))]).astype(np.int64)

    def rows(self, block=2000):
        n = self.shape[0]
        for a in range(0, n, block):
            b = min(n, a + block)
            if self.kind == 'dense':
                d = self.node[a:b]
                for i in range(b - a):
                    c = np.nonzero(d[i] > 0)[0]
                    yield c, d[i][c]
            else:
                lo, hi = self.indptr[a], self.indptr[b]
                if self.kind == 'csr':
                    cols, vals = self.node['indices'][lo:hi], self.node['data'][lo:hi]
                else:
                    cols, vals = self.col[lo:hi], self.dat[lo:hi]
                for i in range(a, b):
                    s, e = self.indptr[i] - lo, self.indptr[i + 1] - lo
                    yield cols[s:e], vals[s:e]


def load_hgnc(path):
    """Ensembl gene id -> approved symbol; the first row of a repeated id wins."""
    out = {}
    op = gzip.open if path.endswith('.gz') else open
    with op(path, 'rt', encoding='utf-8', newline='') as fh:
        head = fh.readline().rstrip('\r\n').split('\t')
        e, s = head.index('ensembl_gene_id'), head.index('symbol')
        st = head.index('status') if 'status' in head else None
        for line in fh:
            f = line.rstrip('\r\n').split('\t')
            if len(f) <= max(e, s) or not f[e] or not f[s]:
                continue
            if st is not None and f[st] not in ('Approved', ''):
                continue
            out.setdefault(f[e].strip('"'), f[s].strip('"'))
    return out


def usable(tok):
    return bool(tok) and not ENS.match(tok) and not re.search(r'\s', tok)


def gene_tokens(var, root, hgnc):
    names = read_index(var, root)
    have = columns(var)
    ids = [names]
    for c in ('gene_ids', 'ensembl_id', 'gene_id'):
        if c in have:
            ids.append([None if v is None else str(v) for v in read_column(var, c, root)])
    extra = [[None if v is None else str(v) for v in read_column(var, c, root)]
             for c in SYMBOL_COLUMNS if c in have]
    out = []
    for i, name in enumerate(names):
        tok = None
        if hgnc:
            for col in ids:
                m = ENS_SPLIT.match(col[i] or '')
                if m and m.group(1) in hgnc:
                    tok = hgnc[m.group(1)]
                    break
        if not usable(tok):
            tok = next((c[i] for c in extra if usable(c[i])), None)
        if not usable(tok):
            tok = name if usable(name) else None
        out.append(tok)
    return out


def parse_age(stage):
    """Age in years of one development_stage label, or None.

    Only one exact age counts: ranges ("60-79 year-old stage"), "... and over",
    "under-1-year-old", decades, prenatal weeks, Carnegie/Theiler stages and
    named life stages give None. months / 12; weeks * 7 / 365.25; days / 365.25.
    """
    if stage is None:
        return None
    m = AGE.match(re.sub(r'\s+', ' ', str(stage)).strip().lower())
    if not m:
        return None
    v, u = float(m.group(1)), m.group(2)[0:2]
    if u[0] == 'y':
        return v
    if u[0] == 'm':
        return v / 12
    if u[0] == 'w':
        return v * 7 / 365.25
    return v / 365.25


def sentences(f, matrix='auto', top=2000, hgnc=None):
    if matrix == 'auto':
        matrix = 'X'
    if matrix == 'X':
        node, var = f['X'], f['var']
    elif matrix == 'raw':
        node, var = (f['raw/X'], f['raw/var']) if 'raw' in f else (f['raw.X'], f['raw.var'])
    elif matrix.startswith('layer:'):
        node, var = f['layers/' + matrix[6:]], f['var']
    else:
        raise ValueError(matrix)
    m = Matrix(node)
    toks = gene_tokens(var, f, hgnc)
    if len(toks) != m.shape[1]:
        raise ValueError('matrix has %d columns, var has %d' % (m.shape[1], len(toks)))
    ok = np.array([t is not None for t in toks])
    arr = np.array([t or '' for t in toks], dtype=object)
    dup = len(set(t for t in toks if t)) != int(ok.sum())
    for cols, vals in m.rows():
        cols = np.asarray(cols, dtype=np.int64)
        with np.errstate(invalid='ignore'):
            keep = (vals > 0) & ok[cols]
        n_expr = int(np.count_nonzero(vals > 0))
        c, v = cols[keep], vals[keep]
        order = np.lexsort((c, -v.astype(np.float64)))
        words = arr[c[order]].tolist()
        if dup:
            words = list(dict.fromkeys(words))
        yield ' '.join(words[:top] if top else words), n_expr


def ages(f, n):
    obs = f['obs']
    if 'development_stage' not in columns(obs):
        return [None] * n
    return [parse_age(v) for v in read_column(obs, 'development_stage', f)]


def run(path, matrix='auto', top=2000, hgnc=None):
    with h5py.File(path, 'r') as f:
        idx = read_index(f['obs'], f)
        age = ages(f, len(idx))
        for i, (s, n) in enumerate(sentences(f, matrix, top, hgnc)):
            yield {'index': idx[i], 'sentence': s, 'age': age[i], 'n_expressed': n}


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument('h5ad')
    p.add_argument('--top', type=int, default=2000)
    p.add_argument('--matrix', default='auto', help='auto | X | raw | layer:NAME')
    p.add_argument('--hgnc', help='hgnc_complete_set TSV (may be .gz); without it no id mapping')
    p.add_argument('--out', help='JSONL file (default: standard output)')
    a = p.parse_args()
    hg = load_hgnc(a.hgnc) if a.hgnc else None
    out = open(a.out, 'w', encoding='utf-8') if a.out else sys.stdout
    for row in run(a.h5ad, a.matrix, a.top, hg):
        out.write(json.dumps(row, ensure_ascii=False) + '\n')
    if a.out:
        out.close()


if __name__ == '__main__':
    main()
