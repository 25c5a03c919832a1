// Makes a project with a melody and an effect, plays it on an instrument of a SoundFont, and writes
// what the studio would play: interleaved stereo floats at 48 kHz.
//
//   ./melody font.sf2 > out.f32
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/graph/player.h"
#include "engine/graph/render.h"
#include "engine/project/compile.h"
#include "engine/project/edits.h"
#include "engine/registry/registry.h"

namespace {

// Every call of the engine that can fail answers with what happened and what to do next.
int fail(const tutti::Error& error) {
  std::fprintf(stderr, "%s %s\n", error.message.c_str(), error.next.c_str());
  return 1;
}

}  // namespace

int main(int count, char** words) {
  using namespace tutti;
  if (count != 2) {
    std::fprintf(stderr, "usage: melody FONT.sf2\n");
    return 2;
  }
  std::ifstream file(words[1], std::ios::binary);
  const std::string font{std::istreambuf_iterator<char>(file), {}};

  // The document: one track, a scale in quarter notes, a plate reverb. The number names this
  // writer.
  project::Document document(1);
  project::Track track;
  track.name = "Piano";
  auto id = project::add_track(document, track);
  if (!id) return fail(id.error());
  const int scale[] = {60, 62, 64, 65, 67, 69, 71, 72};
  for (int i = 0; i < 8; ++i) {
    project::Note note;
    note.start = 1_quarters * i;
    note.duration = 1_quarters;
    note.key = scale[i];
    if (auto added = project::add_note(document, *id, note); !added) return fail(added.error());
  }
  if (auto added = project::add_chain(document, *id, "reverb-plate mix=0.2"); !added) {
    return fail(added.error());
  }

  // The plan: what the document becomes for playing.
  auto plan = project::compile(document);
  if (!plan) return fail(plan.error());
  graph::Player player(registry::factory());
  if (auto ready = player.prepare(48000, 1024); !ready) return fail(ready.error());
  if (auto taken = player.adopt(std::move(*plan)); !taken) return fail(taken.error());
  const auto bytes = std::as_bytes(std::span(font.data(), font.size()));
  if (auto loaded = player.add_resource("sf:font", bytes); !loaded) return fail(loaded.error());

  auto report = graph::render_offline(player, 48000, {},
                                      [](const float* left, const float* right, int frames) {
                                        for (int i = 0; i < frames; ++i) {
                                          const float pair[2] = {left[i], right[i]};
                                          if (std::fwrite(pair, sizeof pair, 1, stdout) != 1)
                                            return false;
                                        }
                                        return true;
                                      });
  if (!report) return fail(report.error());
  std::fprintf(stderr, "%.2f s, peak %.3f\n", static_cast<double>(report->frames) / 48000,
               static_cast<double>(report->peak));
  return 0;
}
