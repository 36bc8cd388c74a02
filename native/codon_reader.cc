// How a counter reads text: marks, headers, comments, sequence lines, and what is not FASTA.
#include <cstring>
#include <stdexcept>

#include "codon_counter.h"
#include "staging.h"

namespace gtk {
namespace {

constexpr uint8_t kByteOrderMark[3] = {0xef, 0xbb, 0xbf};

size_t find(const uint8_t* text, size_t i, size_t n, uint8_t byte) {
  const void* hit = std::memchr(text + i, byte, n - i);
  return hit == nullptr ? n : static_cast<size_t>(static_cast<const uint8_t*>(hit) - text);
}

}  // namespace

size_t CodonCounter::push(const uint8_t* text, size_t n, uint64_t limit) {
  size_t i = 0;
  while (i < n && problem_.kind == TextProblem::none) {
    switch (state_) {
      case State::text_start:
        i = read_mark(text, i);
        break;
      case State::line_start:
        if (text[i] == '>') {
          if (totals_.sequences >= limit) {
            offset_ += i;
            return i;
          }
          begin_record();
          state_ = State::header;
          i++;
        } else {
          state_ = text[i] == ';' ? State::comment : State::sequence;
        }
        break;
      case State::header:
      case State::header_cr:
        i = read_header(text, i, n);
        break;
      case State::comment:
        i = read_comment(text, i, n);
        break;
      case State::sequence:
        i = open_ ? read_sequence(text, i, n) : read_unheaded(text, i, n);
        break;
    }
  }
  if (problem_.kind == TextProblem::none) {
    offset_ += n;
    return n;
  }
  // The problem may be at the end of the text pushed before.
  if (problem_.offset <= offset_) return 0;
  const size_t read = static_cast<size_t>(problem_.offset - offset_);
  offset_ = problem_.offset;
  return read;
}

void CodonCounter::set_problem(TextProblem::Kind kind, uint64_t offset, uint8_t byte) {
  problem_.kind = kind;
  problem_.offset = offset;
  problem_.byte = byte;
}

size_t CodonCounter::read_mark(const uint8_t* text, size_t i) {
  if (text[i] == kByteOrderMark[bom_]) {
    if (++bom_ == sizeof kByteOrderMark) state_ = State::line_start;
    return i + 1;
  }
  if (bom_ == 0) state_ = State::line_start;
  else set_problem(TextProblem::no_header, offset_ + i - bom_, kByteOrderMark[0]);
  return i;
}

size_t CodonCounter::read_header(const uint8_t* text, size_t i, size_t n) {
  if (state_ == State::header_cr && text[i] != '\n') {
    set_problem(TextProblem::cr_only, offset_ + i - 1, '\r');
    return i;
  }
  const size_t newline = find(text, i, n, '\n');
  const size_t cr = find(text, i, newline, '\r');
  if (options_.rows) keep_header(text + i, cr - i);
  if (cr < newline) {
    state_ = State::header_cr;
    return cr + 1;
  }
  if (newline == n) return n;
  state_ = State::line_start;
  return newline + 1;
}

void CodonCounter::keep_header(const uint8_t* text, size_t n) {
  if (rows_.headers.size() + n > UINT32_MAX) throw std::length_error("the headers of one batch exceed 4 GiB");
  rows_.headers.insert(rows_.headers.end(), text, text + n);
}

size_t CodonCounter::read_comment(const uint8_t* text, size_t i, size_t n) {
  const size_t newline = find(text, i, n, '\n');
  if (newline == n) return n;
  state_ = State::line_start;
  return newline + 1;
}

size_t CodonCounter::read_unheaded(const uint8_t* text, size_t i, size_t n) {
  while (i < n) {
    if (text[i] == '\n') {
      state_ = State::line_start;
      return i + 1;
    }
    if (!is_white(text[i])) {
      set_problem(TextProblem::no_header, offset_ + i, text[i]);
      return i;
    }
    i++;
  }
  return n;
}

size_t CodonCounter::read_sequence(const uint8_t* text, size_t i, size_t n) {
  // Byte by byte while the frame's residues are skipped.
  size_t wanted = skip_ > 0 ? 1 : n - i;
  if (wanted > kStagedBytes - staged_n_) wanted = kStagedBytes - staged_n_;
  size_t written = 0;
  const size_t read = kernels_.strip(text + i, wanted, staged_.get() + staged_n_, &written);
  length_ += written;
  if (skip_ > 0) skip_ -= static_cast<unsigned>(written);
  else staged_n_ += written;
  if (staged_n_ > kStagedBytes - kRunResidues) count_staged(staged_n_ / kRunResidues * (kRunResidues / 3));
  i += read;
  if (read > 0 && text[i - 1] == '\n') state_ = State::line_start;
  else if (read < wanted) set_problem(TextProblem::binary, offset_ + i, text[i]);
  return i;
}

}  // namespace gtk
