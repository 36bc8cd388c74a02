// Copies in vectors of 32 bytes. A distance below 32 repeats what is behind it by a shuffle, so that near and far
// matches, which come in no order that could be foreseen, take the same path.
#include "inflate_fast.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2")))

namespace gtk {
namespace {

constexpr size_t kVector = 32;

// For each distance, where byte i of a vector comes from, that is i % distance: `low` picks among the first 16
// bytes behind and `high` among the next, each leaving zeros (0x80) for the other. `step` is the least multiple of
// the distance that is no less than 32.
struct Repeats {
  uint8_t low[kVector + 1][kVector], high[kVector + 1][kVector];
  uint8_t step[kVector + 1];
};

constexpr Repeats repeats() {
  Repeats all{};
  for (size_t distance = 1; distance <= kVector; distance++) {
    for (size_t i = 0; i < kVector; i++) {
      const size_t from = i % distance;
      all.low[distance][i] = static_cast<uint8_t>(from < 16 ? from : 0x80);
      all.high[distance][i] = static_cast<uint8_t>(from < 16 ? 0x80 : from - 16);
    }
    all.step[distance] = static_cast<uint8_t>((kVector + distance - 1) / distance * distance);
  }
  return all;
}

alignas(32) constexpr Repeats kRepeats = repeats();

AVX2 inline __m256i twice(const uint8_t* p) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}
AVX2 inline __m256i row(const uint8_t* p) { return _mm256_load_si256(reinterpret_cast<const __m256i*>(p)); }

struct Vectors {
  AVX2 static inline void match(uint8_t* out, size_t distance, size_t length) {
    const uint8_t* from = out - distance;
    const size_t near = distance < kVector ? distance : kVector;
    const __m256i low = _mm256_shuffle_epi8(twice(from), row(kRepeats.low[near]));
    const __m256i high = _mm256_shuffle_epi8(twice(from + 16), row(kRepeats.high[near]));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_or_si256(low, high));
    if (length <= kVector) return;
    const size_t step = distance < kVector ? kRepeats.step[near] : distance;
    for (size_t at = kVector; at < length; at += kVector) memcpy(out + at, out + at - step, kVector);
  }
};

}  // namespace

AVX2 const char* inflate_fast_avx2(InflateStream* stream, const InflateTables& tables, bool* block_end) {
  return inflate_fast<Vectors>(stream, tables, block_end);
}

}  // namespace gtk
#endif
