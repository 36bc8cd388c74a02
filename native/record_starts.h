#pragma once
#include <node_api.h>

namespace gtk {

// recordStarts(fd, start, end, level): Promise<Float64Array>; see src/kernels/records/types.ts.
napi_value record_starts(napi_env env, napi_callback_info info);

}  // namespace gtk
