// Songs of a person's library, what the person set for them, and the person's own settings.
#include "engine/base/json.h"
#include "server/api/practice_history.h"
#include "server/api/zones.h"

namespace tutti::api {
namespace {

constexpr std::int64_t kSettingsBody = 1'000'000;
const Query kPerson{"person", "string", "Whose; an id that the browser made up and keeps."};

Answer nothing() {
  Answer answer;
  answer.status = 204;
  return answer;
}

Result<void> check_song_practice(const SongPractice& wanted) {
  if (wanted.loops.size() > kMostLoops)
    return with_field(
        {Code::too_large, "A song holds at most " + std::to_string(kMostLoops) + " loops.",
         "Remove some that are not needed any more."},
        "loops");
  for (std::size_t i = 0; i < wanted.loops.size(); ++i) {
    const SongLoop& loop = wanted.loops[i];
    const std::string field = "loops[" + std::to_string(i) + "]";
    if (!(loop.end > loop.start))
      return with_field({Code::bad_input, "The end of a loop must lie after its beginning.",
                         "Give a later end, in seconds of the song."},
                        field + ".end");
    for (std::size_t k = 0; k < i; ++k)
      if (wanted.loops[k].id == loop.id)
        return with_field(
            {Code::bad_input, "Two loops have the same id.", "Make up an id for each."},
            field + ".id");
  }
  if (wanted.ladder)
    if (auto done = check_ladder(*wanted.ladder, "ladder"); !done) return done;
  return check_page(wanted.page, "page");
}

void add_library_routes(Table& table, const Services& services) {
  auto* store = services.store;
  Route list = reply_route<SongList>(Method::get, "/api/songs", "listSongs", "Practice",
                                     "The songs of a person's library",
                                     [store](const Call& call) -> Result<SongList> {
                                       auto person = person_of(call);
                                       if (!person) return person.error();
                                       auto rows = store::PracticeTable(*store).songs(*person);
                                       if (!rows) return rows.error();
                                       SongList songs;
                                       for (const store::SongRow& row : *rows)
                                         songs.songs.push_back(song_of(row));
                                       return songs;
                                     });
  list.text = "Newest first.";
  list.query = {kPerson};
  table.routes.push_back(list);

  Route read = reply_route<Song>(Method::get, "/api/songs/{id}", "readSong", "Practice", "One song",
                                 [store](const Call& call) -> Result<Song> {
                                   auto row = store::PracticeTable(*store).song(call.part("id"));
                                   if (!row) return row.error();
                                   return song_of(*row);
                                 });
  read.errors = {404};
  table.routes.push_back(read);

  Route rename = json_route<SongNames, Song>(
      Method::put, "/api/songs/{id}", "renameSong", "Practice", "Gives a song its names",
      [store](const Call& call, const SongNames& wanted) -> Result<Song> {
        if (wanted.title.find_first_not_of(' ') == std::string::npos)
          return with_field({Code::bad_input, "A song needs a title.", "Give it one."}, "title");
        auto row =
            store::PracticeTable(*store).rename_song(call.part("id"), wanted.title, wanted.artist);
        if (!row) return row.error();
        return song_of(*row);
      });
  rename.limit = kSettingsBody;
  rename.errors = {404};
  table.routes.push_back(rename);

  Route remove;
  remove.method = Method::remove;
  remove.path = "/api/songs/{id}";
  remove.id = "removeSong";
  remove.group = "Practice";
  remove.summary = "Takes a song out of the library";
  remove.text =
      "Its loops and settings go with it; what was practised stays in sessions, streak and "
      "achievements.";
  remove.status = 204;
  remove.errors = {404};
  remove.handler = [store](const Call& call) -> Result<Answer> {
    auto done = store::PracticeTable(*store).remove_song(call.part("id"));
    if (!done) return done.error();
    return nothing();
  };
  table.routes.push_back(remove);
}

void add_song_settings(Table& table, const Services& services) {
  auto* store = services.store;
  Route read = reply_route<SongPractice>(
      Method::get, "/api/songs/{id}/practice", "readSongPractice", "Practice",
      "What a person set for a song: loops, speed, instrument",
      [store](const Call& call) -> Result<SongPractice> {
        auto person = person_of(call);
        if (!person) return person.error();
        store::PracticeTable practice(*store);
        if (auto song = practice.song(call.part("id")); !song) return song.error();
        return song_practice_of(practice, call.part("id"), *person);
      });
  read.text = "What was never set is left out.";
  read.query = {kPerson};
  read.errors = {404};
  table.routes.push_back(read);

  Route write = json_route<SongPractice, SongPractice>(
      Method::put, "/api/songs/{id}/practice", "saveSongPractice", "Practice",
      "Keeps what a person set for a song",
      [store](const Call& call, const SongPractice& wanted) -> Result<SongPractice> {
        auto person = person_of(call, wanted.person.value_or(""));
        if (!person) return person.error();
        if (auto done = check_song_practice(wanted); !done) return done.error();
        SongPractice kept = wanted;
        kept.person.reset();
        auto done = store::PracticeTable(*store).set_song_settings(call.part("id"), *person,
                                                                   write_json(to_json(kept)));
        if (!done) return done.error();
        return kept;
      });
  write.text = "The whole of it; what is left out is forgotten. Up to 500 loops.";
  write.query = {kPerson};
  write.limit = kSettingsBody;
  write.errors = {404};
  table.routes.push_back(write);
}

void add_person_settings(Table& table, const Services& services) {
  auto* store = services.store;
  Route read = reply_route<PracticeSettings>(
      Method::get, "/api/practice/settings", "readPracticeSettings", "Practice",
      "A person's settings for all songs", [store](const Call& call) -> Result<PracticeSettings> {
        auto person = person_of(call);
        if (!person) return person.error();
        store::PracticeTable practice(*store);
        return settings_of(practice, *person);
      });
  read.text = "What was never set is left out.";
  read.query = {kPerson};
  table.routes.push_back(read);

  Route write = json_route<PracticeSettings, PracticeSettings>(
      Method::put, "/api/practice/settings", "savePracticeSettings", "Practice",
      "Keeps a person's settings for all songs",
      [store](const Call& call, const PracticeSettings& wanted) -> Result<PracticeSettings> {
        auto person = person_of(call, wanted.person.value_or(""));
        if (!person) return person.error();
        if (wanted.zone)
          if (auto known = check_zone(*wanted.zone); !known)
            return with_field(known.error(), "zone");
        if (wanted.ladder)
          if (auto done = check_ladder(*wanted.ladder, "ladder"); !done) return done.error();
        if (auto done = check_page(wanted.page, "page"); !done) return done.error();
        PracticeSettings kept = wanted;
        kept.person.reset();
        auto done = store::PracticeTable(*store).set_settings(*person, write_json(to_json(kept)));
        if (!done) return done.error();
        return kept;
      });
  write.text = "The whole of it; what is left out is forgotten.";
  write.query = {kPerson};
  write.limit = kSettingsBody;
  table.routes.push_back(write);
}

}  // namespace

void add_practice_routes(Table& table, const Services& services) {
  add_library_routes(table, services);
  add_song_settings(table, services);
  add_person_settings(table, services);
  add_session_routes(table, services);
  add_practice_export(table, services);
}

}  // namespace tutti::api
