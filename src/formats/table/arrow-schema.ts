import { Endianness } from 'apache-arrow/fb/endianness';
import { Field } from 'apache-arrow/fb/field';
import { FixedSizeList } from 'apache-arrow/fb/fixed-size-list';
import { FloatingPoint } from 'apache-arrow/fb/floating-point';
import { Int } from 'apache-arrow/fb/int';
import { Precision } from 'apache-arrow/fb/precision';
import { Schema } from 'apache-arrow/fb/schema';
import { Type } from 'apache-arrow/fb/type';
import { Utf8 } from 'apache-arrow/fb/utf8';
import type { Builder } from 'flatbuffers';
import type { ColumnSpec, ListColumnSpec, PartSchema } from './table.js';

/**
 * The schema of an Arrow file as a flatbuffer (arrow.apache.org/docs/format/Columnar.html and Schema.fbs).
 * The generated classes alone are used, not the arrow library above them: they load in under a quarter of the time,
 * and they let a record batch be made in one thread and placed by another.
 */
export function addSchema(builder: Builder, schema: PartSchema): number {
  const fields = schema.map((spec) => addColumn(builder, spec));
  const vector = Schema.createFieldsVector(builder, fields);
  Schema.startSchema(builder);
  Schema.addEndianness(builder, Endianness.Little);
  Schema.addFields(builder, vector);
  return Schema.endSchema(builder);
}

function addColumn(builder: Builder, { name, type, nullable, ...rest }: ColumnSpec | ListColumnSpec): number {
  switch (type) {
    case 'utf8':
      return addField(builder, name, nullable, Type.Utf8, Utf8.createUtf8(builder), []);
    case 'uint32':
      return addField(builder, name, nullable, Type.Int, Int.createInt(builder, 32, false), []);
    case 'uint64':
      return addField(builder, name, nullable, Type.Int, Int.createInt(builder, 64, false), []);
    case 'float64': {
      const double = FloatingPoint.createFloatingPoint(builder, Precision.DOUBLE);
      return addField(builder, name, nullable, Type.FloatingPoint, double, []);
    }
    case 'uint32list': {
      const item = addField(builder, 'item', false, Type.Int, Int.createInt(builder, 32, false), []);
      const list = FixedSizeList.createFixedSizeList(builder, (rest as ListColumnSpec).width);
      return addField(builder, name, nullable, Type.FixedSizeList, list, [item]);
    }
  }
}

function addField(
  builder: Builder,
  name: string,
  nullable: boolean,
  type: Type,
  typeOffset: number,
  children: number[],
): number {
  const nameOffset = builder.createString(name);
  // Other readers expect the vector of children even where it is empty.
  const childrenOffset = Field.createChildrenVector(builder, children);
  Field.startField(builder);
  Field.addName(builder, nameOffset);
  Field.addNullable(builder, nullable);
  Field.addTypeType(builder, type);
  Field.addType(builder, typeOffset);
  Field.addChildren(builder, childrenOffset);
  return Field.endField(builder);
}

/** The columns of a file in one line, such as `id utf8, counts uint32[64]`, for messages and comparison. */
export function describeSchema(schema: PartSchema): string {
  return schema
    .map((spec) => {
      const type = spec.type === 'uint32list' ? `uint32[${spec.width}]` : spec.type;
      return `${spec.name} ${type}${spec.nullable ? '?' : ''}`;
    })
    .join(', ');
}

/** The columns that a file declares, in the form of {@link describeSchema}. */
export function describeArrowSchema(schema: Schema): string {
  const columns = Array.from({ length: schema.fieldsLength() }, (_, i) => {
    const field = schema.fields(i)!;
    return `${field.name()} ${arrowType(field)}${field.nullable() ? '?' : ''}`;
  });
  return columns.join(', ');
}

function arrowType(field: Field): string {
  switch (field.typeType()) {
    case Type.Utf8:
      return 'utf8';
    case Type.Int: {
      const int = field.type(new Int()) as Int;
      return `${int.isSigned() ? 'int' : 'uint'}${int.bitWidth()}`;
    }
    case Type.FloatingPoint: {
      const precision = (field.type(new FloatingPoint()) as FloatingPoint).precision();
      return precision === Precision.DOUBLE ? 'float64' : 'float of another width';
    }
    case Type.FixedSizeList: {
      const width = (field.type(new FixedSizeList()) as FixedSizeList).listSize();
      return `${arrowType(field.children(0)!)}[${width}]`;
    }
    default:
      return Type[field.typeType()] ?? 'unknown';
  }
}
