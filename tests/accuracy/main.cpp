// ./dev accuracy: how good the engine is on real recordings, against floors that may only rise.
//
// Reads the folder named by TUTTI_DATA (default ../shared/data beside the checkout). Prints one
// table and ends with a plain line "N passed, N failed"; exit status 1 if anything failed.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include "rows.h"

namespace tutti::accuracy {

std::vector<std::pair<std::string, Measure>>& rooms();
std::map<std::string, double> read_floors(const std::filesystem::path& path);

namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

void print(const Report& report) {
  std::size_t room_width = 4, name_width = 6;
  for (const Row& row : report.rows()) {
    room_width = std::max(room_width, row.room.size());
    name_width = std::max(name_width, row.name.size());
  }
  std::printf("%-*s  %-*s  %10s  %8s  %8s  %s\n", static_cast<int>(room_width), "room",
              static_cast<int>(name_width), "figure", "value", "target", "floor", "result");
  for (const Row& row : report.rows())
    std::printf("%-*s  %-*s  %10s  %8s  %8s  %s%s%s\n", static_cast<int>(room_width),
                row.room.c_str(), static_cast<int>(name_width), row.name.c_str(),
                row.has_value ? number(row.value).c_str() : "-",
                row.has_target ? number(row.target).c_str() : "-",
                row.has_floor ? number(row.floor).c_str() : "-",
                row.counts ? (row.passed ? "passed" : "FAILED") : "shown",
                row.detail.empty() ? "" : ": ", row.detail.c_str());
}

}  // namespace
}  // namespace tutti::accuracy

int main(int argc, char** argv) {
  using namespace tutti::accuracy;
  const char* from_environment = std::getenv("TUTTI_DATA");
  std::filesystem::path data =
      from_environment ? from_environment : std::filesystem::path(TUTTI_ROOT) / "../shared/data";
  if (argc > 1) data = argv[1];
  if (!std::filesystem::is_directory(data)) {
    std::cerr << "There is no folder " << data
              << ".\nName the folder with the reference recordings in TUTTI_DATA.\n";
    return 3;
  }
  Report report(read_floors(TUTTI_FLOORS));
  for (const auto& [name, measure] : rooms()) {
    report.room = name;
    measure(data, report);
  }
  print(report);
  int passed = 0, failed = 0;
  for (const Row& row : report.rows())
    if (row.counts) ++(row.passed ? passed : failed);
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}
