#include "codon_batch.h"

#include <algorithm>
#include <cstring>

#include "napi_values.h"

namespace gtk {
namespace {

napi_value float64_array(napi_env env, const std::vector<double>& values) {
  return typed_array(env, napi_float64_array, values.data(), values.size(), sizeof(double));
}

napi_value sequence_rows(napi_env env, const Rows& rows) {
  std::vector<uint32_t> offsets(1, 0);
  offsets.insert(offsets.end(), rows.header_ends.begin(), rows.header_ends.end());
  napi_value object;
  napi_create_object(env, &object);
  set(env, object, "headers", typed_array(env, napi_uint8_array, rows.headers.data(), rows.headers.size(), 1));
  set(env, object, "headerOffsets", typed_array(env, napi_uint32_array, offsets.data(), offsets.size(), 4));
  set(env, object, "lengths", float64_array(env, rows.lengths));
  set(env, object, "codons", float64_array(env, rows.codons));
  set(env, object, "ambiguous", float64_array(env, rows.ambiguous));
  set(env, object, "counts", typed_array(env, napi_uint32_array, rows.counts.data(), rows.counts.size(), 4));
  return object;
}

napi_value ambiguous_codons(napi_env env, const AmbiguousCodons& codons) {
  napi_value list;
  napi_create_array(env, &list);
  uint32_t i = 0;
  for (const AmbiguousCodons::Entry& entry : codons.sorted()) {
    napi_value pair;
    napi_create_array_with_length(env, 2, &pair);
    napi_set_element(env, pair, 0, string(env, entry.letters, 3));
    napi_set_element(env, pair, 1, number(env, static_cast<double>(entry.count)));
    napi_set_element(env, list, i++, pair);
  }
  return list;
}

}  // namespace

napi_value codon_batch(napi_env env, const CodonCounter& counter) {
  const Totals& totals = counter.totals();
  const std::vector<double> counts(totals.counts, totals.counts + 64);
  napi_value object;
  napi_create_object(env, &object);
  set(env, object, "sequences", number(env, static_cast<double>(totals.sequences)));
  set(env, object, "bases", number(env, static_cast<double>(totals.bases)));
  set(env, object, "codons", number(env, static_cast<double>(totals.codons)));
  set(env, object, "ambiguous", number(env, static_cast<double>(totals.ambiguous)));
  set(env, object, "partial", number(env, static_cast<double>(totals.partial)));
  set(env, object, "counts", float64_array(env, counts));
  set(env, object, "ambiguousCodons", ambiguous_codons(env, counter.ambiguous_codons()));
  set(env, object, "rows", counter.options().rows ? sequence_rows(env, counter.rows()) : undefined(env));
  return object;
}

napi_value text_problem(napi_env env, const TextProblem& problem) {
  const char* const names[] = {"", "no-header", "binary", "cr-only"};
  if (problem.kind == TextProblem::none) return undefined(env);
  const char* kind = names[problem.kind];
  napi_value object;
  napi_create_object(env, &object);
  set(env, object, "kind", string(env, kind, strlen(kind)));
  set(env, object, "offset", number(env, static_cast<double>(problem.offset)));
  set(env, object, "byte", number(env, problem.byte));
  return object;
}

}  // namespace gtk
