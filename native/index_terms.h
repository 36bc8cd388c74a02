#pragma once
#include <node_api.h>

namespace gtk {

// indexTerms(counts, weights, single, families, single, families): for each record of 64 counts the sums with each
// table of 64 weights, and the effective numbers of codons after Wright and after Sun, Yang and Xia.
napi_value index_terms(napi_env env, napi_callback_info info);

}  // namespace gtk
