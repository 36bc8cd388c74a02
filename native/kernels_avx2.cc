// AVX2: lines are copied in overlapping vectors; codons are counted in a table of codon pairs, or, for
// single records, in four tables of codons.
#include "simd.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <cstring>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

namespace gtk {
namespace {

constexpr size_t kVectorCodons = 32;

AVX2 inline __m256i load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
AVX2 inline void store(void* p, __m256i x) { _mm256_storeu_si256(static_cast<__m256i*>(p), x); }

AVX2 inline __m256i by_low_nibble(char n1, char n3, char n4, char n5, char n7) {
  return _mm256_setr_epi8(0, n1, 0, n3, n4, n5, 0, n7, 0, 0, 0, 0, 0, 0, 0, 0,  //
                          0, n1, 0, n3, n4, n5, 0, n7, 0, 0, 0, 0, 0, 0, 0, 0);
}

// All ones where the byte is A C G T U in either case. Their low nibbles 1 3 7 4 5 all differ.
AVX2 inline __m256i is_base(__m256i x) {
  const __m256i upper = _mm256_and_si256(x, _mm256_set1_epi8(static_cast<char>(0xdf)));
  return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(by_low_nibble('A', 'C', 'T', 'U', 'G'), x), upper);
}

// Bytes i of a vector with i mod 3 = `first`.
AVX2 inline __m256i every_third(int first) {
  alignas(32) uint8_t bytes[32];
  for (int i = 0; i < 32; i++) bytes[i] = i % 3 == first ? 0xff : 0;
  return load(bytes);
}

AVX2 inline __m256i swap_halves(__m256i x) { return _mm256_permute2x128_si256(x, x, 1); }

// 32 codon indexes from 96 residues, in any order; false if one of them is ambiguous.
//
// Since 32 mod 3 = 2, the first bases of the codons stand at different positions in the three vectors, so
// blending collects them without moving one; the second and third bases then only need a rotation.
AVX2 inline bool codon_indexes(const uint8_t* residues, __m256i* codons) {
  const __m256i x0 = load(residues), x1 = load(residues + 32), x2 = load(residues + 64);
  const __m256i valid = _mm256_and_si256(_mm256_and_si256(is_base(x0), is_base(x1)), is_base(x2));
  if (_mm256_movemask_epi8(valid) != -1) return false;
  const __m256i m0 = every_third(0), m1 = every_third(1);
  __m256i a = _mm256_blendv_epi8(_mm256_blendv_epi8(x2, x1, m1), x0, m0);
  __m256i b = _mm256_blendv_epi8(_mm256_blendv_epi8(x1, x0, m1), x2, m0);
  __m256i c = _mm256_blendv_epi8(_mm256_blendv_epi8(x0, x2, m1), x1, m0);
  b = _mm256_alignr_epi8(swap_halves(b), b, 1);
  c = _mm256_alignr_epi8(swap_halves(c), c, 2);
  a = _mm256_shuffle_epi8(by_low_nibble(0, 16, 48, 48, 32), a);
  b = _mm256_shuffle_epi8(by_low_nibble(0, 4, 12, 12, 8), b);
  c = _mm256_shuffle_epi8(by_low_nibble(0, 1, 3, 3, 2), c);
  *codons = _mm256_or_si256(_mm256_or_si256(a, b), c);
  return true;
}

AVX2 size_t count(const uint8_t* residues, size_t codons, uint64_t* counts) {
  uint32_t tables[4][64];
  std::memset(tables, 0, sizeof tables);
  size_t ambiguous = 0;
  for (; codons >= kVectorCodons; codons -= kVectorCodons, residues += 3 * kVectorCodons) {
    __m256i indexes;
    if (!codon_indexes(residues, &indexes)) {
      ambiguous += count_scalar(residues, kVectorCodons, counts);
      continue;
    }
    alignas(32) uint8_t bytes[32];
    store(bytes, indexes);
    for (int i = 0; i < 32; i += 4) {
      tables[0][bytes[i]]++;
      tables[1][bytes[i + 1]]++;
      tables[2][bytes[i + 2]]++;
      tables[3][bytes[i + 3]]++;
    }
  }
  for (int i = 0; i < 64; i++) counts[i] += uint64_t{tables[0][i]} + tables[1][i] + tables[2][i] + tables[3][i];
  return ambiguous + count_scalar(residues, codons, counts);
}

AVX2 size_t count_pairs(const uint8_t* residues, size_t codons, PairTable* pairs, uint64_t* counts) {
  const __m256i weights = _mm256_set1_epi16(0x0140);
  uint32_t* even = pairs->cells[0];
  uint32_t* odd = pairs->cells[1];
  size_t ambiguous = 0;
  pairs->pending += codons / 2;
  for (; codons >= kVectorCodons; codons -= kVectorCodons, residues += 3 * kVectorCodons) {
    __m256i indexes;
    if (!codon_indexes(residues, &indexes)) {
      ambiguous += count_scalar(residues, kVectorCodons, counts);
      continue;
    }
    alignas(32) uint64_t words[4];
    store(words, _mm256_maddubs_epi16(indexes, weights));
    for (int i = 0; i < 4; i++) {
      const uint64_t word = words[i];
      even[word & 0xffff]++;
      odd[word >> 16 & 0xffff]++;
      even[word >> 32 & 0xffff]++;
      odd[word >> 48]++;
    }
  }
  return ambiguous + count_scalar(residues, codons, counts);
}

// 64 bytes of text; every mask has a bit for each byte.
struct Block {
  __m256i low, high;
};

AVX2 inline uint64_t mask(__m256i low, __m256i high) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(low)) |
         static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high))) << 32;
}

AVX2 inline uint64_t equal(const Block& x, char byte) {
  const __m256i wanted = _mm256_set1_epi8(byte);
  return mask(_mm256_cmpeq_epi8(x.low, wanted), _mm256_cmpeq_epi8(x.high, wanted));
}

// As signed numbers, bytes from 0x80 are below everything else.
AVX2 inline uint64_t above(const Block& x, char byte) {
  const __m256i wanted = _mm256_set1_epi8(byte);
  return mask(_mm256_cmpgt_epi8(x.low, wanted), _mm256_cmpgt_epi8(x.high, wanted));
}

AVX2 inline void copy64(const uint8_t* from, uint8_t* to) {
  store(to, load(from));
  store(to + 32, load(from + 32));
}

AVX2 size_t strip(const uint8_t* text, size_t n, uint8_t* out, size_t* written) {
  uint8_t* end = out;
  size_t i = 0;
  // Segments between newlines are copied 64 bytes at a time, and so may read as many beyond the block.
  for (; i + 128 <= n; i += 64) {
    const Block x = {load(text + i), load(text + i + 32)};
    const uint64_t newline = equal(x, '\n');
    const uint64_t marks = equal(x, '>') | equal(x, ';');
    uint64_t drop = ~(above(x, 0x20) & ~equal(x, 0x7f));
    if (drop != newline || marks) {
      const uint64_t white = equal(x, ' ') | (above(x, 8) & ~above(x, 13));
      const uint64_t starts = newline << 1 | (i > 0 && text[i - 1] == '\n');
      const uint64_t stops = (starts & marks) | (drop & ~white);
      if (stops) {
        size_t rest = 0;
        i += strip_scalar(text + i, static_cast<size_t>(__builtin_ctzll(stops)), end, &rest);
        *written = static_cast<size_t>(end - out) + rest;
        return i;
      }
    }
    unsigned from = 0;
    for (; drop; drop &= drop - 1) {
      const unsigned to = static_cast<unsigned>(__builtin_ctzll(drop));
      copy64(text + i + from, end);
      end += to - from;
      from = to + 1;
    }
    copy64(text + i + from, end);
    end += 64 - from;
  }
  if (i > 0 && text[i - 1] == '\n' && (text[i] == '>' || text[i] == ';')) {
    *written = static_cast<size_t>(end - out);
    return i;
  }
  size_t rest = 0;
  i += strip_scalar(text + i, n - i, end, &rest);
  *written = static_cast<size_t>(end - out) + rest;
  return i;
}

AVX2 size_t find_record(const uint8_t* text, size_t n, size_t from) {
  const __m256i mark = _mm256_set1_epi8('>'), newline = _mm256_set1_epi8('\n');
  size_t i = from;
  for (; i + 64 <= n; i += 64) {
    const __m256i low = _mm256_cmpeq_epi8(load(text + i), mark);
    const __m256i high = _mm256_cmpeq_epi8(load(text + i + 32), mark);
    if (_mm256_testz_si256(_mm256_or_si256(low, high), _mm256_or_si256(low, high))) continue;
    const __m256i before_low = _mm256_cmpeq_epi8(load(text + i - 1), newline);
    const __m256i before_high = _mm256_cmpeq_epi8(load(text + i + 31), newline);
    const uint64_t hits = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_and_si256(low, before_low))) |
                          uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_and_si256(high, before_high)))} << 32;
    if (hits) return i + static_cast<size_t>(__builtin_ctzll(hits));
  }
  return find_record_scalar(text, n, i);
}

}  // namespace

const Kernels* avx2_kernels() {
  static const Kernels kernels = {"avx2", strip, count, count_pairs, find_record};
  const bool supported = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  return supported ? &kernels : nullptr;
}

}  // namespace gtk
#else
namespace gtk {
const Kernels* avx2_kernels() { return nullptr; }
}  // namespace gtk
#endif
