"""Prints what an AnnData file holds as one JSON object, read with h5py alone: dump.py FILE."""
import json
import sys
import zlib

import h5py
import numpy as np


def text(value):
    return value.decode('utf-8') if isinstance(value, bytes) else str(value)


def printed(value):
    """A number as text that both languages read as the same number."""
    return repr(value).replace('inf', 'Infinity').replace('nan', 'NaN')


def is_text(dtype):
    return dtype.kind in 'SO'


def plain(values, missing=None):
    values = np.atleast_1d(values)
    kind = values.dtype.kind
    if is_text(values.dtype):
        type_, out = 'text', [text(v) for v in values]
    elif kind == 'b':
        type_, out = 'boolean', [bool(v) for v in values]
    elif kind in 'iu':
        type_, out = 'integer', [str(int(v)) for v in values]
    else:
        type_, out = 'float', [printed(float(v)) for v in values]
    if missing is not None:
        absent = 'NaN' if type_ == 'float' else None
        out = [absent if m else v for v, m in zip(out, missing)]
    return {'type': type_, 'values': out}


def categorical(categories, codes):
    return {
        'type': 'categorical',
        'categories': [text(v) for v in np.atleast_1d(categories)],
        'codes': [int(c) for c in codes],
    }


def column(file, frame, name):
    if isinstance(frame, h5py.Dataset):
        values = frame[name]
        key = f'uns/{name}_categories'
        if key in file and values.dtype.kind in 'iu':
            return categorical(file[key][()], values)
        return plain(values)
    node = frame[name]
    if isinstance(node, h5py.Group):
        if 'codes' in node:
            return categorical(node['categories'][()], node['codes'][()])
        return plain(node['values'][()], node['mask'][()])
    if '__categories' in frame and name in frame['__categories']:
        return categorical(frame['__categories'][name][()], node[()])
    return plain(node[()])


def frame(file, path):
    node = file[path]
    if isinstance(node, h5py.Dataset):
        index = 'index'
        names = [n for n in node.dtype.names if n != index]
    else:
        index = text(node.attrs['_index'])
        order = [text(n) for n in node.attrs['column-order']]
        names = order + sorted(set(node.keys()) - set(order) - {index, '__categories'})
    return {
        'indexName': index,
        'index': column(file, node, index)['values'],
        'columns': [{'name': n, **column(file, node, n)} for n in names],
    }


def row_sum(columns, values):
    """CRC-32 of the column numbers and then the values of a row."""
    sum_ = zlib.crc32(np.asarray(columns, '<i4').tobytes())
    return zlib.crc32(np.asarray(values, '<f8').tobytes(), sum_)


def matrix(node):
    if isinstance(node, h5py.Dataset):
        values = node[()]
        rows = [(np.flatnonzero(row != 0), row[row != 0]) for row in values]
        facts = {'encoding': 'dense', 'shape': values.shape, 'stored': int(values.size)}
        dtype = values.dtype
    else:
        attrs = node.attrs
        encoding = text(attrs.get('encoding-type', attrs.get('h5sparse_format')))[:3]
        shape = [int(n) for n in attrs.get('shape', attrs.get('h5sparse_shape'))]
        data, indices, indptr = (node[k][()] for k in ('data', 'indices', 'indptr'))
        if encoding == 'csr':
            rows = [(indices[a:b], data[a:b]) for a, b in zip(indptr[:-1], indptr[1:])]
        else:
            columns = np.repeat(np.arange(shape[1]), np.diff(indptr))
            rows = [(columns[indices == i], data[indices == i]) for i in range(shape[0])]
        facts = {'encoding': encoding, 'shape': shape, 'stored': len(data)}
        dtype = data.dtype
    return {
        **facts,
        'valueType': dtype.name,
        'sum': printed(float(sum(np.asarray(v, 'f8').sum() for _, v in rows))),
        'rowLengths': [len(c) for c, _ in rows],
        'rowSums': [row_sum(c, v) for c, v in rows],
    }


def dump(file):
    raw = 'raw' if 'raw/X' in file else 'raw.X' if 'raw.X' in file else None
    var_of_raw = raw and ('raw/var' if raw == 'raw' else 'raw.var')
    matrices = {'X': matrix(file['X'])}
    if raw:
        matrices['raw'] = matrix(file['raw/X' if raw == 'raw' else raw])
    for name in file.get('layers', {}):
        matrices[f'layer:{name}'] = matrix(file[f'layers/{name}'])
    organism = file.get('uns/organism')
    return {
        'obs': frame(file, 'obs'),
        'var': frame(file, 'var'),
        'rawVar': frame(file, var_of_raw) if raw else None,
        'matrices': matrices,
        'organism': text(organism[()]) if organism is not None else None,
    }


with h5py.File(sys.argv[1], 'r') as opened:
    json.dump(dump(opened), sys.stdout)
