// A song of the Practice room as it goes over the wire. As types.h.
#pragma once

#include "server/api/iso_time.h"
#include "server/api/types.h"
#include "server/store/practice_table.h"

namespace tutti::api {

struct Song {
  std::string id;
  std::string blob;
  std::string title;
  std::string artist;
  double duration = 0;
  std::string added;
  double tempo = 0;
  std::string key;
  double seconds = 0;
  std::string model;
  std::string stems;
};
BOOST_DESCRIBE_STRUCT(Song, (),
                      (id, blob, title, artist, duration, added, tempo, key, seconds, model, stems))
constexpr auto field_notes(const Song*) {
  return std::array{FieldNote{"blob", "SHA-256 of its file."},
                    FieldNote{"duration", "s; 0: not known yet."},
                    FieldNote{"added", "ISO 8601."},
                    FieldNote{"tempo", "Beats a minute; 0: not known yet."},
                    FieldNote{"key", "As \"F# minor\"; empty: not known yet, or none."},
                    FieldNote{"seconds", "Practised by its person."},
                    FieldNote{"model", "What made its stems; empty: none yet."},
                    FieldNote{"stems", "Their id (GET /api/stems/{id}); empty: none yet."}};
}

inline Song song_of(const store::SongRow& row) {
  return {row.id,    row.blob, row.title,   row.artist, row.duration, iso_time(row.added),
          row.tempo, row.key,  row.seconds, row.model,  row.stems};
}

}  // namespace tutti::api
