#include "sentence_request.h"

#include <algorithm>
#include <string>

#include "napi_values.h"

namespace gtk {
namespace {

bool fail(napi_env env, const std::string& message) {
  napi_throw_range_error(env, nullptr, message.c_str());
  return false;
}

struct Array {
  napi_typedarray_type type;
  void* data;
  size_t n;

  uint32_t* u32() const { return static_cast<uint32_t*>(data); }
};

bool get_array(napi_env env, napi_value value, Array* array) {
  bool is_array = false;
  return napi_is_typedarray(env, value, &is_array) == napi_ok && is_array &&
         napi_get_typedarray_info(env, value, &array->type, &array->n, &array->data, nullptr, nullptr) == napi_ok;
}

bool get_array(napi_env env, napi_value value, const char* name, napi_typedarray_type type, Array* array) {
  if (get_array(env, value, array) && array->type == type) return true;
  napi_throw_type_error(env, nullptr, (std::string(name) + " must be a typed array of its kind").c_str());
  return false;
}

// An array of one item for each column, or undefined.
bool get_by_column(napi_env env, napi_value value, const char* name, size_t width, uint32_t** data) {
  napi_valuetype type;
  *data = nullptr;
  if (napi_typeof(env, value, &type) == napi_ok && type == napi_undefined) return true;
  Array array;
  if (!get_array(env, value, name, napi_uint32_array, &array)) return false;
  *data = array.u32();
  return array.n == width || fail(env, std::string(name) + " must have one item for each column");
}

bool get_offsets(napi_env env, napi_value value, const char* name, size_t end, Array* offsets) {
  if (!get_array(env, value, name, napi_uint32_array, offsets)) return false;
  const std::string subject(name);
  if (offsets->n == 0) return fail(env, subject + " must not be empty");
  const uint32_t* const data = offsets->u32();
  if (!std::is_sorted(data, data + offsets->n)) return fail(env, subject + " must not fall");
  return data[offsets->n - 1] <= end || fail(env, subject + " must not lead out of the array");
}

bool all_below(const uint32_t* numbers, size_t n, size_t limit) {
  return std::all_of(numbers, numbers + n, [limit](uint32_t number) { return number < limit; });
}

bool get_matrix(napi_env env, const napi_value* arguments, SentenceRequest* request) {
  Array columns, values, starts, rows;
  if (!get_array(env, arguments[1], "columns", napi_int32_array, &columns)) return false;
  if (!get_array(env, arguments[2], &values) || values.type != napi_float64_array) {
    if (!get_array(env, arguments[2], "values", napi_float32_array, &values)) return false;
  }
  if (columns.n != values.n) return fail(env, "columns and values differ in length");
  if (!get_offsets(env, arguments[0], "rowStarts", columns.n, &starts) ||
      !get_array(env, arguments[3], "rows", napi_uint32_array, &rows)) {
    return false;
  }
  if (!all_below(rows.u32(), rows.n, starts.n - 1)) return fail(env, "a row does not exist");
  request->row_starts = starts.u32();
  request->columns = static_cast<const int32_t*>(columns.data);
  request->values = values.data;
  request->doubles = values.type == napi_float64_array;
  request->rows = rows.u32();
  request->row_count = rows.n;
  return true;
}

bool get_tokens(napi_env env, const napi_value* arguments, SentenceRequest* request) {
  Array bytes, offsets;
  uint32_t* groups;
  if (!get_array(env, arguments[0], "the bytes of tokens", napi_uint8_array, &bytes) ||
      !get_offsets(env, arguments[1], "the offsets of tokens", bytes.n, &offsets)) {
    return false;
  }
  const size_t width = offsets.n - 1;
  if (offsets.u32()[width] == UINT32_MAX) return fail(env, "the tokens take 2^32 - 1 bytes");
  if (!get_by_column(env, arguments[2], "groups", width, &groups)) return false;
  if (groups != nullptr && !all_below(groups, width, width)) return fail(env, "a group is no number of a column");
  request->token_bytes = static_cast<const uint8_t*>(bytes.data);
  request->token_offsets = offsets.u32();
  request->width = width;
  request->groups = groups;
  return true;
}

bool get_lists(napi_env env, napi_value value, SentenceRequest* request) {
  uint32_t n;
  if (napi_get_array_length(env, value, &n) != napi_ok) {
    napi_throw_type_error(env, nullptr, "lists must be an array");
    return false;
  }
  for (uint32_t i = 0; i < n; i++) {
    napi_value item;
    Array list;
    if (napi_get_element(env, value, i, &item) != napi_ok ||
        !get_array(env, item, "a list", napi_uint8_array, &list)) {
      return false;
    }
    if (list.n != request->width) return fail(env, "a list must have one item for each column");
    request->lists.push_back(static_cast<const uint8_t*>(list.data));
  }
  return true;
}

}  // namespace

bool get_sentence_request(napi_env env, napi_callback_info info, SentenceRequest* request) {
  napi_value arguments[10];
  uint64_t top;
  if (!get_arguments(env, info, 10, arguments) || !get_matrix(env, arguments, request) ||
      !get_tokens(env, arguments + 4, request) || !get_integer(env, arguments[7], "top", &top) ||
      !get_lists(env, arguments[8], request)) {
    return false;
  }
  request->top = top == 0 ? SIZE_MAX : static_cast<size_t>(top);
  return get_by_column(env, arguments[9], "appearances", request->width, &request->appearances);
}

}  // namespace gtk
