"""Writes small AnnData files with h5py alone, into the working folder; see h5ad-files.ts."""
import h5py
import numpy as np

TEXT = h5py.string_dtype()


def tag(node, encoding, version='0.2.0'):
    node.attrs['encoding-type'] = encoding
    node.attrs['encoding-version'] = version
    return node


def categorical(values, categories=None):
    """A column of text by codes; None is missing."""
    names = sorted({v for v in values if v is not None}) if categories is None else categories

    def put(frame, name):
        group = tag(frame.create_group(name), 'categorical')
        group.create_dataset('categories', data=np.array(names, object), dtype=TEXT)
        group['codes'] = np.array([-1 if v is None else names.index(v) for v in values], 'i4')

    return put


def nullable(values, dtype, encoding):
    """A column of values and a mask; None is missing."""

    def put(frame, name):
        group = tag(frame.create_group(name), encoding)
        blank = '' if dtype is TEXT else 0
        known = np.array([blank if v is None else v for v in values], object if dtype is TEXT else dtype)
        group.create_dataset('values', data=known, dtype=dtype)
        group['mask'] = np.array([v is None for v in values])

    return put


def put_frame(file, path, index, columns):
    """A dataframe; a column is a list or an array, or what categorical() and nullable() give."""
    group = tag(file.create_group(path), 'dataframe')
    group.attrs['_index'] = '_index'
    group.attrs['column-order'] = np.array(list(columns), dtype=TEXT if columns else 'f8')
    group.create_dataset('_index', data=np.array(index, object), dtype=TEXT)
    for name, column in columns.items():
        if callable(column):
            column(group, name)
        elif any(isinstance(value, str) for value in column):
            group.create_dataset(name, data=np.array(column, object), dtype=TEXT)
        else:
            group[name] = np.asarray(column)


def put_csr(file, path, values, dtype='f4', **options):
    """A matrix by its rows."""
    group = tag(file.create_group(path), 'csr_matrix')
    group.attrs['shape'] = np.array(values.shape, 'i8')
    rows, columns = np.nonzero(values)
    group.create_dataset('data', data=values[rows, columns].astype(dtype), **options)
    group.create_dataset('indices', data=columns.astype('i4'), **options)
    group['indptr'] = np.concatenate([[0], np.cumsum((values != 0).sum(1))]).astype('i4')


def counts(cells, genes, seed=1):
    """Counts of which a few are equal and more are 0; none of two neighbouring cells are alike."""
    return np.random.default_rng(seed).poisson(0.7, (cells, genes))


def h5ad(name, cells=6, genes=8, obs=None, var=None, cell_names=None, gene_names=None, x=None, **options):
    """A new file, open: by default cells of one donor aged 30, with genes G1, G2 ..."""
    file = h5py.File(name, 'w')
    tag(file, 'anndata', '0.1.0')
    put_csr(file, 'X', counts(cells, genes) if x is None else x, **options)
    known = {'development_stage': categorical(['30-year-old stage'] * cells)}
    put_frame(file, 'obs', cell_names or [f'cell{i}' for i in range(cells)], known if obs is None else obs)
    put_frame(file, 'var', gene_names or [f'G{i + 1}' for i in range(genes)], var or {})
    return file


def sentence(row, names):
    """The names of expressed genes by falling value, equal ones in the order of the columns."""
    return ' '.join(names[i] for i in sorted(np.flatnonzero(row > 0), key=lambda i: (-row[i], i)))
