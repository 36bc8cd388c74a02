// Ambiguous codons counted by their letters.
#pragma once
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace gtk {

class AmbiguousCodons {
 public:
  struct Entry {
    char letters[3];
    uint64_t count;
  };

  // Adds the ambiguous ones among the codons of 3 * codons residues, which are below 0x80.
  void add(const uint8_t* residues, size_t codons);
  // Sorted by letters.
  std::vector<Entry> sorted() const;
  void clear();

 private:
  std::unordered_map<uint32_t, uint64_t> counts_;  // by three 7-bit letters
  // The codon met last and its count: most ambiguous codons stand in runs of NNN.
  uint32_t last_ = 0;
  uint64_t* last_count_ = nullptr;
};

}  // namespace gtk
