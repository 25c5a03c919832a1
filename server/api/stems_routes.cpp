// The sound of stems: pieces of it while it is being made, whole files of every format.
#include <array>
#include <unistd.h>

#include "engine/base/json.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_writer.h"
#include "server/api/file_name.h"
#include "server/api/process_start.h"
#include "server/api/refusal.h"
#include "server/api/routes.h"
#include "server/jobs/tasks.h"

namespace tutti::api {
namespace {

Error not_ready_or(const Error& error) {
  return error.code == Code::conflict ? not_yet(error.message, error.next) : error;
}

Result<separate::Stem> stem_asked(const Call& call) {
  const std::string name = call.part("stem");
  for (std::size_t i = 0; i < separate::kStems; ++i)
    if (separate::kStemNames[i] == name) return static_cast<separate::Stem>(i);
  return Error{Code::not_found, "There is no stem \"" + name.substr(0, 40) + "\".",
               "There are drums, bass, other and vocals."};
}

// 16-bit FLAC of its own, so that each piece can be decoded by itself.
Result<SharedBytes> flac_of(const jobs::Stems::Piece& piece) {
  const int fd = files::scratch_file();
  if (fd < 0)
    return Error{Code::io, "No temporary file could be made.",
                 "Free some space on the server's disk."};
  struct Closer {
    int fd;
    ~Closer() { ::close(fd); }
  } const closer{fd};
  files::EncodeOptions encoding;
  encoding.format = files::AudioFormat::flac16;
  auto writer = files::AudioWriter::create(fd, piece.rate, 2, encoding);
  if (!writer) return writer.error();
  const std::size_t frames = piece.samples.size() / 2;
  std::array<std::vector<float>, 2> planes{std::vector<float>(frames), std::vector<float>(frames)};
  for (std::size_t i = 0; i < frames; ++i)
    for (std::size_t c = 0; c < 2; ++c)
      planes[c][i] = static_cast<float>(piece.samples[2 * i + c]) / 32768.0f;
  const float* both[] = {planes[0].data(), planes[1].data()};
  if (auto done = writer->write(both, static_cast<int>(frames)); !done) return done.error();
  if (auto done = writer->finish(); !done) return done.error();
  if (::lseek(fd, 0, SEEK_SET) != 0)
    return Error{Code::io, "A temporary file could not be read back.", "Try again."};
  auto bytes = files::read_descriptor(fd, "the piece");
  if (!bytes) return bytes.error();
  return std::make_shared<const std::vector<std::byte>>(std::move(*bytes));
}

Result<Answer> piece(const Services& services, const Call& call) {
  auto stem = stem_asked(call);
  if (!stem) return stem.error();
  const auto rate = call.asked_number("rate", 48000), from = call.asked_number("from", 0),
             frames = call.asked_number("frames", 10 * 48000);
  if (!rate || !from || !frames || *rate < 1 || *rate > 1'000'000)
    return Error{Code::bad_input, "rate, from and frames are whole numbers.", "Correct them."};
  const std::string form = call.asked("form").value_or("pcm16");
  if (form != "pcm16" && form != "flac")
    return with_field({Code::bad_input, "There is no form \"" + form.substr(0, 40) + "\".",
                       "Choose pcm16 or flac."},
                      "form");
  auto made =
      services.stems->piece(call.part("id"), *stem, static_cast<int>(*rate), *from, *frames);
  if (!made) return not_ready_or(made.error());
  Answer answer;
  answer.etag = "\"" + call.part("id") + "-" + call.part("stem") + "-" + std::to_string(*rate) +
                "-" + std::to_string(*from) + "-" + std::to_string(*frames) + "-" + form + "\"";
  answer.immutable = true;
  if (form == "flac") {
    if (made->samples.empty())
      return Error{Code::not_found, "The stem ends before this.", "Ask for an earlier part."};
    auto bytes = flac_of(*made);
    if (!bytes) return bytes.error();
    answer.type = "audio/flac";
    answer.body = std::move(*bytes);
    return answer;
  }
  const auto bytes = std::as_bytes(std::span(made->samples));
  answer.type = "application/octet-stream";
  answer.body = std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end());
  return answer;
}

Answer file_answer(const std::string& path, std::int64_t size, const std::string& format,
                   const std::string& name, const std::string& etag) {
  Answer answer;
  answer.type = jobs::media_type_of(format);
  answer.body = FileBody{path, size};
  answer.etag = etag;
  answer.immutable = true;
  answer.ranges = true;
  answer.file_name = name;
  return answer;
}

Handler whole_file(const Services& services, std::string format) {
  return [services, format](const Call& call) -> Result<Answer> {
    const std::string id = call.part("id"), stem = call.part("stem");
    const std::string title = call.asked("name").value_or("");
    auto wish = services.stems->file(id, stem, format, title, call.asked("person").value_or(""));
    if (!wish) return not_ready_or(wish.error());
    const std::string name =
        file_name_of((title.empty() ? "" : title + " - ") + stem) + jobs::ending_of(format);
    const std::string etag = "\"" + id + "-" + stem + "-" + format + "\"";
    const auto there = [path = wish->path, format, name, etag]() -> Result<Answer> {
      std::error_code code;
      const auto size = std::filesystem::file_size(path, code);
      if (code)
        return Error{Code::not_found, "These stems are not here, or not any more.",
                     "Have the song taken apart again (POST /api/process)."};
      return file_answer(path, static_cast<std::int64_t>(size), format, name, etag);
    };
    if (wish->job.empty()) return there();
    Answer answer;
    answer.body = Later{wish->job, [there](const store::JobRow& row) -> Result<Answer> {
                          if (row.state == "failed") return jobs::error_from_text(row.error);
                          return there();
                        }};
    return answer;
  };
}

}  // namespace

void add_stems_routes(Table& table, const Services& services) {
  auto* stems = services.stems;
  table.routes.push_back(reply_route<StemsUsage>(
      Method::get, "/api/stems", "stemsCache", "Practice", "How full the cache of stems is",
      [stems](const Call&) -> Result<StemsUsage> {
        auto counts = stems->counts();
        if (!counts) return counts.error();
        return StemsUsage{counts->bytes, counts->limit, counts->entries};
      }));
  Route look = reply_route<StemsInfo>(Method::get, "/api/stems/{id}", "readStems", "Practice",
                                      "Where the stems of a song stand",
                                      [stems](const Call& call) -> Result<StemsInfo> {
                                        auto state = stems->state(call.part("id"));
                                        if (!state) return state.error();
                                        return stems_info(*state);
                                      });
  look.errors = {404};
  table.routes.push_back(look);
  Route drop = reply_route<StemsInfo>(
      Method::remove, "/api/stems/{id}", "dropStems", "Practice",
      "Stops the making of stems, or drops them", [stems](const Call& call) -> Result<StemsInfo> {
        auto state = stems->remove(call.part("id"), call.asked("person").value_or(""));
        if (!state) return state.error();
        return stems_info(*state);
      });
  drop.text = "What others wait for too goes on.";
  drop.query = {{"person", "string", "Who asked for them."}};
  drop.errors = {404};
  table.routes.push_back(drop);

  Route part;
  part.path = "/api/stems/{id}/{stem}/audio";
  part.id = "stemPiece";
  part.group = "Practice";
  part.summary = "A piece of a stem's sound";
  part.text =
      "Frames [from, from + frames) at the rate that is asked for, fewer at the song's end. Output "
      "frame n stands at n / rate seconds however it is asked for, so neighbouring pieces join to "
      "the sample. pcm16: interleaved stereo, 16 bit, little-endian. Can be had as soon as "
      "ready_seconds of GET /api/stems/{id} passes its end; before that 409 (not_yet) with "
      "Retry-After. stem is drums, bass, other or vocals.";
  part.query = {
      {"rate", "integer", "Hz: 44100, 48000 (when left out), 88200, 96000 or a lower one."},
      {"from", "integer", "First frame, 0 when left out."},
      {"frames", "integer", "At most 30 seconds of them; 480000 when left out."},
      {"form", "string", "pcm16 (when left out) or flac."}};
  part.answer_type = "application/octet-stream";
  part.errors = {404, 409};
  part.handler = [services](const Call& call) { return piece(services, call); };
  table.routes.push_back(part);

  constexpr std::array kForms = {std::pair{"wav", "wav16"}, std::pair{"flac", "flac16"},
                                 std::pair{"mp3", "mp3"}, std::pair{"opus", "opus"}};
  for (const auto& [ending, format] : kForms) {
    Route file;
    file.path = std::string("/api/stems/{id}/{stem}.") + ending;
    file.id = std::string("stemAs") + static_cast<char>(ending[0] - 'a' + 'A') + (ending + 1);
    file.group = "Practice";
    file.summary = std::string("A whole stem as ") + ending;
    file.text = "stem is drums, bass, other or vocals, or the song without it: without-drums …";
    file.query = {{"name", "string", "Of the song, for the file's name."},
                  {"person", "string", "Who asks."}};
    file.answer_type = jobs::media_type_of(format);
    file.errors = {404, 409, 416};
    file.handler = whole_file(services, format);
    table.routes.push_back(file);
  }
}

}  // namespace tutti::api
