// What the addon exports. It keeps no state of its own, so any number of threads can load it.
#include <node_api.h>

#include "codon_counter_class.h"
#include "delta_packed.h"
#include "fastq_counts.h"
#include "index_terms.h"
#include "inflate.h"
#include "inflater_class.h"
#include "levels.h"
#include "napi_values.h"
#include "plain_reads.h"
#include "record_starts.h"
#include "row_text.h"
#include "sentences.h"
#include "transpose.h"

namespace {

napi_value levels(napi_env env, napi_callback_info) { return gtk::level_names(env); }

void set_function(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  gtk::set(env, exports, name, function);
}

}  // namespace

NAPI_MODULE_INIT() {
  set_function(env, exports, "levels", levels);
  set_function(env, exports, "countFastq", gtk::count_fastq);
  set_function(env, exports, "deltaPacked", gtk::delta_packed);
  set_function(env, exports, "plainReads", gtk::plain_reads);
  set_function(env, exports, "recordStarts", gtk::record_starts);
  set_function(env, exports, "rowText", gtk::row_text);
  set_function(env, exports, "sentences", gtk::sentences);
  set_function(env, exports, "transpose", gtk::transpose);
  set_function(env, exports, "indexTerms", gtk::index_terms);
  set_function(env, exports, "inflate", gtk::inflate);
  set_function(env, exports, "unshuffle", gtk::unshuffle);
  gtk::set(env, exports, "CodonCounter", gtk::codon_counter_class(env));
  gtk::set(env, exports, "Inflater", gtk::inflater_class(env));
  return exports;
}
