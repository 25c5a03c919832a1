#include "engine/stream/notes.h"

#include <algorithm>

namespace tutti::stream {
namespace {

constexpr std::uint8_t kOn = 0x90, kOff = 0x80;
constexpr std::uint8_t channel_of(std::size_t player) {
  return player == static_cast<std::size_t>(Player::drums) ? 9 : 0;
}

}  // namespace

Player player_of(const compose::BarNote& note) noexcept {
  using compose::Play;
  using compose::Voice;
  if (note.voice != Voice::texture) return static_cast<Player>(note.voice);
  switch (note.play) {
    case Play::noise:
      return Player::noise;
    case Play::swell:
    case Play::reverse:
      return Player::swell;
    case Play::plain:
    case Play::grains:
      break;
  }
  return Player::grains;
}

void Notes::take(const compose::Bar& bar, std::int64_t at, std::int64_t frames) {
  const std::int64_t begin = tick_, whole = compose::kBarTicks.value, end = begin + whole;
  tick_ = end;
  const auto frame_of = [&](std::int64_t tick) {
    return at + ((tick - begin) * frames + whole / 2) / whole;
  };
  for (std::size_t p = 0; p < kPlayers; ++p) {
    Queue& q = queues_[p];
    q.messages.erase(q.messages.begin(), q.messages.begin() + static_cast<std::ptrdiff_t>(q.done));
    q.done = 0;
    if (!bar.settings.on(voice_of(static_cast<Player>(p))))
      for (Held& held : q.held) held.off = std::min(held.off, begin);
  }
  for (const compose::BarNote& note : bar.notes) {
    const auto p = static_cast<std::size_t>(player_of(note));
    Queue& q = queues_[p];
    const std::int64_t start = begin + note.start.value;
    for (Held& held : q.held)
      if (held.key == note.key) held.off = std::min(held.off, start);
    q.held.push_back({note.key, start + note.duration.value});
    q.messages.push_back({frame_of(start), static_cast<std::uint8_t>(kOn | channel_of(p)),
                          static_cast<std::uint8_t>(note.key),
                          static_cast<std::uint8_t>(note.velocity)});
  }
  for (std::size_t p = 0; p < kPlayers; ++p) {
    Queue& q = queues_[p];
    for (const Held& held : q.held)
      if (held.off < end)
        q.messages.push_back({frame_of(std::max(held.off, begin)),
                              static_cast<std::uint8_t>(kOff | channel_of(p)),
                              static_cast<std::uint8_t>(held.key), 0});
    std::erase_if(q.held, [&](const Held& held) { return held.off < end; });
    // Of one frame, ends come before beginnings.
    std::stable_sort(q.messages.begin(), q.messages.end(), [](const Message& a, const Message& b) {
      return a.at != b.at ? a.at < b.at : a.status < b.status;
    });
  }
}

void Notes::end(std::int64_t at) {
  for (std::size_t p = 0; p < kPlayers; ++p) {
    Queue& q = queues_[p];
    for (const Held& held : q.held)
      q.messages.push_back({at, static_cast<std::uint8_t>(kOff | channel_of(p)),
                            static_cast<std::uint8_t>(held.key), 0});
    q.held.clear();
  }
}

}  // namespace tutti::stream
