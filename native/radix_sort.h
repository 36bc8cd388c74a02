// Stable sorts by unsigned numbers, between two arrays; each returns the one that holds the result.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace gtk {

constexpr unsigned kDigitBits = 9;

inline unsigned bit_width(uint64_t number) {
  unsigned width = 0;
  for (; number != 0; number >>= 1) width++;
  return width;
}

// Sorts by bits `low` to `high` of what `number` gives for an item, from the lowest digit up.
template <typename Item, typename Number>
Item* radix_sort(Item* items, Item* spare, size_t n, unsigned low, unsigned high, Number number) {
  constexpr uint32_t kMask = (1 << kDigitBits) - 1;
  uint32_t places[kMask + 1];
  for (unsigned from = low; from < high; from += kDigitBits) {
    const uint32_t mask = high - from < kDigitBits ? (1u << (high - from)) - 1 : kMask;
    memset(places, 0, sizeof *places * (mask + 1));
    for (size_t i = 0; i < n; i++) places[number(items[i]) >> from & mask]++;
    uint32_t place = 0;
    for (uint32_t digit = 0; digit <= mask; digit++) {
      const uint32_t count = places[digit];
      places[digit] = place;
      place += count;
    }
    for (size_t i = 0; i < n; i++) spare[places[number(items[i]) >> from & mask]++] = items[i];
    Item* const sorted = spare;
    spare = items;
    items = sorted;
  }
  return items;
}

// Sorts by insertion, unless more than n items would have to move: then it gives up and returns false.
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

// Sorts by keys of `width` bits. The highest digits nearly do it where the keys are few, or few of them differ.
template <typename Item>
Item* sort_by_key(Item* items, Item* spare, size_t n, unsigned width) {
  constexpr size_t kFew = 2 << kDigitBits;
  for (unsigned digits = n > kFew ? 2 : 1;; digits *= 2) {
    const unsigned low = width > digits * kDigitBits ? width - digits * kDigitBits : 0;
    Item* const sorted = radix_sort(items, spare, n, low, width, [](const Item& item) { return item.key; });
    if (low == 0 || insertion_sort(sorted, n)) return sorted;
    spare = sorted == items ? spare : items;
    items = sorted;
  }
}

}  // namespace gtk
