#include "inflate.h"

#include "inflate_checksum.h"
#include "inflate_stream.h"

namespace gtk {
namespace {

// Makes `n` bits available, of at most 32.
bool need(InflateStream* stream, unsigned n) {
  for (; stream->count < n; stream->count += 8) {
    if (stream->in == stream->in_end) return false;
    stream->bits |= uint64_t{*stream->in++} << stream->count;
  }
  return true;
}

unsigned take(InflateStream* stream, unsigned n) {
  const uint64_t bits = low_bits(stream->bits, n);
  stream->bits >>= n;
  stream->count -= n;
  return static_cast<unsigned>(bits);
}

// The whole bytes that were read in advance go back; the rest of the byte that is under way is dropped.
void align(InflateStream* stream) {
  stream->in -= stream->count / 8;
  stream->bits = 0;
  stream->count = 0;
}

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

// The loop near the ends: every step is checked.
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

const char* copy_stored(InflateStream* stream) {
  align(stream);
  if (!need(stream, 32)) return kEndOfInput;
  const size_t length = take(stream, 16);
  if (take(stream, 16) != (length ^ 0xffff)) return "invalid stored block lengths";
  if (length > static_cast<size_t>(stream->in_end - stream->in)) return kEndOfInput;
  if (length > static_cast<size_t>(stream->out_end - stream->out)) return kTooLong;
  if (length > 0) memcpy(stream->out, stream->in, length);
  stream->in += length;
  stream->out += length;
  return nullptr;
}

// The codes of a block that brings its own (RFC 1951, section 3.2.7).
const char* read_codes(InflateStream* stream, InflateTables* tables) {
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
  const size_t room = static_cast<size_t>(stream->out_end - stream->out);
  return build_tables(lengths, litlens, lengths + litlens, distances, room, tables) ? nullptr : "invalid code lengths";
}

const char* inflate_blocks(InflateStream* stream, FastLoop* fast_loop) {
  InflateTables tables;
  tables.fixed = false;
  for (bool last = false; !last;) {
    if (!need(stream, 3)) return kEndOfInput;
    last = take(stream, 1);
    const unsigned type = take(stream, 2);
    if (type == 3) return "invalid block type";
    if (type == 1) build_fixed_tables(&tables);
    const char* error = type == 0 ? copy_stored(stream) : type == 2 ? read_codes(stream, &tables) : nullptr;
    bool end = type == 0;
    if (error == nullptr && !end) error = fast_loop(stream, tables, &end);
    if (error == nullptr && !end) error = inflate_slowly(stream, tables);
    if (error != nullptr) return error;
  }
  return nullptr;
}

}  // namespace

const char* inflate_zlib(const uint8_t* in, size_t in_bytes, uint8_t* out, size_t out_bytes, bool wide) {
  if (in_bytes < 2) return kEndOfInput;
  if ((in[0] << 8 | in[1]) % 31 != 0) return "incorrect header check";
  if ((in[0] & 15) != 8) return "unknown compression method";
  if (in[0] >> 4 > 7) return "invalid window size";
  if (in[1] & 32) return "Missing dictionary";
  InflateStream stream = {in + 2, in + in_bytes, out, out, out + out_bytes, 0, 0};
#if defined(__x86_64__)
  FastLoop* const fast_loop = wide ? inflate_fast_avx2 : inflate_fast_scalar;
#else
  FastLoop* const fast_loop = inflate_fast_scalar;
#endif
  const char* error = inflate_blocks(&stream, fast_loop);
  if (error != nullptr) return error;
  align(&stream);
  if (stream.in_end - stream.in < 4) return kEndOfInput;
  if (stream.out < stream.out_end) return "fewer bytes than expected";
  uint32_t expected = 0;
  for (size_t i = 0; i < 4; i++) expected = expected << 8 | stream.in[i];
  return adler32(out, out_bytes, wide) == expected ? nullptr : "incorrect data check";
}

}  // namespace gtk
