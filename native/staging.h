// The sizes of the staging buffer, in which the residues of many short lines, and without rows of many
// short records, become one long run.
#pragma once
#include <cstddef>

namespace gtk {

// The vector sets work on 512 codons at a time.
constexpr size_t kRunResidues = 3 * 512;
// With the planes of the AVX-512 set this stays within 48 KiB of L1 cache.
constexpr size_t kStagedBytes = 16 * kRunResidues;
// Strippers store whole vectors.
constexpr size_t kStripSlack = 64;

}  // namespace gtk
