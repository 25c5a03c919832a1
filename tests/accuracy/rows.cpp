#include "rows.h"

#include <fstream>
#include <sstream>

namespace tutti::accuracy {

// In the order in which the linker met them; a function, so that it exists before the first use.
std::vector<std::pair<std::string, Measure>>& rooms() {
  static std::vector<std::pair<std::string, Measure>> all;
  return all;
}

Registration::Registration(const char* room, Measure measure) {
  rooms().emplace_back(room, std::move(measure));
}

// Lines "floor  name of the figure"; # begins a comment line.
std::map<std::string, double> read_floors(const std::filesystem::path& path) {
  std::map<std::string, double> floors;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream in(line);
    double floor = 0;
    std::string name;
    if (in >> floor && std::getline(in >> std::ws, name)) floors[name] = floor;
  }
  return floors;
}

void Report::figure(const std::string& name, double value, double target, Better better) {
  Row row{room, name, "", value, target, 0, true, true, false, true, true};
  const auto floor = floors_.find(name);
  if (floor == floors_.end()) {
    row.passed = false;
    row.detail = "no floor in tests/accuracy/floors.txt";
  } else {
    row.has_floor = true;
    row.floor = floor->second;
    row.passed = better == Better::higher ? value >= row.floor : value <= row.floor;
  }
  rows_.push_back(row);
}

void Report::check(const std::string& name, bool passed, const std::string& detail) {
  Row row;
  row.room = room, row.name = name, row.passed = passed, row.detail = detail;
  rows_.push_back(row);
}

void Report::info(const std::string& name, double value, const std::string& unit) {
  Row row;
  row.room = room, row.name = name, row.value = value, row.has_value = true, row.counts = false,
  row.detail = unit;
  rows_.push_back(row);
}

void Report::missing(const std::string& name, const std::string& reason) {
  check(name, false, reason);
}

bool Report::read(const std::string& name, const std::filesystem::path& path, std::string& bytes) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    missing(name, "cannot read " + path.string());
    return false;
  }
  bytes.assign(std::istreambuf_iterator<char>(file), {});
  return true;
}

}  // namespace tutti::accuracy
