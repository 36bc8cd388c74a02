#include "sentence_text.h"

#include <algorithm>
#include <cstring>

#include "napi_values.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace gtk {
namespace {

constexpr uint64_t kFirst = 1 << 18;

// The system maps fresh memory when it is first written, page by page. With pages of 4 KB that takes longer than
// to write a sentence.
void ask_for_huge_pages(uint8_t* memory, uint64_t n) {
#ifdef __linux__
  constexpr uintptr_t kHuge = 2 << 20;
  const uintptr_t address = reinterpret_cast<uintptr_t>(memory);
  const uintptr_t start = (address + kHuge - 1) / kHuge * kHuge;
  const uintptr_t end = (address + n) / kHuge * kHuge;
  // No harm if the system does not have them.
  if (start < end) madvise(reinterpret_cast<void*>(start), end - start, MADV_HUGEPAGE);
#else
  static_cast<void>(memory);
  static_cast<void>(n);
#endif
}

bool fail(napi_env env, const char* message) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_range_error(env, nullptr, message);
  return false;
}

}  // namespace

bool SentenceText::add(const uint32_t* columns, size_t n, size_t limit, uint64_t done, uint64_t all) {
  const uint64_t room = tokens_.room(columns, n, limit, capacity_ - length_);
  if (room > capacity_ - length_ && !reserve(room, done, all)) return false;
  const TokenTable::Put put = tokens_.put(text_ + length_, columns, n, limit, passed_.data());
  length_ = static_cast<uint64_t>(put.end - text_) - (put.tokens > 0);
  counts_.push_back(static_cast<uint32_t>(put.tokens));
  offsets_.push_back(static_cast<uint32_t>(length_));
  return true;
}

// Rows take about as many bytes for a value as the rows before them, so a text is moved once, seldom twice.
bool SentenceText::reserve(uint64_t room, uint64_t done, uint64_t all) {
  const uint64_t least = length_ + room;
  if (least > UINT32_MAX) return fail(env_, "the text of the rows takes 2^32 bytes or more");
  const double share = done == 0 ? 1 : static_cast<double>(done) / static_cast<double>(all);
  const double likely = std::max(1.05 * static_cast<double>(length_) / share, 1.25 * static_cast<double>(capacity_));
  return move_to(std::max({least, kFirst, static_cast<uint64_t>(std::min<double>(likely, UINT32_MAX))}));
}

// A new Buffer, unlike a new ArrayBuffer, is not filled with zeros first.
bool SentenceText::move_to(uint64_t capacity) {
  napi_value buffer;
  void* text;
  if (napi_create_buffer(env_, capacity, &text, &buffer) != napi_ok) return fail(env_, "no memory for the text");
  ask_for_huge_pages(static_cast<uint8_t*>(text), capacity);
  if (length_ > 0) memcpy(text, text_, length_);
  buffer_ = buffer;
  text_ = static_cast<uint8_t*>(text);
  capacity_ = capacity;
  return true;
}

napi_value SentenceText::finish() {
  const bool wasteful = capacity_ - length_ > length_ / 8;
  if ((buffer_ == nullptr || wasteful) && !move_to(length_)) return nullptr;
  napi_value memory, bytes, result;
  size_t start;
  if (napi_get_typedarray_info(env_, buffer_, nullptr, nullptr, nullptr, &memory, &start) != napi_ok ||
      napi_create_typedarray(env_, napi_uint8_array, length_, memory, start, &bytes) != napi_ok ||
      napi_create_object(env_, &result) != napi_ok) {
    return nullptr;
  }
  set(env_, result, "bytes", bytes);
  set(env_, result, "offsets", typed_array(env_, napi_uint32_array, offsets_.data(), offsets_.size(), sizeof(uint32_t)));
  return result;
}

}  // namespace gtk
