#include "delta_packed.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

#include "napi_values.h"

namespace gtk {
namespace {

constexpr size_t kBlock = 128;
constexpr size_t kMiniblocks = 4;
constexpr size_t kMini = kBlock / kMiniblocks;
constexpr size_t kLongestVarint = 5;

size_t bound(size_t n) { return 4 * kLongestVarint + (n + kBlock - 1) / kBlock * (kLongestVarint + kMiniblocks + 4 * kBlock); }

uint8_t* put_varint(uint8_t* to, uint32_t value) {
  for (; value > 127; value >>= 7) *to++ = static_cast<uint8_t>(value | 128);
  *to++ = static_cast<uint8_t>(value);
  return to;
}

// A signed integer as an unsigned one that is small where its magnitude is.
uint32_t zigzag(uint32_t value) { return value << 1 ^ (0 - (value >> 31)); }

// 32 values of `width` bits, the lowest first: exactly `width` words.
uint8_t* put_packed(uint8_t* to, const uint32_t* values, unsigned width) {
  uint64_t pending = 0;
  unsigned used = 0;
  for (size_t i = 0; i < kMini; i++) {
    pending |= static_cast<uint64_t>(values[i]) << used;
    used += width;
    if (used < 32) continue;
    for (unsigned shift = 0; shift < 32; shift += 8) *to++ = static_cast<uint8_t>(pending >> shift);
    pending >>= 32;
    used -= 32;
  }
  return to;
}

uint8_t* put_block(uint8_t* to, const uint32_t* values, size_t n) {
  // Differences wrap around in two's complement, as the format asks.
  uint32_t deltas[kBlock] = {};
  int32_t least = INT32_MAX;
  for (size_t i = 0; i < n; i++) {
    deltas[i] = values[i] - values[i - 1];
    least = std::min(least, static_cast<int32_t>(deltas[i]));
  }
  for (size_t i = 0; i < n; i++) deltas[i] -= static_cast<uint32_t>(least);
  to = put_varint(to, zigzag(static_cast<uint32_t>(least)));
  uint8_t* const widths = to;
  to += kMiniblocks;
  for (size_t mini = 0; mini < kMiniblocks; mini++) {
    uint32_t all = 0;
    for (size_t i = 0; i < kMini; i++) all |= deltas[mini * kMini + i];
    unsigned width = 0;
    for (; all != 0; all >>= 1) width++;
    widths[mini] = static_cast<uint8_t>(width);
    to = put_packed(to, deltas + mini * kMini, width);
  }
  return to;
}

uint8_t* put_all(uint8_t* to, const uint32_t* values, size_t n) {
  to = put_varint(to, kBlock);
  to = put_varint(to, kMiniblocks);
  to = put_varint(to, static_cast<uint32_t>(n));
  to = put_varint(to, zigzag(n == 0 ? 0 : values[0]));
  for (size_t start = 1; start < n; start += kBlock) to = put_block(to, values + start, std::min(kBlock, n - start));
  return to;
}

}  // namespace

napi_value delta_packed(napi_env env, napi_callback_info info) {
  napi_value argument;
  bool is_array = false;
  napi_typedarray_type type;
  size_t n;
  void* values;
  if (!get_arguments(env, info, 1, &argument)) return nullptr;
  if (napi_is_typedarray(env, argument, &is_array) != napi_ok || !is_array ||
      napi_get_typedarray_info(env, argument, &type, &n, &values, nullptr, nullptr) != napi_ok ||
      type != napi_uint32_array) {
    napi_throw_type_error(env, nullptr, "values must be a Uint32Array");
    return nullptr;
  }
  try {
    std::vector<uint8_t> bytes(bound(n));
    const size_t length = put_all(bytes.data(), static_cast<const uint32_t*>(values), n) - bytes.data();
    return typed_array(env, napi_uint8_array, bytes.data(), length, 1);
  } catch (const std::bad_alloc&) {
    napi_throw_error(env, nullptr, "no memory for the packed values");
    return nullptr;
  }
}

}  // namespace gtk
