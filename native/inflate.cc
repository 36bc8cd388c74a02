#include "inflate.h"

#include "inflate_checksum.h"
#include "inflate_steps.h"

namespace gtk {
namespace {

const char* copy_stored(InflateStream* stream) {
  size_t length;
  const char* const error = read_stored_length(stream, &length);
  if (error != nullptr) return error;
  if (length > static_cast<size_t>(stream->in_end - stream->in)) return kEndOfInput;
  if (length > static_cast<size_t>(stream->out_end - stream->out)) return kTooLong;
  if (length > 0) memcpy(stream->out, stream->in, length);
  stream->in += length;
  stream->out += length;
  return nullptr;
}

const char* inflate_blocks(InflateStream* stream, FastLoop* loop) {
  InflateTables tables;
  tables.fixed = false;
  for (bool last = false; !last;) {
    if (!need(stream, 3)) return kEndOfInput;
    last = take(stream, 1);
    const unsigned type = take(stream, 2);
    if (type == 3) return "invalid block type";
    if (type == 1) build_fixed_tables(&tables);
    const size_t room = static_cast<size_t>(stream->out_end - stream->out);
    const char* error = type == 0 ? copy_stored(stream) : type == 2 ? read_codes(stream, room, &tables) : nullptr;
    bool end = type == 0;
    if (error == nullptr && !end) error = loop(stream, tables, &end);
    if (error == nullptr && !end) error = inflate_slowly(stream, tables);
    if (error != nullptr) return error;
  }
  return nullptr;
}

}  // namespace

const char* inflate_zlib(const uint8_t* in, size_t in_bytes, uint8_t* out, size_t out_bytes, bool wide) {
  if (in_bytes < 2) return kEndOfInput;
  if ((in[0] << 8 | in[1]) % 31 != 0) return "incorrect header check";
  if ((in[0] & 15) != 8) return "unknown compression method";
  if (in[0] >> 4 > 7) return "invalid window size";
  if (in[1] & 32) return "Missing dictionary";
  InflateStream stream = {in + 2, in + in_bytes, out, out, out + out_bytes, 0, 0};
  const char* error = inflate_blocks(&stream, fast_loop(wide));
  if (error != nullptr) return error;
  align(&stream);
  if (stream.in_end - stream.in < 4) return kEndOfInput;
  if (stream.out < stream.out_end) return "fewer bytes than expected";
  uint32_t expected = 0;
  for (size_t i = 0; i < 4; i++) expected = expected << 8 | stream.in[i];
  return adler32(out, out_bytes, wide) == expected ? nullptr : "incorrect data check";
}

}  // namespace gtk
