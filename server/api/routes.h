// The one table of everything the server answers, and how a request finds its line.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/api/route.h"
#include "server/jobs/queue.h"
#include "server/jobs/stems.h"
#include "server/rooms/band.h"
#include "server/rooms/rooms.h"
#include "server/rooms/transports.h"
#include "server/store/store.h"
#include "server/streams/streams.h"

namespace tutti::api {

// What the handlers work with. Everything outlives the table; all of it is thread-safe.
struct Services {
  store::Store* store = nullptr;
  jobs::Queue* queue = nullptr;
  rooms::Rooms* rooms = nullptr;
  rooms::Transports* transports = nullptr;
  streams::Streams* streams = nullptr;
  jobs::Stems* stems = nullptr;
  rooms::Bands* bands = nullptr;
  std::function<std::string()> metrics;  // Prometheus text
  std::function<double()> uptime_seconds;
  std::function<std::vector<int>()> workers;  // process ids
};

struct Table {
  std::vector<Route> routes;
  std::vector<SocketRoute> sockets;
};

// `services` may be null members when only the documentation is wanted.
Table make_table(const Services& services);

// How the transport's state reads on the wire.
std::string transport_text(const rooms::TransportState& state);

// How band sessions read on the wire, and their clock: milliseconds that never jump.
rooms::Bands::Writer band_writer();
double band_clock();

// The program's version, "0.1.0".
std::string version();

enum class Found { yes, no_such_path, other_method };
struct Match {
  Found found = Found::no_such_path;
  const Route* route = nullptr;
  const SocketRoute* socket = nullptr;
  std::string allowed;  // "GET, POST", when only the method was wrong
};

// `target` as it stands in the request line. Fills the call's path and query. A target that is not
// well-formed (bad percent signs, control characters, "..") matches nothing.
Match match(const Table& table, std::string_view method, std::string_view target, Call& call);
// The target's path, decoded, or nothing if it is not well-formed.
std::optional<std::string> decoded_path(std::string_view target);

// Each adds its lines.
void add_project_routes(Table&, const Services&);
void add_blob_routes(Table&, const Services&);
void add_job_routes(Table&, const Services&);
void add_sketch_routes(Table&, const Services&);
void add_soundfont_routes(Table&, const Services&);
void add_effect_routes(Table&, const Services&);
void add_mixdown_routes(Table&, const Services&);
void add_transport_routes(Table&, const Services&);
void add_automation_routes(Table&, const Services&);
void add_stream_routes(Table&, const Services&);    // settings, status, control, saved settings
void add_channel_routes(Table&, const Services&);   // channels, their logs, what listeners think
void add_listen_routes(Table&, const Services&);    // the sound itself
void add_compose_routes(Table&, const Services&);   // music to files
void add_process_routes(Table&, const Services&);   // songs to be taken apart, and who can do it
void add_stems_routes(Table&, const Services&);     // their sound
void add_analysis_routes(Table&, const Services&);  // what is heard in them
void add_band_routes(Table&, const Services&);
void add_practice_routes(Table&, const Services&);  // songs, sessions, streak, achievements, coach
// WS /ws/{client_id}: takes what no other socket takes, so it is the last of them.
void add_process_socket(Table&, const Services&);
void add_system_routes(Table&, const Services&);

}  // namespace tutti::api
