#include <utility>

#include "engine/separate/htdemucs.h"

namespace tutti::separate {

namespace {

class Bag final : public Separator {
 public:
  Bag(std::vector<std::unique_ptr<HtDemucs>> networks, std::string name)
      : networks_(std::move(networks)), name_(std::move(name)) {
    for (const auto& network : networks_) {
      if (!version_.empty()) version_ += '+';
      version_ += network->version();
    }
  }

  std::string_view name() const override { return name_; }
  std::string_view version() const override { return version_; }
  int rate() const override { return networks_[0]->rate(); }
  std::int64_t segment() const override { return networks_[0]->segment(); }
  std::int64_t overlap() const override { return networks_[0]->overlap(); }
  bool needs_level() const override { return true; }
  float weight(std::int64_t at, std::int64_t frames) const override {
    return networks_[0]->weight(at, frames);
  }
  std::size_t workspace_bytes() const override { return networks_[0]->workspace_bytes(); }
  // Networks of one architecture run one after the other in the same memory.
  std::unique_ptr<Workspace> make_workspace() const override {
    return networks_[0]->make_workspace();
  }
  Result<void> separate(StereoIn mixture, StemsOut stems, Workspace& workspace,
                        const SongLevel& level) const override {
    for (std::size_t i = 0; i < kStems; ++i) {
      auto done =
          networks_[i]->separate_stem(static_cast<Stem>(i), mixture, stems[i], workspace, level);
      if (!done) return done;
    }
    return {};
  }

 private:
  std::vector<std::unique_ptr<HtDemucs>> networks_;
  std::string name_, version_;
};

}  // namespace

Result<std::unique_ptr<Separator>> make_htdemucs_bag(
    std::vector<std::unique_ptr<HtDemucs>> networks, std::string name) {
  bool alike = networks.size() == kStems;
  for (const auto& network : networks)
    alike = alike && network->segment() == networks[0]->segment() &&
            network->workspace_bytes() == networks[0]->workspace_bytes() &&
            network->uses_bf16() == networks[0]->uses_bf16();
  if (!alike) {
    return Error{Code::wrong_usage, "A bag of HTDemucs networks needs four of one architecture.",
                 "Load the weights for drums, bass, other and vocals, in this order."};
  }
  return std::unique_ptr<Separator>(new Bag(std::move(networks), std::move(name)));
}

}  // namespace tutti::separate
