#pragma once
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace gtk {

// Ranks the columns of one row after another by falling value, ties by rising column. Value is float or double.
template <typename Value>
class RowRanking {
 public:
  // Values of the row that was ranked last: above 0, below 0, and not a number.
  size_t expressed() const { return first_count_ + last_count_; }
  size_t negative() const { return negative_; }
  size_t nan() const { return nan_; }
  // Whether each column of the row is above the one before it, so that none occurs twice.
  bool ascending() const { return ascending_; }

  // False if a column is not from 0 to width - 1.
  bool rank(const int32_t* columns, const Value* values, size_t n, uint32_t width);

  struct Taken {
    size_t columns;
    uint64_t sizes;
  };
  // Writes the columns above 0 that have a size, best first, at most `limit` of them. `to` needs room for expressed() + 1.
  Taken take(const uint32_t* sizes, size_t limit, uint32_t* to) const;

 private:
  // The bits of values above 0 rise with the value.
  using Bits = std::conditional_t<sizeof(Value) == 4, uint32_t, uint64_t>;
  struct Item {
    Bits key;
    uint32_t column;
  };
  struct Range {
    Bits least, most;
    uint32_t last_column;
    bool ascending;
  };

  static Range range_of(const int32_t* columns, const Value* values, size_t n);
  void split(const int32_t* columns, const Value* values, size_t n, const Range& range);
  void count_rest(const Value* values, size_t n);

  // Most of a row's values are its least one, where they are counts or made from counts: those columns need
  // no sort by value.
  std::vector<uint32_t> last_, last_spare_;
  std::vector<Item> first_, first_spare_;
  size_t first_count_ = 0, last_count_ = 0, negative_ = 0, nan_ = 0;
  bool ascending_ = true;
};

}  // namespace gtk
