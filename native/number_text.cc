#include "number_text.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace gtk {
namespace {

uint8_t* put(uint8_t* to, const void* bytes, size_t n) {
  memcpy(to, bytes, n);
  return to + n;
}

uint8_t* put_zeros(uint8_t* to, int n) {
  memset(to, '0', n);
  return to + n;
}

// Digits without point, of which `point` stand before it (ECMA-262, Number::toString).
uint8_t* lay_out(uint8_t* to, const char* digits, int n, int point) {
  if (n <= point && point <= 21) return put_zeros(put(to, digits, n), point - n);
  if (0 < point && point <= 21) {
    to = put(to, digits, point);
    *to++ = '.';
    return put(to, digits + point, n - point);
  }
  if (-6 < point && point <= 0) {
    to = put_zeros(put(to, "0.", 2), -point);
    return put(to, digits, n);
  }
  *to++ = digits[0];
  if (n > 1) {
    *to++ = '.';
    to = put(to, digits + 1, n - 1);
  }
  *to++ = 'e';
  *to++ = point > 0 ? '+' : '-';
  return put_integer(to, std::abs(point - 1));
}

uint8_t* put_spaced(uint8_t* __restrict to, const uint8_t* __restrict text, size_t n) {
  for (size_t i = 0; i < n; i++) to[i] = text[i] == '\t' || text[i] == '\n' || text[i] == '\r' ? ' ' : text[i];
  return to + n;
}

uint8_t* put_quoted(uint8_t* to, const uint8_t* text, size_t n) {
  bool quoted = n == 0;
  for (size_t i = 0; i < n && !quoted; i++) {
    quoted = text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
  }
  if (!quoted) return put(to, text, n);
  *to++ = '"';
  for (size_t i = 0; i < n; i++) {
    if (text[i] == '"') *to++ = '"';
    *to++ = text[i];
  }
  *to++ = '"';
  return to;
}

uint8_t* put_control(uint8_t* to, uint8_t byte) {
  *to++ = '\\';
  switch (byte) {
    case '\b': *to++ = 'b'; return to;
    case '\t': *to++ = 't'; return to;
    case '\n': *to++ = 'n'; return to;
    case '\f': *to++ = 'f'; return to;
    case '\r': *to++ = 'r'; return to;
    default:
      to = put(to, "u00", 3);
      *to++ = static_cast<uint8_t>('0' + (byte >> 4));
      *to++ = static_cast<uint8_t>("0123456789abcdef"[byte & 15]);
      return to;
  }
}

uint8_t* put_json(uint8_t* to, const uint8_t* text, size_t n) {
  *to++ = '"';
  for (size_t i = 0; i < n; i++) {
    if (text[i] < 32) {
      to = put_control(to, text[i]);
    } else {
      if (text[i] == '"' || text[i] == '\\') *to++ = '\\';
      *to++ = text[i];
    }
  }
  *to++ = '"';
  return to;
}

}  // namespace

size_t growth(Escaping escaping) { return escaping == Escaping::spaces ? 1 : escaping == Escaping::quotes ? 2 : 6; }

uint8_t* put_integer(uint8_t* to, uint64_t value) {
  if (value < 10) {
    *to = static_cast<uint8_t>('0' + value);
    return to + 1;
  }
  char* const text = reinterpret_cast<char*>(to);
  return reinterpret_cast<uint8_t*>(std::to_chars(text, text + kLongestNumber, value).ptr);
}

uint8_t* put_double(uint8_t* to, double value) {
  if (std::isnan(value)) return put(to, "NaN", 3);
  // Minus zero is 0.
  if (value < 0) {
    *to++ = '-';
    value = -value;
  }
  if (std::isinf(value)) return put(to, "Infinity", 8);
  if (value < 4294967296.0 && value == static_cast<double>(static_cast<uint32_t>(value))) {
    return put_integer(to, static_cast<uint32_t>(value));
  }
  // The shortest digits that read back the same, the closest of them where there are several. Only this form
  // promises them: the others write large integers out in full.
  char text[40];
  const char* const end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  const char* const letter = static_cast<const char*>(memchr(text, 'e', end - text));
  int exponent = 0;
  for (const char* digit = letter + 2; digit < end; digit++) exponent = 10 * exponent + (*digit - '0');
  if (letter[1] == '-') exponent = -exponent;
  int digits = 1;
  if (letter - text > 1) {
    digits = static_cast<int>(letter - text) - 1;
    memmove(text + 1, text + 2, digits - 1);
  }
  return lay_out(to, text, digits, exponent + 1);
}

uint8_t* put_text(uint8_t* to, Escaping escaping, const uint8_t* text, size_t n) {
  switch (escaping) {
    case Escaping::spaces: return put_spaced(to, text, n);
    case Escaping::quotes: return put_quoted(to, text, n);
    default: return put_json(to, text, n);
  }
}

}  // namespace gtk
