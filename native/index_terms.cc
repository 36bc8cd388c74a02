// Calculates in the order of src/kernels/index-terms, to the last bit; the build forbids fused multiplication and
// addition, which would round otherwise. The formulas are explained there.
#include "index_terms.h"

#include <cmath>
#include <cstdint>

#include "napi_values.h"

namespace gtk {
namespace {

constexpr size_t kCodons = 64;
constexpr double kLeastHomozygosity = 0.0000001;
constexpr double kMostCodons = 61;

struct Families {
  uint64_t single;
  const uint8_t* bytes;
  size_t n;
};

// By size of family.
struct Sizes {
  double having[kCodons + 1] = {};
  double used[kCodons + 1] = {};
  double sums[kCodons + 1] = {};
};

double weighted_sum(const double* __restrict record, const double* __restrict weights) {
  double lanes[4] = {0, 0, 0, 0};
  for (size_t codon = 0; codon < kCodons; codon += 4) {
    for (size_t lane = 0; lane < 4; lane++) lanes[lane] += record[codon + lane] * weights[codon + lane];
  }
  return lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
}

double wright_number(const double* record, const Families& families) {
  Sizes sizes;
  for (size_t at = 0; at < families.n;) {
    const size_t size = families.bytes[at++];
    double total = 0, squares = 0;
    for (const size_t end = at + size; at < end; at++) {
      const double count = record[families.bytes[at]];
      total += count;
      squares += count * count;
    }
    sizes.having[size]++;
    if (total < 2) continue;
    const double homozygosity = (squares - total) / (total * (total - 1));
    if (homozygosity <= kLeastHomozygosity) continue;
    sizes.sums[size] += homozygosity;
    sizes.used[size]++;
  }
  double effective = static_cast<double>(families.single);
  for (size_t size = 2; size <= kCodons; size++) {
    if (sizes.having[size] == 0) continue;
    double mean = sizes.sums[size] / sizes.used[size];
    if (size == 3 && sizes.used[3] == 0 && sizes.having[3] == 1) {
      mean = (sizes.sums[2] / sizes.used[2] + sizes.sums[4] / sizes.used[4]) / 2;
    }
    effective += sizes.having[size] / mean;
  }
  return effective > kMostCodons ? kMostCodons : effective;
}

double sun_number(const double* record, const Families& families) {
  Sizes sizes;
  for (size_t at = 0; at < families.n;) {
    const size_t size = families.bytes[at++];
    double total = 0, squares = 0;
    for (const size_t end = at + size; at < end; at++) {
      const double count = record[families.bytes[at]];
      total += count;
      squares += (count + 1) * (count + 1);
    }
    const double padded = total + static_cast<double>(size);
    sizes.having[size]++;
    sizes.used[size] += total;
    sizes.sums[size] += (total * squares) / (padded * padded);
  }
  double effective = static_cast<double>(families.single);
  for (size_t size = 2; size <= kCodons; size++) {
    if (sizes.having[size] == 0) continue;
    effective += sizes.used[size] == 0 ? sizes.having[size] * static_cast<double>(size)
                                       : (sizes.having[size] * sizes.used[size]) / sizes.sums[size];
  }
  return effective;
}

bool fail(napi_env env, const char* message) {
  napi_throw_range_error(env, nullptr, message);
  return false;
}

bool get_tables(napi_env env, napi_value value, napi_typedarray_type type, const void** data, size_t* n) {
  bool is_array = false;
  napi_typedarray_type found;
  void* memory;
  if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array ||
      napi_get_typedarray_info(env, value, &found, n, &memory, nullptr, nullptr) != napi_ok || found != type) {
    napi_throw_type_error(env, nullptr, "counts must be a Uint32Array, weights a Float64Array");
    return false;
  }
  *data = memory;
  return *n % kCodons == 0 || fail(env, "the counts or the weights are no multiple of 64");
}

bool get_families(napi_env env, napi_value single, napi_value bytes, Families* families) {
  if (!get_integer(env, single, "single", &families->single) || !get_bytes(env, bytes, &families->bytes, &families->n)) {
    return false;
  }
  for (size_t at = 0; at < families->n;) {
    const size_t size = families->bytes[at++];
    bool sound = size >= 2 && size <= kCodons && size <= families->n - at;
    for (size_t i = 0; sound && i < size; i++) sound = families->bytes[at + i] < kCodons;
    if (!sound) return fail(env, "a family is smaller or larger than it says, or has a codon above 63");
    at += size;
  }
  return true;
}

}  // namespace

napi_value index_terms(napi_env env, napi_callback_info info) {
  napi_value arguments[6], buffer, result;
  const void *counts_data, *weights_data;
  size_t counts_length, weights_length;
  Families wright, sun;
  if (!get_arguments(env, info, 6, arguments) ||
      !get_tables(env, arguments[0], napi_uint32_array, &counts_data, &counts_length) ||
      !get_tables(env, arguments[1], napi_float64_array, &weights_data, &weights_length) ||
      !get_families(env, arguments[2], arguments[3], &wright) || !get_families(env, arguments[4], arguments[5], &sun)) {
    return nullptr;
  }
  const uint32_t* counts = static_cast<const uint32_t*>(counts_data);
  const double* weights = static_cast<const double*>(weights_data);
  const size_t terms = counts_length / kCodons * (weights_length / kCodons + 2);
  void* memory;
  if (napi_create_arraybuffer(env, terms * sizeof(double), &memory, &buffer) != napi_ok) return nullptr;
  double* out = static_cast<double*>(memory);
  double record[kCodons];
  for (size_t i = 0; i < counts_length; i += kCodons) {
    for (size_t codon = 0; codon < kCodons; codon++) record[codon] = counts[i + codon];
    for (size_t j = 0; j < weights_length; j += kCodons) *out++ = weighted_sum(record, weights + j);
    *out++ = wright_number(record, wright);
    *out++ = sun_number(record, sun);
  }
  return napi_create_typedarray(env, napi_float64_array, terms, buffer, 0, &result) == napi_ok ? result : nullptr;
}

}  // namespace gtk
