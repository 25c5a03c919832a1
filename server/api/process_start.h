// How a song comes into the library and is taken apart; shared by the route and the WebSocket.
#pragma once

#include <string>

#include "server/api/routes.h"
#include "server/api/stems_types.h"

namespace tutti::api {

inline constexpr const char* kUsualSeparator = "instant";

struct ProcessAsked {
  std::string blob;
  std::string name;    // of the song or its file
  std::string model;   // empty: the usual one
  std::string person;  // whose library
};
struct ProcessBegun {
  store::SongRow song;
  jobs::StemsState stems;
};
// Where the usual separator is asked for by nobody and not installed, the classical one takes its
// place. Codes: those of Stems::process and PracticeTable::add_song.
Result<ProcessBegun> begin_processing(const Services&, const ProcessAsked&);

StemsInfo stems_info(const jobs::StemsState&);

}  // namespace tutti::api
