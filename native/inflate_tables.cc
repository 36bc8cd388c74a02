#include "inflate_tables.h"

#include <algorithm>
#include <cstring>

namespace gtk {
namespace {

constexpr unsigned kLongest = 15;

struct SymbolEntries {
  Entry litlen[kLitlens], distance[kDistances], precode[kPrecodes];
};

// The entries of all symbols but for their code words. Bits 0-5 are the extra bits.
constexpr SymbolEntries symbol_entries() {
  SymbolEntries all{};
  for (unsigned i = 0; i < 256; i++) all.litlen[i] = 1 << 6 | i << 16;
  all.litlen[256] = kSpecial | kEnd;
  for (unsigned i = 0, base = 0; i < 28; i++) {
    const unsigned extra = i < 8 ? 0 : i / 4 - 1;
    all.litlen[257 + i] = kLength | base << 24 | extra;
    base += 1 << extra;
  }
  all.litlen[285] = kLength | (258u - 3) << 24;
  all.litlen[286] = all.litlen[287] = kSpecial;
  for (unsigned i = 0, base = 1; i < 30; i++) {
    const unsigned extra = i < 4 ? 0 : i / 2 - 1;
    all.distance[i] = base << 16 | extra;
    base += 1 << extra;
  }
  all.distance[30] = all.distance[31] = kSpecial;
  for (unsigned i = 0; i < kPrecodes; i++) all.precode[i] = i << 16;
  return all;
}

constexpr SymbolEntries kSymbols = symbol_entries();

// The symbols of a code by length, and the code words of those that fit the index, first bit lowest.
struct Code {
  unsigned counts[kLongest + 1];
  unsigned longest;
  int unused;  // words of 15 bits that no symbol has; less than 0 where there are too many symbols
  uint16_t sorted[kLitlens];
  uint16_t words[kLitlens];
};

void sort_symbols(const uint8_t* lengths, size_t n, Code* code) {
  std::fill_n(code->counts, kLongest + 1, 0);
  for (size_t i = 0; i < n; i++) code->counts[lengths[i]]++;
  unsigned starts[kLongest + 1] = {};
  code->longest = 0;
  code->unused = 1 << kLongest;
  for (unsigned length = 1, next = 0; length <= kLongest; length++) {
    starts[length] = next;
    next += code->counts[length];
    code->unused -= static_cast<int>(code->counts[length] << (kLongest - length));
    if (code->counts[length] > 0) code->longest = length;
  }
  for (size_t i = 0; i < n; i++) {
    if (lengths[i] > 0) code->sorted[starts[lengths[i]]++] = static_cast<uint16_t>(i);
  }
}

Entry with_word(Entry symbol, unsigned bits) { return (symbol + bits) | bits << 8; }

// The word after this one of the same length. After the last comes the last again.
unsigned next_word(unsigned word, unsigned bits) {
  unsigned bit = 1u << (bits - 1);
  while (word & bit) bit >>= 1;
  return bit == 0 ? word : (word & (bit - 1)) | bit;
}

// Fills the table for an index of `bits` bits from a complete code.
bool fill(const Entry* symbols, unsigned bits, size_t capacity, Code* code, Entry* table) {
  const size_t size = size_t{1} << bits;
  unsigned word = 0, i = 0;
  for (unsigned length = 1; length <= bits; length++) {
    // What stands there holds whatever the new bit is.
    if (i > 0) memcpy(table + (size_t{1} << (length - 1)), table, sizeof *table << (length - 1));
    for (const unsigned end = i + code->counts[length]; i < end; i++) {
      code->words[i] = static_cast<uint16_t>(word);
      table[word] = with_word(symbols[code->sorted[i]], length);
      word = next_word(word, length);
    }
  }
  size_t start = 0, end = size, prefix = size;
  for (unsigned length = bits + 1; length <= code->longest; length++) {
    for (unsigned left = code->counts[length]; left > 0; left--) {
      if ((word & (size - 1)) != prefix) {
        prefix = word & (size - 1);
        unsigned sub_bits = length - bits;
        for (unsigned used = left; used < 1u << sub_bits;) used = 2 * used + code->counts[bits + ++sub_bits];
        start = end;
        end += size_t{1} << sub_bits;
        if (end > capacity) return false;
        table[prefix] = kSpecial | kSubtable | static_cast<Entry>(start) << 16 | sub_bits << 8 | bits;
      }
      const Entry entry = with_word(symbols[code->sorted[i++]], length - bits);
      for (size_t at = start + (word >> bits); at < end; at += size_t{1} << (length - bits)) table[at] = entry;
      word = next_word(word, length);
    }
  }
  return true;
}

bool build(const Entry* symbols, unsigned bits, size_t capacity, Code* code, Entry* table) {
  if (code->unused == 0) return fill(symbols, bits, capacity, code, table);
  if (code->unused < 0 || code->longest > 1) return false;
  const size_t size = size_t{1} << bits;
  std::fill_n(table, size, kSpecial | 1);
  if (code->longest == 0) return true;
  for (size_t i = 0; i < size; i += 2) table[i] = with_word(symbols[code->sorted[0]], 1);
  return true;
}

// Adds the symbol that follows to the entries of literals, where both code words fit the index.
void join_symbols(const Code& code, Entry* table) {
  constexpr size_t kSeconds = 1 << (kLitlenBits - 1);
  Entry seconds[kSeconds];
  memcpy(seconds, table, sizeof seconds);
  uint16_t places[kSeconds];
  Entry joined[kSeconds];
  unsigned i = 0;
  for (unsigned bits = 1; bits < kLitlenBits; bits++) {
    size_t n = 0;
    for (size_t index = 0; code.counts[bits] > 0 && index < kSeconds >> (bits - 1); index++) {
      const Entry second = seconds[index];
      if (second & kSpecial || entry_code_bits(second) + bits > kLitlenBits) continue;
      places[n] = static_cast<uint16_t>(index << bits);
      // A second literal goes from byte 2 to byte 3; all else adds up.
      joined[n++] = second & kLength ? second : second + (second & 0xff0000) * 255;
    }
    for (const unsigned end = i + code.counts[bits]; i < end; i++) {
      if (code.sorted[i] > 255) continue;
      for (size_t k = 0; k < n; k++) table[code.words[i] + places[k]] += joined[k];
    }
  }
}

}  // namespace

bool build_tables(const uint8_t* litlen_lengths, size_t litlens, const uint8_t* distance_lengths, size_t distances,
                  size_t room, InflateTables* tables) {
  Code code;
  sort_symbols(litlen_lengths, litlens, &code);
  // The part of all words that begin with a literal is how often the writer saw one. Below a quarter, and for
  // little output, joining costs more than it gains.
  unsigned literals = 0;
  for (size_t i = 0; i < 256; i++) literals += (1u << kLongest >> litlen_lengths[i]) & ~(1u << kLongest);
  const bool join = code.unused == 0 && literals > 1u << (kLongest - 2) && room > size_t{4} << kLitlenBits;
  tables->fixed = false;
  tables->litlen_bits = join ? kLitlenBits : std::clamp(code.longest, 1u, kLitlenBits - 1);
  if (!build(kSymbols.litlen, tables->litlen_bits, kLitlenEntries, &code, tables->litlen)) return false;
  if (join) join_symbols(code, tables->litlen);
  sort_symbols(distance_lengths, distances, &code);
  tables->distance_bits = std::clamp(code.longest, 1u, kDistanceBits);
  return build(kSymbols.distance, tables->distance_bits, kDistanceEntries, &code, tables->distance);
}

void build_fixed_tables(InflateTables* tables) {
  if (tables->fixed) return;
  uint8_t litlens[kLitlens], distances[kDistances];
  std::fill_n(litlens, 144, 8);
  std::fill_n(litlens + 144, 112, 9);
  std::fill_n(litlens + 256, 24, 7);
  std::fill_n(litlens + 280, 8, 8);
  std::fill_n(distances, kDistances, 5);
  tables->fixed = build_tables(litlens, kLitlens, distances, kDistances, 0, tables);
}

bool build_precode(const uint8_t lengths[kPrecodes], Entry table[1 << kPrecodeBits]) {
  Code code;
  sort_symbols(lengths, kPrecodes, &code);
  return code.unused == 0 && fill(kSymbols.precode, kPrecodeBits, 1 << kPrecodeBits, &code, table);
}

}  // namespace gtk
