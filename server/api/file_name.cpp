#include "server/api/file_name.h"

namespace tutti::api {

std::string file_name_of(std::string_view title) {
  std::string name;
  for (const char c : title) {
    const bool bad = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
                     std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
    if (name.size() < 80) name += bad ? '-' : c;
  }
  // Not in the middle of a UTF-8 character, no dots or spaces at the ends.
  while (!name.empty() && (static_cast<unsigned char>(name.back()) & 0xc0) == 0x80 &&
         name.size() >= 80)
    name.pop_back();
  while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.pop_back();
  while (!name.empty() && (name.front() == ' ' || name.front() == '.')) name.erase(0, 1);
  return name.empty() ? "tutti" : name;
}

std::string_view without_ending(std::string_view file_name) {
  const std::size_t dot = file_name.rfind('.');
  return dot == std::string_view::npos || dot == 0 || file_name.size() - dot > 6
             ? file_name
             : file_name.substr(0, dot);
}

}  // namespace tutti::api
