// What JavaScript calls.
#include "inflate.h"
#include "levels.h"
#include "napi_values.h"
#include "simd.h"

namespace gtk {

napi_value inflate(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  const uint8_t *compressed, *output;
  size_t compressed_bytes, output_bytes;
  if (!get_arguments(env, info, 3, arguments) || !get_bytes(env, arguments[0], &compressed, &compressed_bytes) ||
      !get_bytes(env, arguments[1], &output, &output_bytes)) {
    return nullptr;
  }
  const Kernels* const level = get_level(env, arguments[2]);
  if (level == nullptr) return nullptr;
  const bool wide = level != scalar_kernels();
  const char* const wrong =
      inflate_zlib(compressed, compressed_bytes, const_cast<uint8_t*>(output), output_bytes, wide);
  if (wrong != nullptr) napi_throw_error(env, nullptr, wrong);
  return nullptr;
}

napi_value unshuffle(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  const uint8_t *from, *to;
  size_t from_bytes, to_bytes;
  uint64_t item_bytes;
  if (!get_arguments(env, info, 3, arguments) || !get_bytes(env, arguments[0], &from, &from_bytes) ||
      !get_integer(env, arguments[1], "itemBytes", &item_bytes) || !get_bytes(env, arguments[2], &to, &to_bytes)) {
    return nullptr;
  }
  if (item_bytes == 0 || from_bytes != to_bytes) {
    napi_throw_range_error(env, nullptr, "itemBytes must not be 0, and both arrays of the same length");
    return nullptr;
  }
  unshuffle_bytes(from, from_bytes, static_cast<size_t>(item_bytes), const_cast<uint8_t*>(to));
  return nullptr;
}

}  // namespace gtk
