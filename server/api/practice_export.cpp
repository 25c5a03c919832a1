// Everything that is kept of a person's practice, to take along: JSON, or tables as CSV.
#include <array>
#include <cmath>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/json.h"
#include "native/files/zip_writer.h"
#include "server/api/practice_history.h"
#include "server/store/clock.h"

namespace tutti::api {
namespace {

constexpr std::array kTables = {"songs", "loops", "sessions", "passes", "days", "achievements"};

// A table as text by RFC 4180. What a spreadsheet would take for a formula gets an apostrophe in
// front, since titles may come from anywhere.
class Csv {
 public:
  Csv& text(std::string_view value) {
    begin();
    std::string cell;
    if (!value.empty() && std::string_view("=+-@\t\r").find(value[0]) != std::string_view::npos)
      cell = "'";
    cell += value;
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      out_ += cell;
      return *this;
    }
    out_ += '"';
    for (const char c : cell) {
      if (c == '"') out_ += '"';
      out_ += c;
    }
    out_ += '"';
    return *this;
  }
  Csv& number(double value) {
    begin();
    if (std::isfinite(value)) append_json_number(out_, std::floor(value * 1000 + 0.5) / 1000);
    return *this;
  }
  void end() {
    out_ += "\r\n";
    first_ = true;
  }
  void head(std::initializer_list<const char*> names) {
    for (const char* name : names) text(name);
    end();
  }
  std::string take() { return std::move(out_); }

 private:
  void begin() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  std::string out_;
  bool first_ = true;
};

struct Everything {
  std::vector<store::SongRow> songs;
  std::vector<SongPractice> practice;  // of each song
  std::vector<store::SessionRow> sessions;
  std::vector<store::DayRow> days;
  std::vector<store::EarnedRow> earned;
  PracticeSettings settings;
};

Result<Everything> gather(store::Store& store, const std::string& person) {
  store::PracticeTable table(store);
  Everything all;
  auto songs = table.songs(person);
  if (!songs) return songs.error();
  all.songs = std::move(*songs);
  for (const auto& song : all.songs)
    all.practice.push_back(song_practice_of(table, song.id, person));
  store::SessionQuery query;
  query.person = person;
  auto sessions = table.sessions(query);
  if (!sessions) return sessions.error();
  all.sessions = std::move(*sessions);
  auto days = table.days(person);
  if (!days) return days.error();
  all.days = std::move(*days);
  auto earned = table.earned(person);
  if (!earned) return earned.error();
  all.earned = std::move(*earned);
  all.settings = settings_of(table, person);
  return all;
}

std::string csv_of(const Everything& all, std::string_view table) {
  Csv csv;
  if (table == "songs") {
    csv.head({"id", "title", "artist", "duration", "tempo", "key", "added", "seconds", "blob"});
    for (const auto& song : all.songs) {
      csv.text(song.id).text(song.title).text(song.artist).number(song.duration);
      csv.number(song.tempo).text(song.key).text(iso_time(song.added)).number(song.seconds);
      csv.text(song.blob).end();
    }
  } else if (table == "loops") {
    csv.head({"song", "id", "name", "start", "end", "passes", "clean", "best_speed"});
    for (std::size_t i = 0; i < all.songs.size(); ++i)
      for (const SongLoop& loop : all.practice[i].loops) {
        csv.text(all.songs[i].id).text(loop.id).text(loop.name).number(loop.start);
        csv.number(loop.end).number(loop.passes.value_or(0)).number(loop.clean.value_or(0));
        csv.number(loop.best_speed.value_or(0)).end();
      }
  } else if (table == "sessions") {
    csv.head({"id", "song", "title", "started", "seconds", "zone", "instrument", "passes", "clean",
              "speed"});
    for (const auto& row : all.sessions) {
      const SessionInfo info = session_info(row);
      csv.text(info.id).text(info.song).text(info.title).text(info.started).number(info.seconds);
      csv.text(info.zone).text(info.instrument).number(info.loops).number(info.clean);
      csv.number(info.speed).end();
    }
  } else if (table == "passes") {
    csv.head({"session", "loop", "name", "start", "end", "passes", "clean", "speed"});
    for (const auto& row : all.sessions)
      for (const SessionLoop& loop : loops_of(row)) {
        csv.text(row.id).text(loop.id).text(loop.name.value_or("")).number(loop.start);
        csv.number(loop.end).number(loop.passes).number(loop.clean).number(loop.speed).end();
      }
  } else if (table == "days") {
    csv.head({"date", "seconds", "first", "last"});
    for (const auto& day : all.days) {
      csv.text(practice::date_of(day.day)).number(day.seconds).text(iso_time(day.first));
      csv.text(iso_time(day.last)).end();
    }
  } else {
    csv.head({"id", "earned"});
    for (const auto& row : all.earned) csv.text(row.id).text(iso_time(row.earned)).end();
  }
  return csv.take();
}

std::string json_text(const Everything& all, const std::string& person) {
  json::object whole{{"version", 1},
                     {"person", json::string_view(person)},
                     {"exported", iso_time(store::wall_milliseconds())}};
  json::array songs, sessions, days, achievements;
  for (std::size_t i = 0; i < all.songs.size(); ++i) {
    json::value song = to_json(song_of(all.songs[i]));
    song.get_object()["practice"] = to_json(all.practice[i]);
    songs.push_back(std::move(song));
  }
  for (const auto& row : all.sessions) sessions.push_back(to_json(session_info(row)));
  for (const auto& day : all.days)
    days.push_back({{"date", practice::date_of(day.day)},
                    {"seconds", day.seconds},
                    {"first", iso_time(day.first)},
                    {"last", iso_time(day.last)}});
  for (const auto& row : all.earned)
    achievements.push_back({{"id", json::string_view(row.id)}, {"earned", iso_time(row.earned)}});
  whole["songs"] = std::move(songs);
  whole["sessions"] = std::move(sessions);
  whole["days"] = std::move(days);
  whole["achievements"] = std::move(achievements);
  whole["settings"] = to_json(all.settings);
  return write_json_pretty(whole);
}

// A file in memory that closes itself.
class Memory {
 public:
  explicit Memory(const std::string& text = {}) : fd_(::memfd_create("tutti", MFD_CLOEXEC)) {
    for (std::size_t done = 0; fd_ >= 0 && done < text.size();) {
      const ssize_t count = ::write(fd_, text.data() + done, text.size() - done);
      if (count <= 0) {
        ::close(fd_);
        fd_ = -1;
      } else {
        done += static_cast<std::size_t>(count);
      }
    }
  }
  ~Memory() {
    if (fd_ >= 0) ::close(fd_);
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

Result<SharedBytes> zip_of(const Everything& all) {
  const Error refused{Code::io, "There was no memory for the tables.",
                      "Ask for one table at a time with table=."};
  std::vector<std::unique_ptr<Memory>> files;
  std::vector<files::ZipEntry> entries;
  for (const char* table : kTables) {
    files.push_back(std::make_unique<Memory>(csv_of(all, table)));
    if (files.back()->fd() < 0) return refused;
    entries.push_back({std::string(table) + ".csv", files.back()->fd()});
  }
  const Memory zip;
  if (zip.fd() < 0) return refused;
  if (auto done = files::write_zip(zip.fd(), entries); !done) return done.error();
  auto bytes = std::make_shared<std::vector<std::byte>>();
  const off_t size = ::lseek(zip.fd(), 0, SEEK_END);
  if (size < 0) return refused;
  bytes->resize(static_cast<std::size_t>(size));
  for (std::size_t done = 0; done < bytes->size();) {
    const ssize_t count =
        ::pread(zip.fd(), bytes->data() + done, bytes->size() - done, static_cast<off_t>(done));
    if (count <= 0) return refused;
    done += static_cast<std::size_t>(count);
  }
  return SharedBytes(std::move(bytes));
}

Result<Answer> answer_for(store::Store& store, const Call& call) {
  auto person = person_of(call);
  if (!person) return person.error();
  const std::string form = call.asked("form").value_or("json");
  if (form != "json" && form != "csv")
    return with_field({Code::bad_input, "There is no form \"" + form.substr(0, 40) + "\".",
                       "Choose json or csv."},
                      "form");
  const std::string table = call.asked("table").value_or("");
  bool known = table.empty();
  for (const char* name : kTables) known = known || table == name;
  if (!known)
    return with_field({Code::bad_input, "There is no table \"" + table.substr(0, 40) + "\".",
                       "Choose songs, loops, sessions, passes, days or achievements."},
                      "table");
  auto all = gather(store, *person);
  if (!all) return all.error();
  Answer answer;
  if (form == "json") {
    answer.body = json_text(*all, *person);
    answer.file_name = "practice.json";
  } else if (!table.empty()) {
    answer.type = "text/csv; charset=utf-8";
    answer.body = csv_of(*all, table);
    answer.file_name = table + ".csv";
  } else {
    auto bytes = zip_of(*all);
    if (!bytes) return bytes.error();
    answer.type = "application/zip";
    answer.body = std::move(*bytes);
    answer.file_name = "practice.zip";
  }
  return answer;
}

}  // namespace

void add_practice_export(Table& table, const Services& services) {
  auto* store = services.store;
  Route route;
  route.method = Method::get;
  route.path = "/api/practice/export";
  route.id = "exportPractice";
  route.group = "Practice";
  route.summary = "Everything that is kept of a person's practice, as a file";
  route.text =
      "JSON, or CSV: one table, or all of them in a zip. Text that a spreadsheet would take for a "
      "formula begins with an apostrophe there.";
  route.query = {{"person", "string", "Whose; an id that the browser made up and keeps."},
                 {"form", "string", "json or csv; json when left out."},
                 {"table", "string",
                  "Of CSV: songs, loops, sessions, passes, days or achievements; all of them in a "
                  "zip when left out."}};
  route.answer_schema = [](json::object&) -> json::value { return {{"type", "object"}}; };
  route.handler = [store](const Call& call) { return answer_for(*store, call); };
  table.routes.push_back(route);
}

}  // namespace tutti::api
