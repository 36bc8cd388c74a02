// The inner loops, one set for each instruction set; which set runs is decided when the program does.
#pragma once
#include <cstddef>
#include <cstdint>

namespace gtk {

// Counts of pairs of codons (64 * first + second), in two tables used in turn so that the same pair
// twice in a row need not wait for its own store. Folded into codon counts before a cell can overflow.
struct PairTable {
  uint32_t cells[2][4096];
  uint64_t pending;
};

struct Kernels {
  const char* name;

  // Copies the residues of sequence lines together. `text` must not stand at the start of a line, unless
  // its first byte is neither '>' nor ';'. Stops at a '>' or ';' that begins a line, and at a byte that
  // is neither printable nor white space; returns the bytes read. `out` needs room for n + 64 bytes.
  size_t (*strip)(const uint8_t* text, size_t n, uint8_t* out, size_t* written);

  // Adds the codons of 3 * codons residues to `counts` (index 16a + 4b + c, A C G T = 0 1 2 3).
  // Returns how many were ambiguous and thus left out.
  size_t (*count)(const uint8_t* residues, size_t codons, uint64_t* counts);

  // The same into a pair table, where that is faster on long runs; null elsewhere.
  size_t (*count_pairs)(const uint8_t* residues, size_t codons, PairTable* pairs, uint64_t* counts);

  // The first place at or after `from` of a '>' that follows a '\n'; n if there is none.
  // text[-1] must be readable.
  size_t (*find_record)(const uint8_t* text, size_t n, size_t from);
};

const Kernels* scalar_kernels();
// Null where the processor, or the architecture that this was compiled for, lacks them.
const Kernels* avx2_kernels();
const Kernels* avx512_kernels();

// The best first; the last is always the scalar set.
constexpr size_t kMaxLevels = 3;
size_t available_kernels(const Kernels* levels[kMaxLevels]);

// White space of sequence lines: tab, LF, VT, FF, CR, space.
inline bool is_white(uint8_t byte) { return byte == ' ' || (byte >= 9 && byte <= 13); }

// 0 to 3 for A C G T U in either case, 0x80 for anything else.
extern const uint8_t kBaseCode[256];

// Portable building blocks, which the vector sets use for what their vectors leave over.

size_t strip_scalar(const uint8_t* text, size_t n, uint8_t* out, size_t* written);
size_t count_scalar(const uint8_t* residues, size_t codons, uint64_t* counts);
size_t find_record_scalar(const uint8_t* text, size_t n, size_t from);

}  // namespace gtk
