// Inflating raw DEFLATE streams (RFC 1951) piece by piece, through a window that holds what matches refer to.
#pragma once
#include <cstddef>
#include <cstdint>

#include "inflate_stream.h"

namespace gtk {

// What a step did.
struct InflateStep {
  size_t consumed;    // bytes of the input
  size_t start, end;  // in the window: what was inflated
  bool ended;         // the stream is over
};

class Inflater {
 public:
  Inflater() { tables_.fixed = false; }

  // Half a window holds the history of 32 KiB, and more than a step without the fast loop can write.
  static constexpr size_t kLeastWindow = size_t{1} << 18;

  // Goes on until the stream ends, the window is full or the input is used up but for a few bytes, which the next
  // input must begin with. `last`: no other follows. The window, of `size` bytes, must be the same as in the last
  // step and hold what that left. Null, or what is wrong, in the words of zlib where it has some.
  const char* step(const uint8_t* in, size_t n, bool last, uint8_t* window, size_t size, bool wide,
                   InflateStep* result);

  // The next step begins another stream.
  void restart();

  // Of the window that the first step was given; 0 before.
  size_t window_size() const { return window_size_; }

 private:
  enum Phase { kHead, kStored, kCodes, kEnded };

  void slide(uint8_t* window);
  const char* run(InflateStream* stream, bool last, bool wide);

  InflateTables tables_;
  Phase phase_ = kHead;
  bool last_block_ = false;
  size_t stored_ = 0;  // bytes left of a stored block
  uint64_t bits_ = 0;
  unsigned count_ = 0;
  size_t window_size_ = 0;
  size_t begin_ = 0, at_ = 0;  // in the window: where the stream begins, or what is kept of it, and where it goes on
};

}  // namespace gtk
