// Numbers and escaped text as bytes. Every function writes at `to`, which has room, and returns where it stopped.
#pragma once
#include <cstddef>
#include <cstdint>

namespace gtk {

// The most bytes that a number takes.
constexpr size_t kLongestNumber = 26;

enum class Escaping { spaces, quotes, json };

// The most bytes that escaping makes of n is n * growth + 2.
size_t growth(Escaping escaping);

uint8_t* put_integer(uint8_t* to, uint64_t value);
// As ECMAScript's Number::toString lays it out.
uint8_t* put_double(uint8_t* to, double value);
uint8_t* put_text(uint8_t* to, Escaping escaping, const uint8_t* text, size_t n);

}  // namespace gtk
