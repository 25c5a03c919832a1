// What happened, for the person who runs the server: quiet lines, or a JSON object a line.
//
// Written to standard error through spdlog. Thread-safe; never waits for a slow reader longer than
// one line.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace tutti::net {

enum class LogLevel { debug, info, warning, error };

class Log {
 public:
  enum class Form { quiet, human, json };
  // quiet: warnings and errors; human: also what is worth a line; json: every request too.
  explicit Log(Form form);
  ~Log();

  // `event` is a stable name; `fields` go into the JSON form, `sentence` into the human one.
  void write(LogLevel level, std::string_view event, std::string_view sentence,
             boost::json::object fields = {}) const;
  bool wants(LogLevel level) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A request's target for the log: what stands after "secret=", "person="
// and "listener=" in its query is left out.
std::string without_secret(std::string_view target);

}  // namespace tutti::net
