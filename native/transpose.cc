#include "transpose.h"

#include <algorithm>
#include <cstdint>

#include "napi_values.h"

namespace gtk {
namespace {

// Rows of a tile, so that both sides stay in the cache.
constexpr size_t kTile = 64;

void transpose_all(const uint32_t* __restrict matrix, size_t rows, size_t width, uint32_t* __restrict columns) {
  for (size_t top = 0; top < rows; top += kTile) {
    const size_t bottom = std::min(rows, top + kTile);
    for (size_t c = 0; c < width; c++) {
      for (size_t r = top; r < bottom; r++) columns[c * rows + r] = matrix[r * width + c];
    }
  }
}

}  // namespace

napi_value transpose(napi_env env, napi_callback_info info) {
  napi_value arguments[2], buffer, result;
  bool is_array = false;
  napi_typedarray_type type;
  size_t n;
  void *matrix, *columns;
  uint64_t width;
  if (!get_arguments(env, info, 2, arguments)) return nullptr;
  if (napi_is_typedarray(env, arguments[0], &is_array) != napi_ok || !is_array ||
      napi_get_typedarray_info(env, arguments[0], &type, &n, &matrix, nullptr, nullptr) != napi_ok ||
      type != napi_uint32_array) {
    napi_throw_type_error(env, nullptr, "matrix must be a Uint32Array");
    return nullptr;
  }
  if (!get_integer(env, arguments[1], "width", &width)) return nullptr;
  if (width == 0 || n % width != 0) {
    napi_throw_range_error(env, nullptr, "the matrix has no whole number of rows");
    return nullptr;
  }
  if (napi_create_arraybuffer(env, n * sizeof(uint32_t), &columns, &buffer) != napi_ok) return nullptr;
  transpose_all(static_cast<const uint32_t*>(matrix), n / width, width, static_cast<uint32_t*>(columns));
  return napi_create_typedarray(env, napi_uint32_array, n, buffer, 0, &result) == napi_ok ? result : nullptr;
}

}  // namespace gtk
