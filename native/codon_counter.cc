// What is counted: records, frames, batches. How text is read is in codon_reader.cc.
#include "codon_counter.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "staging.h"

namespace gtk {

void Rows::clear() {
  headers.clear();
  header_ends.clear();
  lengths.clear();
  codons.clear();
  ambiguous.clear();
  counts.clear();
}

CodonCounter::CodonCounter(const CounterOptions& options, const Kernels& kernels)
    : options_(options), kernels_(kernels), staged_(new uint8_t[kStagedBytes + kStripSlack]) {
  if (kernels.count_pairs != nullptr && !options.rows) pairs_.reset(new PairTable());
}

size_t CodonCounter::fixed_bytes() { return sizeof(CodonCounter) + kStagedBytes + sizeof(PairTable); }

void CodonCounter::begin_record() {
  close_record();
  totals_.sequences++;
  open_ = true;
  skip_ = options_.frame;
  length_ = 0;
}

void CodonCounter::close_record() {
  if (!open_) return;
  open_ = false;
  const uint64_t read = length_ > options_.frame ? length_ - options_.frame : 0;
  if (read % 3 != 0) totals_.partial++;
  // What was counted before was whole codons, so the incomplete one is still here.
  staged_n_ -= read % 3;
  totals_.bases += length_;
  if (options_.rows) close_row();
}

void CodonCounter::close_row() {
  count_staged(staged_n_ / 3);
  rows_.header_ends.push_back(static_cast<uint32_t>(rows_.headers.size()));
  rows_.lengths.push_back(static_cast<double>(length_));
  rows_.codons.push_back(static_cast<double>(row_.codons));
  rows_.ambiguous.push_back(static_cast<double>(row_.ambiguous));
  const size_t at = rows_.counts.size();
  rows_.counts.resize(at + 64);
  for (size_t i = 0; i < 64; i++) {
    rows_.counts[at + i] = static_cast<uint32_t>(row_.counts[i]);
    totals_.counts[i] += row_.counts[i];
  }
  totals_.codons += row_.codons;
  totals_.ambiguous += row_.ambiguous;
  row_ = Totals();
}

void CodonCounter::count_staged(size_t codons) {
  if (codons == 0) return;
  Totals& to = options_.rows ? row_ : totals_;
  const uint8_t* residues = staged_.get();
  size_t ambiguous;
  if (pairs_) {
    ambiguous = kernels_.count_pairs(residues, codons, pairs_.get(), to.counts);
    if (pairs_->pending > std::numeric_limits<uint32_t>::max() / 2) fold_pairs();
  } else {
    ambiguous = kernels_.count(residues, codons, to.counts);
  }
  to.codons += codons - ambiguous;
  to.ambiguous += ambiguous;
  if (ambiguous > 0 && options_.keep_ambiguous) ambiguous_codons_.add(residues, codons);
  staged_n_ -= 3 * codons;
  std::memmove(staged_.get(), residues + 3 * codons, staged_n_);
}

void CodonCounter::fold_pairs() {
  if (!pairs_ || pairs_->pending == 0) return;
  for (size_t pair = 0; pair < 4096; pair++) {
    const uint64_t count = uint64_t{pairs_->cells[0][pair]} + pairs_->cells[1][pair];
    totals_.counts[pair >> 6] += count;
    totals_.counts[pair & 63] += count;
  }
  std::memset(pairs_.get(), 0, sizeof(PairTable));
}

void CodonCounter::finish() {
  close_record();
  count_staged(staged_n_ / 3);
  fold_pairs();
}

void CodonCounter::reset() {
  totals_ = Totals();
  rows_.clear();
  ambiguous_codons_.clear();
  state_ = State::text_start;
  bom_ = 0;
}

}  // namespace gtk
