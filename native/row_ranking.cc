#include "row_ranking.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "radix_sort.h"

namespace gtk {
namespace {

template <typename Bits>
constexpr Bits kInfinity = static_cast<Bits>(sizeof(Bits) == 4 ? 0x7f800000u : 0x7ff0000000000000u);

template <typename Bits, typename Value>
Bits bits_of(Value value) {
  Bits bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

}  // namespace

template <typename Value>
bool RowRanking<Value>::rank(const int32_t* columns, const Value* values, size_t n, uint32_t width) {
  first_count_ = last_count_ = negative_ = nan_ = 0;
  ascending_ = true;
  if (n == 0) return true;
  const Range range = range_of(columns, values, n);
  if (range.last_column >= width) return false;
  ascending_ = range.ascending;
  make_room(n);
  if (range.least - 1 < kInfinity<Bits>) split(columns, values, n, range);
  if (expressed() < n) count_others(values, n);

  const auto column_of = [](const Item& item) { return item.column; };
  if (!ascending_) {
    const unsigned bits = bit_width(range.last_column);
    uint32_t* const last = last_.data() + middle_;
    const uint32_t* const sorted =
        radix_sort(last, last_spare_.data(), last_count_, 0, bits, [](uint32_t column) { return column; });
    if (sorted != last) memcpy(last, sorted, last_count_ * sizeof *last);
    const Item* const items = radix_sort(first_.data(), first_spare_.data(), first_count_, 0, bits, column_of);
    if (items != first_.data()) first_.swap(first_spare_);
  }
  const unsigned bits = bit_width(range.most - range.least);
  const Item* const items = sort_by_key(first_.data(), first_spare_.data(), first_count_, bits);
  std::transform(items, items + first_count_, ranked(), column_of);
  return true;
}

// One more than n each: what is not kept is written as well.
template <typename Value>
void RowRanking<Value>::make_room(size_t n) {
  if (first_.size() > n) return;
  first_.resize(n + 1);
  first_spare_.resize(n + 1);
  last_spare_.resize(n + 1);
  last_.resize(2 * n + 1);
  middle_ = n;
}

template <typename Value>
typename RowRanking<Value>::Range RowRanking<Value>::range_of(const int32_t* columns, const Value* values, size_t n) {
  using Signed = std::make_signed_t<Bits>;
  Bits least = ~Bits{0};
  Signed most = 0;
  uint32_t last_column = 0, falls = 0;
  for (size_t i = 0; i < n; i++) {
    const Bits bits = bits_of<Bits>(values[i]);
    // Less 1, zero comes last, as do values below 0 and what is not a number.
    least = std::min<Bits>(least, bits - 1);
    most = std::max(most, static_cast<Signed>(bits));
    last_column = std::max(last_column, static_cast<uint32_t>(columns[i]));
  }
  for (size_t i = 1; i < n; i++) falls |= columns[i] <= columns[i - 1];
  return {static_cast<Bits>(least + 1), std::min(static_cast<Bits>(most), kInfinity<Bits>), last_column, falls == 0};
}

template <typename Value>
void RowRanking<Value>::split(const int32_t* columns, const Value* values, size_t n, const Range& range) {
  const Bits above_least = kInfinity<Bits> - range.least;
  Item* const first = first_.data();
  uint32_t* const last = last_.data() + middle_;
  size_t first_count = 0, last_count = 0;
  for (size_t i = 0; i < n; i++) {
    const uint32_t column = static_cast<uint32_t>(columns[i]);
    const Bits bits = bits_of<Bits>(values[i]);
    // Written always, kept if it counts: no processor could foretell a jump.
    last[last_count] = column;
    last_count += bits == range.least;
    first[first_count] = {range.most - bits, column};
    first_count += static_cast<Bits>(bits - range.least - 1) < above_least;
  }
  first_count_ = first_count;
  last_count_ = last_count;
}

template <typename Value>
void RowRanking<Value>::count_others(const Value* values, size_t n) {
  for (size_t i = 0; i < n; i++) {
    negative_ += values[i] < 0;
    nan_ += std::isnan(values[i]);
  }
}

template class RowRanking<float>;
template class RowRanking<double>;

}  // namespace gtk
