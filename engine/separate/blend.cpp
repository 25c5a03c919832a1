#include "engine/separate/blend.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace tutti::separate {
namespace {

struct BlendWorkspace final : Workspace {
  std::unique_ptr<Workspace> first, second;
  std::vector<float> stems;  // the second one's
};

class Blend final : public Separator {
 public:
  Blend(std::unique_ptr<Separator> first, std::unique_ptr<Separator> second)
      : first_(std::move(first)),
        second_(std::move(second)),
        version_(std::string(first_->version()) + "+" + std::string(second_->name()) + "-" +
                 std::string(second_->version())) {}

  std::string_view name() const override { return first_->name(); }
  std::string_view version() const override { return version_; }
  int rate() const override { return first_->rate(); }
  std::int64_t segment() const override { return std::min(first_->segment(), second_->segment()); }
  std::int64_t overlap() const override { return first_->overlap(); }
  float weight(std::int64_t at, std::int64_t frames) const override {
    return first_->weight(at, frames);
  }
  std::size_t workspace_bytes() const override {
    return first_->workspace_bytes() + second_->workspace_bytes() + values() * sizeof(float);
  }
  std::unique_ptr<Workspace> make_workspace() const override {
    auto made = std::make_unique<BlendWorkspace>();
    made->first = first_->make_workspace();
    made->second = second_->make_workspace();
    made->stems.resize(values());
    return made;
  }

  Result<void> separate(StereoIn mixture, StemsOut stems, Workspace& workspace,
                        const SongLevel& level) const override {
    auto& own = static_cast<BlendWorkspace&>(workspace);
    const std::size_t length = mixture[0].size();
    if (length < 1 || length > static_cast<std::size_t>(segment()))
      return Error{Code::wrong_usage, "A segment for the separator has a wrong length.",
                   "Give it between 1 and segment() frames."};
    StemsOut others;
    for (std::size_t i = 0; i < kStems * kChannels; ++i)
      others[i / kChannels][i % kChannels] = std::span(own.stems).subspan(i * length, length);
    if (auto done = first_->separate(mixture, stems, *own.first, level); !done) return done;
    if (auto done = second_->separate(mixture, others, *own.second, level); !done) return done;
    for (std::size_t s = 0; s < kStems; ++s)
      for (std::size_t c = 0; c < kChannels; ++c)
        for (std::size_t i = 0; i < length; ++i)
          stems[s][c][i] = 0.5f * (stems[s][c][i] + others[s][c][i]);
    return {};
  }

 private:
  std::size_t values() const {
    return static_cast<std::size_t>(segment()) * std::size_t{kStems} * std::size_t{kChannels};
  }

  std::unique_ptr<Separator> first_, second_;
  std::string version_;
};

}  // namespace

Result<std::unique_ptr<Separator>> make_blend(std::unique_ptr<Separator> first,
                                              std::unique_ptr<Separator> second) {
  if (first->rate() != second->rate() || first->needs_level() || second->needs_level())
    return Error{Code::wrong_usage, "These two separators cannot be blended.",
                 "Choose two that work at one rate and need no level of the song."};
  return std::unique_ptr<Separator>(std::make_unique<Blend>(std::move(first), std::move(second)));
}

}  // namespace tutti::separate
