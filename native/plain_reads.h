#pragma once
#include <node_api.h>

namespace gtk {

// plainReads(text, from, end, otherMate, most, state: Float64Array); see src/kernels/plain-reads/types.ts.
napi_value plain_reads(napi_env env, napi_callback_info info);

}  // namespace gtk
