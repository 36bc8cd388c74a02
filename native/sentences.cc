#include "sentences.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

#include "napi_values.h"
#include "row_ranking.h"
#include "sentence_request.h"
#include "token_text.h"

namespace gtk {
namespace {

struct Result {
  TokenRows sentences;
  std::vector<TokenRows> lists;
  std::vector<uint32_t> expressed;
  uint64_t negative = 0, nan = 0;

  Result(size_t rows, size_t list_count) : lists(list_count), expressed(rows) {}
};

// Drops whatever has a token that an earlier column of the row has.
class FirstOfToken {
 public:
  FirstOfToken(const uint32_t* groups, size_t width) : groups_(groups), seen_(width) {}

  size_t keep(uint32_t* columns, size_t n) {
    row_++;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
      const uint32_t column = columns[i];
      uint32_t& seen = seen_[groups_ == nullptr ? column : groups_[column]];
      columns[kept] = column;
      kept += seen != row_;
      seen = row_;
    }
    return kept;
  }

 private:
  const uint32_t* groups_;
  // The last row that had the token, counted from 1.
  std::vector<uint32_t> seen_;
  uint32_t row_ = 0;
};

uint64_t sum_of(const uint32_t* sizes, const uint32_t* columns, size_t n) {
  uint64_t sum = 0;
  for (size_t i = 0; i < n; i++) sum += sizes[columns[i]];
  return sum;
}

void add_members(TokenRows* text, const uint8_t* list, const uint32_t* sizes, const uint32_t* ranked, size_t n) {
  uint32_t* const members = text->next_row(n + 1);
  size_t count = 0;
  for (size_t i = 0; i < n; i++) {
    members[count] = ranked[i];
    count += list[ranked[i]] != 0;
  }
  text->end_row(count, sum_of(sizes, members, count));
}

// False if a column is not in the table of tokens.
template <typename Value>
bool rank_rows(const SentenceRequest& request, const TokenTable& tokens, Result* result) {
  const Value* const values = static_cast<const Value*>(request.values);
  const uint32_t* const sizes = tokens.sizes();
  RowRanking<Value> ranking;
  FirstOfToken firsts(request.groups, request.width);
  for (size_t i = 0; i < request.row_count; i++) {
    const uint32_t start = request.row_starts[request.rows[i]];
    const uint32_t n = request.row_starts[request.rows[i] + 1] - start;
    if (!ranking.rank(request.columns + start, values + start, n, request.width)) return false;
    result->expressed[i] = static_cast<uint32_t>(ranking.expressed());
    result->negative += ranking.negative();
    result->nan += ranking.nan();

    const bool repeats = request.groups != nullptr || !ranking.ascending();
    const bool all = repeats || !request.lists.empty();
    uint32_t* const ranked = result->sentences.next_row(ranking.expressed() + 1);
    auto [count, size] = ranking.take(sizes, all ? SIZE_MAX : request.top, ranked);
    if (repeats) count = firsts.keep(ranked, count);
    for (size_t l = 0; l < request.lists.size(); l++) {
      add_members(&result->lists[l], request.lists[l], sizes, ranked, count);
    }
    if (all) {
      count = std::min(count, request.top);
      size = sum_of(sizes, ranked, count);
    }
    result->sentences.end_row(count, size);
    if (request.appearances != nullptr) {
      for (size_t k = 0; k < count; k++) request.appearances[ranked[k]]++;
    }
  }
  return true;
}

napi_value text_of(napi_env env, const TokenRows& rows, const TokenTable& tokens) {
  const size_t n = rows.counts().size() + 1;
  void *text, *offsets;
  napi_value buffer, array, result;
  if (rows.length() > UINT32_MAX) {
    napi_throw_range_error(env, nullptr, "the text of the rows takes 2^32 bytes or more");
    return nullptr;
  }
  if (napi_create_object(env, &result) != napi_ok ||
      napi_create_arraybuffer(env, rows.length(), &text, &buffer) != napi_ok ||
      napi_create_typedarray(env, napi_uint8_array, rows.length(), buffer, 0, &array) != napi_ok) {
    return nullptr;
  }
  set(env, result, "bytes", array);
  if (napi_create_arraybuffer(env, n * sizeof(uint32_t), &offsets, &buffer) != napi_ok ||
      napi_create_typedarray(env, napi_uint32_array, n, buffer, 0, &array) != napi_ok) {
    return nullptr;
  }
  set(env, result, "offsets", array);
  rows.write(tokens, static_cast<uint8_t*>(text), static_cast<uint32_t*>(offsets));
  return result;
}

napi_value numbers(napi_env env, const std::vector<uint32_t>& numbers) {
  return typed_array(env, napi_uint32_array, numbers.data(), numbers.size(), sizeof(uint32_t));
}

napi_value object_of(napi_env env, const Result& result, const TokenTable& tokens) {
  napi_value object, lists;
  const napi_value text = text_of(env, result.sentences, tokens);
  if (text == nullptr || napi_create_object(env, &object) != napi_ok || napi_create_array(env, &lists) != napi_ok) {
    return nullptr;
  }
  for (size_t i = 0; i < result.lists.size(); i++) {
    const napi_value list = text_of(env, result.lists[i], tokens);
    if (list == nullptr) return nullptr;
    napi_set_element(env, lists, static_cast<uint32_t>(i), list);
  }
  set(env, object, "sentences", text);
  set(env, object, "lists", lists);
  set(env, object, "expressed", numbers(env, result.expressed));
  set(env, object, "lengths", numbers(env, result.sentences.counts()));
  set(env, object, "negative", number(env, static_cast<double>(result.negative)));
  set(env, object, "nan", number(env, static_cast<double>(result.nan)));
  return object;
}

}  // namespace

napi_value sentences(napi_env env, napi_callback_info info) {
  SentenceRequest request;
  if (!get_sentence_request(env, info, &request)) return nullptr;
  try {
    const TokenTable tokens(request.token_bytes, request.token_offsets, request.width);
    Result result(request.row_count, request.lists.size());
    const bool ranked = request.doubles ? rank_rows<double>(request, tokens, &result)
                                        : rank_rows<float>(request, tokens, &result);
    if (ranked) return object_of(env, result, tokens);
    napi_throw_range_error(env, nullptr, "a column is not in the table of tokens");
  } catch (const std::bad_alloc&) {
    napi_throw_range_error(env, nullptr, "no memory for the sentences");
  }
  return nullptr;
}

}  // namespace gtk
