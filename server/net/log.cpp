#include "server/net/log.h"

#include <algorithm>
#include <chrono>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "engine/base/json.h"
#include "server/api/iso_time.h"

namespace tutti::net {

struct Log::State {
  Form form;
  spdlog::logger logger;
};

Log::Log(Form form)
    : state_(new State{
          form, spdlog::logger("tutti", std::make_shared<spdlog::sinks::stderr_sink_mt>())}) {
  state_->logger.set_pattern("%v");
  state_->logger.set_level(spdlog::level::trace);
  state_->logger.flush_on(spdlog::level::trace);
}
Log::~Log() = default;

bool Log::wants(LogLevel level) const {
  switch (state_->form) {
    case Form::quiet:
      return level >= LogLevel::warning;
    case Form::human:
      return level >= LogLevel::info;
    case Form::json:
      return true;
  }
  return true;
}

void Log::write(LogLevel level, std::string_view event, std::string_view sentence,
                boost::json::object fields) const {
  if (!wants(level)) return;
  static constexpr const char* names[] = {"debug", "info", "warning", "error"};
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const std::string now =
      api::iso_time(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
  if (state_->form == Form::json) {
    boost::json::object line{{"time", now},
                             {"level", names[static_cast<int>(level)]},
                             {"event", boost::json::string_view(event)},
                             {"message", boost::json::string_view(sentence)}};
    for (auto& [key, value] : fields) line[key] = std::move(value);
    state_->logger.info("{}", write_json(line));
    return;
  }
  // Control characters of a stranger's making must not reach the terminal.
  std::string clean;
  for (const char c : sentence)
    clean += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  state_->logger.info("{} {}{}", now.substr(11, 8), level >= LogLevel::warning ? "Warning: " : "",
                      clean);
}

std::string without_secret(std::string_view target) {
  std::string clean(target);
  std::size_t at = clean.find('?');
  while (at != std::string::npos) {
    const std::size_t from = at + 1;
    const std::size_t end = std::min(clean.find('&', from), clean.size());
    // Who holds a person's or listener's id reads and writes in their name.
    for (const std::string_view name : {"secret=", "person=", "listener="}) {
      if (clean.compare(from, name.size(), name) != 0) continue;
      clean.replace(from + name.size(), end - from - name.size(), "...");
      break;
    }
    at = clean.find('&', from);
  }
  return clean;
}

}  // namespace tutti::net
