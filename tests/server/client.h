// A plain client for the tests: blocking requests, raw bytes, WebSockets, and a way to start and
// kill the program.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tutti::test {

struct HttpReply {
  int status = 0;                              // 0: no answer came
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  boost::json::value json() const;  // null where it is none
};

using Headers = std::vector<std::pair<std::string, std::string>>;

// One request on a connection of its own.
HttpReply request(int port, const std::string& method, const std::string& target,
                  const std::string& body = {}, const Headers& headers = {});
HttpReply post_json(int port, const std::string& target, const std::string& body);
// Sends bytes as they are (piece by piece with a pause between) and reads until the server closes.
std::string exchange(int port, const std::vector<std::string>& pieces, int pause_milliseconds = 0);

// A connection that sends bytes as they are and is closed with this object.
class RawConnection {
 public:
  explicit RawConnection(int port);
  ~RawConnection();
  bool send(const std::string& bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class WebSocket {
 public:
  // `status` of the handshake where it was refused.
  static std::unique_ptr<WebSocket> open(int port, const std::string& target, int* status = nullptr,
                                         const Headers& headers = {});
  ~WebSocket();
  bool send(const std::string& text);
  std::optional<boost::json::value> read();  // nothing at the end
  // Skips messages of other types.
  std::optional<boost::json::value> read(const std::string& type);
  int close_code() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The program `tutti`, started with arguments; its standard output comes back line by line.
class Program {
 public:
  Program(const std::vector<std::string>& arguments,
          const std::vector<std::string>& environment = {});
  ~Program();  // kills it
  std::string line();
  void kill(int signal);
  int wait();  // exit status, or -signal
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string rest_;
};

// `tutti serve` on a folder; waits until it answers.
struct RunningServer {
  RunningServer(const std::string& folder, const std::vector<std::string>& more = {},
                const std::vector<std::string>& environment = {});
  std::unique_ptr<Program> program;
  int port = 0;  // 0: it did not start
  double seconds_to_ready = 0;
};

}  // namespace tutti::test
