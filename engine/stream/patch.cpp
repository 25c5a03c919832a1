#include "engine/stream/patch.h"

namespace tutti::stream {
namespace {

constexpr std::string_view kSynths[kPlayers] = {"pad",  "choir", "felt",   "pluck", "bell",
                                                "bass", "drums", "grains", "noise"};

}  // namespace

std::string_view synth_of(Player p) noexcept {
  return kSynths[static_cast<std::size_t>(p)];
}

compose::Voice voice_of(Player p) noexcept {
  return p < Player::grains ? static_cast<compose::Voice>(p) : compose::Voice::texture;
}

const StylePatch& patch_of(compose::Style) noexcept {
  static constexpr StylePatch kPlain = {.voices = {{.send = {0.5, 0, 0, 0.4}},
                                                   {.send = {0.5, 0, 0, 0.5}},
                                                   {.send = {0, 0.2, 0, 0.3}},
                                                   {.send = {0, 0.3, 0.2, 0.2}},
                                                   {.send = {0, 0.3, 0.1, 0.4}},
                                                   {.send = {0, 0, 0, 0.05}},
                                                   {.send = {0, 0, 0.2, 0}},
                                                   {.send = {0, 0.2, 0, 0.4}}}};
  return kPlain;
}

}  // namespace tutti::stream
