// The build forbids fused multiplication and addition, which would round otherwise than the reference.
#include "weighted_sums.h"

#include <cstdint>

#include "napi_values.h"

namespace gtk {
namespace {

constexpr size_t kCodons = 64;

double weighted_sum(const double* __restrict record, const double* __restrict weights) {
  double lanes[4] = {0, 0, 0, 0};
  for (size_t codon = 0; codon < kCodons; codon += 4) {
    for (size_t lane = 0; lane < 4; lane++) lanes[lane] += record[codon + lane] * weights[codon + lane];
  }
  return lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
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
  if (*n % kCodons == 0) return true;
  napi_throw_range_error(env, nullptr, "the counts or the weights are no multiple of 64");
  return false;
}

}  // namespace

napi_value weighted_sums(napi_env env, napi_callback_info info) {
  napi_value arguments[2], buffer, result;
  const void *counts_data, *weights_data;
  size_t counts_length, weights_length;
  if (!get_arguments(env, info, 2, arguments) ||
      !get_tables(env, arguments[0], napi_uint32_array, &counts_data, &counts_length) ||
      !get_tables(env, arguments[1], napi_float64_array, &weights_data, &weights_length)) {
    return nullptr;
  }
  const uint32_t* counts = static_cast<const uint32_t*>(counts_data);
  const double* weights = static_cast<const double*>(weights_data);
  const size_t sums = counts_length / kCodons * (weights_length / kCodons);
  void* memory;
  if (napi_create_arraybuffer(env, sums * sizeof(double), &memory, &buffer) != napi_ok) return nullptr;
  double* out = static_cast<double*>(memory);
  double record[kCodons];
  for (size_t i = 0; i < counts_length; i += kCodons) {
    for (size_t codon = 0; codon < kCodons; codon++) record[codon] = counts[i + codon];
    for (size_t j = 0; j < weights_length; j += kCodons) *out++ = weighted_sum(record, weights + j);
  }
  return napi_create_typedarray(env, napi_float64_array, sums, buffer, 0, &result) == napi_ok ? result : nullptr;
}

}  // namespace gtk
