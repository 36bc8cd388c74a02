// AVX-512 with VBMI, VBMI2, VPOPCNTDQ and GFNI (Ice Lake, Zen 4 and later).
//
// Counting is bit-sliced: 512 codons become seven planes of 512 bits (six bits of the codon index and one
// that marks ambiguous codons); a codon's count is the population count of the AND of its planes. There is
// no table in memory to increment, so neither repeats nor ambiguous codons slow it down.
#include "simd.h"

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 takes the undefined operands inside its own intrinsics for ours (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#define AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vbmi2,avx512vpopcntdq,gfni,bmi,bmi2,popcnt")))

namespace gtk {
namespace {

// Groups of 512 codons whose planes are held at a time; 8 keep planes and residues inside the L1 cache.
constexpr size_t kGroups = 8;
constexpr size_t kVectorCodons = 64;
constexpr size_t kGroupCodons = 8 * kVectorCodons;

struct alignas(64) Planes {
  __m512i upper[kGroups][8];  // codons whose bits 5 4 3 spell 0 to 7
  __m512i lower[kGroups][8];  // unambiguous codons whose bits 2 1 0 spell 0 to 7
};

struct alignas(64) Tables {
  uint8_t code_low[3][64], code_high[3][64];  // ASCII to base code, shifted for each codon position; 0x80 if none
  uint8_t rotate1[64], rotate2[64];
  uint8_t gather_planes[64];
};

constexpr Tables make_tables() {
  Tables t = {};
  for (unsigned i = 0; i < 64; i++) {
    for (unsigned p = 0; p < 3; p++) t.code_low[p][i] = t.code_high[p][i] = 0x80;
    t.rotate1[i] = static_cast<uint8_t>((i + 1) & 63);
    t.rotate2[i] = static_cast<uint8_t>((i + 2) & 63);
    t.gather_planes[i] = static_cast<uint8_t>((i & 7) << 3 | i >> 3);
  }
  const char letters[] = "AaCcGgTtUu";
  const uint8_t codes[] = {0, 0, 1, 1, 2, 2, 3, 3, 3, 3};
  for (unsigned i = 0; i < sizeof codes; i++) {
    for (unsigned p = 0; p < 3; p++) t.code_high[p][letters[i] - 64] = static_cast<uint8_t>(codes[i] << (4 - 2 * p));
  }
  return t;
}

constexpr Tables kTables = make_tables();

// Positions i of a vector with i mod 3 = 0, 1, 2.
constexpr __mmask64 kEvery3[3] = {0x9249249249249249ull, 0x2492492492492492ull, 0x4924924924924924ull};

AVX512 inline __m512i base_codes(__m512i letters, int position) {
  return _mm512_permutex2var_epi8(_mm512_load_si512(kTables.code_low[position]), letters,
                                  _mm512_load_si512(kTables.code_high[position]));
}

// 64 codons from 192 residues, as qwords: qword j holds bit j of each codon's byte.
//
// Since 64 mod 3 = 1, the first bases of the codons stand at different positions in the three vectors, so
// blending collects them without moving one; the second and third bases then only need a rotation.
AVX512 inline __m512i codon_bits(__m512i x0, __m512i x1, __m512i x2) {
  const __mmask64 m0 = kEvery3[0], m1 = kEvery3[1];
  __m512i a = _mm512_mask_blend_epi8(m0, _mm512_mask_blend_epi8(m1, x1, x2), x0);
  __m512i b = _mm512_mask_blend_epi8(m0, _mm512_mask_blend_epi8(m1, x2, x0), x1);
  __m512i c = _mm512_mask_blend_epi8(m0, _mm512_mask_blend_epi8(m1, x0, x1), x2);
  b = _mm512_permutexvar_epi8(_mm512_load_si512(kTables.rotate1), b);
  c = _mm512_permutexvar_epi8(_mm512_load_si512(kTables.rotate2), c);
  a = base_codes(a, 0);
  b = base_codes(b, 1);
  c = base_codes(c, 2);
  const __m512i codons = _mm512_ternarylogic_epi64(a, b, c, 0xfe);
  // With the data as the matrix and the unit vectors as the input, the product is the transpose.
  const __m512i unit = _mm512_set1_epi64(static_cast<long long>(0x8040201008040201ull));
  const __m512i transposed = _mm512_gf2p8affine_epi64_epi8(unit, codons, 0);
  return _mm512_permutexvar_epi8(_mm512_load_si512(kTables.gather_planes), transposed);
}

// rows[r] qword j becomes rows[j] qword r.
AVX512 inline void transpose_qwords(__m512i r[8]) {
  __m512i s[8];
  for (int i = 0; i < 8; i += 2) {
    s[i] = _mm512_unpacklo_epi64(r[i], r[i + 1]);
    s[i + 1] = _mm512_unpackhi_epi64(r[i], r[i + 1]);
  }
  for (int half = 0; half < 2; half++) {
    const __m512i p = s[half], q = s[half + 2], u = s[half + 4], v = s[half + 6];
    const __m512i pq_even = _mm512_shuffle_i64x2(p, q, 0x88), pq_odd = _mm512_shuffle_i64x2(p, q, 0xdd);
    const __m512i uv_even = _mm512_shuffle_i64x2(u, v, 0x88), uv_odd = _mm512_shuffle_i64x2(u, v, 0xdd);
    r[half] = _mm512_shuffle_i64x2(pq_even, uv_even, 0x88);
    r[half + 4] = _mm512_shuffle_i64x2(pq_even, uv_even, 0xdd);
    r[half + 2] = _mm512_shuffle_i64x2(pq_odd, uv_odd, 0x88);
    r[half + 6] = _mm512_shuffle_i64x2(pq_odd, uv_odd, 0xdd);
  }
}

// The AND of three planes or of their complements, for all eight choices: out[4x + 2y + z].
AVX512 inline void products(__m512i x, __m512i y, __m512i z, __m512i out[8]) {
  out[0] = _mm512_ternarylogic_epi64(x, y, z, 0x01);
  out[1] = _mm512_ternarylogic_epi64(x, y, z, 0x02);
  out[2] = _mm512_ternarylogic_epi64(x, y, z, 0x04);
  out[3] = _mm512_ternarylogic_epi64(x, y, z, 0x08);
  out[4] = _mm512_ternarylogic_epi64(x, y, z, 0x10);
  out[5] = _mm512_ternarylogic_epi64(x, y, z, 0x20);
  out[6] = _mm512_ternarylogic_epi64(x, y, z, 0x40);
  out[7] = _mm512_ternarylogic_epi64(x, y, z, 0x80);
}

// The planes of one group; returns the flags of ambiguous codons.
AVX512 inline __m512i add_group(__m512i rows[8], size_t group, Planes& planes) {
  transpose_qwords(rows);
  const __m512i flags = rows[7];
  products(rows[5], rows[4], rows[3], planes.upper[group]);
  __m512i* lower = planes.lower[group];
  products(rows[2], rows[1], rows[0], lower);
  for (int j = 0; j < 8; j++) lower[j] = _mm512_andnot_si512(flags, lower[j]);
  return flags;
}

AVX512 inline void add_counts(const Planes& planes, size_t groups, uint64_t* counts) {
  for (int k = 0; k < 8; k++) {
    __m512i sum[8];
    for (int j = 0; j < 8; j++) sum[j] = _mm512_setzero_si512();
    for (size_t g = 0; g < groups; g++) {
      const __m512i upper = planes.upper[g][k];
      for (int j = 0; j < 8; j++) {
        const __m512i both = _mm512_and_si512(upper, planes.lower[g][j]);
        sum[j] = _mm512_add_epi64(sum[j], _mm512_popcnt_epi64(both));
      }
    }
    transpose_qwords(sum);
    const __m512i total = _mm512_add_epi64(
        _mm512_add_epi64(_mm512_add_epi64(sum[0], sum[1]), _mm512_add_epi64(sum[2], sum[3])),
        _mm512_add_epi64(_mm512_add_epi64(sum[4], sum[5]), _mm512_add_epi64(sum[6], sum[7])));
    _mm512_storeu_si512(counts + 8 * k, _mm512_add_epi64(_mm512_loadu_si512(counts + 8 * k), total));
  }
}

AVX512 inline __mmask64 first_bytes(size_t n) { return n >= 64 ? ~0ull : (1ull << n) - 1; }

AVX512 inline __m512i load_first(const uint8_t* bytes, size_t n, size_t from) {
  if (from >= n) return _mm512_setzero_si512();
  return _mm512_maskz_loadu_epi8(first_bytes(n - from), bytes + from);
}

AVX512 size_t count(const uint8_t* residues, size_t codons, uint64_t* counts) {
  Planes planes;
  __m512i flagged = _mm512_setzero_si512();
  size_t groups = 0, padded = 0;
  while (codons > 0) {
    __m512i rows[8];
    if (codons >= kGroupCodons) {
      for (int r = 0; r < 8; r++, residues += 192) {
        rows[r] = codon_bits(_mm512_loadu_si512(residues), _mm512_loadu_si512(residues + 64),
                             _mm512_loadu_si512(residues + 128));
      }
      codons -= kGroupCodons;
    } else {
      // What is beyond the end reads as zero bytes, which are ambiguous and thus not counted.
      const size_t n = 3 * codons;
      for (size_t r = 0; r < 8; r++) {
        const size_t from = 192 * r;
        rows[r] = codon_bits(load_first(residues, n, from), load_first(residues, n, from + 64),
                             load_first(residues, n, from + 128));
      }
      padded = kGroupCodons - codons;
      codons = 0;
    }
    flagged = _mm512_add_epi64(flagged, _mm512_popcnt_epi64(add_group(rows, groups++, planes)));
    if (groups == kGroups || codons == 0) {
      add_counts(planes, groups, counts);
      groups = 0;
    }
  }
  return static_cast<size_t>(_mm512_reduce_add_epi64(flagged)) - padded;
}

// Where stripping has to end among the valid bytes of x, lowest bit first: at a '>' or ';' that begins a
// line, and at a byte that is neither printable nor white. `carry` is 1 if x stands at the start of a line.
AVX512 inline uint64_t find_stops(__m512i x, uint64_t valid, uint64_t printable, uint64_t newline, uint64_t carry) {
  const uint64_t starts = newline << 1 | carry;
  const uint64_t marks = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('>')) |
                         _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(';'));
  const __m512i from_tab = _mm512_sub_epi8(x, _mm512_set1_epi8(9));
  const uint64_t white = _mm512_cmple_epu8_mask(from_tab, _mm512_set1_epi8(4)) |
                         _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(' '));
  return ((starts & marks) | ~(printable | white)) & valid;
}

AVX512 size_t strip(const uint8_t* text, size_t n, uint8_t* out, size_t* written) {
  uint8_t* end = out;
  for (size_t i = 0; i < n; i += 64) {
    const uint64_t valid = first_bytes(n - i);
    const __m512i x = valid == ~0ull ? _mm512_loadu_si512(text + i) : _mm512_maskz_loadu_epi8(valid, text + i);
    const __m512i from_first = _mm512_sub_epi8(x, _mm512_set1_epi8(0x21));
    const __mmask64 newline = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\n'));
    const __mmask64 begins = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('>'));
    const __mmask64 comments = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(';'));
    __mmask64 keep = _mm512_cmple_epu8_mask(from_first, _mm512_set1_epi8(0x5d));
    // Most vectors hold nothing but residues and newlines; these tests leave the masks where they are.
    if (!_kortestc_mask64_u8(keep, newline) || !_kortestz_mask64_u8(begins, comments)) {
      const uint64_t stops = find_stops(x, valid, keep, newline, i > 0 && text[i - 1] == '\n');
      if (stops) {
        keep &= (stops & -stops) - 1;
        _mm512_storeu_si512(end, _mm512_maskz_compress_epi8(keep, x));
        *written = static_cast<size_t>(end - out) + static_cast<size_t>(_mm_popcnt_u64(keep));
        return i + static_cast<size_t>(__builtin_ctzll(stops));
      }
    }
    // The register form: compressing into memory costs a hundred cycles on Zen 4.
    _mm512_storeu_si512(end, _mm512_maskz_compress_epi8(keep, x));
    end += _mm_popcnt_u64(keep);
  }
  *written = static_cast<size_t>(end - out);
  return n;
}

AVX512 size_t find_record(const uint8_t* text, size_t n, size_t from) {
  const __m512i mark = _mm512_set1_epi8('>'), newline = _mm512_set1_epi8('\n');
  size_t i = from;
  for (; i + 64 <= n; i += 64) {
    uint64_t hits = _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(text + i), mark);
    if (hits == 0) continue;
    hits = _mm512_mask_cmpeq_epi8_mask(hits, _mm512_loadu_si512(text + i - 1), newline);
    if (hits) return i + static_cast<size_t>(__builtin_ctzll(hits));
  }
  return find_record_scalar(text, n, i);
}

}  // namespace

const Kernels* avx512_kernels() {
  static const Kernels kernels = {"avx512", strip, count, nullptr, find_record};
  const bool supported = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                         __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
                         __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("gfni") &&
                         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  return supported ? &kernels : nullptr;
}

}  // namespace gtk
#else
namespace gtk {
const Kernels* avx512_kernels() { return nullptr; }
}  // namespace gtk
#endif
