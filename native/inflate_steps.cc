#include "inflate_steps.h"

namespace gtk {
namespace {

// The next entry and its extra bits; false where the input ends within them.
bool decode(InflateStream* stream, const Entry* table, unsigned index_bits, Entry* entry, size_t* extra) {
  while (stream->count <= 48 && stream->in < stream->in_end) need(stream, stream->count + 1);
  *entry = table[low_bits(stream->bits, index_bits)];
  if (*entry & kSpecial && *entry & kSubtable) {
    if (entry_bits(*entry) > stream->count) return false;
    take(stream, entry_bits(*entry));
    *entry = table[(*entry >> 16) + low_bits(stream->bits, entry_code_bits(*entry))];
  }
  if (entry_bits(*entry) > stream->count) return false;
  *extra = extra_bits(*entry, stream->bits);
  take(stream, entry_bits(*entry));
  return true;
}

}  // namespace

const char* inflate_slowly(InflateStream* stream, const InflateTables& tables) {
  for (;;) {
    Entry entry;
    size_t extra;
    if (!decode(stream, tables.litlen, tables.litlen_bits, &entry, &extra)) return kEndOfInput;
    if (entry & kSpecial) return entry & kEnd ? nullptr : kBadLitlen;
    const size_t room = static_cast<size_t>(stream->out_end - stream->out);
    if (entry_literals(entry) > room) return kTooLong;
    for (unsigned i = 0; i < entry_literals(entry); i++) *stream->out++ = static_cast<uint8_t>(entry >> (16 + 8 * i));
    if (!(entry & kLength)) continue;
    const size_t length = (entry >> 24) + 3 + extra;
    if (!decode(stream, tables.distance, tables.distance_bits, &entry, &extra)) return kEndOfInput;
    if (entry & kSpecial) return kBadDistance;
    const size_t distance = (entry >> 16) + extra;
    if (distance > static_cast<size_t>(stream->out - stream->out_begin)) return kTooFar;
    if (length > static_cast<size_t>(stream->out_end - stream->out)) return kTooLong;
    for (size_t i = 0; i < length; i++, stream->out++) *stream->out = stream->out[-static_cast<ptrdiff_t>(distance)];
  }
}

const char* read_stored_length(InflateStream* stream, size_t* length) {
  align(stream);
  if (!need(stream, 32)) return kEndOfInput;
  *length = take(stream, 16);
  return take(stream, 16) == (*length ^ 0xffff) ? nullptr : "invalid stored block lengths";
}

const char* read_codes(InflateStream* stream, size_t room, InflateTables* tables) {
  constexpr uint8_t kOrder[kPrecodes] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  constexpr size_t kLongestRepeat = 138;
  if (!need(stream, 14)) return kEndOfInput;
  const size_t litlens = 257 + take(stream, 5), distances = 1 + take(stream, 5), precodes = 4 + take(stream, 4);
  if (litlens > 286 || distances > 30) return "too many length or distance symbols";
  uint8_t precode_lengths[kPrecodes] = {};
  for (size_t i = 0; i < precodes; i++) {
    if (!need(stream, 3)) return kEndOfInput;
    precode_lengths[kOrder[i]] = static_cast<uint8_t>(take(stream, 3));
  }
  Entry precode[1 << kPrecodeBits];
  if (!build_precode(precode_lengths, precode)) return "invalid code lengths set";
  uint8_t lengths[kLitlens + kDistances + kLongestRepeat];
  size_t n = 0;
  while (n < litlens + distances) {
    Entry entry;
    size_t unused;
    if (!decode(stream, precode, kPrecodeBits, &entry, &unused)) return kEndOfInput;
    const unsigned symbol = entry >> 16;
    if (symbol < 16) {
      lengths[n++] = static_cast<uint8_t>(symbol);
      continue;
    }
    if (symbol == 16 && n == 0) return "invalid bit length repeat";
    const unsigned bits = symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
    if (!need(stream, bits)) return kEndOfInput;
    const size_t repeat = (symbol == 18 ? 11 : 3) + take(stream, bits);
    memset(lengths + n, symbol == 16 ? lengths[n - 1] : 0, repeat);
    n += repeat;
  }
  if (n > litlens + distances) return "invalid bit length repeat";
  if (lengths[256] == 0) return "invalid code -- missing end-of-block";
  return build_tables(lengths, litlens, lengths + litlens, distances, room, tables) ? nullptr : "invalid code lengths";
}

FastLoop* fast_loop(bool wide) {
#if defined(__x86_64__)
  if (wide) return inflate_fast_avx2;
#endif
  static_cast<void>(wide);
  return inflate_fast_scalar;
}

}  // namespace gtk
