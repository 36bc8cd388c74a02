#include "inflater.h"

#include <algorithm>
#include <cstring>

#include "inflate_steps.h"

namespace gtk {
namespace {

constexpr size_t kHistory = 32768;
// More than the symbols in the last kFastInput bytes of the input and the bits read before can write: two bits make
// 258 bytes at most.
constexpr ptrdiff_t kSlowOutput = 65536;

}  // namespace

void Inflater::restart() {
  phase_ = kHead;
  last_block_ = false;
  bits_ = 0;
  count_ = 0;
  begin_ = at_;
}

void Inflater::slide(uint8_t* window) {
  if (at_ <= window_size_ / 2) return;
  const size_t kept = std::min(kHistory, at_ - begin_);
  memmove(window, window + at_ - kept, kept);
  begin_ = 0;
  at_ = kept;
}

const char* Inflater::run(InflateStream* stream, bool last, bool wide) {
  FastLoop* const loop = fast_loop(wide);
  const char* error = nullptr;
  while (error == nullptr && phase_ != kEnded) {
    const ptrdiff_t there = stream->in_end - stream->in, room = stream->out_end - stream->out;
    if (phase_ == kHead && last_block_) {
      align(stream);
      phase_ = kEnded;
    } else if (phase_ == kHead) {
      if (!last && there < kHeadInput) return nullptr;
      if (!need(stream, 3)) return kEndOfInput;
      last_block_ = take(stream, 1);
      const unsigned type = take(stream, 2);
      phase_ = type == 0 ? kStored : kCodes;
      if (type == 0) error = read_stored_length(stream, &stored_);
      if (type == 1) build_fixed_tables(&tables_);
      if (type == 2) error = read_codes(stream, window_size_, &tables_);
      if (type == 3) error = "invalid block type";
    } else if (phase_ == kStored) {
      const size_t bytes = std::min({stored_, static_cast<size_t>(there), static_cast<size_t>(room)});
      if (bytes > 0) memcpy(stream->out, stream->in, bytes);
      stream->in += bytes;
      stream->out += bytes;
      stored_ -= bytes;
      if (stored_ == 0) phase_ = kHead;
      else return last && stream->in == stream->in_end ? kEndOfInput : nullptr;
    } else {
      if (room < kSlowOutput) return nullptr;
      bool end = false;
      error = loop(stream, tables_, &end);
      if (error == nullptr && !end) {
        if (!last || stream->out_end - stream->out < kSlowOutput) return nullptr;
        error = inflate_slowly(stream, tables_);
      }
      phase_ = kHead;
    }
  }
  return error;
}

const char* Inflater::step(const uint8_t* in, size_t n, bool last, uint8_t* window, size_t size, bool wide,
                           InflateStep* result) {
  window_size_ = size;
  slide(window);
  InflateStream stream = {in, in + n, window + at_, window + begin_, window + size, bits_, count_};
  const char* const error = run(&stream, last, wide);
  if (error != nullptr) {
    // The tables may be half made.
    phase_ = kEnded;
    return error;
  }
  give_back(&stream);
  const size_t start = at_;
  at_ = static_cast<size_t>(stream.out - window);
  bits_ = stream.bits;
  count_ = stream.count;
  *result = {static_cast<size_t>(stream.in - in), start, at_, phase_ == kEnded};
  return nullptr;
}

}  // namespace gtk
