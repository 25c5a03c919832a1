#include "tests/server/client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace tutti::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool connect(tcp::socket& socket, int port) {
  boost::system::error_code code;
  socket.connect({asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)}, code);
  if (!code) socket.set_option(tcp::no_delay(true), code);
  return !code;
}

}  // namespace

boost::json::value HttpReply::json() const {
  boost::system::error_code code;
  return boost::json::parse(body, code);
}

HttpReply request(int port, const std::string& method, const std::string& target,
                  const std::string& body, const Headers& headers) {
  HttpReply reply;
  asio::io_context io;
  tcp::socket socket(io);
  if (!connect(socket, port)) return reply;
  http::request<http::string_body> message;
  message.method_string(method);
  message.target(target);
  message.version(11);
  message.set(http::field::host, "127.0.0.1:" + std::to_string(port));
  for (const auto& [name, value] : headers) message.set(name, value);
  message.keep_alive(false);
  if (!body.empty() || method == "POST" || method == "PUT") {
    message.body() = body;
    message.prepare_payload();
  }
  boost::system::error_code code;
  http::write(socket, message, code);  // an early refusal may close before all is sent
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  if (method == "HEAD") parser.skip(true);
  http::read(socket, buffer, parser, code);
  if (!parser.is_header_done()) return reply;
  reply.status = parser.get().result_int();
  for (const auto& field : parser.get())
    reply.headers[lower(field.name_string())] = std::string(field.value());
  reply.body = parser.get().body();
  return reply;
}

HttpReply post_json(int port, const std::string& target, const std::string& body) {
  return request(port, "POST", target, body, {{"Content-Type", "application/json"}});
}

std::string exchange(int port, const std::vector<std::string>& pieces, int pause_milliseconds) {
  asio::io_context io;
  tcp::socket socket(io);
  if (!connect(socket, port)) return {};
  boost::system::error_code code;
  for (const std::string& piece : pieces) {
    asio::write(socket, asio::buffer(piece), code);
    if (code) break;
    pollfd wait{socket.native_handle(), POLLIN, 0};
    if (pause_milliseconds > 0 && poll(&wait, 1, pause_milliseconds) > 0)
      break;  // it has answered or gone
  }
  std::string all;
  char part[4096];
  code = {};
  while (!code) all.append(part, socket.read_some(asio::buffer(part), code));
  return all;
}

struct RawConnection::State {
  asio::io_context io;
  tcp::socket socket{io};
};

RawConnection::RawConnection(int port) : state_(std::make_unique<State>()) {
  connect(state_->socket, port);
}
RawConnection::~RawConnection() = default;

bool RawConnection::send(const std::string& bytes) {
  boost::system::error_code code;
  asio::write(state_->socket, asio::buffer(bytes), code);
  return !code;
}

struct WebSocket::State {
  asio::io_context io;
  beast::websocket::stream<tcp::socket> stream{io};
};

std::unique_ptr<WebSocket> WebSocket::open(int port, const std::string& target, int* status,
                                           const Headers& headers) {
  auto socket = std::make_unique<WebSocket>();
  socket->state_ = std::make_unique<State>();
  auto& stream = socket->state_->stream;
  if (!connect(stream.next_layer(), port)) return nullptr;
  stream.set_option(
      beast::websocket::stream_base::decorator([&](beast::websocket::request_type& message) {
        for (const auto& [name, value] : headers) message.set(name, value);
      }));
  stream.read_message_max(0);
  boost::system::error_code code;
  beast::websocket::response_type response;
  stream.handshake(response, "127.0.0.1:" + std::to_string(port), target, code);
  if (status) *status = response.result_int();
  return code ? nullptr : std::move(socket);
}

WebSocket::~WebSocket() = default;

bool WebSocket::send(const std::string& text) {
  boost::system::error_code code;
  state_->stream.text(true);
  state_->stream.write(asio::buffer(text), code);
  return !code;
}

std::optional<boost::json::value> WebSocket::read() {
  beast::flat_buffer buffer;
  boost::system::error_code code;
  state_->stream.read(buffer, code);
  if (code) return std::nullopt;
  auto value = boost::json::parse(beast::buffers_to_string(buffer.data()), code);
  if (code) return std::nullopt;
  return value;
}

std::optional<boost::json::value> WebSocket::read(const std::string& type) {
  for (;;) {
    auto message = read();
    if (!message || message->at("type").as_string() == type) return message;
  }
}

int WebSocket::close_code() const {
  return state_->stream.reason().code;
}

Program::Program(const std::vector<std::string>& arguments,
                 const std::vector<std::string>& environment) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  std::vector<std::string> words{TUTTI_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv, env;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<std::string> extra = environment;
  for (std::string& word : extra) env.push_back(word.data());
  for (char** word = environ; *word; ++word) env.push_back(*word);
  env.push_back(nullptr);
  if (posix_spawn(&pid_, TUTTI_PROGRAM, &actions, nullptr, argv.data(), env.data()) != 0) pid_ = -1;
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  output_ = ends[0];
}

Program::~Program() {
  if (pid_ > 0) {
    kill(SIGKILL);
    wait();
  }
  if (output_ >= 0) ::close(output_);
}

std::string Program::line() {
  for (;;) {
    if (const std::size_t end = rest_.find('\n'); end != std::string::npos) {
      std::string one = rest_.substr(0, end);
      rest_.erase(0, end + 1);
      return one;
    }
    char part[512];
    const ssize_t count = ::read(output_, part, sizeof part);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {};
    rest_.append(part, static_cast<std::size_t>(count));
  }
}

void Program::kill(int signal) {
  if (pid_ > 0) ::kill(pid_, signal);
}

int Program::wait() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

RunningServer::RunningServer(const std::string& folder, const std::vector<std::string>& more,
                             const std::vector<std::string>& environment) {
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::string> arguments{"serve", "--data", folder, "--port", "0", "--quiet"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  program = std::make_unique<Program>(arguments, environment);
  const std::string line = program->line();
  const std::size_t colon = line.rfind(':');
  if (colon == std::string::npos) return;
  const int there = std::atoi(line.c_str() + colon + 1);
  if (request(there, "GET", "/health").status == 200) port = there;
  seconds_to_ready =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace tutti::test
