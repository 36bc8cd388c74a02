export { hasH5py, runPython } from '../hdf5/h5py.js';
