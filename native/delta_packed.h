#pragma once
#include <node_api.h>

namespace gtk {

// deltaPacked(values): a Uint32Array in the encoding DELTA_BINARY_PACKED of Parquet.
napi_value delta_packed(napi_env env, napi_callback_info info);

}  // namespace gtk
