// Thousands of listeners in one thread: each frame's age when it is read.
#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <fcntl.h>
#include <iostream>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "bench/stream/listeners_common.h"

namespace tutti::bench {
namespace {

constexpr std::size_t kHead = 4;  // of a WebSocket frame of 126 to 65535 bytes

struct Client {
  int fd = -1;
  std::uint32_t got = 0;   // of the frame
  std::uint32_t size = 0;  // of the whole frame, once its head is there
  unsigned char begin[kHead + kHeader] = {};
};

// Ages in steps of a twentieth of a millisecond, up to ten seconds.
struct Ages {
  std::vector<std::uint32_t> steps = std::vector<std::uint32_t>(200'000);
  std::uint64_t count = 0;
  std::int64_t worst = 0;
  void add(std::int64_t ns) {
    worst = std::max(worst, ns);
    ++steps[static_cast<std::size_t>(
        std::clamp<std::int64_t>(ns / 50'000, 0, static_cast<std::int64_t>(steps.size()) - 1))];
    ++count;
  }
  double at(double share) const {
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < steps.size(); ++i)
      if ((below += steps[i]) > static_cast<std::uint64_t>(share * static_cast<double>(count)))
        return static_cast<double>(i + 1) * 0.05;
    return 0;
  }
};

int dial(int port, bool plain, const std::string& path) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    return -1;
  }
  // Gone without a trace afterwards, so that the next run has ports.
  const linger gone{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &gone, sizeof gone);
  const std::string request =
      "GET " + path + (plain ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n") + "Host: localhost\r\n" +
      (plain ? ""
             : "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
               "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n") +
      "\r\n";
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) return -1;
  // The answer's header, to its empty line and not a byte further; that of an endless body may come
  // with its first page, a second later, and is left to be read then.
  std::string answer;
  char byte;
  while (!plain && !answer.ends_with("\r\n\r\n")) {
    if (::recv(fd, &byte, 1, 0) != 1) return -1;
    answer += byte;
  }
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

}  // namespace

int listen(int port, int listeners, bool plain, const std::string& path) {
  const int poll = ::epoll_create1(0);
  std::vector<Client> clients(static_cast<std::size_t>(listeners));
  std::vector<epoll_event> events(512);
  std::vector<unsigned char> buffer(1 << 16);
  Ages ages;
  bool measuring = false;
  std::uint64_t reads = 0, bytes = 0, gone = 0, wrong = 0;
  const auto take = [&](Client& client, const unsigned char* data, std::size_t size,
                        std::int64_t now) {
    while (size > 0) {
      // The head of a frame, of at least two bytes; then the header of a message.
      const std::size_t wanted = client.got < 2        ? 2
                                 : client.begin[0] & 8 ? 2 + (client.begin[1] & 127u)
                                                       : sizeof client.begin;
      if (client.got < wanted) {
        const std::size_t part = std::min(size, wanted - client.got);
        std::memcpy(client.begin + std::min<std::size_t>(client.got, sizeof client.begin - part),
                    data, part);
        client.got += static_cast<std::uint32_t>(part);
        data += part;
        size -= part;
        if (client.got == 2 && client.begin[0] == 0x89 && client.begin[1] == 0) {
          // Still there? Yes: a pong, masked with zeros.
          static constexpr unsigned char pong[] = {0x8a, 0x80, 0, 0, 0, 0};
          ::send(client.fd, pong, sizeof pong, MSG_NOSIGNAL | MSG_DONTWAIT);
        }
        if (client.begin[0] & 8 && client.got >= 2 + (client.begin[1] & 127u)) client.got = 0;
        if (client.got < sizeof client.begin) continue;
        if (client.begin[0] != 0x82 || client.begin[1] != 126) ++wrong;
        client.size = static_cast<std::uint32_t>(kHead) + (client.begin[2] << 8u | client.begin[3]);
      }
      const std::size_t part = std::min<std::size_t>(size, client.size - client.got);
      client.got += static_cast<std::uint32_t>(part);
      data += part;
      size -= part;
      if (client.got < client.size) return;
      std::int64_t made = 0;
      std::memcpy(&made, client.begin + kHead + kStamp, sizeof made);
      if (measuring) ages.add(now - made);
      client.got = client.size = 0;
    }
  };
  const auto round = [&](int wait) {
    const int count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), wait);
    for (int i = 0; i < count; ++i) {
      Client& client = clients[events[static_cast<std::size_t>(i)].data.u32];
      if (client.fd < 0) continue;
      const ssize_t got = ::recv(client.fd, buffer.data(), buffer.size(), 0);
      if (got > 0) {
        if (measuring) {
          ++reads;
          bytes += static_cast<std::uint64_t>(got);
        }
        if (!plain) take(client, buffer.data(), static_cast<std::size_t>(got), now_ns());
      } else if (got == 0 || errno != EAGAIN) {
        ++gone;
        ::close(client.fd);
        client.fd = -1;
      }
    }
    return count;
  };
  for (std::size_t i = 0; i < clients.size(); ++i) {
    clients[i].fd = dial(port, plain, path);
    if (clients[i].fd < 0) {
      std::cerr << "listener " << i << " was not let in\n";
      return 1;
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = static_cast<std::uint32_t>(i);
    ::epoll_ctl(poll, EPOLL_CTL_ADD, clients[i].fd, &event);
    // Those who are in already hear the feed while the rest come.
    for (int k = 0; i % 16 == 0 && k < 8; ++k)
      if (round(0) < static_cast<int>(events.size())) break;
  }
  std::cout << "here" << std::endl;
  std::string line;
  const auto until_told = [&] {
    for (;;) {
      round(20);
      pollfd input{0, POLLIN, 0};
      if (::poll(&input, 1, 0) > 0) break;
    }
    std::getline(std::cin, line);
  };
  until_told();
  measuring = true;
  const std::int64_t began = now_ns();
  until_told();
  const double seconds = static_cast<double>(now_ns() - began) * 1e-9;
  std::cout << "{\"messages\":" << ages.count << ",\"reads\":" << reads << ",\"bytes\":" << bytes
            << ",\"seconds\":" << seconds << ",\"gone\":" << gone << ",\"wrong\":" << wrong
            << ",\"p50_ms\":" << ages.at(0.5) << ",\"p99_ms\":" << ages.at(0.99)
            << ",\"p999_ms\":" << ages.at(0.999)
            << ",\"worst_ms\":" << static_cast<double>(ages.worst) * 1e-6 << "}" << std::endl;
  return 0;
}

}  // namespace tutti::bench
