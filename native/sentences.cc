#include "sentences.h"

#include <algorithm>
#include <iterator>
#include <new>
#include <vector>

#include "napi_values.h"
#include "row_ranking.h"
#include "sentence_request.h"
#include "sentence_text.h"
#include "token_table.h"

namespace gtk {
namespace {

struct Result {
  SentenceText sentences;
  std::vector<SentenceText> lists;
  std::vector<uint32_t> expressed;
  uint64_t negative = 0, nan = 0;

  Result(napi_env env, const SentenceRequest& request, const TokenTable& tokens)
      : sentences(env, tokens),
        lists(request.lists.size(), SentenceText(env, tokens)),
        expressed(request.row_count) {}
};

// Keeps the columns that have a token, but only the first of those that have the same.
class FirstOfToken {
 public:
  FirstOfToken(const TokenTable& tokens, const uint32_t* groups)
      : tokens_(tokens), groups_(groups), seen_(tokens.width()) {}

  size_t keep(uint32_t* columns, size_t n) {
    row_++;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
      const uint32_t column = columns[i];
      if (tokens_.size(column) == 0) continue;
      uint32_t& seen = seen_[groups_ == nullptr ? column : groups_[column]];
      columns[kept] = column;
      kept += seen != row_;
      seen = row_;
    }
    return kept;
  }

 private:
  const TokenTable& tokens_;
  const uint32_t* groups_;
  // The last row that had the token, counted from 1.
  std::vector<uint32_t> seen_;
  uint32_t row_ = 0;
};

size_t row_length(const SentenceRequest& request, uint32_t row) {
  return request.row_starts[row + 1] - request.row_starts[row];
}

// Throws in JavaScript and returns false if a column is not in the table of tokens, or for want of memory.
template <typename Value>
bool rank_rows(napi_env env, const SentenceRequest& request, const TokenTable& tokens, Result* result) {
  RowRanking<Value> ranking;
  FirstOfToken firsts(tokens, request.groups);
  std::vector<uint32_t> members;
  uint64_t done = 0, all = 0;
  for (size_t i = 0; i < request.row_count; i++) all += std::min(row_length(request, request.rows[i]), request.top);
  for (size_t i = 0; i < request.row_count; i++) {
    const size_t start = request.row_starts[request.rows[i]];
    const size_t n = row_length(request, request.rows[i]);
    const Value* const values = static_cast<const Value*>(request.values) + start;
    if (!ranking.rank(request.columns + start, values, n, static_cast<uint32_t>(request.width))) {
      napi_throw_range_error(env, nullptr, "a column is not in the table of tokens");
      return false;
    }
    result->expressed[i] = static_cast<uint32_t>(ranking.expressed());
    result->negative += ranking.negative();
    result->nan += ranking.nan();

    uint32_t* const ranked = ranking.ranked();
    size_t count = ranking.expressed();
    if (request.groups != nullptr || !ranking.ascending()) count = firsts.keep(ranked, count);
    if (!result->sentences.add(ranked, count, request.top, done, all)) return false;
    for (size_t l = 0; l < request.lists.size(); l++) {
      members.clear();
      std::copy_if(ranked, ranked + count, std::back_inserter(members),
                   [list = request.lists[l]](uint32_t column) { return list[column] != 0; });
      if (!result->lists[l].add(members.data(), members.size(), SIZE_MAX, done, all)) return false;
    }
    done += std::min(n, request.top);
  }
  return true;
}

void add_appearances(const SentenceText& sentences, const TokenTable& tokens, uint32_t* appearances) {
  for (uint32_t column = 0; column < tokens.width(); column++) {
    if (tokens.size(column) != 0) appearances[column] += sentences.rows_with(column);
  }
}

napi_value numbers(napi_env env, const std::vector<uint32_t>& numbers) {
  return typed_array(env, napi_uint32_array, numbers.data(), numbers.size(), sizeof(uint32_t));
}

napi_value object_of(napi_env env, Result* result) {
  napi_value object, lists;
  const napi_value text = result->sentences.finish();
  if (text == nullptr || napi_create_object(env, &object) != napi_ok || napi_create_array(env, &lists) != napi_ok) {
    return nullptr;
  }
  for (size_t i = 0; i < result->lists.size(); i++) {
    const napi_value list = result->lists[i].finish();
    if (list == nullptr || napi_set_element(env, lists, static_cast<uint32_t>(i), list) != napi_ok) return nullptr;
  }
  set(env, object, "sentences", text);
  set(env, object, "lists", lists);
  set(env, object, "expressed", numbers(env, result->expressed));
  set(env, object, "lengths", numbers(env, result->sentences.counts()));
  set(env, object, "negative", number(env, static_cast<double>(result->negative)));
  set(env, object, "nan", number(env, static_cast<double>(result->nan)));
  return object;
}

}  // namespace

napi_value sentences(napi_env env, napi_callback_info info) {
  SentenceRequest request;
  if (!get_sentence_request(env, info, &request)) return nullptr;
  try {
    const TokenTable tokens(request.token_bytes, request.token_offsets, request.width);
    Result result(env, request, tokens);
    const bool ranked = request.doubles ? rank_rows<double>(env, request, tokens, &result)
                                        : rank_rows<float>(env, request, tokens, &result);
    if (!ranked) return nullptr;
    if (request.appearances != nullptr) add_appearances(result.sentences, tokens, request.appearances);
    return object_of(env, &result);
  } catch (const std::bad_alloc&) {
    napi_throw_range_error(env, nullptr, "no memory for the sentences");
    return nullptr;
  }
}

}  // namespace gtk
