// One row of the accuracy table, and how a room adds its rows.
//
// A room puts a file beside this one with a function that measures on the reference data and
// registers it:
//
//   void measure(const std::filesystem::path& data, Report& report) {
//     report.figure("midi_odd opened or refused, share", share, 1.0);
//   }
//   const Registration registered{"MIDI files", measure};
//
// Floors stand in floors.txt: the best landed so far, less noise. A figure below its floor fails;
// so does a figure without a floor, and a missing file.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tutti::accuracy {

enum class Better { higher, lower };

struct Row {
  std::string room, name, detail;
  double value = 0, target = 0, floor = 0;
  bool has_value = false, has_target = false, has_floor = false;
  bool counts = true;  // false: shown only
  bool passed = true;
};

class Report {
 public:
  explicit Report(std::map<std::string, double> floors) : floors_(std::move(floors)) {}

  // A measured figure with its target. Fails when it is worse than the floor of that name.
  void figure(const std::string& name, double value, double target, Better better = Better::higher);
  // True or false, with what was found.
  void check(const std::string& name, bool passed, const std::string& detail = {});
  // Shown, never failing (CPU time).
  void info(const std::string& name, double value, const std::string& unit);
  // Could not be measured: the file is missing or unreadable.
  void missing(const std::string& name, const std::string& reason);

  // Reads a whole file; a missing one is reported under `name` and gives false.
  bool read(const std::string& name, const std::filesystem::path& path, std::string& bytes);

  std::string room;  // set by the runner
  const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<Row> rows_;
  std::map<std::string, double> floors_;
};

using Measure = std::function<void(const std::filesystem::path& data, Report& report)>;

struct Registration {
  Registration(const char* room, Measure measure);
};

}  // namespace tutti::accuracy
