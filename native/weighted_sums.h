#pragma once
#include <node_api.h>

namespace gtk {

// weightedSums(counts, weights): for each record of 64 counts and each table of 64 weights the sum of their products.
napi_value weighted_sums(napi_env env, napi_callback_info info);

}  // namespace gtk
