// The layer under Beast's WebSocket: reads go to the socket, writes into the connection's one queue
// (outlet.h), so that a pong of Beast's never lands inside a frame of ours.
//
// Only server/net includes this.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "server/net/outlet.h"

namespace tutti::net {

class WireStream {
 public:
  using executor_type = asio::ip::tcp::socket::executor_type;
  explicit WireStream(std::shared_ptr<Outlet> outlet) : outlet_(std::move(outlet)) {}
  executor_type get_executor() { return outlet_->socket().get_executor(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return outlet_->socket().async_read_some(buffers, std::forward<Token>(token));
  }
  // Whole: the frames written here are control frames of at most 131 bytes and the handshake.
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    std::string bytes(asio::buffer_size(buffers), '\0');
    asio::buffer_copy(asio::buffer(bytes), buffers);
    return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [](auto&& handler, std::shared_ptr<Outlet> outlet, std::string written) {
          using Handler = std::decay_t<decltype(handler)>;
          outlet->write(std::move(written), std::make_unique<DoneOf<Handler>>(
                                                std::forward<decltype(handler)>(handler)));
        },
        token, outlet_, std::move(bytes));
  }

  // How Beast ends a connection.
  friend void beast_close_socket(WireStream& stream) { stream.outlet_->close(); }
  template <class Handler>
  friend void async_teardown(boost::beast::role_type role, WireStream& stream, Handler&& handler) {
    boost::beast::websocket::async_teardown(role, stream.outlet_->socket(),
                                            std::forward<Handler>(handler));
  }
  friend void teardown(boost::beast::role_type role, WireStream& stream,
                       boost::system::error_code& code) {
    boost::beast::websocket::teardown(role, stream.outlet_->socket(), code);
  }

 private:
  std::shared_ptr<Outlet> outlet_;
};

}  // namespace tutti::net
