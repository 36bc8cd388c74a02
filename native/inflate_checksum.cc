#include "inflate_checksum.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace gtk {
namespace {

constexpr uint32_t kModulus = 65521;
// Bytes after which 32 bits still hold the second sum: at most 5552, and whole vectors.
constexpr size_t kRun = 5536;

// The sum of the bytes, and the sum of what that was after each byte.
struct Sums {
  uint32_t first, second;
};

Sums add_scalar(Sums sums, const uint8_t* bytes, size_t n) {
  constexpr size_t kGroup = 16;
  for (; n >= kGroup; n -= kGroup, bytes += kGroup) {
    uint32_t sum = 0, weighted = 0;
    for (uint32_t i = 0; i < kGroup; i++) {
      sum += bytes[i];
      weighted += bytes[i] * (static_cast<uint32_t>(kGroup) - i);
    }
    sums.second += sums.first * static_cast<uint32_t>(kGroup) + weighted;
    sums.first += sum;
  }
  for (size_t i = 0; i < n; i++) sums.second += sums.first += bytes[i];
  return sums;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) inline uint32_t total(__m256i x) {
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
  return static_cast<uint32_t>(_mm_cvtsi128_si32(half));
}

__attribute__((target("avx2"))) Sums add_avx2(Sums sums, const uint8_t* bytes, size_t n) {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i weights = _mm256_setr_epi8(32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17,  //
                                           16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
  __m256i sum = zero, before = zero, weighted = zero;
  const size_t whole = n / 32 * 32;
  for (size_t i = 0; i < whole; i += 32) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + i));
    before = _mm256_add_epi32(before, sum);
    sum = _mm256_add_epi32(sum, _mm256_sad_epu8(x, zero));
    const __m256i pairs = _mm256_maddubs_epi16(x, weights);
    weighted = _mm256_add_epi32(weighted, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
  sums.second += sums.first * static_cast<uint32_t>(whole) + 32 * total(before) + total(weighted);
  sums.first += total(sum);
  return add_scalar(sums, bytes + whole, n - whole);
}
#endif

}  // namespace

uint32_t adler32(const uint8_t* bytes, size_t n, bool wide) {
  auto* add = add_scalar;
#if defined(__x86_64__)
  if (wide) add = add_avx2;
#endif
  Sums sums = {1, 0};
  for (size_t at = 0; at < n; at += kRun) {
    sums = add(sums, bytes + at, std::min(kRun, n - at));
    sums.first %= kModulus;
    sums.second %= kModulus;
  }
  return sums.second << 16 | sums.first;
}

}  // namespace gtk
