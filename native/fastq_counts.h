#pragma once
#include <node_api.h>

namespace gtk {

// countFastq(text, state: Float64Array); see src/kernels/fastq/state.ts.
napi_value count_fastq(napi_env env, napi_callback_info info);

}  // namespace gtk
