// Ambiguous codons counted by their letters.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
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
  // One cell for every three 7-bit letters; of its 16 MiB only the pages that are used take memory.
  struct Free {
    void operator()(uint64_t* cells) const;
  };
  std::unique_ptr<uint64_t[], Free> cells_;
  std::vector<uint32_t> seen_;
};

}  // namespace gtk
