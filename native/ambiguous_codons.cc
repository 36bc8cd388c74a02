#include "ambiguous_codons.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "simd.h"

namespace gtk {
namespace {

constexpr size_t kCells = size_t{1} << 21;

unsigned normalised(uint8_t residue) {
  if (residue >= 'a' && residue <= 'z') residue = static_cast<uint8_t>(residue - 32);
  return residue == 'U' ? 'T' : residue;
}

}  // namespace

void AmbiguousCodons::Free::operator()(uint64_t* cells) const { std::free(cells); }

void AmbiguousCodons::add(const uint8_t* residues, size_t codons) {
  for (const uint8_t* end = residues + 3 * codons; residues < end; residues += 3) {
    if (!((kBaseCode[residues[0]] | kBaseCode[residues[1]] | kBaseCode[residues[2]]) & 0x80)) continue;
    if (!cells_) {
      cells_.reset(static_cast<uint64_t*>(std::calloc(kCells, sizeof(uint64_t))));
      if (!cells_) throw std::bad_alloc();
    }
    const uint32_t key =
        (normalised(residues[0]) << 14 | normalised(residues[1]) << 7 | normalised(residues[2])) & (kCells - 1);
    if (cells_[key]++ == 0) seen_.push_back(key);
  }
}

std::vector<AmbiguousCodons::Entry> AmbiguousCodons::sorted() const {
  std::vector<uint32_t> keys(seen_);
  std::sort(keys.begin(), keys.end());
  std::vector<Entry> entries;
  entries.reserve(keys.size());
  for (const uint32_t key : keys) {
    const auto letter = [key](unsigned shift) { return static_cast<char>(key >> shift & 0x7f); };
    entries.push_back({{letter(14), letter(7), letter(0)}, cells_[key]});
  }
  return entries;
}

void AmbiguousCodons::clear() {
  for (const uint32_t key : seen_) cells_[key] = 0;
  seen_.clear();
}

}  // namespace gtk
