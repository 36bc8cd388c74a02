// The portable set: any architecture, no vector instructions asked for.
#include <cstring>

#include "simd.h"

namespace gtk {

#define INVALID_8 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80
#define INVALID_32 INVALID_8, INVALID_8, INVALID_8, INVALID_8
#define LETTERS                                                                                   \
  0x80, 0, 0x80, 1, 0x80, 0x80, 0x80, 2, INVALID_8, 0x80, 0x80, 0x80, 0x80, 3, 3, 0x80, 0x80, INVALID_8
const uint8_t kBaseCode[256] = {INVALID_32, INVALID_32, LETTERS,    LETTERS,
                                INVALID_32, INVALID_32, INVALID_32, INVALID_32};

namespace {

// Copies a whole line in one go if it is nothing but residues; compilers turn both loops into vectors.
bool copy_residues(const uint8_t* line, size_t n, uint8_t* out) {
  uint8_t odd = 0;
  for (size_t i = 0; i < n; i++) odd |= static_cast<uint8_t>(line[i] - 0x21) > 0x5d;
  if (odd) return false;
  std::memcpy(out, line, n);
  return true;
}

}  // namespace

size_t strip_scalar(const uint8_t* text, size_t n, uint8_t* out, size_t* written) {
  uint8_t* end = out;
  size_t i = 0;
  while (i < n) {
    const void* newline = std::memchr(text + i, '\n', n - i);
    const size_t line_end = newline ? static_cast<size_t>(static_cast<const uint8_t*>(newline) - text) : n;
    if (copy_residues(text + i, line_end - i, end)) {
      end += line_end - i;
      i = line_end;
    } else {
      for (; i < line_end; i++) {
        if (text[i] > 0x20 && text[i] < 0x7f) *end++ = text[i];
        else if (!is_white(text[i])) break;
      }
      if (i < line_end) break;
    }
    if (i == n) break;
    i++;
    if (i < n && (text[i] == '>' || text[i] == ';')) break;
  }
  *written = static_cast<size_t>(end - out);
  return i;
}

size_t count_scalar(const uint8_t* residues, size_t codons, uint64_t* counts) {
  size_t ambiguous = 0;
  for (const uint8_t* end = residues + 3 * codons; residues < end; residues += 3) {
    const unsigned a = kBaseCode[residues[0]], b = kBaseCode[residues[1]], c = kBaseCode[residues[2]];
    if ((a | b | c) & 0x80) ambiguous++;
    else counts[a << 4 | b << 2 | c]++;
  }
  return ambiguous;
}

size_t find_record_scalar(const uint8_t* text, size_t n, size_t from) {
  while (from < n) {
    const void* hit = std::memchr(text + from, '>', n - from);
    if (hit == nullptr) return n;
    from = static_cast<size_t>(static_cast<const uint8_t*>(hit) - text);
    if (text[static_cast<ptrdiff_t>(from) - 1] == '\n') return from;
    from++;
  }
  return n;
}

const Kernels* scalar_kernels() {
  static const Kernels kernels = {"scalar", strip_scalar, count_scalar, nullptr, find_record_scalar};
  return &kernels;
}

size_t available_kernels(const Kernels* levels[kMaxLevels]) {
  size_t n = 0;
  if (const Kernels* kernels = avx512_kernels()) levels[n++] = kernels;
  if (const Kernels* kernels = avx2_kernels()) levels[n++] = kernels;
  levels[n++] = scalar_kernels();
  return n;
}

}  // namespace gtk
