// Runs the program as a person or a script would: arguments in, exit code and both streams out.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

#include "engine/base/json.h"

namespace tutti::test {

struct Outcome {
  int code = -1;  // exit code; 128 + signal if one ended it
  std::string out;
  std::string err;

  json::value json() const;  // of `out`; a failure if it is none
};

struct Call {
  std::vector<std::string> arguments;
  std::string input;                                    // standard input
  std::map<std::string, std::string> environment = {};  // added to or replacing the present one
};

Outcome run(const Call& call);
Outcome run(std::vector<std::string> arguments, std::string input = {});

// A program that is still running: for signals.
class Running {
 public:
  // Standard input stays open and silent; both outputs go to /dev/null.
  explicit Running(const std::vector<std::string>& arguments);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  pid_t pid() const { return pid_; }
  // Until `done` answers true or the program ends; false if it ended first.
  bool wait_until(const std::function<bool()>& done);
  void signal(int number);
  int exit_code();                              // waits
  std::vector<std::string> open_files() const;  // as /proc shows them
  char state() const;                           // 'R', 'S' …

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  bool ended_ = false;
  int status_ = 0;
};

}  // namespace tutti::test
