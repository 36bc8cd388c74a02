// The steps of inflating in which every read and write is checked; the fast loop takes over amid a block.
#pragma once
#include "inflate_stream.h"

namespace gtk {

// Makes `n` bits available, of at most 32.
inline bool need(InflateStream* stream, unsigned n) {
  for (; stream->count < n; stream->count += 8) {
    if (stream->in == stream->in_end) return false;
    stream->bits |= uint64_t{*stream->in++} << stream->count;
  }
  return true;
}

inline unsigned take(InflateStream* stream, unsigned n) {
  const uint64_t bits = low_bits(stream->bits, n);
  stream->bits >>= n;
  stream->count -= n;
  return static_cast<unsigned>(bits);
}

// The whole bytes that were read in advance go back.
inline void give_back(InflateStream* stream) {
  stream->in -= stream->count / 8;
  stream->count %= 8;
  stream->bits = low_bits(stream->bits, stream->count);
}

// The same, and the rest of the byte that is under way is dropped.
inline void align(InflateStream* stream) {
  give_back(stream);
  stream->bits = 0;
  stream->count = 0;
}

// The length of a stored block, whose bytes follow.
const char* read_stored_length(InflateStream* stream, size_t* length);

// More than the bytes of a block's head with the codes that it brings: 19 lengths of 3 bits, and 316 code words of 7
// bits with 7 extra bits each at most.
constexpr ptrdiff_t kHeadInput = 1024;

// The codes of a block that brings its own (RFC 1951, section 3.2.7). `room`: see build_tables.
const char* read_codes(InflateStream* stream, size_t room, InflateTables* tables);

// The symbols up to the end of the block, one by one.
const char* inflate_slowly(InflateStream* stream, const InflateTables& tables);

// The fast loop for an instruction set: that of AVX2, which the processor must have, if `wide`.
FastLoop* fast_loop(bool wide);

}  // namespace gtk
