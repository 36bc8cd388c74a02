// src/errors.ts
var ExitStatus = {
  done: 0,
  /** Some items failed; the rest is written and the failures are listed on stderr. */
  someFailed: 1,
  usage: 2,
  badInput: 3,
  environment: 4,
  internal: 5,
  /** Between gtk and a scheduler: the same command may succeed later. */
  tryAgain: 75,
  interrupted: 130,
  terminated: 143
};
function entry(status, message, remedy) {
  return { status, message, remedy };
}
var { usage, badInput, environment, internal } = ExitStatus;
var catalogue = {
  GTK_USAGE: entry(
    usage,
    (d) => d.problem,
    (d) => `See '${d.command} --help'.`
  ),
  GTK_INPUT_MISSING: entry(
    usage,
    (d) => `No such file or folder: ${d.path}`,
    () => "Check the spelling of the path."
  ),
  GTK_INPUT_TWICE: entry(
    usage,
    (d) => `${d.path} is given twice${d.before === d.path ? "" : `, before as ${d.before}`}`,
    () => "Name every input once: its sequences would be counted twice."
  ),
  GTK_RUN_DIFFERS: entry(
    usage,
    (d) => `The run in ${d.folder} was started differently: ${d.differences.join("; ")}`,
    () => "Repeat the earlier command to resume it, choose another --out, or add --fresh to start over."
  ),
  GTK_INPUT_CHANGED: entry(
    badInput,
    (d) => `${d.path} changed since the run was planned: found ${d.found}, expected ${d.expected}`,
    () => "Restore the file, or add --fresh to start over with the file as it is now."
  ),
  GTK_RUN_LOCKED: entry(
    environment,
    (d) => `Another gtk works in ${d.folder}: process ${d.pid} on ${d.host}, since ${d.since}`,
    () => "Wait for it to end, or choose another --out."
  ),
  GTK_NO_RUN: entry(
    usage,
    (d) => `${d.folder} holds no run of gtk`,
    () => "Name the output folder of a run (the one that contains .gtk)."
  ),
  GTK_NO_TASK: entry(
    usage,
    (d) => `Run ${d.folder} has no task ${d.index}: it has ${d.tasks}, counted from 0`,
    () => "Name the index of one of its tasks."
  ),
  GTK_FOREIGN_RUN: entry(
    usage,
    (d) => `The run in ${d.folder} was made by gtk ${d.version}, this is gtk ${d.own}`,
    () => "Finish it with that version, or add --fresh to start over."
  ),
  GTK_NOT_FASTA: entry(
    badInput,
    (d) => `${d.path} is not FASTA: ${d.place} has ${d.found}, expected a record that begins with '>'`,
    () => "Give nucleotide FASTA (plain, gzip, BGZF or zstd) or Parquet with a column named sequence."
  ),
  GTK_FASTQ: entry(
    badInput,
    (d) => `${d.path} is FASTQ: line 1 begins with '@', expected FASTA, which begins with '>'`,
    () => "Convert it first, for instance with 'seqkit fq2fa'."
  ),
  GTK_PROTEIN: entry(
    badInput,
    (d) => `${d.path} holds protein: ${d.place} has ${d.found}, expected nucleotides (A C G T U and IUPAC codes)`,
    () => "Give the coding sequences (CDS) instead of their translations."
  ),
  GTK_BINARY: entry(
    badInput,
    (d) => `${d.path} is not text: ${d.place} has ${d.found}, expected letters`,
    () => "The file is damaged or of another format; give FASTA (plain, gzip, BGZF or zstd) or Parquet."
  ),
  GTK_EMPTY_INPUT: entry(
    badInput,
    (d) => `${d.path} is empty: found no record, expected at least one`,
    () => "Check how the file was made; leave it out if it should be empty."
  ),
  GTK_LINE_ENDS: entry(
    badInput,
    (d) => `${d.path} has lines that end in CR alone, first at ${d.place}; expected LF or CR LF`,
    () => "Convert it, for instance with 'mac2unix' or 'tr \\r \\n'."
  ),
  GTK_NO_GENETIC_CODE: entry(
    usage,
    (d) => `There is no genetic code ${d.found}; expected one of the NCBI translation tables ${d.expected}`,
    () => "Give the number of an NCBI translation table, for instance 1 for the standard code."
  ),
  GTK_OPTIMAL_CODONS: entry(
    badInput,
    (d) => `${d.path} is no list of optimal codons: ${d.place} has ${d.found}, expected ${d.expected}`,
    () => "Give one codon a line, such as CTG; blank lines and comments after # are allowed."
  ),
  GTK_NOT_GFF: entry(
    badInput,
    (d) => `${d.path} is not GFF3 or GTF: line ${d.line} has ${d.found}, expected nine columns separated by tabs`,
    () => "Give the annotation of the genome as GFF3 or GTF (plain, gzip, BGZF or zstd)."
  ),
  GTK_GFF_VALUE: entry(
    badInput,
    (d) => `${d.path}, line ${d.line}: found ${d.found}, expected ${d.expected}`,
    () => "Correct the line, or leave it out of the annotation."
  ),
  GTK_NO_CDS: entry(
    badInput,
    (d) => `${d.path} annotates no coding sequence: found none in ${d.features} feature lines, expected at least one CDS`,
    () => "Give the annotation with the CDS features; exons and genes alone do not tell what is translated."
  ),
  GTK_CONTIG_MISSING: entry(
    badInput,
    (d) => `${d.genome} lacks ${d.count} of the contigs on which ${d.path} has coding sequences: ${d.missing.join(", ")}${d.count > d.missing.length ? ", \u2026" : ""}` + (d.others.length > 0 ? `; it has others, such as ${d.others.join(", ")}` : ""),
    (d) => d.prefix ? "The names differ in the prefix 'chr': take both files from the same source, or rename the contigs of one." : "Give the genome and the annotation of the same assembly and release, with all its contigs."
  ),
  GTK_BEYOND_CONTIG: entry(
    badInput,
    (d) => `${d.path}, line ${d.line}: CDS ${d.start} to ${d.end} reaches beyond contig ${d.contig}, which has ${d.length} bases in ${d.genome}`,
    () => "Give the genome and the annotation of the same release; a circular contig needs a region feature with Is_circular=true over its whole length."
  ),
  GTK_DUPLICATE_CONTIG: entry(
    badInput,
    (d) => `${d.path} has contig ${d.contig} a second time, expected every contig once`,
    () => "Remove one of the two, or name only one genome."
  ),
  GTK_TRUNCATED: entry(
    badInput,
    (d) => `${d.path} is cut short: the ${d.format} stream ends at ${d.place} before its end mark`,
    () => "Copy or download the file again."
  ),
  GTK_CORRUPT: entry(
    badInput,
    (d) => `${d.path} is damaged: ${d.format} data at ${d.place}: ${d.found}`,
    () => "Copy or download the file again."
  ),
  GTK_UNREADABLE: entry(
    badInput,
    (d) => `${d.path} cannot be read: ${d.reason}`,
    () => "Check the file's permissions and the disk it is on."
  ),
  GTK_NO_INPUT_IN_FOLDER: entry(
    badInput,
    (d) => `${d.path} holds no input: found no file that ends in ${d.expected}`,
    () => "Name the files themselves, or another folder."
  ),
  GTK_NO_COLUMN: entry(
    badInput,
    (d) => `${d.path} has no string column named ${d.expected}: found ${d.found}`,
    (d) => `Rename the column that holds the sequences to ${d.expected}.`
  ),
  GTK_NOT_BASES: entry(
    badInput,
    (d) => `${d.path} holds no bare sequences: row ${d.row} begins with ${d.found}, expected bases`,
    () => "Give a column named sequence that holds the bases alone, without FASTA headers."
  ),
  GTK_NOT_HDF5: entry(
    badInput,
    (d) => `${d.path} is not an HDF5 file: found ${d.found}, expected the HDF5 signature`,
    () => "Give an .h5ad file as AnnData writes it; copy or download it again if it should be one."
  ),
  GTK_LFS_POINTER: entry(
    badInput,
    (d) => `${d.path} is a Git LFS pointer, not the file itself, which has ${d.bytes} bytes`,
    () => "Fetch the file with 'git lfs pull'."
  ),
  GTK_HDF5_DAMAGED: entry(
    badInput,
    (d) => `${d.path} is damaged or cut short: ${d.place}: ${d.found}`,
    () => "Copy or download the file again."
  ),
  GTK_HDF5_FILTER: entry(
    badInput,
    (d) => `${d.path}: ${d.place} is compressed with ${d.filter}, expected one of ${d.readable}`,
    () => "Write the file again with compression='gzip' (AnnData.write_h5ad)."
  ),
  GTK_ANNDATA: entry(
    badInput,
    (d) => `${d.path} is no AnnData file that can be read: ${d.place}: found ${d.found}, expected ${d.expected}`,
    () => "Read the file with anndata in Python and write it again, or choose what is there with --matrix."
  ),
  GTK_NO_GENE_NAMES: entry(
    badInput,
    (d) => `${d.path} has no usable gene name: found ${d.genes} genes such as ${d.example}, expected symbols in var or Ensembl ids that HGNC knows`,
    () => "Give --hgnc FILE for human Ensembl ids, or add a column feature_name with symbols to var."
  ),
  GTK_NO_AGES: entry(
    badInput,
    (d) => `${d.path}: no cell with an age; found ${d.example} as development_stage, expected labels such as '22-year-old stage'`,
    () => "Use --no-age-filter to keep cells without an age."
  ),
  GTK_HGNC: entry(
    badInput,
    (d) => `${d.path} is no HGNC table: found ${d.found}, expected ${d.expected}`,
    () => "Give the HGNC complete set as TSV (plain or gzip) or Parquet."
  ),
  GTK_COLLECTIONS: entry(
    badInput,
    (d) => `${d.path} is no table of collections: found ${d.found}, expected ${d.expected}`,
    () => "Give a JSON, TSV or Parquet file with a row a dataset."
  ),
  GTK_GENE_LIST: entry(
    badInput,
    (d) => `${d.path} is no gene list: found ${d.found}, expected ${d.expected}`,
    () => "Give text files that end in .txt, one gene symbol a line."
  ),
  GTK_HUB: entry(
    environment,
    (d) => `upload failed: ${d.doing} ${d.repo}: ${d.reason}`,
    (d) => `The dataset is kept here. ${d.remedy}`
  ),
  GTK_DOWNLOAD: entry(
    environment,
    (d) => `${d.url} cannot be downloaded: ${d.reason}`,
    (d) => `Check the address. ${d.remedy}`
  ),
  GTK_CHUNKS_DIFFER: entry(
    badInput,
    (d) => `${d.path} is no chunk of the same cells: found ${d.found}, expected ${d.expected}`,
    () => "Give the chunks of one run of gtk h5ad, or run the earlier step again."
  ),
  GTK_NO_DATASET: entry(
    usage,
    (d) => `${d.folder} holds no complete dataset: found no readable _SUCCESS.json`,
    () => "Name the folder that gtk h5ad wrote for the dataset, or run it to its end first."
  ),
  GTK_TOO_LARGE: entry(
    environment,
    (d) => `${d.path}: ${d.what} needs ${d.bytes} of memory, more than the budget of ${d.budget}`,
    () => "Raise --memory, or write the file with smaller row groups."
  ),
  GTK_NOT_WRITABLE: entry(
    environment,
    (d) => `${d.path} cannot be written: ${d.reason}`,
    () => "Check the permissions and the free space there, or name another place; the same command then resumes."
  ),
  GTK_MISSING_TOOL: entry(
    environment,
    (d) => `Not found on the PATH: ${d.tools.join(", ")}`,
    (d) => `Install with: ${d.install}`
  ),
  GTK_ENVIRONMENT_VALUE: entry(
    usage,
    (d) => `The environment variable ${d.variable} is '${d.found}', expected ${d.expected}`,
    (d) => `Set ${d.variable} to one of those, or unset it.`
  ),
  GTK_NO_NATIVE_KERNELS: entry(
    environment,
    (d) => `The native kernels cannot be loaded: ${d.reason}`,
    () => "Install a C++ compiler ('apt-get install g++') and run 'npm rebuild gtk', or unset GTK_KERNELS."
  ),
  GTK_BAD_PART: entry(
    internal,
    (d) => `${d.path} is not the part that its marker describes: found ${d.found}, expected ${d.expected}`,
    () => "Run the same command again: the batch is done anew."
  ),
  GTK_WORKER_DIED: entry(
    internal,
    (d) => `The worker died on ${d.label}: ${d.reason}`,
    () => "Run the same command again with more --memory or fewer --workers; finished batches are kept."
  ),
  GTK_INTERNAL: entry(
    internal,
    (d) => `Unexpected: ${d.message}`,
    () => "This is a fault in gtk; run again with '--log-level debug' and report what it prints."
  )
};
var GtkError = class extends Error {
  constructor(code, message, remedy, exitStatus, options) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
    this.exitStatus = exitStatus;
  }
  code;
  remedy;
  exitStatus;
  name = "GtkError";
  /** The error as plain data, for the journey between threads and into the run folder. */
  toJSON() {
    return { code: this.code, message: this.message, remedy: this.remedy, exitStatus: this.exitStatus };
  }
};
function gtkError(code, details, cause) {
  const { status, message, remedy } = catalogue[code];
  return new GtkError(
    code,
    message(details),
    remedy(details),
    status,
    cause === void 0 ? void 0 : { cause }
  );
}

// src/formats/hdf5/element-type.ts
var classNames = [
  "integer",
  "float",
  "time",
  "string",
  "bit field",
  "opaque",
  "compound",
  "reference",
  "enumeration",
  "variable-length list",
  "array",
  "complex"
];
function elementType(metadata) {
  const { size: bytes } = metadata;
  const name = classNames[metadata.type] ?? "unknown";
  switch (name) {
    case "integer":
      if (![1, 2, 4, 8].includes(bytes)) break;
      return { kind: "number", name: `${metadata.signed ? "" : "u"}int${bytes * 8}`, bytes };
    case "float":
      if (bytes !== 4 && bytes !== 8) return { kind: "other", name: `float${bytes * 8}`, bytes };
      return { kind: "number", name: bytes === 4 ? "float32" : "float64", bytes };
    case "string":
      return { kind: "string", name, bytes, variable: metadata.vlen };
    case "enumeration": {
      const members = metadata.enum_type?.members ?? {};
      const isBoolean = Object.keys(members).length === 2 && members.FALSE === 0 && members.TRUE === 1;
      if (isBoolean && bytes === 1) return { kind: "boolean", name: "bool", bytes };
      break;
    }
    case "compound": {
      const members = (metadata.compound_type?.members ?? []).map((member) => ({
        name: member.name,
        offset: member.offset,
        type: fieldType(member)
      }));
      return { kind: "compound", name, bytes, members };
    }
  }
  return { kind: "other", name, bytes };
}
function fieldType(member) {
  const type = elementType(member);
  const isReversed = type.kind === "number" && type.bytes > 1 && !member.littleEndian;
  return isReversed ? { kind: "other", name: `big-endian ${type.name}`, bytes: type.bytes } : type;
}

// src/formats/hdf5/elements.ts
var arrays = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array
};
function viewNumbers(name, { heap, at, count }) {
  return new arrays[name](heap.buffer, at, count);
}
function copyNumbers(name, { heap, at, count, stride }) {
  const { BYTES_PER_ELEMENT: bytes } = arrays[name];
  if (stride === bytes) return viewNumbers(name, { heap, at, count, stride }).slice();
  const copy = new Uint8Array(count * bytes);
  for (let i = 0; i < count; i += 1) {
    for (let b = 0; b < bytes; b += 1) copy[i * bytes + b] = heap[at + i * stride + b];
  }
  return new arrays[name](copy.buffer);
}
function copyBooleans({ heap, at, count, stride }) {
  const values = new Uint8Array(count);
  for (let i = 0; i < count; i += 1) values[i] = heap[at + i * stride] ? 1 : 0;
  return values;
}
function copyStrings(type, elements) {
  const { heap, at, count, stride } = elements;
  const memory = Buffer.from(heap.buffer, heap.byteOffset, heap.length);
  const texts2 = new Array(count);
  for (let i = 0; i < count; i += 1) {
    const start = at + i * stride;
    if (type.variable) {
      const pointer = memory.readUInt32LE(start);
      texts2[i] = pointer === 0 ? "" : memory.toString("utf8", pointer, memory.indexOf(0, pointer));
    } else {
      const end = memory.subarray(start, start + type.bytes).indexOf(0);
      texts2[i] = memory.toString("utf8", start, end < 0 ? start + type.bytes : start + end);
    }
  }
  return texts2;
}

// src/formats/hdf5/library.ts
import { createRequire } from "node:module";
import path from "node:path";

// src/formats/hdf5/global-heap.ts
import { readSync } from "node:fs";
var mark = Buffer.from("GCOL\0\0\0", "latin1");
var headerBytes = 16;
var firstRead = 4096;
function guardGlobalHeap(files) {
  const { read } = files;
  files.read = (stream, memory, at, length, position) => {
    const count = read(stream, memory, at, length, position);
    const bytes = Buffer.from(memory.buffer, memory.byteOffset + at, count);
    const searched = count <= firstRead ? bytes : bytes.subarray(0, mark.length);
    for (let i = searched.indexOf(mark); i >= 0; i = searched.indexOf(mark, i + 1)) {
      checkCollection(bytes.subarray(i), stream, position + i);
    }
    return count;
  };
}
function checkCollection(read, stream, position) {
  if (read.length < headerBytes) return;
  const size = Number(read.readBigUInt64LE(8));
  if (size < firstRead || size > 2 ** 30) return;
  let collection = read.subarray(0, size);
  if (read.length < size) {
    const whole = Buffer.alloc(size);
    collection = whole.subarray(0, readSync(stream.nfd, whole, 0, size, position));
  }
  if (!canBeWalked(collection)) throw new Error(`the heap of texts at byte ${position} is not in order`);
}
function canBeWalked(collection) {
  let at = headerBytes;
  while (at + headerBytes <= collection.length) {
    const index = collection.readUInt16LE(at);
    const size = Number(collection.readBigUInt64LE(at + 8));
    const step = index === 0 ? size : headerBytes + Math.ceil(size / 8) * 8;
    if (step === 0 || at + step > collection.length) return false;
    at += step;
  }
  return true;
}

// src/formats/hdf5/library.ts
var reusableBytes = 1 << 28;
var idle = [];
async function borrowLibrary() {
  return idle.pop() ?? instantiateLibrary();
}
async function instantiateLibrary() {
  const factory = new URL("hdf5_util.js", import.meta.resolve("h5wasm/node"));
  const { default: instantiate } = await import(factory.href);
  const ignore = () => {
  };
  const functions = await instantiate({
    noInitialRun: true,
    print: ignore,
    printErr: ignore
  });
  guardGlobalHeap(filesOf(functions));
  functions.activate_throwing_error_handler();
  const plugins = createRequire(import.meta.url).resolve("h5wasm-plugins/package.json");
  functions.insert_plugin_search_path(path.join(path.dirname(plugins), "plugins"), 0);
  return new Library(functions);
}
function filesOf(functions) {
  return functions.FS;
}
var Library = class {
  #functions;
  /** It has thrown: what it held at that moment it never gives back. */
  #hasFailed = false;
  /** It has stopped in the midst of its work: its memory may hold anything. */
  #isBroken = false;
  constructor(functions) {
    this.#functions = functions;
  }
  /**
   * Runs a piece of work that calls the library.
   *
   * @throws what the work throws; an Error whose message is the library's stack of errors
   */
  call(work) {
    if (this.#isBroken) throw new Error("the HDF5 library failed on it before");
    try {
      return work(this.#functions);
    } catch (error) {
      if (error instanceof GtkError) throw error;
      this.#hasFailed = true;
      this.#isBroken = !(error instanceof Error && error.message.startsWith("HDF5-DIAG"));
      throw error;
    }
  }
  /** Opens a file for reading, until {@link close}. @returns the library's number for it */
  open(file) {
    try {
      return this.call((library) => library.open(file, library.H5F_ACC_RDONLY, false, -1, -1));
    } catch (error) {
      this.#abandon();
      throw error;
    }
  }
  /** Closes the file, after which the library serves another one, unless it has failed or grown large. */
  close(id) {
    if (!this.#hasFailed) this.call((library) => library.close_file(id));
    if (this.#hasFailed) this.#abandon();
    else if (this.#functions.HEAPU8.length <= reusableBytes) idle.push(this);
  }
  /** Closes what a failed instance still holds open: the file itself, and texts of errors. */
  #abandon() {
    const files = filesOf(this.#functions);
    for (const stream of files.streams) {
      if (stream && stream.fd > 2) files.close(stream);
    }
  }
};
function withMemory(library, bytes, use) {
  const pointer = library._malloc(Math.max(bytes, 8));
  if (pointer === 0) throw new Error(`the HDF5 library has no memory for ${bytes} bytes`);
  try {
    library.HEAPU8.fill(0, pointer, pointer + bytes);
    return use(pointer);
  } finally {
    library._free(pointer);
  }
}

// src/formats/hdf5/dataset.ts
var maxBytes = 1 << 29;
var Hdf5Dataset = class {
  /** Its path in the file. */
  path;
  type;
  /** Empty for a single value; undefined for a dataset that has no values at all. */
  shape;
  /** Shape of a chunk; undefined if the values are not in chunks. */
  chunks;
  #file;
  constructor(file, path2, metadata) {
    this.#file = file;
    this.path = path2;
    this.type = elementType(metadata);
    this.shape = metadata.shape ?? void 0;
    this.chunks = metadata.chunks ?? void 0;
  }
  /** Values in all. */
  get length() {
    return this.shape?.reduce((product, size) => product * size, 1) ?? 0;
  }
  /**
   * Hands over the numbers of a block as a view that is valid only within `use`, which must not call the
   * library.
   *
   * @param start of the block, in every dimension
   * @param count of the block's values, in every dimension
   */
  withNumbers(start, count, use) {
    const { type } = this;
    if (type.kind !== "number") throw this.#unexpected("numbers");
    return this.#read(start, count, (elements) => use(viewNumbers(type.name, elements)));
  }
  /** The numbers `start` to `end` of a dataset of one dimension. */
  readNumbers(start, end) {
    return this.withNumbers([start], [end - start], (values) => values.slice());
  }
  /** The booleans `start` to `end` as 0 and 1. */
  readBooleans(start, end) {
    if (this.type.kind !== "boolean") throw this.#unexpected("booleans");
    return this.#read([start], [end - start], copyBooleans);
  }
  /** The texts `start` to `end`; of a dataset of one value, that one. */
  readStrings(start, end) {
    const { type } = this;
    if (type.kind !== "string") throw this.#unexpected("text");
    const isScalar = this.shape?.length === 0;
    const elements = isScalar ? [] : [end - start];
    return this.#read(isScalar ? [] : [start], elements, (found) => copyStrings(type, found));
  }
  /** One field of the rows `start` to `end` of a compound dataset. */
  readMember(member, start, end) {
    return this.#read([start], [end - start], (rows) => {
      const elements = { ...rows, at: rows.at + member.offset };
      const { type } = member;
      if (type.kind === "string") return copyStrings(type, elements);
      if (type.kind === "boolean") return copyBooleans(elements);
      if (type.kind === "number") return copyNumbers(type.name, elements);
      throw this.#unexpected("numbers or text");
    });
  }
  #read(start, count, use) {
    const { path: path2, type, shape } = this;
    const within = shape?.length === start.length && start.every((at, i) => at >= 0 && count[i] >= 0 && at + count[i] <= shape[i]);
    const values = count.reduce((product, size) => product * size, 1);
    const bytes = values * type.bytes;
    if (!within) {
      throw new Error(`${path2}: a block of ${count} from ${start} cannot be read of a shape of ${shape}`);
    }
    if (bytes > maxBytes) {
      const [found, expected] = [`${bytes} bytes that must be read at once`, `at most ${maxBytes}`];
      throw gtkError("GTK_ANNDATA", { path: this.#file.path, place: path2, found, expected });
    }
    return this.#file.call(
      path2,
      (library, id) => withMemory(library, bytes, (pointer) => {
        const counts2 = count.map(BigInt);
        if (values > 0) {
          const isScalar = start.length === 0;
          const [offsets, strides] = [start.map(BigInt), start.map(() => 1n)];
          if (isScalar) library.get_dataset_data(id, path2, null, null, null, BigInt(pointer));
          else library.get_dataset_data(id, path2, counts2, offsets, strides, BigInt(pointer));
        }
        const result = use({ heap: library.HEAPU8, at: pointer, count: values, stride: type.bytes });
        if (values > 0 && holdsPointers(type)) {
          library.reclaim_vlen_memory_count(id, path2, "", BigInt(pointer), counts2);
        }
        return result;
      })
    );
  }
  #unexpected(expected) {
    const details = { path: this.#file.path, place: this.path, found: this.type.name, expected };
    return gtkError("GTK_ANNDATA", details);
  }
};
function holdsPointers(type) {
  if (type.kind === "compound") return type.members.some((member) => holdsPointers(member.type));
  return type.kind === "string" && type.variable;
}

// src/formats/hdf5/filters.ts
var readable = /* @__PURE__ */ new Map([
  [1, "gzip"],
  [2, "shuffle"],
  [3, "fletcher32"],
  [4, "szip"],
  [5, "nbit"],
  [6, "scale-offset"],
  [307, "bzip2"],
  [32e3, "LZF"],
  [32001, "blosc"],
  [32004, "LZ4"],
  [32008, "bitshuffle"],
  [32013, "ZFP"],
  [32015, "zstd"],
  [32026, "blosc2"]
]);
var others = /* @__PURE__ */ new Map([
  [32017, "SZ"],
  [32018, "FCIDECOMP"],
  [32019, "JPEG"],
  [32022, "BitGroom"],
  [32023, "Granular BitRound"],
  [32024, "SZ3"],
  [32028, "JPEG-XL"]
]);
function checkFilters(filters, path2, place) {
  const unknown = filters.find(({ id }) => !readable.has(id));
  if (!unknown) return;
  const name = others.get(unknown.id) || /^[\x20-\x7e]+/.exec(unknown.name)?.[0].trim().slice(0, 40);
  throw gtkError("GTK_HDF5_FILTER", {
    path: path2,
    place,
    filter: name ? `${name} (filter ${unknown.id})` : `filter ${unknown.id}`,
    readable: [...readable.values()].join(", ")
  });
}

// src/formats/hdf5/signature.ts
import { open } from "node:fs/promises";

// src/formats/compression/file-chunks.ts
function isSystemError(thrown) {
  return thrown instanceof Error && "syscall" in thrown && "errno" in thrown;
}
function unreadable(path2, cause) {
  if (!isSystemError(cause)) return cause;
  return gtkError("GTK_UNREADABLE", { path: path2, reason: reasons[cause.code ?? ""] ?? cause.message }, cause);
}
var reasons = {
  ENOENT: "it is gone",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  EIO: "the disk reports an error (EIO)",
  EMFILE: "too many files are open (EMFILE)",
  ELOOP: "its symbolic links go in a circle",
  ENAMETOOLONG: "its name is too long"
};

// src/formats/compression/bgzf-block.ts
var bgzfEnd = Uint8Array.from([
  31,
  139,
  8,
  4,
  0,
  0,
  0,
  0,
  0,
  255,
  6,
  0,
  66,
  67,
  2,
  0,
  27,
  0,
  3,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0
]);
function bgzfBlock(bytes, at) {
  const left = bytes.length - at;
  for (let i = 0; i < Math.min(4, left); i++) {
    if (bytes[at + i] !== bgzfEnd[i]) return "no BGZF block, expected one";
  }
  if (left < 12) return void 0;
  const extra = bytes[at + 10] | bytes[at + 11] << 8;
  const headerSize = 12 + extra;
  if (left < headerSize) return void 0;
  for (let i = at + 12; i + 4 <= at + headerSize; ) {
    const length = bytes[i + 2] | bytes[i + 3] << 8;
    if (bytes[i] === 66 && bytes[i + 1] === 67 && length === 2 && i + 6 <= at + headerSize) {
      const size = (bytes[i + 4] | bytes[i + 5] << 8) + 1;
      return size >= headerSize + 9 ? { size, headerSize } : `a block of ${size} bytes, too few for one`;
    }
    i += 4 + length;
  }
  return "a gzip member without the size of a BGZF block";
}
function isBgzf(head) {
  return head.length >= 18 && typeof bgzfBlock(head, 0) === "object";
}

// src/formats/compression/magic.ts
var magicBytes = 512;
var binaryMagics = [
  ["xz data", [253, 55, 122, 88, 90, 0]],
  ["bzip2 data", "BZh"],
  ["a zip archive", "PK"],
  ["a 7z archive", [55, 122, 188, 175, 39, 28]],
  ["lz4 data", [4, 34, 77, 24]],
  ["a tar archive", "ustar", 257],
  ["HDF5 data", [137, 72, 68, 70, 13, 10, 26, 10]],
  ["BAM data", "BAM"],
  ["CRAM data", "CRAM"],
  ["BCF data", "BCF"],
  ["SRA data", "NCBI.sra"],
  ["2bit data", [67, 39, 65, 26]],
  ["Arrow data", "ARROW1"],
  ["encrypted Parquet", "PARE"],
  ["a PDF document", "%PDF-"],
  ["an ELF program", "\x7FELF"],
  ["UTF-16 text", [255, 254]],
  ["UTF-16 text", [254, 255]],
  ["UTF-16 text", ">\0"],
  ["UTF-16 text", "\0>"]
];
function has(head, magic, offset = 0) {
  const bytes = typeof magic === "string" ? Buffer.from(magic, "latin1") : magic;
  return head.length >= offset + bytes.length && bytes.every((byte, i) => head[offset + i] === byte);
}
function textFormat(head) {
  if (has(head, [31, 139])) return isBgzf(head) ? "bgzf" : "gzip";
  if (has(head, [40, 181, 47, 253])) return "zstd";
  if (has(head, [42, 77, 24], 1) && (head[0] & 240) === 80) return "zstd";
  return has(head, "PAR1") ? "parquet" : "plain";
}
function binaryFormat(head) {
  return binaryMagics.find(([, magic, offset]) => has(head, magic, offset))?.[0];
}

// src/formats/hdf5/signature.ts
var signature = Buffer.from("\x89HDF\r\n\n", "latin1");
var lfsPointer = "version https://git-lfs.github.com/spec/";
var superblockBytes = 96;
async function checkSignature(path2) {
  let handle;
  try {
    handle = await open(path2, "r");
    const { size } = await handle.stat();
    const head = await readAt(handle, 0, magicBytes);
    for (let at = 0; at < size; at = at === 0 ? 512 : at * 2) {
      const block = at === 0 ? head : await readAt(handle, at, superblockBytes);
      if (block.subarray(0, signature.length).equals(signature)) return checkLength(path2, block, size);
    }
    throw notHdf5(path2, head);
  } catch (error) {
    throw unreadable(path2, error);
  } finally {
    await handle?.close();
  }
}
async function readAt(handle, position, bytes) {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}
function checkLength(path2, superblock, size) {
  const version = superblock[8] ?? 0;
  const addresses = version === 0 ? 24 : version === 1 ? 28 : 12;
  if (superblock.length < addresses + 24) {
    throw gtkError("GTK_HDF5_DAMAGED", { path: path2, place: "its end", found: `${size} bytes in all` });
  }
  const addressBytes = superblock[version < 2 ? 13 : 9];
  const end = superblock.readBigUInt64LE(addresses + 16);
  if (addressBytes !== 8 || end <= BigInt(size)) return;
  const found = `the file has ${size} bytes, expected ${end}`;
  throw gtkError("GTK_HDF5_DAMAGED", { path: path2, place: "its end", found });
}
function notHdf5(path2, head) {
  const text = head.toString("latin1");
  if (text.startsWith(lfsPointer)) {
    const bytes = /^size (\d+)$/m.exec(text)?.[1] ?? "an unknown number of";
    return gtkError("GTK_LFS_POINTER", { path: path2, bytes });
  }
  return gtkError("GTK_NOT_HDF5", { path: path2, found: describeHead(head) });
}
function describeHead(head) {
  if (head.length === 0) return "an empty file";
  const format = textFormat(head);
  if (format === "parquet") return "Parquet data";
  if (format !== "plain") return `${format === "zstd" ? "zstd" : "gzip"} data`;
  const binary = binaryFormat(head);
  if (binary) return binary;
  const line = /^[\t\x20-\x7e]+/.exec(head.toString("latin1"))?.[0].slice(0, 40);
  if (line && line.length >= Math.min(4, head.length)) return `text that begins with ${JSON.stringify(line)}`;
  const hex = head.subarray(0, 8).toString("hex");
  return `bytes ${hex.replace(/..(?=.)/g, "$& ")}`;
}

// src/formats/hdf5/file.ts
var kinds = { [-1]: void 0, 0: "group", 1: "dataset" };
var maxAttributeBytes = 1 << 26;
async function openHdf5(path2) {
  await checkSignature(path2);
  return new Hdf5File(path2, await borrowLibrary());
}
var Hdf5File = class {
  path;
  #library;
  #id;
  /** @throws GTK_HDF5_DAMAGED */
  constructor(path2, library) {
    this.path = path2;
    this.#library = library;
    this.#id = this.#damage("its beginning", () => library.open(path2));
  }
  /** Closes the file; a second time does nothing. */
  close() {
    const id = this.#id;
    this.#id = void 0;
    if (id !== void 0) this.#damage("its end", () => this.#library.close(id));
  }
  /** What is at a path; undefined where nothing is. */
  kind(path2) {
    const type = this.call(path2, (library, id) => library.get_type(id, path2));
    return type in kinds ? kinds[type] : "other";
  }
  /** Names of what a group holds, in the order of the file. */
  keys(path2) {
    return this.call(path2, (library, id) => library.get_names(id, path2, false));
  }
  /**
   * An attribute of the object at a path: texts, or numbers; undefined if it is not there, is empty or is
   * something else.
   */
  attribute(path2, name) {
    return this.call(`attribute ${name} of ${path2}`, (library, id) => {
      if (!library.get_attribute_names(id, path2).includes(name)) return void 0;
      const metadata = library.get_attribute_metadata(id, path2, name);
      const { shape, total_size: count } = metadata;
      const type = elementType(metadata);
      if (!shape || count === 0 || type.kind !== "string" && type.kind !== "number") return void 0;
      const bytes = count * type.bytes;
      if (bytes > maxAttributeBytes) throw new Error(`it has ${bytes} bytes`);
      return withMemory(library, bytes, (pointer) => {
        library.get_attribute_data(id, path2, name, BigInt(pointer));
        const elements = { heap: library.HEAPU8, at: pointer, count, stride: type.bytes };
        if (type.kind === "number") return copyNumbers(type.name, elements);
        const texts2 = copyStrings(type, elements);
        if (type.variable) library.reclaim_vlen_memory(id, path2, name, BigInt(pointer));
        return texts2;
      });
    });
  }
  /** An attribute that is one text; undefined if it is not there or is something else. */
  textAttribute(path2, name) {
    const value = this.attribute(path2, name);
    return Array.isArray(value) && value.length === 1 ? value[0] : void 0;
  }
  /**
   * The dataset at a path.
   *
   * @throws GTK_HDF5_FILTER; GTK_ANNDATA if its values lie in other files
   */
  dataset(path2) {
    const { metadata, filters } = this.call(path2, (library, id) => ({
      metadata: library.get_dataset_metadata(id, path2),
      filters: library.get_dataset_filters(id, path2)
    }));
    checkFilters(filters, this.path, path2);
    if (metadata.virtual_sources) {
      const found = "a virtual dataset, whose values lie in other files";
      throw gtkError("GTK_ANNDATA", { path: this.path, place: path2, found, expected: "the values" });
    }
    return new Hdf5Dataset(this, path2, metadata);
  }
  /**
   * Runs a piece of work that calls the library on this file.
   *
   * @param place within the file, for errors
   * @throws GTK_HDF5_DAMAGED for whatever the library throws
   */
  call(place, work) {
    const id = this.#id;
    if (id === void 0) throw new Error(`${this.path} is closed`);
    return this.#damage(place, () => this.#library.call((library) => work(library, id)));
  }
  #damage(place, work) {
    try {
      return work();
    } catch (error) {
      if (error instanceof GtkError) throw error;
      throw gtkError("GTK_HDF5_DAMAGED", { path: this.path, place, found: reason(error) }, error);
    }
  }
};
function reason(error) {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "RuntimeError") return "bytes that make no sense";
  const messages = [...error.message.matchAll(/^ {2}#\d+: .*?\(\): (.*)$/gm)];
  const innermost = messages.at(-1)?.[1] ?? error.message.split("\n")[0];
  return innermost.replace(/: time = .*error message = '(.*?)'.*/, ": $1").slice(0, 200);
}

// src/formats/hdf5/convert.ts
var two32 = 2 ** 32;
function copyToFloat64(values, target, at) {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const low = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    const high = values instanceof BigInt64Array ? new Int32Array(low.buffer, low.byteOffset, low.length) : low;
    for (let i = 0; i < values.length; i += 1) {
      target[at + i] = high[2 * i + 1] * two32 + low[2 * i];
    }
  } else {
    target.set(values, at);
  }
}
function copyToIndices(values, target, at, limit) {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const halves = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    for (let i = 0; i < values.length; i += 1) {
      const low = halves[2 * i];
      if (low >= limit || halves[2 * i + 1] !== 0) return i;
      target[at + i] = low;
    }
  } else {
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i];
      if (!(value >= 0 && value < limit)) return i;
      target[at + i] = value;
    }
  }
  return -1;
}
function copyToInt64(values, target, at) {
  if (values instanceof BigInt64Array) {
    target.set(values, at);
  } else if (values instanceof BigUint64Array) {
    target.set(new BigInt64Array(values.buffer, values.byteOffset, values.length), at);
    return target.subarray(at, at + values.length).every((value) => value >= 0n);
  } else {
    const halves = new Int32Array(target.buffer, target.byteOffset + at * 8, values.length * 2);
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i];
      halves[2 * i] = value;
      halves[2 * i + 1] = value < 0 ? -1 : 0;
    }
  }
  return true;
}

// src/formats/anndata/frame.ts
function columnTexts(column) {
  switch (column.type) {
    case "text":
      return column.values.map((value) => value ?? "");
    case "categorical":
      return Array.from(column.codes, (code) => column.categories[code] ?? "");
    case "boolean":
      return Array.from(column.values, (value, i) => present(column.validity, i, value ? "True" : "False"));
    case "integer":
      return Array.from(column.values, (value, i) => present(column.validity, i, String(value)));
    case "float":
      return Array.from(column.values, floatText);
  }
}
function present(validity, row, text) {
  return validity && !(validity[row >> 3] & 1 << (row & 7)) ? "" : text;
}
function floatText(value) {
  if (Number.isNaN(value)) return "";
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value);
}

// src/formats/anndata/coded-column.ts
function categoricalColumn(codes, categories, path2) {
  let names2;
  return {
    type: "categorical",
    rows: codes.length,
    read(start, end) {
      names2 ??= columnTexts(categories.read(0, categories.rows));
      const { length } = names2;
      const read = new Int32Array(end - start);
      codes.each(start, end, (slice, at) => {
        const wrong = copyCodes(slice, read, at - start, length);
        if (wrong < 0) return;
        const place = `${codes.place}, row ${at + wrong + 1}`;
        const found = `category ${String(slice[wrong])}`;
        throw gtkError("GTK_ANNDATA", { path: path2, place, found, expected: `-1 to ${length - 1}` });
      });
      return { type: "categorical", categories: names2, codes: read };
    }
  };
}
function copyCodes(slice, target, at, categories) {
  let numbers;
  if (slice instanceof BigInt64Array || slice instanceof BigUint64Array) {
    numbers = new Float64Array(slice.length);
    copyToFloat64(slice, numbers, 0);
  } else {
    numbers = slice;
  }
  for (let i = 0; i < numbers.length; i += 1) {
    const code = numbers[i];
    if (!(code >= -1 && code < categories)) return i;
    target[at + i] = code;
  }
  return -1;
}
function nullableColumn(values, mask) {
  if (values.type === "categorical" || mask.type !== "boolean") return void 0;
  return {
    type: values.type,
    rows: values.rows,
    read(start, end) {
      const column = values.read(start, end);
      const masked = mask.read(start, end);
      if (masked.type !== "boolean" || !masked.values.includes(1)) return column;
      const missing = masked.values;
      if (column.type === "text") {
        return { type: "text", values: column.values.map((text, i) => missing[i] ? null : text) };
      }
      if (column.type === "float") {
        return {
          type: "float",
          values: column.values.map((number, i) => missing[i] ? Number.NaN : number)
        };
      }
      return column.type === "categorical" ? column : { ...column, validity: validityOf(missing) };
    }
  };
}
function validityOf(missing) {
  const bitmap = new Uint8Array(Math.ceil(missing.length / 8));
  for (let i = 0; i < missing.length; i += 1) {
    if (!missing[i]) bitmap[i >> 3] |= 1 << (i & 7);
  }
  return bitmap;
}

// src/formats/anndata/plain-column.ts
function areIntegers({ type }) {
  return type.kind === "number" && !type.name.startsWith("float");
}
function plainColumn(values, path2) {
  const { type, length: rows } = values;
  if (type.kind === "string") {
    return { type: "text", rows, read: (start, end) => texts(values, start, end) };
  }
  if (type.kind === "boolean") {
    return { type: "boolean", rows, read: (start, end) => booleans(values, start, end) };
  }
  if (type.kind !== "number") return void 0;
  if (areIntegers(values)) {
    return { type: "integer", rows, read: (start, end) => integers(values, path2, start, end) };
  }
  return { type: "float", rows, read: (start, end) => floats(values, start, end) };
}
function texts(values, start, end) {
  const read = new Array(end - start);
  values.each(start, end, (slice, at) => {
    const some = slice;
    for (let i = 0; i < some.length; i += 1) read[at - start + i] = some[i];
  });
  return { type: "text", values: read };
}
function booleans(values, start, end) {
  const read = new Uint8Array(end - start);
  values.each(start, end, (slice, at) => read.set(slice, at - start));
  return { type: "boolean", values: read, validity: void 0 };
}
function floats(values, start, end) {
  const read = new Float64Array(end - start);
  values.each(start, end, (slice, at) => copyToFloat64(slice, read, at - start));
  return { type: "float", values: read };
}
function integers(values, path2, start, end) {
  const read = new BigInt64Array(end - start);
  values.each(start, end, (slice, at) => {
    if (copyToInt64(slice, read, at - start)) return;
    const [found, expected] = ["an integer beyond 2^63", "at most 9223372036854775807"];
    throw gtkError("GTK_ANNDATA", { path: path2, place: values.place, found, expected });
  });
  return { type: "integer", values: read, validity: void 0 };
}

// src/formats/hdf5/vector.ts
var sliceValues = 1 << 20;
function sliceLength(chunk, target = sliceValues) {
  if (!chunk) return target;
  return Math.min(Math.max(1, Math.floor(target / chunk)) * chunk, 8 * target);
}
function eachSlice(dataset, start, end, use) {
  const step = sliceLength(dataset.chunks?.[0]);
  for (let at = start; at < end; ) {
    const next = Math.min(end, (Math.floor(at / step) + 1) * step);
    dataset.withNumbers([at], [next - at], (values) => use(values, at));
    at = next;
  }
}

// src/formats/anndata/values.ts
var maxRows = 2 ** 31 - 1;
var textRows = 1 << 17;
var rowBytes = 1 << 23;
function datasetValues(dataset) {
  const { shape, type, path: place, length } = dataset;
  const isScalarText = shape?.length === 0 && type.kind === "string";
  if (shape?.length !== 1 && !isScalarText || length > maxRows) return void 0;
  return {
    place,
    type,
    length,
    each(start, end, use) {
      if (type.kind === "number") {
        eachSlice(dataset, start, end, use);
        return;
      }
      const read = (from, to) => type.kind === "boolean" ? dataset.readBooleans(from, to) : dataset.readStrings(from, to);
      forRanges(dataset, start, end, (from, to) => use(read(from, to), from));
    }
  };
}
function memberValues(dataset, member) {
  return {
    place: `${dataset.path}, field ${member.name}`,
    type: member.type,
    length: dataset.length,
    each(start, end, use) {
      forRanges(dataset, start, end, (from, to) => use(dataset.readMember(member, from, to), from));
    }
  };
}
function forRanges({ chunks, type }, start, end, use) {
  const rows = Math.min(textRows, Math.max(1, Math.floor(rowBytes / type.bytes)));
  const step = sliceLength(chunks?.[0], rows);
  for (let from = start; from < end; ) {
    const to = Math.min(end, (Math.floor(from / step) + 1) * step);
    use(from, to);
    from = to;
  }
}

// src/formats/anndata/open-column.ts
function openColumn(file, path2, legacyCategories) {
  const kind = file.kind(path2);
  if (kind === "group") return openGroup(file, path2);
  if (kind !== "dataset") return { encoding: kind === void 0 ? "nothing" : "no dataset" };
  const dataset = file.dataset(path2);
  const { shape, type } = dataset;
  const values = datasetValues(dataset);
  if (!values) return { encoding: shape ? `an array of shape (${shape.join(", ")})` : "no values" };
  const categories = legacyCategories && areIntegers(values) && openReadable(file, legacyCategories);
  if (categories) return categoricalColumn(values, categories, file.path);
  return plainColumn(values, file.path) ?? { encoding: type.name };
}
function openGroup(file, path2) {
  const encoding = file.textAttribute(path2, "encoding-type") ?? "a group";
  const codes = openIntegers(file, `${path2}/codes`);
  const categories = openReadable(file, `${path2}/categories`);
  if (codes && categories) return categoricalColumn(codes, categories, file.path);
  const values = openReadable(file, `${path2}/values`);
  const mask = openReadable(file, `${path2}/mask`);
  if (!values || !mask) return { encoding };
  if (values.rows !== mask.rows) {
    const [found, expected] = [`${mask.rows} values in mask`, `${values.rows} as in values`];
    throw gtkError("GTK_ANNDATA", { path: file.path, place: path2, found, expected });
  }
  return nullableColumn(values, mask) ?? { encoding };
}
function openReadable(file, path2) {
  if (file.kind(path2) === void 0) return void 0;
  const opened = openColumn(file, path2);
  return "read" in opened ? opened : void 0;
}
function openIntegers(file, path2) {
  const values = file.kind(path2) === "dataset" ? datasetValues(file.dataset(path2)) : void 0;
  return values && areIntegers(values) ? values : void 0;
}

// src/formats/anndata/open-frame.ts
function openFrame(file, path2) {
  const kind = file.kind(path2);
  if (kind === "group") return openGroupFrame(file, path2);
  if (kind === "dataset") return openCompoundFrame(file, path2);
  throw notFrame(file, path2, "nothing");
}
function notFrame(file, place, found) {
  return gtkError("GTK_ANNDATA", { path: file.path, place, found, expected: "a dataframe" });
}
function openGroupFrame(file, path2) {
  const keys = file.keys(path2);
  const named = file.textAttribute(path2, "_index");
  const indexName = [named, "_index", "index"].find((name) => name !== void 0 && keys.includes(name));
  if (indexName === void 0) throw notFrame(file, path2, `no index column${named ? ` ${named}` : ""}`);
  const order = file.attribute(path2, "column-order");
  const first = Array.isArray(order) ? order : [];
  const outer = new Set(first.filter((name) => name.includes("/")).map((name) => name.split("/")[0]));
  const others2 = keys.filter((name) => name !== "__categories" && !outer.has(name)).sort();
  const names2 = [.../* @__PURE__ */ new Set([...first, ...others2])].filter((name) => name !== indexName);
  const hasLegacyCategories = keys.includes("__categories");
  return new OpenedFrame(
    file,
    path2,
    indexName,
    names2,
    (name) => openColumn(file, `${path2}/${name}`, hasLegacyCategories ? `${path2}/__categories/${name}` : void 0)
  );
}
function openCompoundFrame(file, path2) {
  const dataset = file.dataset(path2);
  const { type, shape, length } = dataset;
  if (type.kind !== "compound" || shape?.length !== 1 || length > maxRows) {
    throw notFrame(file, path2, `a dataset of ${type.name} of shape (${shape?.join(", ") ?? ""})`);
  }
  const members = new Map(type.members.map((member) => [member.name, member]));
  const indexName = members.has("index") ? "index" : type.members[0]?.name ?? "index";
  const names2 = [...members.keys()].filter((name) => name !== indexName);
  return new OpenedFrame(file, path2, indexName, names2, (name) => {
    const member = members.get(name);
    if (!member) return { encoding: "nothing" };
    const values = memberValues(dataset, member);
    const categories = areIntegers(values) && openReadable(file, `/uns/${name}_categories`);
    if (categories) return categoricalColumn(values, categories, file.path);
    return plainColumn(values, file.path) ?? { encoding: member.type.name };
  });
}
var OpenedFrame = class {
  rows;
  indexName;
  columns = [];
  unreadable = [];
  #path;
  #index;
  #readers = /* @__PURE__ */ new Map();
  constructor(file, path2, indexName, names2, open2) {
    const index = open2(indexName);
    if (!("read" in index)) throw notFrame(file, path2, `${index.encoding} as its index ${indexName}`);
    this.#path = path2;
    this.#index = index;
    this.rows = index.rows;
    this.indexName = indexName;
    for (const name of names2) {
      const column = open2(name);
      if (!("read" in column)) {
        this.unreadable.push({ name, encoding: column.encoding });
        continue;
      }
      if (column.rows !== index.rows) {
        const [found, expected] = [
          `column ${name} with ${column.rows} rows`,
          `${index.rows} as in the index`
        ];
        throw gtkError("GTK_ANNDATA", { path: file.path, place: path2, found, expected });
      }
      this.#readers.set(name, column);
      this.columns.push({ name, type: column.type });
    }
  }
  has(name) {
    return this.#readers.has(name);
  }
  readIndex(start = 0, end = this.rows) {
    return columnTexts(this.#read(this.#index, start, end));
  }
  read(name, start = 0, end = this.rows) {
    const reader = this.#readers.get(name);
    if (!reader) throw new Error(`${this.#path} has no column ${name}`);
    return this.#read(reader, start, end);
  }
  #read(reader, start, end) {
    if (!(start >= 0 && start <= end && end <= this.rows)) {
      throw new Error(`rows ${start} to ${end} lie outside the ${this.rows} of ${this.#path}`);
    }
    return reader.read(start, end);
  }
};

// src/formats/anndata/csc-matrix.ts
var CscMatrix = class {
  encoding = "csc";
  place;
  rows;
  columns;
  valueType;
  stored;
  #group;
  #starts;
  constructor(group) {
    this.#group = group;
    this.place = group.place;
    this.rows = group.minor;
    this.columns = group.major.count;
    this.valueType = group.data.type.name;
    this.stored = group.stored;
  }
  /**
   * Where the values of the rows `start` to `end` would begin if the matrix were stored by row: one more
   * than rows. The first call reads all row numbers.
   */
  rowStarts(start, end) {
    this.#starts ??= this.#countRows();
    return this.#starts.slice(start, end + 1);
  }
  #countRows() {
    const starts = new Float64Array(this.rows + 1);
    this.#eachSlice((from, to) => {
      for (const row of this.#group.indexNumbers(from, to)) starts[row + 1] += 1;
    });
    for (let row = 0; row < this.rows; row += 1) starts[row + 1] += starts[row];
    return starts;
  }
  /** The rows `start` to `end`, columns ascending: 8 to 12 bytes a value. */
  readRows(start, end) {
    const starts = this.rowStarts(start, end);
    const from = starts[0];
    const rowStarts = Uint32Array.from(starts, (at) => at - from);
    const count = rowStarts[end - start];
    const values = this.valueType === "float32" ? new Float32Array(count) : new Float64Array(count);
    const columns = new Int32Array(count);
    this.#scatter(start, end, rowStarts.slice(), columns, values);
    return { rowStarts, columns, values };
  }
  /** @param next where the next value of each row goes; ends as where the next row begins */
  #scatter(start, end, next, columns, values) {
    const columnStarts = this.#group.starts(0, this.columns);
    let column = 0;
    this.#eachSlice((from, to) => {
      const rows = this.#group.indexNumbers(from, to);
      if (!rows.some((row) => row >= start && row < end)) return;
      const slice = this.#group.values(from, to);
      for (let i = 0; i < rows.length; i += 1) {
        while (columnStarts[column + 1] <= from + i) column += 1;
        const row = rows[i];
        if (row < start || row >= end) continue;
        const at = next[row - start];
        next[row - start] = at + 1;
        columns[at] = column;
        values[at] = slice[i];
      }
    });
  }
  #eachSlice(use) {
    const step = sliceLength(this.#group.indices.chunks?.[0]);
    for (let from = 0; from < this.stored; from += step) use(from, Math.min(this.stored, from + step));
  }
};

// src/formats/anndata/csr-matrix.ts
var CsrMatrix = class {
  encoding = "csr";
  place;
  rows;
  columns;
  valueType;
  stored;
  /** Paths of the vectors in the file. */
  dataPath;
  indicesPath;
  #group;
  constructor(group) {
    this.#group = group;
    this.place = group.place;
    this.rows = group.major.count;
    this.columns = group.minor;
    this.valueType = group.data.type.name;
    this.stored = group.stored;
    this.dataPath = group.data.path;
    this.indicesPath = group.indices.path;
  }
  /** Where the values of the rows `start` to `end` begin among all, and where the last ends: one more than rows. */
  rowStarts(start, end) {
    return this.#group.starts(start, end);
  }
  /** The rows `start` to `end`, at most 2^31 - 1 values: 8 to 12 bytes each. */
  readRows(start, end) {
    const starts = this.rowStarts(start, end);
    const [from, to] = [starts[0], starts[end - start]];
    return {
      rowStarts: Uint32Array.from(starts, (at) => at - from),
      columns: this.readColumns(from, to),
      values: this.readValues(from, to)
    };
  }
  /** The stored values `from` to `to`, counted over all rows. */
  readValues(from, to) {
    return this.#group.values(from, to);
  }
  /** The columns of the stored values `from` to `to`, each in `[0, columns)`. */
  readColumns(from, to) {
    return this.#group.indexNumbers(from, to);
  }
};

// src/formats/anndata/dense-matrix.ts
var blockValues = 1 << 21;
var DenseMatrix = class {
  encoding = "dense";
  place;
  rows;
  columns;
  valueType;
  stored;
  /** Rows of a chunk of the file, best read together; 0 if the file has no chunks. */
  chunkRows;
  #dataset;
  /** @param dataset of numbers, in two dimensions */
  constructor(dataset) {
    const [rows, columns] = dataset.shape;
    this.#dataset = dataset;
    this.place = dataset.path;
    this.rows = rows;
    this.columns = columns;
    this.valueType = dataset.type.name;
    this.stored = rows * columns;
    this.chunkRows = dataset.chunks?.[0] ?? 0;
  }
  /**
   * The values other than 0 of the rows `start` to `end`, NaN included, columns ascending.
   *
   * @throws GTK_HDF5_DAMAGED
   */
  readRows(start, end) {
    const rowStarts = new Uint32Array(end - start + 1);
    const step = this.#rowsOfBlock();
    const blocks = [];
    let count = 0;
    for (let from = start; from < end; ) {
      const to = Math.min(end, (Math.floor(from / step) + 1) * step);
      const block = this.#readBlock(from, to, rowStarts.subarray(from - start, to - start + 1));
      blocks.push(block);
      count += block.columns.length;
      from = to;
    }
    const columns = new Int32Array(count);
    const values = this.valueType === "float32" ? new Float32Array(count) : new Float64Array(count);
    let at = 0;
    for (const block of blocks) {
      columns.set(block.columns, at);
      values.set(block.values, at);
      at += block.columns.length;
    }
    return { rowStarts, columns, values };
  }
  /** A multiple of the rows of a chunk, unless those alone would be too many values. */
  #rowsOfBlock() {
    const fitting = Math.max(1, Math.floor(blockValues / Math.max(1, this.columns)));
    const { chunkRows } = this;
    if (chunkRows === 0) return fitting;
    if (chunkRows <= fitting) return fitting - fitting % chunkRows;
    return Math.min(chunkRows, 8 * fitting);
  }
  /** @param rowStarts of the block's rows, the first set already; the others are set here */
  #readBlock(from, to, rowStarts) {
    const { columns: width } = this;
    return this.#dataset.withNumbers([from, 0], [to - from, width], (stored) => {
      const numbers = stored instanceof Float32Array ? stored : new Float64Array(stored.length);
      if (numbers instanceof Float64Array) copyToFloat64(stored, numbers, 0);
      let count = 0;
      for (let i = 0; i < numbers.length; i += 1) if (numbers[i] !== 0) count += 1;
      const columns = new Int32Array(count);
      const values = numbers instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
      let at = 0;
      for (let row = 0; row < to - from; row += 1) {
        const offset = row * width;
        for (let column = 0; column < width; column += 1) {
          const value = numbers[offset + column];
          if (value === 0) continue;
          columns[at] = column;
          values[at] = value;
          at += 1;
        }
        rowStarts[row + 1] = rowStarts[0] + at;
      }
      return { columns, values };
    });
  }
};

// src/formats/anndata/sparse-group.ts
var maxValues = 2 ** 31 - 1;
var SparseGroup = class {
  data;
  indices;
  #pointers;
  #file;
  /** Path of the group. */
  place;
  /** What is compressed: rows or columns, how many. */
  major;
  /** What `indices` number, exclusive. */
  minor;
  /** @throws GTK_HDF5_DAMAGED, GTK_HDF5_FILTER; GTK_ANNDATA if the vectors do not fit one another */
  constructor(file, place, major, minor) {
    this.#file = file;
    this.place = place;
    this.major = major;
    this.minor = minor;
    this.data = this.#vector("data", false);
    this.indices = this.#vector("indices", true);
    this.#pointers = this.#vector("indptr", true);
    const [stored, indexed, pointers] = [this.data.length, this.indices.length, this.#pointers.length];
    if (indexed !== stored) throw this.#wrong("indices", `${indexed} values`, `${stored} as in data`);
    if (pointers !== major.count + 1) {
      throw this.#wrong("indptr", `${pointers} values`, `${major.count + 1}, one more than ${major.name}s`);
    }
    const first = this.starts(0, 0)[0];
    if (first !== 0) throw this.#wrong("indptr", `the first value ${first}`, "0");
    const end = this.starts(major.count, major.count)[0];
    if (end !== stored) throw this.#wrong("indptr", `the last value ${end}`, `${stored}, the values in data`);
  }
  get stored() {
    return this.data.length;
  }
  /** Where the values of the rows (columns) `start` to `end` begin, and where the last ends. */
  starts(start, end) {
    const starts = new Float64Array(end - start + 1);
    eachSlice(this.#pointers, start, end + 1, (values, at) => copyToFloat64(values, starts, at - start));
    const { stored, minor } = this;
    for (let i = 0; i < starts.length; i += 1) {
      const value = starts[i];
      const before = i === 0 ? 0 : starts[i - 1];
      if (!(value >= before && value <= stored)) {
        throw this.#wrong(`indptr, value ${start + i + 1}`, String(value), `${before} to ${stored}`);
      }
      if (i > 0 && value - before > minor) {
        const place = `indptr, ${this.major.name} ${start + i}`;
        throw this.#wrong(place, `${value - before} values`, `at most ${minor}`);
      }
    }
    return starts;
  }
  /** The stored values `from` to `to`, float32 as they are, other numbers as doubles. */
  values(from, to) {
    const count = this.#countOf(from, to);
    if (this.data.type.name === "float32") {
      const values2 = new Float32Array(count);
      eachSlice(this.data, from, to, (slice, at) => values2.set(slice, at - from));
      return values2;
    }
    const values = new Float64Array(count);
    eachSlice(this.data, from, to, (slice, at) => copyToFloat64(slice, values, at - from));
    return values;
  }
  /** The row (column) numbers of the stored values `from` to `to`, each checked. */
  indexNumbers(from, to) {
    const numbers = new Int32Array(this.#countOf(from, to));
    let wrong;
    eachSlice(this.indices, from, to, (slice, at) => {
      if (wrong) return;
      const i = copyToIndices(slice, numbers, at - from, this.minor);
      if (i >= 0) wrong = { at: at + i, found: String(slice[i]) };
    });
    if (!wrong) return numbers;
    const { name } = this.major;
    const found = `${name === "row" ? "column" : "row"} number ${wrong.found}`;
    throw this.#wrong(`indices, ${name} ${this.#majorOf(wrong.at) + 1}`, found, `0 to ${this.minor - 1}`);
  }
  /** The row (column) in which a stored value lies. */
  #majorOf(position) {
    let [low, high] = [0, this.major.count - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.starts(middle, middle)[0] <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
  #countOf(from, to) {
    if (!(from >= 0 && from <= to && to <= this.stored)) {
      throw new Error(`values ${from} to ${to} lie outside the ${this.stored} of ${this.place}`);
    }
    if (to - from > maxValues) {
      throw this.#wrong("data", `${to - from} values to be read at once`, `at most ${maxValues}`);
    }
    return to - from;
  }
  #vector(name, isIndex) {
    const path2 = `${this.place}/${name}`;
    if (this.#file.kind(path2) !== "dataset") throw this.#wrong(name, "nothing", "a vector");
    const dataset = this.#file.dataset(path2);
    const { type, shape } = dataset;
    if (type.kind !== "number" || isIndex && type.name.startsWith("float")) {
      throw this.#wrong(name, `${type.name} values`, isIndex ? "integers" : "integers, float32 or float64");
    }
    if (shape?.length !== 1) throw this.#wrong(name, `the shape (${shape?.join(", ") ?? ""})`, "a vector");
    return dataset;
  }
  #wrong(name, found, expected) {
    const place = `${this.place}/${name}`;
    return gtkError("GTK_ANNDATA", { path: this.#file.path, place, found, expected });
  }
};

// src/formats/anndata/open-matrix.ts
var maxSize = 2 ** 31 - 1;
function openMatrix(file, path2) {
  if (file.kind(path2) === "dataset") return openDense(file, path2);
  const encoding = file.textAttribute(path2, "encoding-type") ?? file.textAttribute(path2, "h5sparse_format");
  const kind = encoding?.replace("_matrix", "");
  if (kind !== "csr" && kind !== "csc") {
    const found = encoding === void 0 ? "a group without an encoding" : `the encoding ${encoding}`;
    const expected = "csr_matrix, csc_matrix or array";
    throw gtkError("GTK_ANNDATA", { path: file.path, place: path2, found, expected });
  }
  const [rows, columns] = shapeOf(file, path2);
  return kind === "csr" ? new CsrMatrix(new SparseGroup(file, path2, { name: "row", count: rows }, columns)) : new CscMatrix(new SparseGroup(file, path2, { name: "column", count: columns }, rows));
}
function openDense(file, path2) {
  const dataset = file.dataset(path2);
  const { type, shape } = dataset;
  if (type.kind !== "number") {
    const [found, expected] = [`${type.name} values`, "integers, float32 or float64"];
    throw gtkError("GTK_ANNDATA", { path: file.path, place: path2, found, expected });
  }
  checkShape(file, path2, shape ?? []);
  return new DenseMatrix(dataset);
}
function shapeOf(file, path2) {
  const attribute = file.attribute(path2, "shape") ?? file.attribute(path2, "h5sparse_shape") ?? [];
  const shape = Array.from(attribute, Number);
  checkShape(file, path2, shape);
  return shape;
}
function checkShape(file, path2, shape) {
  const fits = (size) => Number.isInteger(size) && size >= 0 && size <= maxSize;
  if (shape.length === 2 && shape.every(fits)) return;
  const [found, expected] = [`the shape (${shape.join(", ")})`, "cells and genes"];
  throw gtkError("GTK_ANNDATA", { path: file.path, place: path2, found, expected });
}

// src/formats/anndata/open.ts
async function openAnnData(path2) {
  const file = await openHdf5(path2);
  try {
    return new OpenedAnnData(file);
  } catch (error) {
    file.close();
    throw error;
  }
}
var OpenedAnnData = class {
  path;
  obs;
  var;
  organism;
  #file;
  /** Path by name. */
  #matrices;
  /** Where raw's matrix and genes are. */
  #raw;
  #rawVar;
  constructor(file) {
    this.#file = file;
    this.path = file.path;
    this.obs = openFrame(file, "/obs");
    this.var = openFrame(file, "/var");
    this.#raw = [
      { matrix: "/raw/X", genes: "/raw/var" },
      // Before AnnData 0.7.
      { matrix: "/raw.X", genes: "/raw.var" }
    ].find(({ matrix }) => file.kind(matrix) !== void 0);
    this.#matrices = new Map(file.kind("/X") === void 0 ? [] : [["X", "/X"]]);
    if (this.#raw) this.#matrices.set("raw", this.#raw.matrix);
    const layers = file.kind("/layers") === "group" ? file.keys("/layers") : [];
    for (const name of layers) this.#matrices.set(`layer:${name}`, `/layers/${name}`);
    this.organism = readOrganism(file);
  }
  get cells() {
    return this.obs.rows;
  }
  get matrices() {
    return [...this.#matrices.keys()];
  }
  get rawVar() {
    if (this.#raw) this.#rawVar ??= openFrame(this.#file, this.#raw.genes);
    return this.#rawVar;
  }
  matrix(name) {
    const place = this.#matrices.get(name);
    if (place === void 0) {
      const expected = this.matrices.length > 0 ? `one of ${this.matrices.join(", ")}` : "X";
      throw gtkError("GTK_ANNDATA", { path: this.path, place: name, found: "no such matrix", expected });
    }
    const matrix = openMatrix(this.#file, place);
    const genes = name === "raw" ? this.rawVar : this.var;
    if (matrix.rows !== this.cells || matrix.columns !== genes.rows) {
      const found = `${matrix.rows} x ${matrix.columns} values`;
      const expected = `${this.cells} x ${genes.rows} as in ${name === "raw" ? "obs and raw/var" : "obs and var"}`;
      throw gtkError("GTK_ANNDATA", { path: this.path, place, found, expected });
    }
    return { matrix, genes };
  }
  close() {
    this.#file.close();
  }
};
function readOrganism(file) {
  const path2 = "/uns/organism";
  if (file.kind(path2) !== "dataset") return void 0;
  const values = datasetValues(file.dataset(path2));
  if (values?.type.kind !== "string" || values.length !== 1) return void 0;
  let text;
  values.each(0, 1, ([only]) => {
    text = only;
  });
  return text;
}

// ../../tmp/samples.mjs
var sample = (n) => "/tmp/smp/" + n;

// ../../tmp/fuzz.mts
import { readFileSync, writeFileSync, rmSync, readdirSync } from "node:fs";
var names = process.argv[2].split(",");
var N = Number(process.argv[3]);
var seed = Number(process.argv[4] ?? 1);
var rnd = () => {
  seed = seed * 1103515245 + 12345 & 2147483647;
  return seed / 2147483647;
};
var counts = /* @__PURE__ */ new Map();
var examples = /* @__PURE__ */ new Map();
for (let i = 0; i < N; i++) {
  const name = names[i % names.length];
  const bytes = Buffer.from(readFileSync(sample(name)));
  let out = bytes;
  let what;
  if (rnd() < 0.2) {
    const n = Math.floor(rnd() * bytes.length);
    out = bytes.subarray(0, n);
    what = "cut " + n;
  } else if (rnd() < 0.4) {
    const n = 16 << Math.floor(rnd() * 10);
    const at = Math.floor(rnd() * (bytes.length - n) / (rnd() < 0.5 ? 1 : 512)) * 1;
    bytes.fill(0, at, at + n);
    what = "hole " + at + " " + n;
  } else {
    const k = 1 + Math.floor(rnd() * 8);
    const early = rnd() < 0.6;
    what = "flip";
    for (let j = 0; j < k; j++) {
      const at = Math.floor(rnd() * (early ? Math.min(bytes.length, 2e4) : bytes.length));
      bytes[at] = Math.floor(rnd() * 256);
      what += " " + at;
    }
    if (rnd() < 0.3) {
    }
  }
  const p = `/tmp/fz-${process.pid}-${i}.h5ad`;
  writeFileSync(p, out);
  const t = performance.now();
  let key;
  let step = "open";
  try {
    const a = await openAnnData(p);
    try {
      for (const m of a.matrices) {
        step = m;
        const { matrix, genes } = a.matrix(m);
        const r = matrix.readRows(0, matrix.rows);
        genes.readIndex();
        if (r.values.length !== r.columns.length || r.rowStarts[matrix.rows] !== r.values.length) throw new Error("inconsistent");
      }
      for (const f of [a.obs, a.var]) {
        step = "frame";
        f.readIndex();
        for (const c of f.columns) {
          step = c.name;
          f.read(c.name);
        }
      }
    } finally {
      a.close();
    }
    key = "ok";
  } catch (e) {
    key = e.name === "GtkError" ? e.code + " " + String(e.message).replace(p, "").replace(/\d+/g, "N").slice(0, 150) : "BAD " + e.name + " " + String(e.message).slice(0, 200) + String(e.stack).split("\n").slice(1, 5).join("|");
    if (e.cause && e.cause.name !== "Error") key = "CAUSE " + e.cause.name + " " + key;
  }
  const ms = performance.now() - t;
  if (i % 100 === 0) console.log("at", i, Math.round(performance.now()), process.cpuUsage().user / 1e6 | 0);
  if (ms > 3e3) writeFileSync("/tmp/slow-" + i + ".h5ad", out);
  if (ms > 3e3) console.log("SLOW", ms, name, what, key);
  counts.set(key, (counts.get(key) ?? 0) + 1);
  examples.set(key, i + " " + name + " " + what + " step " + step);
  rmSync(p);
}
for (const [k, v] of [...counts].sort((a, b) => b[1] - a[1])) console.log(v, k, k.startsWith("BAD") || k.startsWith("CAUSE") ? examples.get(k) : "");
console.log("fds", readdirSync("/proc/self/fd").length, "rss", process.memoryUsage().rss >> 20);
