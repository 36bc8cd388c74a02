#pragma once
#include <node_api.h>

namespace gtk {

// rowText(rows, escaping, nonFinite, pieces, kinds, arrays): the columns of a table as lines of text.
napi_value row_text(napi_env env, napi_callback_info info);

}  // namespace gtk
