#pragma once
#include <node_api.h>

namespace gtk {

// sentences(rowStarts, columns, values, rows, tokenBytes, tokenOffsets, groups, top, lists, appearances): the
// sentences of rows of a sparse matrix, as src/kernels/sentences/types.ts has it.
napi_value sentences(napi_env env, napi_callback_info info);

}  // namespace gtk
