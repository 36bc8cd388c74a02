// A DEFLATE stream on its way from one buffer to another.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "inflate_tables.h"

namespace gtk {

struct InflateStream {
  const uint8_t* in;
  const uint8_t* in_end;
  uint8_t* out;
  uint8_t* out_begin;
  uint8_t* out_end;
  uint64_t bits;   // those read from `in` but not used yet, the first lowest; zeros above them
  unsigned count;  // how many
};

// What is wrong, in the words of zlib where it has some.
constexpr const char* kEndOfInput = "unexpected end of file";
constexpr const char* kBadLitlen = "invalid literal/length code";
constexpr const char* kBadDistance = "invalid distance code";
constexpr const char* kTooFar = "invalid distance too far back";
constexpr const char* kTooLong = "more bytes than expected";

// What the fast loops need between their places and the ends: three refills, which read 8 bytes and go on by at
// most 7; twice two literals and a match, and the 40 bytes that copies may write too much.
constexpr ptrdiff_t kFastInput = 24, kFastOutput = 4 + 258 + 40;

// Decodes a block as long as both ends are that far away. Null, or what is wrong; `block_end` becomes true if
// the block ended.
using FastLoop = const char*(InflateStream* stream, const InflateTables& tables, bool* block_end);
FastLoop inflate_fast_scalar;
#if defined(__x86_64__)
FastLoop inflate_fast_avx2;
#endif

inline uint64_t low_bits(uint64_t bits, unsigned n) { return bits & ((uint64_t{1} << n) - 1); }

// The value of an entry with its extra bits, which `bits` begin with.
inline size_t extra_bits(Entry entry, uint64_t bits) {
  return static_cast<size_t>(low_bits(bits, entry_bits(entry)) >> entry_code_bits(entry));
}

}  // namespace gtk
