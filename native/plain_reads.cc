// Takes FASTQ records that have nothing odd about them, and leaves all others to the caller.
#include "plain_reads.h"

#include <cstdint>
#include <cstring>

#include "napi_values.h"

namespace gtk {
namespace {

constexpr size_t kMaxLine = 1000000;
constexpr size_t kStateNumbers = 3;

// What a byte may be part of.
struct Kinds {
  bool text[256] = {};
  bool base[256] = {};
  constexpr Kinds() {
    for (int byte = 32; byte < 256; byte++) text[byte] = byte != 127;
    text['\t'] = true;
    for (const char* at = "ACGTUNRYSWKMBDHVacgtunryswkmbdhv.*-"; *at != 0; at++) base[static_cast<uint8_t>(*at)] = true;
  }
};
constexpr Kinds kKinds;

struct Read {
  const uint8_t* name;
  const uint8_t* name_end;
  size_t bases;
};

// Behind the LF that ends a line of text; nullptr if something else ends it.
const uint8_t* behind_text(const uint8_t* at, const uint8_t* end) {
  const uint8_t* const start = at;
  while (at < end && kKinds.text[*at]) at++;
  return at < end && *at == '\n' && static_cast<size_t>(at - start) < kMaxLine ? at + 1 : nullptr;
}

// Behind the record at `at`; nullptr if it is not whole, or odd.
const uint8_t* behind_record(const uint8_t* at, const uint8_t* end, Read* read) {
  if (at == end || *at != '@') return nullptr;
  read->name = ++at;
  while (at < end && kKinds.text[*at] && *at > ' ') at++;
  read->name_end = at;
  if (at == read->name) return nullptr;
  const uint8_t* const sequence = behind_text(at, end);
  if (sequence == nullptr || static_cast<size_t>(sequence - read->name) >= kMaxLine) return nullptr;

  at = static_cast<const uint8_t*>(memchr(sequence, '\n', static_cast<size_t>(end - sequence)));
  if (at == nullptr) return nullptr;
  const size_t bases = read->bases = static_cast<size_t>(at - sequence);
  bool are_bases = bases <= kMaxLine;
  for (size_t i = 0; are_bases && i < bases; i += 64) {
    const size_t stop = bases - i < 64 ? bases : i + 64;
    for (size_t j = i; j < stop; j++) are_bases &= kKinds.base[sequence[j]];
  }
  if (!are_bases || ++at == end || *at != '+') return nullptr;

  const uint8_t* const qualities = behind_text(at, end);
  if (qualities == nullptr || static_cast<size_t>(end - qualities) <= bases || qualities[bases] != '\n') return nullptr;
  uint8_t worst = 0;
  for (size_t i = 0; i < bases; i++) {
    const uint8_t quality = static_cast<uint8_t>(qualities[i] - '!');
    worst = quality > worst ? quality : worst;
  }
  return worst < 94 ? qualities + bases + 1 : nullptr;
}

// Which mate a name says that it is, or 0; without what says so, the name ends at `stem`.
int mate_of(const Read& read, const uint8_t** stem) {
  const uint8_t* const name_end = *stem = read.name_end;
  if (name_end - read.name >= 2 && name_end[-2] == '/' && (name_end[-1] == '1' || name_end[-1] == '2')) {
    *stem = name_end - 2;
    return name_end[-1] - '0';
  }
  // A line with bases follows, so that there is something to look at.
  return name_end[0] == ' ' && name_end[2] == ':' ? name_end[1] - '0' : 0;
}

// src/server/upload/read-names.ts has the same.
uint32_t hash_of(const uint8_t* name, const uint8_t* end) {
  constexpr uint32_t kFactor = 0x9e3779b1u;
  uint32_t hash = 0x811c9dc5u;
  for (; end - name >= 4; name += 4) {
    const uint32_t word = name[0] | name[1] << 8 | name[2] << 16 | static_cast<uint32_t>(name[3]) << 24;
    hash = (hash ^ word) * kFactor;
    hash ^= hash >> 15;
  }
  for (; name < end; name++) hash = (hash ^ *name) * kFactor;
  return hash;
}

}  // namespace

napi_value plain_reads(napi_env env, napi_callback_info info) {
  napi_value arguments[6];
  const uint8_t* text;
  size_t n, numbers = 0;
  uint64_t from, end, other_mate, most;
  if (!get_arguments(env, info, 6, arguments) || !get_bytes(env, arguments[0], &text, &n) ||
      !get_integer(env, arguments[1], "from", &from) || !get_integer(env, arguments[2], "end", &end) ||
      !get_integer(env, arguments[3], "otherMate", &other_mate) || !get_integer(env, arguments[4], "most", &most)) {
    return nullptr;
  }
  bool is_array = false;
  napi_typedarray_type type = napi_int8_array;
  void* data = nullptr;
  napi_is_typedarray(env, arguments[5], &is_array);
  if (is_array) napi_get_typedarray_info(env, arguments[5], &type, &numbers, &data, nullptr, nullptr);
  double* const state = static_cast<double*>(data);
  const bool is_state = type == napi_float64_array && numbers == kStateNumbers;
  if (end > n || from > end || !is_state || !(state[2] >= 0 && state[2] <= UINT32_MAX)) {
    napi_throw_type_error(env, nullptr, "expected a place within the text, and the state of a scan");
    return nullptr;
  }
  const uint8_t* at = text + from;
  uint32_t digest = static_cast<uint32_t>(state[2]);
  for (; most > 0; most--) {
    Read read;
    const uint8_t* const next = behind_record(at, text + end, &read);
    if (next == nullptr) break;
    const uint8_t* stem;
    if (static_cast<uint64_t>(mate_of(read, &stem)) == other_mate) break;
    digest = (digest ^ hash_of(read.name, stem)) * 0x9e3779b1u;
    state[0] += 1;
    state[1] += static_cast<double>(read.bases);
    at = next;
  }
  state[2] = digest;
  return number(env, static_cast<double>(at - text));
}

}  // namespace gtk
