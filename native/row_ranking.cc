#include "row_ranking.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace gtk {
namespace {

constexpr unsigned kDigitBits = 9;
// More values than this seldom differ in the first digit alone.
constexpr size_t kFew = 2 << kDigitBits;

unsigned width_of(uint64_t number) {
  unsigned width = 0;
  for (; number != 0; number >>= 1) width++;
  return width;
}

// Sorts by the bits from `low` to `high` of what `key` gives for an item, from the lowest digit up. Stable.
template <typename Item, typename Key>
void radix_sort(std::vector<Item>& items, std::vector<Item>& spare, size_t n, unsigned low, unsigned high, Key key) {
  constexpr uint32_t kMask = (1 << kDigitBits) - 1;
  uint32_t places[kMask + 1];
  for (unsigned from = low; from < high; from += kDigitBits) {
    const uint32_t mask = high - from < kDigitBits ? (1u << (high - from)) - 1 : kMask;
    memset(places, 0, sizeof(uint32_t) * (mask + 1));
    const Item* const in = items.data();
    Item* const out = spare.data();
    for (size_t i = 0; i < n; i++) places[key(in[i]) >> from & mask]++;
    uint32_t place = 0;
    for (uint32_t digit = 0; digit <= mask; digit++) {
      const uint32_t count = places[digit];
      places[digit] = place;
      place += count;
    }
    for (size_t i = 0; i < n; i++) out[places[key(in[i]) >> from & mask]++] = in[i];
    items.swap(spare);
  }
}

// Sorts by insertion, unless more than n items would have to move; then it gives up and returns false. Stable.
template <typename Item>
bool insertion_sort(Item* items, size_t n) {
  size_t moves = 0;
  for (size_t i = 1; i < n; i++) {
    if (items[i].key >= items[i - 1].key) continue;
    const Item item = items[i];
    size_t place = i;
    do {
      items[place] = items[place - 1];
      place--;
    } while (place > 0 && items[place - 1].key > item.key);
    items[place] = item;
    moves += i - place;
    if (moves > n) return false;
  }
  return true;
}

// Sorts by keys of `width` bits. The first digits nearly do it, where values are few or spread.
template <typename Item>
void sort_by_key(std::vector<Item>& items, std::vector<Item>& spare, size_t n, unsigned width) {
  for (unsigned digits = n > kFew ? 2 : 1;; digits *= 2) {
    const unsigned low = width > digits * kDigitBits ? width - digits * kDigitBits : 0;
    radix_sort(items, spare, n, low, width, [](const Item& item) { return item.key; });
    if (low == 0 || insertion_sort(items.data(), n)) return;
  }
}

template <typename Bits, typename Value>
Bits bits_of(Value value) {
  Bits bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

template <typename Bits>
constexpr Bits kInfinity = sizeof(Bits) == 4 ? Bits{0x7f800000u} : static_cast<Bits>(0x7ff0000000000000u);

}  // namespace

template <typename Value>
typename RowRanking<Value>::Range RowRanking<Value>::range_of(const int32_t* columns, const Value* values, size_t n) {
  // Less 1, zero is above all other values; so are the bits of values below 0 and of those that are not a number.
  Bits least = ~Bits{0};
  std::make_signed_t<Bits> most = 0;
  uint32_t last_column = 0, falls = 0;
  for (size_t i = 0; i < n; i++) {
    const Bits bits = bits_of<Bits>(values[i]);
    least = std::min<Bits>(least, bits - 1);
    most = std::max(most, static_cast<std::make_signed_t<Bits>>(bits));
    last_column = std::max(last_column, static_cast<uint32_t>(columns[i]));
  }
  for (size_t i = 1; i < n; i++) falls |= columns[i] <= columns[i - 1];
  return {static_cast<Bits>(least + 1), std::min(static_cast<Bits>(most), kInfinity<Bits>), last_column, falls == 0};
}

template <typename Value>
void RowRanking<Value>::split(const int32_t* columns, const Value* values, size_t n, const Range& range) {
  const Bits above_least = kInfinity<Bits> - range.least;
  size_t first = 0, last = 0;
  for (size_t i = 0; i < n; i++) {
    const uint32_t column = static_cast<uint32_t>(columns[i]);
    const Bits bits = bits_of<Bits>(values[i]);
    // Written always and kept if it counts: a jump could not be foretold.
    last_[last] = column;
    last += bits == range.least;
    first_[first] = {range.most - bits, column};
    first += static_cast<Bits>(bits - range.least - 1) < above_least;
  }
  first_count_ = first;
  last_count_ = last;
}

template <typename Value>
void RowRanking<Value>::count_rest(const Value* values, size_t n) {
  for (size_t i = 0; i < n; i++) {
    negative_ += values[i] < 0;
    nan_ += std::isnan(values[i]);
  }
}

template <typename Value>
bool RowRanking<Value>::rank(const int32_t* columns, const Value* values, size_t n, uint32_t width) {
  first_count_ = last_count_ = negative_ = nan_ = 0;
  ascending_ = true;
  if (n == 0) return true;
  const Range range = range_of(columns, values, n);
  if (range.last_column >= width) return false;
  ascending_ = range.ascending;
  if (first_.size() <= n) {
    for (auto* items : {&first_, &first_spare_}) items->resize(n + 1);
    for (auto* items : {&last_, &last_spare_}) items->resize(n + 1);
  }
  if (range.least - 1 < kInfinity<Bits>) split(columns, values, n, range);
  if (expressed() < n) count_rest(values, n);

  if (!ascending_) {
    const unsigned column_bits = width_of(range.last_column);
    radix_sort(last_, last_spare_, last_count_, 0, column_bits, [](uint32_t column) { return column; });
    radix_sort(first_, first_spare_, first_count_, 0, column_bits, [](const Item& item) { return item.column; });
  }
  sort_by_key(first_, first_spare_, first_count_, width_of(range.most - range.least));
  return true;
}

template <typename Value>
typename RowRanking<Value>::Taken RowRanking<Value>::take(const uint32_t* sizes, size_t limit, uint32_t* to) const {
  size_t taken = 0;
  uint64_t sum = 0;
  const auto take_column = [&](uint32_t column) {
    to[taken] = column;
    taken += sizes[column] != 0;
    sum += sizes[column];
  };
  for (size_t i = 0; i < first_count_ && taken < limit; i++) take_column(first_[i].column);
  for (size_t i = 0; i < last_count_ && taken < limit; i++) take_column(last_[i]);
  return {taken, sum};
}

template class RowRanking<float>;
template class RowRanking<double>;

}  // namespace gtk
