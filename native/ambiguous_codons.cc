#include "ambiguous_codons.h"

#include <algorithm>
#include <utility>

#include "simd.h"

namespace gtk {
namespace {

unsigned normalised(uint8_t residue) {
  if (residue >= 'a' && residue <= 'z') residue = static_cast<uint8_t>(residue - 32);
  return residue == 'U' ? 'T' : residue;
}

}  // namespace

void AmbiguousCodons::add(const uint8_t* residues, size_t codons) {
  for (const uint8_t* end = residues + 3 * codons; residues < end; residues += 3) {
    if (!((kBaseCode[residues[0]] | kBaseCode[residues[1]] | kBaseCode[residues[2]]) & 0x80)) continue;
    const uint32_t key = normalised(residues[0]) << 14 | normalised(residues[1]) << 7 | normalised(residues[2]);
    if (last_count_ == nullptr || key != last_) {
      last_count_ = &counts_[key];
      last_ = key;
    }
    ++*last_count_;
  }
}

std::vector<AmbiguousCodons::Entry> AmbiguousCodons::sorted() const {
  std::vector<std::pair<uint32_t, uint64_t>> counts(counts_.begin(), counts_.end());
  std::sort(counts.begin(), counts.end());
  std::vector<Entry> entries;
  entries.reserve(counts.size());
  for (const auto& [key, count] : counts) {
    const uint32_t letters = key;
    const auto letter = [letters](unsigned shift) { return static_cast<char>(letters >> shift & 0x7f); };
    entries.push_back({{letter(14), letter(7), letter(0)}, count});
  }
  return entries;
}

void AmbiguousCodons::clear() {
  counts_.clear();
  last_count_ = nullptr;
}

}  // namespace gtk
