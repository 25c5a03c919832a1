#include "engine/stream/channel.h"

#include <algorithm>
#include <deque>

#include "engine/stream/sound.h"

namespace tutti::stream {
namespace {

constexpr int kPiece = 256;                           // frames at a time
constexpr float kKnee = 0.8709635899f, kTop = 0.89f;  // -1.2 dB, where a chapter ends, and -1.01 dB

}  // namespace

struct Channel::State {
  Materials materials;
  ControlLog log;
  bool stems = false;
  Timeline timeline;
  std::unique_ptr<compose::Composer> composer;
  BarSpan span;
  PlayedBar playing;
  std::int64_t frame = 0;
  std::unique_ptr<Sound> sound;
  std::vector<std::unique_ptr<Sound>> rests;  // chapters that ring out, oldest first
  std::vector<PlayedBar> began;
  std::array<float, compose::kVoices> levels{};

  State(Materials m, ControlLog l, bool with_stems, const Timeline* from)
      : materials(std::move(m)),
        log(std::move(l)),
        stems(with_stems),
        timeline(from != nullptr ? *from : Timeline(log)) {
    frame = timeline.frame();
    begin_bar();
  }

  void begin_bar() {
    span = timeline.next(log);
    if (span.index == 0) begin_chapter();
    playing = {span.frame, span.frames, span.bpm, composer->next(span.settings)};
    sound->play(span, playing.bar);
    began.push_back(playing);
  }

  void begin_chapter() {
    composer = std::make_unique<compose::Composer>(span.seed, span.chapter, materials.melody);
    // Two chapters may ring at once; what is older hastens away, so that seeds asked for quickly
    // one after another pile nothing up.
    for (auto& rest : rests) rest->hasten();
    if (sound) {
      sound->end();
      rests.push_back(std::move(sound));
    }
    sound = std::make_unique<Sound>(materials, log.rate, span, timeline.follower(), stems);
  }

  void render(std::span<const Stem> wanted, float* left, float* right, int frames) {
    std::array<Added, compose::kVoices> added{};
    const std::size_t count = stems ? std::min(wanted.size(), added.size()) : 0;
    for (int done = 0; done < frames;) {
      const int n = static_cast<int>(
          std::min<std::int64_t>(std::min(frames - done, kPiece), span.end() - frame));
      float* l = left + done;
      float* r = right + done;
      std::fill_n(l, n, 0.0f);
      std::fill_n(r, n, 0.0f);
      for (std::size_t v = 0; v < wanted.size(); ++v) {
        if (wanted[v].left == nullptr || wanted[v].right == nullptr) continue;
        std::fill_n(wanted[v].left + done, n, 0.0f);
        std::fill_n(wanted[v].right + done, n, 0.0f);
        if (v < count) added[v] = {wanted[v].left + done, wanted[v].right + done};
      }
      const std::span<const Added> to(added.data(), count);
      for (auto& rest : rests) rest->render(log, {l, r}, to, n, levels);
      sound->render(log, {l, r}, to, n, levels);
      // A chapter alone stays below the knee, and passes as it is.
      if (!rests.empty()) {
        strip_kernels().bend(l, kKnee, kTop, n);
        strip_kernels().bend(r, kKnee, kTop, n);
      }
      std::erase_if(rests, [](const auto& rest) { return rest->over(); });
      frame += n;
      done += n;
      if (frame == span.end()) begin_bar();
    }
  }
};

Channel::Channel(std::unique_ptr<State> state) : state_(std::move(state)) {}
Channel::Channel(Materials materials, ControlLog log, bool stems)
    : state_(std::make_unique<State>(std::move(materials), std::move(log), stems, nullptr)) {}
Channel::Channel(Channel&&) noexcept = default;
Channel& Channel::operator=(Channel&&) noexcept = default;
Channel::~Channel() = default;

Channel Channel::at(Materials materials, ControlLog log, std::int64_t frame, bool stems) {
  frame = std::max<std::int64_t>(frame, 0);
  // The last chapters up to `frame`, and the line of bars as it was before each.
  struct Start {
    std::int64_t frame;
    Timeline before;
  };
  std::deque<Start> starts;
  Timeline timeline(log);
  do {
    const Timeline before = timeline;
    const BarSpan span = timeline.next(log);
    if (span.index == 0) starts.push_back({span.frame, before});
    if (starts.size() > 3) starts.pop_front();
  } while (timeline.frame() <= frame);
  // What is still heard: the chapter before for its tail, the one before that while it hastens
  // away.
  const auto in = [&](double seconds) { return static_cast<std::int64_t>(seconds * log.rate) + 1; };
  const std::int64_t since = frame - starts.back().frame;
  const std::size_t back = since <= in(Sound::kHasteSeconds) ? 2
                           : since <= in(kTailSeconds)       ? 1
                                                             : 0;
  const Start& from = starts[starts.size() - 1 - std::min(back, starts.size() - 1)];

  Channel channel(
      std::make_unique<State>(std::move(materials), std::move(log), stems, &from.before));
  float left[kPiece], right[kPiece];
  while (channel.frame() < frame) {
    const auto n = static_cast<int>(std::min<std::int64_t>(kPiece, frame - channel.frame()));
    channel.render(left, right, n);
  }
  channel.state_->began = {channel.state_->playing};
  channel.state_->levels = {};
  return channel;
}

int Channel::rate() const noexcept {
  return state_->log.rate;
}
std::int64_t Channel::frame() const noexcept {
  return state_->frame;
}
const ControlLog& Channel::log() const noexcept {
  return state_->log;
}

const LogEntry& Channel::control(std::span<const Change> changes,
                                 std::optional<std::uint64_t> seed) {
  LogEntry entry{state_->frame, {}, seed};
  const auto table = compose::setting_table();
  for (const Change& change : changes) {
    const auto index = static_cast<std::size_t>(change.setting);
    if (index >= table.size()) continue;
    const double value = param::clamp(table[index], change.value);
    const auto same = std::find_if(entry.changes.begin(), entry.changes.end(),
                                   [&](const Change& c) { return c.setting == change.setting; });
    if (same != entry.changes.end())
      same->value = value;
    else
      entry.changes.push_back({change.setting, value});
  }
  auto& entries = state_->log.entries;
  const auto place =
      std::upper_bound(entries.begin(), entries.end(), entry.frame,
                       [](std::int64_t frame, const LogEntry& e) { return frame < e.frame; });
  return *entries.insert(place, std::move(entry));
}

void Channel::render(float* left, float* right, int frames) {
  state_->render({}, left, right, frames);
}

void Channel::render_stems(std::span<const Stem> stems, float* left, float* right, int frames) {
  state_->render(stems, left, right, frames);
}

std::vector<PlayedBar> Channel::take_bars() {
  return std::exchange(state_->began, {});
}
const PlayedBar& Channel::bar() const noexcept {
  return state_->playing;
}
std::int64_t Channel::next_bar() const noexcept {
  return state_->span.end();
}

std::array<float, compose::kVoices> Channel::take_levels() noexcept {
  return std::exchange(state_->levels, {});
}

}  // namespace tutti::stream
