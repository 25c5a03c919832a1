// An HTTP server on this computer that can misbehave as real ones do: for tests of downloads.
#pragma once

#include <arpa/inet.h>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <functional>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tutti::test {

struct Asked {
  std::string path;
  std::size_t from = 0;  // of a range
  bool range = false;
};
struct Answer {
  int status = 200;
  std::string body = {};
  std::size_t cut = std::string::npos;  // the line breaks after so many bytes of the body
  bool ranges = true;                   // honours them
  std::string location = {};
};

class SmallServer {
 public:
  using Handler = std::function<Answer(const Asked&)>;
  explicit SmallServer(Handler handler) : handler_(std::move(handler)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(socket_, 8) != 0 ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      std::perror("small server");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~SmallServer() {
    stop_ = true;
    ::shutdown(socket_, SHUT_RDWR);
    ::close(socket_);
    thread_.join();
  }
  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }
  std::vector<Asked> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void serve() {
    for (;;) {
      const int line = ::accept(socket_, nullptr, nullptr);
      if (line < 0) return;
      if (!stop_) answer(line);
      ::close(line);
    }
  }

  void answer(int line) {
    std::string head;
    char byte = 0;
    while (head.size() < 10'000 && !head.ends_with("\r\n\r\n") && ::recv(line, &byte, 1, 0) == 1)
      head += byte;
    Asked asked;
    asked.path = head.substr(4, head.find(' ', 4) - 4);
    if (const auto at = head.find("Range: bytes="); at != std::string::npos) {
      asked.range = true;
      asked.from = static_cast<std::size_t>(std::atoll(head.c_str() + at + 13));
    }
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(asked);
    }
    Answer a = handler_(asked);
    std::string body = a.body, extra;
    if (!a.location.empty()) extra = "Location: " + a.location + "\r\n";
    if (asked.range && a.ranges && a.status == 200) {
      if (asked.from >= body.size()) {
        a.status = 416;
        body.clear();
      } else {
        a.status = 206;
        extra += "Content-Range: bytes " + std::to_string(asked.from) + "-" +
                 std::to_string(body.size() - 1) + "/" + std::to_string(body.size()) + "\r\n";
        body = body.substr(asked.from);
      }
    }
    const std::string text =
        "HTTP/1.1 " + std::to_string(a.status) +
        " X\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
        extra + "\r\n" + body.substr(0, a.cut);
    for (std::size_t at = 0; at < text.size();) {
      const auto sent = ::send(line, text.data() + at, text.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) return;
      at += static_cast<std::size_t>(sent);
    }
    ::shutdown(line, SHUT_WR);
    while (::recv(line, &byte, 1, 0) == 1) {
    }
  }

  Handler handler_;
  int socket_ = -1, port_ = 0;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;
  std::thread thread_;
};

}  // namespace tutti::test
