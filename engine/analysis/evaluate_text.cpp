#include "engine/analysis/evaluate_text.h"

#include <algorithm>
#include <cstdlib>

#include "engine/analysis/evaluate.h"

namespace tutti::analysis {

namespace {

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '"' || c == '_';
}
bool is_gap(char c) {
  return c == ' ' || c == '\t' || c == ',' || c == ';' || c == '\r';
}

}  // namespace

bool read_number(std::string_view text, double& value) {
  if (text.empty() || text.size() > 63) return false;
  for (char c : text)
    if (!((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E'))
      return false;
  char copy[64];
  std::copy(text.begin(), text.end(), copy);
  copy[text.size()] = 0;
  char* end = nullptr;
  value = std::strtod(copy, &end);
  return end == copy + text.size() && value - value == 0;
}

double harmonic_mean(double precision, double recall) {
  return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

Result<std::vector<std::vector<double>>> read_table(std::string_view text,
                                                    std::size_t min_columns) {
  std::vector<std::vector<double>> rows;
  int line_number = 0;
  bool first = true;
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line_number;
    std::vector<double> row;
    bool readable = true, empty = true, names = true;
    while (!line.empty()) {
      while (!line.empty() && is_gap(line.front())) line.remove_prefix(1);
      if (line.empty() || (empty && line.front() == '#')) break;
      empty = false;
      std::size_t length = 0;
      while (length < line.size() && !is_gap(line[length])) ++length;
      double value = 0;
      if (row.size() < min_columns || readable) {
        if (read_number(line.substr(0, length), value))
          row.push_back(value), names = false;
        else if (!is_name(line.front()))
          readable = names = false;
        else if (row.size() < min_columns)
          readable = false;
      }
      line.remove_prefix(length);
    }
    if (empty) continue;
    if (!readable && first && names) {  // the columns' names
      first = false;
      continue;
    }
    first = false;
    if (!readable || row.size() < min_columns)
      return Error{
          Code::bad_input,
          "Line " + std::to_string(line_number) + " cannot be read as " +
              std::to_string(min_columns) + " numbers.",
          "Give a plain text file with one event a line and its numbers separated by tabs, "
          "spaces or commas."};
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<double>> read_events(std::string_view text) {
  auto table = read_table(text, 1);
  if (!table) return table.error();
  std::vector<double> events;
  for (const auto& row : *table) events.push_back(row[0]);
  std::sort(events.begin(), events.end());
  return events;
}

double score_of(const Scores& scores, std::string_view name) {
  for (const auto& [key, value] : scores)
    if (key == name) return value;
  return -1;
}

}  // namespace tutti::analysis
