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
  // False if a column is not from 0 to width - 1.
  bool rank(const int32_t* columns, const Value* values, size_t n, uint32_t width);

  // The columns of the row that was ranked last whose values are above 0, best first. The caller may change them.
  uint32_t* ranked() { return last_.data() + middle_ - first_count_; }
  // How many they are.
  size_t expressed() const { return first_count_ + last_count_; }
  // Its values below 0.
  size_t negative() const { return negative_; }
  // Its values that are not a number.
  size_t nan() const { return nan_; }
  // Whether each of its columns is above the one before it, so that none occurs twice.
  bool ascending() const { return ascending_; }

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

  void make_room(size_t n);
  static Range range_of(const int32_t* columns, const Value* values, size_t n);
  void split(const int32_t* columns, const Value* values, size_t n, const Range& range);
  void count_others(const Value* values, size_t n);

  // Where values are counts or made from counts, most are the least one: their columns need no sort by value. They
  // start at middle_ of last_, so that the columns of the first ones can be put in front of them.
  std::vector<uint32_t> last_, last_spare_;
  std::vector<Item> first_, first_spare_;
  size_t middle_ = 0, first_count_ = 0, last_count_ = 0, negative_ = 0, nan_ = 0;
  bool ascending_ = true;
};

}  // namespace gtk
