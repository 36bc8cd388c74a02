import type { CompoundMember, Metadata } from 'h5wasm';

/** Numbers that have a typed array of their own. */
export type NumberName =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

/** What the elements of a dataset or an attribute are, and how they lie in the library's memory. */
export type ElementType =
  | { kind: 'number'; name: NumberName; bytes: number }
  /** An enumeration of FALSE = 0 and TRUE = 1 in one byte, as h5py writes booleans. */
  | { kind: 'boolean'; name: 'bool'; bytes: 1 }
  /** UTF-8. Variable: a pointer of 4 bytes to text that ends with NUL; else padded with NUL. */
  | { kind: 'string'; name: 'string'; bytes: number; variable: boolean }
  | { kind: 'compound'; name: 'compound'; bytes: number; members: Member[] }
  /** Anything that is not read; the name says what. */
  | { kind: 'other'; name: string; bytes: number };

/** A field of a compound type. */
export interface Member {
  name: string;
  /** In bytes, from the start of the element. */
  offset: number;
  type: ElementType;
}

/** Names of the classes of types by their number in the library. */
const classNames = [
  'integer',
  'float',
  'time',
  'string',
  'bit field',
  'opaque',
  'compound',
  'reference',
  'enumeration',
  'variable-length list',
  'array',
  'complex',
];

/** The type that the library's description of a dataset or an attribute means. */
export function elementType(metadata: Omit<Metadata, 'shape' | 'chunks' | 'maxshape'>): ElementType {
  const { size: bytes } = metadata;
  const name = classNames[metadata.type] ?? 'unknown';
  switch (name) {
    case 'integer':
      if (![1, 2, 4, 8].includes(bytes)) break;
      return { kind: 'number', name: `${metadata.signed ? '' : 'u'}int${bytes * 8}` as NumberName, bytes };
    case 'float':
      if (bytes !== 4 && bytes !== 8) return { kind: 'other', name: `float${bytes * 8}`, bytes };
      return { kind: 'number', name: bytes === 4 ? 'float32' : 'float64', bytes };
    case 'string':
      return { kind: 'string', name, bytes, variable: metadata.vlen };
    case 'enumeration': {
      const members = metadata.enum_type?.members ?? {};
      const isBoolean = Object.keys(members).length === 2 && members.FALSE === 0 && members.TRUE === 1;
      if (isBoolean && bytes === 1) return { kind: 'boolean', name: 'bool', bytes };
      break;
    }
    case 'compound': {
      const members = (metadata.compound_type?.members ?? []).map((member) => ({
        name: member.name,
        offset: member.offset,
        type: fieldType(member),
      }));
      return { kind: 'compound', name, bytes, members };
    }
  }
  return { kind: 'other', name, bytes };
}

/** The library turns bytes around only where all fields of a compound type need it. */
function fieldType(member: CompoundMember): ElementType {
  const type = elementType(member);
  const isReversed = type.kind === 'number' && type.bytes > 1 && !member.littleEndian;
  return isReversed ? { kind: 'other', name: `big-endian ${type.name}`, bytes: type.bytes } : type;
}
