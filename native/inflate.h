// Inflating a zlib stream (RFC 1950) whose size is known, and undoing HDF5's shuffle.
#pragma once
#include <node_api.h>

#include <cstddef>
#include <cstdint>

namespace gtk {

// The whole stream at the start of `in` into exactly `out_bytes`; null, or what is wrong in words.
// `wide`: with the vectors of AVX2, which the processor must have.
const char* inflate_zlib(const uint8_t* in, size_t in_bytes, uint8_t* out, size_t out_bytes, bool wide);

// HDF5's shuffle undone: `from` has the first bytes of all items, then the second bytes, and so on; what is
// left over of an item stands at the end of both.
void unshuffle_bytes(const uint8_t* from, size_t bytes, size_t item_bytes, uint8_t* to);

// inflate(compressed, output, level) and unshuffle(from, itemBytes, to).
napi_value inflate(napi_env env, napi_callback_info info);
napi_value unshuffle(napi_env env, napi_callback_info info);

}  // namespace gtk
