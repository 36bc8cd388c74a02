#pragma once
#include <node_api.h>

#include "simd.h"

namespace gtk {

// The names of the kernel sets that this processor can run, best first.
napi_value level_names(napi_env env);
// The set of that name; null, with a RangeError thrown, if this processor lacks it.
const Kernels* get_level(napi_env env, napi_value name);

}  // namespace gtk
