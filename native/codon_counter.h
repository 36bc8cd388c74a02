// Counts the codons of FASTA text that arrives in pieces; the contract is in src/kernels/codons/types.ts.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ambiguous_codons.h"
#include "simd.h"

namespace gtk {

struct CounterOptions {
  unsigned frame;
  bool rows;
  bool keep_ambiguous;
};

struct TextProblem {
  enum Kind { none, no_header, binary, cr_only };
  Kind kind = none;
  uint64_t offset = 0;
  uint8_t byte = 0;
};

struct Totals {
  uint64_t sequences = 0;
  uint64_t bases = 0;
  uint64_t codons = 0;
  uint64_t ambiguous = 0;
  uint64_t partial = 0;
  uint64_t counts[64] = {};
};

struct Rows {
  std::vector<uint8_t> headers;
  std::vector<uint32_t> header_ends;
  std::vector<double> lengths, codons, ambiguous;
  std::vector<uint32_t> counts;
  void clear();
};

class CodonCounter {
 public:
  CodonCounter(const CounterOptions& options, const Kernels& kernels);

  // Bytes read. Throws std::length_error when the headers of one batch exceed 4 GiB.
  size_t push(const uint8_t* text, size_t n, uint64_t limit);

  // Closes the open record. The results stand until reset(), which makes the counter new but for
  // the offset and the problem.
  void finish();
  void reset();

  const CounterOptions& options() const { return options_; }
  const TextProblem& problem() const { return problem_; }
  uint64_t offset() const { return offset_; }
  const Totals& totals() const { return totals_; }
  const Rows& rows() const { return rows_; }
  const AmbiguousCodons& ambiguous_codons() const { return ambiguous_codons_; }
  // Bytes that a counter holds apart from its results.
  static size_t fixed_bytes();

 private:
  enum class State { text_start, line_start, sequence, header, header_cr, comment };

  size_t read_mark(const uint8_t* text, size_t i);
  size_t read_header(const uint8_t* text, size_t i, size_t n);
  size_t read_comment(const uint8_t* text, size_t i, size_t n);
  size_t read_unheaded(const uint8_t* text, size_t i, size_t n);
  size_t read_sequence(const uint8_t* text, size_t i, size_t n);
  void keep_header(const uint8_t* text, size_t n);
  void set_problem(TextProblem::Kind kind, uint64_t offset, uint8_t byte);

  void begin_record();
  void close_record();
  void close_row();
  void count_staged(size_t codons);
  void fold_pairs();

  const CounterOptions options_;
  const Kernels& kernels_;

  State state_ = State::text_start;
  size_t bom_ = 0;  // bytes of a byte order mark read
  uint64_t offset_ = 0;
  TextProblem problem_;

  bool open_ = false;
  unsigned skip_ = 0;  // residues still to be skipped for the frame
  uint64_t length_ = 0;

  // Residues not yet counted: whole codons of finished records, then those of the open one.
  std::unique_ptr<uint8_t[]> staged_;
  size_t staged_n_ = 0;
  std::unique_ptr<PairTable> pairs_;

  Totals totals_;
  Totals row_;  // the open record's, with rows
  Rows rows_;
  AmbiguousCodons ambiguous_codons_;
};

}  // namespace gtk
