// The hot loop of inflating, for instruction sets to be compiled for; `Copy::match(out, distance, length)` copies.
#pragma once
#include "inflate_stream.h"

namespace gtk {

// Eight bytes, the first lowest.
inline uint64_t load_word(const uint8_t* p) {
  uint64_t word;
  memcpy(&word, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

inline void store_literals(uint8_t* out, Entry entry) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  const uint16_t literals = __builtin_bswap16(static_cast<uint16_t>(entry >> 16));
#else
  const uint16_t literals = static_cast<uint16_t>(entry >> 16);
#endif
  memcpy(out, &literals, 2);
}

// Decodes as FastLoop says. At the top of the loop there are 28 bits or more: 56 after a refill, less a distance of
// at most 28. Literals and a length take at most 17 of them, which leaves 9 for the table of distances; after a length
// from a subtable, which may take 20, and after literals alone there is a refill.
template <typename Copy>
__attribute__((always_inline)) inline const char* inflate_fast(InflateStream* stream, const InflateTables& tables,
                                                               bool* block_end) {
  const uint8_t* in = stream->in;
  uint8_t* out = stream->out;
  uint64_t bits = stream->bits;
  // How many bits there are is in the lowest six bits; whatever is above is ignored, so that whole entries can be
  // subtracted. The stream goes on in `bits` beyond them.
  uint64_t count = stream->count;
  if (stream->in_end - in < kFastInput || stream->out_end - out < kFastOutput) return nullptr;
  const uint8_t* const in_stop = stream->in_end - kFastInput;
  uint8_t* const out_stop = stream->out_end - kFastOutput;
  uint8_t* const out_begin = stream->out_begin;
  const uint64_t litlen_mask = (uint64_t{1} << tables.litlen_bits) - 1;
  const uint64_t distance_mask = (uint64_t{1} << tables.distance_bits) - 1;
  const auto refill = [&] {
    bits |= load_word(in) << (count & 63);
    in += ~count >> 3 & 7;
    count |= 56;
  };
  refill();
  Entry entry = tables.litlen[bits & litlen_mask];
  while (in <= in_stop) {
    if (out > out_stop) break;
    uint64_t before = bits;
    bits >>= entry_bits(entry);
    count -= entry;
    if (__builtin_expect(entry & kSpecial, 0)) {
      if (entry & kSubtable) {
        entry = tables.litlen[(entry >> 16) + low_bits(bits, entry_code_bits(entry))];
        before = bits;
        bits >>= entry_bits(entry);
        count -= entry;
        refill();
      }
      if (entry & kSpecial) {
        if (!(entry & kEnd)) return kBadLitlen;
        *block_end = true;
        break;
      }
    }
    store_literals(out, entry);
    out += entry_literals(entry);
    if (!(entry & kLength)) {
      // Mostly a match follows one or two literals, so this is worth a copy of the above that skips the checks.
      entry = tables.litlen[bits & litlen_mask];
      refill();
      if (entry & kSpecial) continue;
      before = bits;
      bits >>= entry_bits(entry);
      count -= entry;
      store_literals(out, entry);
      out += entry_literals(entry);
      if (!(entry & kLength)) {
        entry = tables.litlen[bits & litlen_mask];
        refill();
        continue;
      }
    }
    Entry far = tables.distance[bits & distance_mask];
    const size_t length = (entry >> 24) + 3 + extra_bits(entry, before);
    refill();
    if (__builtin_expect(far & kSpecial, 0)) {
      if (!(far & kSubtable)) return kBadDistance;
      bits >>= entry_bits(far);
      count -= far;
      far = tables.distance[(far >> 16) + low_bits(bits, entry_code_bits(far))];
      if (far & kSpecial) return kBadDistance;
    }
    before = bits;
    bits >>= entry_bits(far);
    count -= far;
    entry = tables.litlen[bits & litlen_mask];
    const size_t distance = (far >> 16) + extra_bits(far, before);
    if (__builtin_expect(distance > static_cast<size_t>(out - out_begin), 0)) return kTooFar;
    Copy::match(out, distance, length);
    out += length;
  }
  count &= 63;
  stream->in = in - (count >> 3);
  stream->out = out;
  stream->count = count & 7;
  stream->bits = low_bits(bits, stream->count);
  return nullptr;
}

}  // namespace gtk
