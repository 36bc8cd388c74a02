#pragma once
#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gtk {

// The arguments of `sentences`. All that could lead out of an array has been checked, but for the columns.
struct SentenceRequest {
  const uint32_t* row_starts;
  const int32_t* columns;
  // Floats or doubles.
  const void* values;
  bool doubles;
  const uint32_t* rows;
  size_t row_count;
  const uint8_t* token_bytes;
  const uint32_t* token_offsets;
  size_t width;
  // Null where all tokens differ.
  const uint32_t* groups;
  size_t top;
  std::vector<const uint8_t*> lists;
  // Null where nobody asks.
  uint32_t* appearances;
};

// Throws in JavaScript and returns false if the arguments are not what they should be.
bool get_sentence_request(napi_env env, napi_callback_info info, SentenceRequest* request);

}  // namespace gtk
