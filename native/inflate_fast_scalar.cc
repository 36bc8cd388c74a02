// Copies in words of eight bytes.
#include "inflate_fast.h"

namespace gtk {
namespace {

struct Words {
  static void match(uint8_t* out, size_t distance, size_t length) {
    const uint8_t* from = out - distance;
    uint8_t* const end = out + length;
    if (distance >= 8) {
      for (size_t at = 0; at < 40; at += 8) memcpy(out + at, from + at, 8);
      for (size_t at = 40; at < length; at += 8) memcpy(out + at, from + at, 8);
    } else if (distance == 1) {
      memset(out, *from, length);
    } else {
      // Of each word the first `distance` bytes are right, the rest is written over.
      for (; out < end; out += distance, from += distance) {
        uint64_t word;
        memcpy(&word, from, 8);
        memcpy(out, &word, 8);
      }
    }
  }
};

}  // namespace

const char* inflate_fast_scalar(InflateStream* stream, const InflateTables& tables, bool* block_end) {
  return inflate_fast<Words>(stream, tables, block_end);
}

}  // namespace gtk
