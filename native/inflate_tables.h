// Tables that decode the Huffman codes of a DEFLATE block (RFC 1951, section 3.2), up to two symbols at a time.
#pragma once
#include <cstddef>
#include <cstdint>

namespace gtk {

// What the next bits of a stream say; they are the index, the first bit lowest.
//
//   bits 0-5    how many bits of the stream this accounts for
//   bits 6-7    how many literals (0 to 2): bytes 2 and 3
//   bits 8-11   the length of the code words, behind which the extra bits reach to the end of bits 0-5
//   kLength     a match follows the literal, if any: byte 3 is its base length less 3
//   kSpecial    kSubtable: look on in the table at bytes 2 and 3, with as many bits as bits 8-11 say;
//               kEnd: the end of the block; neither: no code word begins like this
//
// Of a distance, bytes 2 and 3 are its base; of a code length, they are the symbol.
using Entry = uint32_t;
constexpr Entry kLength = 1 << 14, kSpecial = 1 << 15, kSubtable = 1 << 6, kEnd = 1 << 7;

inline unsigned entry_bits(Entry entry) { return entry & 63; }
inline unsigned entry_literals(Entry entry) { return entry >> 6 & 3; }
// For shifts: the two bits above 8-11 are always zero.
inline unsigned entry_code_bits(Entry entry) { return entry >> 8 & 63; }

constexpr unsigned kLitlenBits = 12, kDistanceBits = 9, kPrecodeBits = 7;
constexpr size_t kLitlens = 288, kDistances = 32, kPrecodes = 19;

// A subtable of 2^s entries holds s + 1 code words or more, as its code is complete. With code words of at most
// 15 bits s is 3 at most for literals and lengths, so 2 entries each (with an index of 11 bits 4 and 16 / 5, which
// the smaller table leaves room for); 6 for distances, so less than 10 each.
constexpr size_t kLitlenEntries = (1 << kLitlenBits) + 2 * kLitlens;
constexpr size_t kDistanceEntries = (1 << kDistanceBits) + 10 * kDistances;

struct InflateTables {
  unsigned litlen_bits, distance_bits;  // of the index; no more than the constants above
  bool fixed;                           // whether these are the tables of the fixed codes
  Entry litlen[kLitlenEntries];
  Entry distance[kDistanceEntries];
};

// The tables of a block, of which `room` bytes of output are expected at most. False where the code lengths make
// no code: as zlib does, incomplete codes are refused, except those of a single word of one bit or of none.
bool build_tables(const uint8_t* litlen_lengths, size_t litlens, const uint8_t* distance_lengths, size_t distances,
                  size_t room, InflateTables* tables);
void build_fixed_tables(InflateTables* tables);
bool build_precode(const uint8_t lengths[kPrecodes], Entry table[1 << kPrecodeBits]);

}  // namespace gtk
