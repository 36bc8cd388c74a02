#include "row_text.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "napi_values.h"
#include "number_text.h"

namespace gtk {
namespace {

// The numbers are those of src/kernels/row-text/native.ts.
enum Kind : uint8_t { kUint32, kUint64, kFloat64, kNullableFloat64, kUtf8 };

struct Piece {
  const uint8_t* bytes;
  size_t n;
};

struct Column {
  uint8_t kind;
  Piece before;
  const void* values;
  // Text alone: values are its bytes.
  const uint32_t* offsets;
  const uint8_t* validity;
};

struct Table {
  size_t rows;
  Escaping escaping;
  bool non_finite;
  Piece after, nothing;
  std::vector<Column> columns;
};

bool fail(napi_env env, const char* message) {
  napi_throw_range_error(env, nullptr, message);
  return false;
}

bool get_array(napi_env env, napi_value list, uint32_t i, napi_typedarray_type type, size_t least, const void** data,
               size_t* n) {
  napi_value item;
  bool is_array = false;
  napi_typedarray_type found;
  void* memory;
  if (napi_get_element(env, list, i, &item) != napi_ok || napi_is_typedarray(env, item, &is_array) != napi_ok ||
      !is_array || napi_get_typedarray_info(env, item, &found, n, &memory, nullptr, nullptr) != napi_ok ||
      found != type) {
    napi_throw_type_error(env, nullptr, "a column or piece is no typed array of its kind");
    return false;
  }
  *data = memory;
  return *n >= least || fail(env, "a column has fewer values than there are rows");
}

bool get_text(napi_env env, napi_value list, uint32_t i, size_t rows, Column* column) {
  const void *offsets, *validity;
  size_t bytes, n, bits;
  if (!get_array(env, list, i, napi_uint8_array, 0, &column->values, &bytes) ||
      !get_array(env, list, i + 1, napi_uint32_array, rows + 1, &offsets, &n) ||
      !get_array(env, list, i + 2, napi_uint8_array, 0, &validity, &bits)) {
    return false;
  }
  column->offsets = static_cast<const uint32_t*>(offsets);
  column->validity = bits == 0 ? nullptr : static_cast<const uint8_t*>(validity);
  if (bits != 0 && bits < (rows + 7) / 8) return fail(env, "a column has fewer validity bits than there are rows");
  for (size_t row = 0; row < rows; row++) {
    if (column->offsets[row] > column->offsets[row + 1]) return fail(env, "a text ends before it begins");
  }
  return column->offsets[rows] <= bytes || fail(env, "a column of text ends beyond its bytes");
}

bool get_column(napi_env env, napi_value list, uint32_t* i, size_t rows, Column* column) {
  size_t n;
  switch (column->kind) {
    case kUint32: return get_array(env, list, (*i)++, napi_uint32_array, rows, &column->values, &n);
    case kUint64: return get_array(env, list, (*i)++, napi_biguint64_array, rows, &column->values, &n);
    case kFloat64:
    case kNullableFloat64: return get_array(env, list, (*i)++, napi_float64_array, rows, &column->values, &n);
    case kUtf8: *i += 3; return get_text(env, list, *i - 3, rows, column);
    default: return fail(env, "a column is of no known kind");
  }
}

bool get_piece(napi_env env, napi_value list, uint32_t i, Piece* piece) {
  const void* data;
  if (!get_array(env, list, i, napi_uint8_array, 0, &data, &piece->n)) return false;
  piece->bytes = static_cast<const uint8_t*>(data);
  return true;
}

bool get_table(napi_env env, const napi_value* arguments, Table* table) {
  uint64_t rows, escaping;
  const uint8_t* kinds;
  size_t n;
  if (!get_integer(env, arguments[0], "rows", &rows) || !get_integer(env, arguments[1], "escaping", &escaping) ||
      !get_boolean(env, arguments[2], "nonFinite", &table->non_finite) ||
      !get_piece(env, arguments[3], 0, &table->after) || !get_piece(env, arguments[3], 1, &table->nothing) ||
      !get_bytes(env, arguments[4], &kinds, &n)) {
    return false;
  }
  if (rows > UINT32_MAX || escaping > 2) return fail(env, "rows or escaping is out of range");
  table->rows = rows;
  table->escaping = static_cast<Escaping>(escaping);
  table->columns.resize(n);
  uint32_t array = 0;
  for (uint32_t c = 0; c < n; c++) {
    Column& column = table->columns[c];
    column.kind = kinds[c];
    if (!get_piece(env, arguments[3], c + 2, &column.before) ||
        !get_column(env, arguments[5], &array, rows, &column)) {
      return false;
    }
  }
  return true;
}

uint8_t* put(uint8_t* to, Piece piece) {
  // One byte is the rule, and a call of memcpy for it would be half of the time.
  for (size_t i = 0; i < piece.n; i++) to[i] = piece.bytes[i];
  return to + piece.n;
}

uint8_t* put_value(uint8_t* to, const Table& table, const Column& column, size_t row) {
  switch (column.kind) {
    case kUint32: return put_integer(to, static_cast<const uint32_t*>(column.values)[row]);
    case kUint64: return put_integer(to, static_cast<const uint64_t*>(column.values)[row]);
    case kUtf8: {
      const uint8_t* validity = column.validity;
      if (validity != nullptr && (validity[row >> 3] >> (row & 7) & 1) == 0) return put(to, table.nothing);
      const uint32_t start = column.offsets[row];
      const uint8_t* text = static_cast<const uint8_t*>(column.values) + start;
      return put_text(to, table.escaping, text, column.offsets[row + 1] - start);
    }
    default: {
      const double value = static_cast<const double*>(column.values)[row];
      const bool absent =
          table.non_finite ? column.kind == kNullableFloat64 && std::isnan(value) : !std::isfinite(value);
      return absent ? put(to, table.nothing) : put_double(to, value);
    }
  }
}

// The most bytes that a row takes.
size_t row_bound(const Table& table, size_t row, size_t fixed) {
  for (const Column& column : table.columns) {
    if (column.kind != kUtf8) continue;
    fixed += (column.offsets[row + 1] - column.offsets[row]) * growth(table.escaping);
  }
  return fixed;
}

struct Free {
  void operator()(uint8_t* memory) const { free(memory); }
};

// All rows; false if there is no memory for them.
bool write(const Table& table, std::unique_ptr<uint8_t, Free>* memory, size_t* length) {
  size_t fixed = table.after.n;
  for (const Column& column : table.columns) {
    fixed += column.before.n + (table.nothing.n > kLongestNumber ? table.nothing.n : kLongestNumber);
  }
  size_t capacity = 0, at = 0;
  for (size_t row = 0; row < table.rows; row++) {
    const size_t bound = row_bound(table, row, fixed);
    if (capacity - at < bound) {
      // As many bytes for each row to come as one took so far.
      const size_t expected = row == 0 ? 0 : at / row * (table.rows - row) / 8 * 9;
      capacity = at + (expected > 8 * bound ? expected : 8 * bound);
      void* larger = realloc(memory->get(), capacity);
      if (larger == nullptr) return false;
      memory->release();
      memory->reset(static_cast<uint8_t*>(larger));
    }
    uint8_t* to = memory->get() + at;
    for (const Column& column : table.columns) to = put_value(put(to, column.before), table, column, row);
    at = put(to, table.after) - memory->get();
  }
  *length = at;
  return true;
}

}  // namespace

napi_value row_text(napi_env env, napi_callback_info info) {
  napi_value arguments[6];
  Table table;
  if (!get_arguments(env, info, 6, arguments) || !get_table(env, arguments, &table)) return nullptr;
  std::unique_ptr<uint8_t, Free> memory;
  size_t length = 0;
  napi_value result = nullptr;
  if (write(table, &memory, &length)) result = typed_array(env, napi_uint8_array, memory.get(), length, 1);
  if (result == nullptr) fail(env, "no memory for the rows");
  return result;
}

}  // namespace gtk
