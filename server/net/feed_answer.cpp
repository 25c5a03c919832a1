// An HTTP answer without end: a player hears a feed until either of them goes.
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/net/shared.h"

namespace tutti::net {
namespace {

class FeedAnswer : public Stoppable, public std::enable_shared_from_this<FeedAnswer> {
 public:
  FeedAnswer(std::shared_ptr<Shared> shared, asio::ip::tcp::socket socket)
      : shared_(std::move(shared)),
        outlet_(std::make_shared<Outlet>(std::move(socket), Framing::plain)),
        ended_(shared_->io, asio::steady_timer::time_point::max()) {
    shared_->sessions.insert(this);
  }
  ~FeedAnswer() override {
    outlet_->leave();
    shared_->sessions.erase(this);
  }
  void stop() override { outlet_->close(); }
  void abandon() override {
    outlet_->leave();
    seat_.reset();
    outlet_->abandon();
  }

  asio::awaitable<void> run(std::shared_ptr<streams::Feed> feed) {
    const auto self = shared_from_this();
    outlet_->ending = [this](Outlet::Why why) { ending(why); };
    std::shared_ptr<Fan::Seat> seat;
    std::function<void()> work = [&] { seat = shared_->fan->join(feed, Framing::plain); };
    co_await run_on(shared_->pool, work);
    if (shared_->stopping) co_return;
    seat_ = std::move(seat);
    feed.reset();
    shared_->fan->follow(*seat_, *outlet_);
    // A player has nothing more to say; its end of the connection may even be closed.
    boost::system::error_code code;
    while (!code) {
      char nothing[64];
      co_await outlet_->socket().async_read_some(asio::buffer(nothing),
                                                 asio::redirect_error(asio::use_awaitable, code));
    }
    if (code == asio::error::eof && !over_)
      co_await ended_.async_wait(asio::redirect_error(asio::use_awaitable, code));
    outlet_->close();
    seat_.reset();
  }

 private:
  void ending(Outlet::Why why) {
    over_ = true;
    boost::system::error_code ignored;
    if (why == Outlet::Why::over) {
      // The last piece is still on its way; the player closes when it has it.
      outlet_->socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
      patience_.emplace(shared_->io, std::chrono::seconds(5));
      patience_->async_wait([outlet = std::weak_ptr<Outlet>(outlet_)](boost::system::error_code) {
        if (const auto alive = outlet.lock()) alive->close();
      });
    } else {
      outlet_->close();
    }
    ended_.cancel();
  }

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<Fan::Seat> seat_;
  std::shared_ptr<Outlet> outlet_;
  asio::steady_timer ended_;
  std::optional<asio::steady_timer> patience_;
  bool over_ = false;
};

}  // namespace

asio::awaitable<void> serve_feed(std::shared_ptr<Shared> shared, asio::ip::tcp::socket socket,
                                 std::shared_ptr<streams::Feed> feed) {
  const auto answer = std::make_shared<FeedAnswer>(std::move(shared), std::move(socket));
  co_await answer->run(std::move(feed));
}

}  // namespace tutti::net
