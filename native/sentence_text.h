#pragma once
#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "token_table.h"

namespace gtk {

// Text of rows of tokens, written straight into the memory that JavaScript gets.
class SentenceText {
 public:
  SentenceText(napi_env env, const TokenTable& tokens) : env_(env), tokens_(tokens), passed_(tokens.width()) {}

  // Adds a row: the tokens of `columns`, at most `limit`, joined by spaces. `done` of `all` is the share of the
  // work before this row. Throws in JavaScript and returns false if there is no memory or the text too long.
  bool add(const uint32_t* columns, size_t n, size_t limit, uint64_t done, uint64_t all);
  // Tokens of each row.
  const std::vector<uint32_t>& counts() const { return counts_; }
  // Rows that have the token of a column. Of no meaning where it has none.
  uint32_t rows_with(size_t column) const { return passed_[column]; }
  // { bytes, offsets }; null if there is no memory for them.
  napi_value finish();

 private:
  bool reserve(uint64_t room, uint64_t done, uint64_t all);
  bool move_to(uint64_t capacity);

  napi_env env_;
  const TokenTable& tokens_;
  napi_value buffer_ = nullptr;
  uint8_t* text_ = nullptr;
  uint64_t capacity_ = 0, length_ = 0;
  std::vector<uint32_t> passed_;
  std::vector<uint32_t> counts_;
  std::vector<uint32_t> offsets_ = {0};
};

}  // namespace gtk
