// Counts FASTQ records in a stretch of text. What must be known of the text before stands in an array of numbers.
#include "fastq_counts.h"

#include <cmath>
#include <cstdint>
#include <cstring>

#include "napi_values.h"

namespace gtk {
namespace {

// Places in the state; src/kernels/fastq/state.ts has the same.
enum Place { kRecords, kBases, kLeast, kMost, kLine, kSequence, kLength, kFirst, kLast, kFault, kFound, kPlaces };
enum Fault { kNone, kHeader, kSeparator, kQuality };

constexpr double kMaxSafeInteger = 9007199254740991.0;
constexpr unsigned kBlank = 256;

// Which line is awaited. Only blank lines may follow a blank one.
enum Line : unsigned { kHeaderLine, kSequenceLine, kSeparatorLine, kQualityLine, kBlankLine };

struct Counts {
  double records, bases, least, most;
  unsigned line;
  uint64_t sequence;
  unsigned fault = kNone;
  uint64_t found = 0;

  bool end_at(Fault what, uint64_t what_was_found) {
    fault = what;
    found = what_was_found;
    return false;
  }

  // A line of so many bytes; `first` is the first of them, or kBlank. False at a fault.
  bool add(uint64_t length, unsigned first) {
    switch (line) {
      case kHeaderLine:
        if (first != '@' && first != kBlank) return end_at(kHeader, first);
        line = first == '@' ? kSequenceLine : kBlankLine;
        return true;
      case kSequenceLine:
        sequence = length;
        line = kSeparatorLine;
        return true;
      case kSeparatorLine:
        if (first != '+') return end_at(kSeparator, first);
        line = kQualityLine;
        return true;
      case kQualityLine: {
        if (length != sequence) return end_at(kQuality, length);
        const double bases_read = static_cast<double>(sequence);
        records += 1;
        bases += bases_read;
        if (bases_read < least) least = bases_read;
        if (bases_read > most) most = bases_read;
        line = kHeaderLine;
        return true;
      }
      default: return first == kBlank || end_at(kHeader, first);
    }
  }
};

// Of a line that goes on in the next text: its bytes so far, the first and the last of them.
struct Begun {
  uint64_t length;
  unsigned first, last;
};

void count(const uint8_t* text, size_t n, Counts* counts, Begun* begun) {
  const uint8_t* const end = text + n;
  while (text < end) {
    const auto* const newline = static_cast<const uint8_t*>(memchr(text, '\n', static_cast<size_t>(end - text)));
    const uint8_t* const stop = newline == nullptr ? end : newline;
    if (stop > text) {
      if (begun->length == 0) begun->first = *text;
      begun->last = stop[-1];
      begun->length += static_cast<uint64_t>(stop - text);
    }
    if (newline == nullptr) return;
    const uint64_t length = begun->length - (begun->length > 0 && begun->last == '\r' ? 1 : 0);
    const unsigned first = length > 0 ? begun->first : kBlank;
    begun->length = 0;
    if (!counts->add(length, first)) return;
    text = newline + 1;
  }
}

bool is_state(const double* state) {
  for (size_t i = 0; i < kPlaces; i++) {
    const bool whole = state[i] >= 0 && state[i] <= kMaxSafeInteger && state[i] == std::floor(state[i]);
    if (!whole && !(i == kLeast && state[i] > kMaxSafeInteger)) return false;
  }
  return state[kLine] <= kBlankLine && state[kFirst] < 256 && state[kLast] < 256 && state[kFault] <= kQuality;
}

}  // namespace

napi_value count_fastq(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  const uint8_t* text;
  size_t n, places = 0;
  napi_typedarray_type type = napi_int8_array;
  void* data = nullptr;
  if (!get_arguments(env, info, 2, arguments) || !get_bytes(env, arguments[0], &text, &n)) return nullptr;
  bool is_array = false;
  napi_is_typedarray(env, arguments[1], &is_array);
  if (is_array) napi_get_typedarray_info(env, arguments[1], &type, &places, &data, nullptr, nullptr);
  double* const state = static_cast<double*>(data);
  if (type != napi_float64_array || places != kPlaces || !is_state(state)) {
    napi_throw_type_error(env, nullptr, "state must be a Float64Array of the numbers of a count");
    return nullptr;
  }
  if (state[kFault] != kNone) return nullptr;
  Counts counts = {state[kRecords], state[kBases], state[kLeast], state[kMost], static_cast<unsigned>(state[kLine]),
                   static_cast<uint64_t>(state[kSequence])};
  Begun begun = {static_cast<uint64_t>(state[kLength]), static_cast<unsigned>(state[kFirst]),
                 static_cast<unsigned>(state[kLast])};
  count(text, n, &counts, &begun);
  const double after[kPlaces] = {counts.records,
                                 counts.bases,
                                 counts.least,
                                 counts.most,
                                 static_cast<double>(counts.line),
                                 static_cast<double>(counts.sequence),
                                 static_cast<double>(begun.length),
                                 static_cast<double>(begun.first),
                                 static_cast<double>(begun.last),
                                 static_cast<double>(counts.fault),
                                 static_cast<double>(counts.found)};
  memcpy(state, after, sizeof after);
  return nullptr;
}

}  // namespace gtk
