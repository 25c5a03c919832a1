// The yardstick: as little as a sender can do. A frame made once, a loop of send() over the
// sockets.
#include <arpa/inet.h>
#include <iostream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "bench/stream/listeners_common.h"

namespace tutti::bench {

int serve_raw(int listeners, int message_ms, int phases) {
  const int door = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(door, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(door, 4096) != 0)
    return 1;
  ::getsockname(door, reinterpret_cast<sockaddr*>(&address), &length);
  std::cout << ntohs(address.sin_port) << std::endl;
  std::vector<int> sockets;
  // The client's key is always the same, so the answer is too (RFC 6455 §1.3).
  static constexpr char kAnswer[] =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
  while (static_cast<int>(sockets.size()) < listeners) {
    const int one = ::accept(door, nullptr, nullptr);
    if (one < 0) return 1;
    const int on = 1;
    ::setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    char request[2048];
    if (::recv(one, request, sizeof request, 0) <= 0) return 1;
    if (::send(one, kAnswer, sizeof kAnswer - 1, MSG_NOSIGNAL) <= 0) return 1;
    sockets.push_back(one);
  }
  const auto waiting = [] {
    pollfd input{0, POLLIN, 0};
    return ::poll(&input, 1, 0) > 0;
  };
  std::string line;
  double cpu = 0, seconds = 0;
  std::int64_t began = 0, lost = 0;
  const std::int64_t step = std::int64_t{message_ms} * 1'000'000 / phases;
  std::int64_t next = now_ns();
  for (std::size_t slot = 0;; ++slot) {
    if (waiting()) {
      std::getline(std::cin, line);
      if (began == 0) {
        cpu = cpu_seconds();
        began = now_ns();
        lost = 0;
      } else {
        cpu = cpu_seconds() - cpu;
        seconds = static_cast<double>(now_ns() - began) * 1e-9;
        break;
      }
    }
    const std::string payload = message(message_ms, now_ns());
    std::string frame = "\x82";
    frame += static_cast<char>(126);
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size() & 0xff);
    frame += payload;
    for (std::size_t i = slot % static_cast<std::size_t>(phases); i < sockets.size();
         i += static_cast<std::size_t>(phases))
      if (::send(sockets[i], frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL) !=
          static_cast<ssize_t>(frame.size()))
        ++lost;
    next += step;
    sleep_until_ns(next);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::cout << "{\"cpu\":" << cpu << ",\"seconds\":" << seconds << ",\"rss_kb\":" << usage.ru_maxrss
            << ",\"skipped\":" << lost << "}" << std::endl;
  return 0;
}

}  // namespace tutti::bench
