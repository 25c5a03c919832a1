#include "tests/server/fan_house.h"

#include <arpa/inet.h>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tutti::test {

std::uint64_t TestFeed::subscribe(Sink sink) {
  std::lock_guard lock(mutex_);
  sinks_.emplace_back(++token_, std::move(sink));
  return token_;
}

void TestFeed::unsubscribe(std::uint64_t token) {
  std::lock_guard lock(mutex_);
  std::erase_if(sinks_, [&](const auto& one) { return one.first == token; });
}

std::vector<streams::Piece> TestFeed::opening() {
  std::lock_guard lock(mutex_);
  std::vector<streams::Piece> pieces;
  const auto add = [&](const std::string& bytes, bool text) {
    streams::Piece piece;
    piece.bytes = std::make_shared<const std::string>(bytes);
    piece.text = text;
    piece.number = number_;
    pieces.push_back(piece);
  };
  for (const auto& [bytes, text] : greeting) add(bytes, text);
  if (numbered_greeting) add("opening " + std::to_string(number_), true);
  if (pieces.empty()) {  // nothing to say, but where it stands
    pieces.emplace_back();
    pieces.back().number = number_;
  }
  ++present;
  return pieces;
}

std::shared_ptr<const std::string> TestFeed::skipped(std::int64_t pieces) {
  return std::make_shared<const std::string>("skipped " + std::to_string(pieces));
}

std::uint64_t TestFeed::publish(std::string bytes, bool text, bool essential, bool last) {
  std::lock_guard lock(mutex_);
  streams::Piece piece;
  piece.bytes = std::make_shared<const std::string>(std::move(bytes));
  piece.text = text;
  piece.essential = essential;
  piece.last = last;
  piece.number = ++number_;
  for (const auto& [token, sink] : sinks_) sink(piece);
  return number_;
}

std::size_t TestFeed::subscriptions() {
  std::lock_guard lock(mutex_);
  return sinks_.size();
}

namespace {

class Echo : public api::Socket {
 public:
  Echo(FanHouse& house, std::shared_ptr<api::Peer> peer) : house_(house), peer_(std::move(peer)) {}
  void start() override {
    peer_->send(std::make_shared<const std::string>("first"));
    peer_->follow(house_.feed);
  }
  void hear(std::string_view text) override {
    ++house_.heard;
    peer_->send(std::make_shared<const std::string>("echo " + std::string(text)));
  }
  void closed() override { ++house_.closed; }

 private:
  FanHouse& house_;
  std::shared_ptr<api::Peer> peer_;
};

}  // namespace

FanHouse::FanHouse(net::ServerOptions options) {
  api::Table table;
  api::SocketRoute socket;
  socket.path = "/ws/feed";
  socket.limit = 4096;
  socket.messages_per_second = 50;
  socket.open = [this](const api::Call&,
                       std::shared_ptr<api::Peer> peer) -> Result<std::unique_ptr<api::Socket>> {
    return std::unique_ptr<api::Socket>(std::make_unique<Echo>(*this, std::move(peer)));
  };
  table.sockets.push_back(socket);
  api::Route body;
  body.path = "/feed.ogg";
  body.id = "feed";
  body.handler = [this](const api::Call&) -> Result<api::Answer> {
    api::Answer answer;
    answer.type = "audio/ogg";
    answer.body = std::shared_ptr<streams::Feed>(feed);
    return answer;
  };
  table.routes.push_back(body);
  api::Route hello;
  hello.path = "/hello";
  hello.id = "hello";
  hello.handler = [](const api::Call&) -> Result<api::Answer> {
    api::Answer answer;
    answer.body = std::string("\"hello\"");
    return answer;
  };
  table.routes.push_back(hello);
  options.port = 0;
  server = std::make_unique<net::Server>(table, api::Services{}, options, log, metrics);
  if (!server->listen()) std::abort();
  thread = std::thread([this] { server->run(); });
}

FanHouse::~FanHouse() {
  server->stop();
  thread.join();
  server.reset();
}

double FanHouse::metric(const std::string& name) {
  const std::string text = metrics.text();
  const auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? 0 : std::atof(text.c_str() + at + name.size() + 2);
}

Wire::Wire(int port, int receive_buffer) {
  fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
  if (receive_buffer > 0)
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

bool Wire::send(const std::string& bytes) {
  return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

std::string Wire::read(std::size_t most) {
  std::string bytes(most, '\0');
  const ssize_t got = ::recv(fd_, bytes.data(), most, 0);
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
  return bytes;
}

bool Wire::read_exactly(std::size_t count, std::string& bytes) {
  bytes.clear();
  while (bytes.size() < count) {
    const std::string more = read(count - bytes.size());
    if (more.empty()) return false;
    bytes += more;
  }
  return true;
}

bool Wire::waiting() const {
  pollfd one{fd_, POLLIN, 0};
  return ::poll(&one, 1, 0) > 0;
}

void Wire::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

StrictListener::StrictListener(int port, int receive_buffer, std::size_t s)
    : step(s), wire_(port, receive_buffer) {
  if (!wire_.good() ||
      !wire_.send("GET /ws/feed HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: "
                  "Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                  "Sec-WebSocket-Version: 13\r\n\r\n"))
    return;
  std::string head, byte;
  while (!head.ends_with("\r\n\r\n")) {
    if (!wire_.read_exactly(1, byte)) return;
    head += byte;
  }
  good_ = head.starts_with("HTTP/1.1 101 ") &&
          head.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") != std::string::npos &&
          head.find("deflate") == std::string::npos;
}

bool StrictListener::fill(std::size_t count) {
  while (pending_.size() < count) {
    const std::string more = wire_.read(step);
    if (more.empty()) return false;
    pending_ += more;
  }
  return true;
}

StrictListener::Frame StrictListener::next() {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(pending_[at]); };
  Frame frame;
  if (!fill(2)) {
    if (!pending_.empty()) fault_ = "half a frame at the end";
    return {};
  }
  const auto wrong = [&](const std::string& what) {
    fault_ = what;
    return Frame{};
  };
  if (closed_) return wrong("a frame after the close frame");
  if ((byte(0) & 0xf0) != 0x80) return wrong("reserved bits or a fragment");
  frame.kind = byte(0) & 15;
  if (frame.kind != 1 && frame.kind != 2 && (frame.kind < 8 || frame.kind > 10))
    return wrong("unknown kind " + std::to_string(frame.kind));
  if (byte(1) & 0x80) return wrong("a masked frame from a server");
  std::uint64_t size = byte(1);
  if (frame.kind >= 8 && size > 125) return wrong("a control frame that is too long");
  std::size_t head = 2;
  if (size >= 126) {
    const std::size_t width = size == 126 ? 2 : 8;
    head += width;
    if (!fill(head)) return wrong("half a head at the end");
    size = 0;
    for (std::size_t i = 0; i < width; ++i) size = size << 8 | byte(2 + i);
    if (size < (width == 2 ? 126u : 65536u)) return wrong("a length that could be shorter");
  }
  if (!fill(head + size)) return wrong("half a frame at the end");
  frame.payload = pending_.substr(head, size);
  pending_.erase(0, head + size);
  closed_ = frame.kind == 8;
  return frame;
}

bool StrictListener::write(int kind, const std::string& payload) {
  std::string frame;
  frame += static_cast<char>(0x80 | kind);
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size() & 0xff);
  }
  static constexpr char mask[] = {0x12, 0x34, 0x56, 0x78};
  frame.append(mask, 4);
  for (std::size_t i = 0; i < payload.size(); ++i)
    frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  return wire_.send(frame);
}

void until(const std::function<bool()>& so) {
  while (!so()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace tutti::test
