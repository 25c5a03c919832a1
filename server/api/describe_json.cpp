#include "server/api/describe_json.h"

namespace tutti::api {

bool allows(const FieldNote* note, std::string_view text) {
  if (!note || !*note->allowed) return true;
  const std::string_view all = note->allowed;
  for (std::size_t from = 0; from <= all.size();) {
    const std::size_t to = std::min(all.find('|', from), all.size());
    if (all.substr(from, to - from) == text) return true;
    from = to + 1;
  }
  return false;
}

std::string choices(const FieldNote* note) {
  std::string words = "one of ";
  for (const char* at = note->allowed; *at; ++at) {
    if (*at == '|') {
      words += ", ";
    } else {
      words += *at;
    }
  }
  return words;
}

// "std::string tutti::api::type_name() [with T = tutti::api::JobInfo; …]" or clang's "[T = …]".
std::string plain_type_name(const char* pretty) {
  std::string_view text = pretty;
  const std::size_t from = text.find("T = ");
  if (from == std::string_view::npos) return "Thing";
  text.remove_prefix(from + 4);
  text = text.substr(0, text.find_first_of(";]"));
  const std::size_t colons = text.rfind("::");
  return std::string(colons == std::string_view::npos ? text : text.substr(colons + 2));
}

}  // namespace tutti::api
