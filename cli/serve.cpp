// `tutti serve`: the studio for everybody who reaches this computer.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <future>
#include <memory>
#include <spawn.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "cli/server_commands.h"
#include "cli/server_folder.h"
#include "server/api/routes.h"
#include "server/api/stream_keeper.h"
#include "server/jobs/queue.h"
#include "server/jobs/stems.h"
#include "server/jobs/stream_materials.h"
#include "server/jobs/supervisor.h"
#include "server/net/log.h"
#include "server/net/metrics.h"
#include "server/net/server.h"
#include "server/rooms/band.h"
#include "server/rooms/rooms.h"
#include "server/rooms/transports.h"
#include "server/store/store.h"
#include "server/streams/streams.h"

extern char** environ;

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

struct ServeOptions {
  std::string data, page, host = "127.0.0.1";
  int port = -1;
  int workers = -1;
  int stream_channels = 64;
  double stems_gigabytes = static_cast<double>(jobs::kStemsLimit) * 1e-9;
  std::string redis;
  bool open = false;
  bool log_json = false;
  std::vector<std::string> hosts, origins;
};

fs::path own_program() {
  std::error_code code;
  const fs::path path = fs::read_symlink("/proc/self/exe", code);
  return code ? fs::path("tutti") : path;
}

// Given, else where an installation or a build has it.
fs::path find_page(const std::string& given) {
  std::error_code code;
  if (!given.empty()) return given;
  const fs::path here = own_program().parent_path();
  for (const fs::path& place :
       {here / "page", here / "../share/tutti/page", here / "../../web/dist", here / "../web/dist"})
    if (fs::is_regular_file(place / "index.html", code)) return place;
  return {};
}

void open_browser(const std::string& address) {
  if (!std::getenv("DISPLAY") && !std::getenv("WAYLAND_DISPLAY")) return;
  std::string program = "xdg-open", where = address;
  char* arguments[] = {program.data(), where.data(), nullptr};
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  for (int fd = 0; fd < 3; ++fd)
    posix_spawn_file_actions_addopen(&quiet, fd, "/dev/null", O_RDWR, 0);
  pid_t pid = -1;
  if (posix_spawnp(&pid, program.c_str(), &quiet, nullptr, arguments, environ) == 0)
    std::thread([pid] { waitpid(pid, nullptr, 0); }).detach();
  posix_spawn_file_actions_destroy(&quiet);
}

// One server a library: two would each believe to be the only one in its rooms.
Result<int> lock_library(const fs::path& folder) {
  const int fd = ::open((folder / "serve.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0)
    return Error{Code::io, "The folder " + folder.string() + " cannot be written.",
                 "Choose a folder that you may write to with --data DIR."};
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return Error{Code::conflict, "Another tutti serve is at work on " + folder.string() + ".",
                 "Use that one, end it, or give another folder with --data DIR."};
  }
  return fd;
}

void watch_all(net::Metrics& metrics, store::Store& store, rooms::Rooms& rooms) {
  const auto count = [&store](std::int64_t store::StoreCounts::*field) {
    return [&store, field] {
      auto counts = store.counts();
      return counts ? static_cast<double>((*counts).*field) : 0.0;
    };
  };
  metrics.watch("tutti_projects", "Projects in the library.", false,
                count(&store::StoreCounts::projects));
  metrics.watch("tutti_operations", "Operations kept.", false,
                count(&store::StoreCounts::operations));
  metrics.watch("tutti_jobs_queued", "Jobs that wait.", false,
                count(&store::StoreCounts::jobs_queued));
  metrics.watch("tutti_jobs_running", "Jobs that run.", false,
                count(&store::StoreCounts::jobs_running));
  metrics.watch("tutti_database_bytes", "Size of tutti.db.", false,
                count(&store::StoreCounts::database_bytes));
  metrics.watch("tutti_disk_free_bytes", "Free space beside the library.", false,
                count(&store::StoreCounts::free_bytes));
  metrics.watch("tutti_commits_total", "Synced commits.", true,
                count(&store::StoreCounts::commits));
  metrics.watch("tutti_writes_total", "Writes inside those commits.", true,
                count(&store::StoreCounts::writes));
  metrics.watch("tutti_rooms", "Documents in memory.", false,
                [&rooms] { return static_cast<double>(rooms.counts().rooms); });
  metrics.watch("tutti_room_members", "Pages in live projects.", false,
                [&rooms] { return static_cast<double>(rooms.counts().members); });
}

void watch_streams(net::Metrics& metrics, streams::Streams& streams) {
  const auto sum = [&streams](auto value) {
    return [&streams, value] {
      double total = 0;
      for (const streams::ChannelState& state : streams.states())
        total += static_cast<double>(value(state));
      return total;
    };
  };
  using State = streams::ChannelState;
  metrics.watch("tutti_stream_channels", "Channels that play.", false,
                sum([](const State& state) { return state.running ? 1 : 0; }));
  metrics.watch("tutti_stream_listeners", "Listeners of all channels.", false,
                sum([](const State& state) { return state.listeners; }));
  metrics.watch("tutti_stream_render_load", "Rendering, in cores.", false,
                sum([](const State& state) { return state.render_load; }));
  metrics.watch("tutti_stream_encode_load", "Encoding, in cores.", false,
                sum([](const State& state) { return state.encode_load; }));
  metrics.watch("tutti_stream_underruns_total", "Times that sound was late.", true,
                sum([](const State& state) { return state.underruns; }));
  metrics.watch("tutti_stream_skipped_total", "Messages that slow listeners missed.", true,
                sum([](const State& state) { return state.skipped; }));
}

void watch_practice(net::Metrics& metrics, jobs::Stems& stems, rooms::Bands& bands) {
  const auto count = [&stems](auto field) {
    return [&stems, field] {
      auto counts = stems.counts();
      return counts ? static_cast<double>((*counts).*field) : 0.0;
    };
  };
  using Counts = jobs::StemsCounts;
  metrics.watch("tutti_separations_total", "Songs taken apart.", true, count(&Counts::made));
  metrics.watch("tutti_separations_failed_total", "Songs that could not be taken apart.", true,
                count(&Counts::failed));
  metrics.watch("tutti_separation_seconds", "Time that making the kept stems took.", false,
                count(&Counts::seconds));
  metrics.watch("tutti_stems_bytes", "Size of the stems' cache.", false, count(&Counts::bytes));
  metrics.watch("tutti_stems_limit_bytes", "What it may grow to.", false, count(&Counts::limit));
  metrics.watch("tutti_stems", "Songs in the stems' cache, each with each model.", false,
                count(&Counts::entries));
  metrics.watch("tutti_bands", "Band sessions.", false,
                [&bands] { return static_cast<double>(bands.count()); });
}

std::string own_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "tutti";
}

int serve(Session& session, const ServeOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  const fs::path folder = data_folder(options.data);
  auto opened = store::Store::open(folder);
  if (!opened) return session.fail(opened.error());
  store::Store& store = **opened;
  auto lock = lock_library(folder);
  if (!lock) return session.fail(lock.error());

  net::Log log(options.log_json  ? net::Log::Form::json
               : session.quiet() ? net::Log::Form::quiet
                                 : net::Log::Form::human);
  net::Metrics metrics;
  rooms::Rooms rooms(store);
  jobs::SupervisorOptions supervision;
  supervision.command = {own_program().string(), "worker", "--data", folder.string(),
                         "--supervised"};
  const auto stems_limit = static_cast<std::int64_t>(options.stems_gigabytes * 1e9);
  supervision.command.insert(supervision.command.end(),
                             {"--stems-cache", std::to_string(options.stems_gigabytes)});
  if (options.log_json) supervision.command.push_back("--log-json");
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  supervision.workers = options.workers >= 0 ? options.workers : std::min(cores, 4);
  supervision.log = [&log](const std::string& sentence) {
    log.write(net::LogLevel::warning, "worker_ended", sentence);
  };
  std::unique_ptr<jobs::Supervisor> supervisor;
  jobs::Queue queue(store, [&supervisor] {
    if (supervisor) supervisor->nudge();
  });
  watch_all(metrics, store, rooms);
  rooms::Transports transports(rooms, api::transport_text);
  jobs::Stems stems(
      store,
      [&supervisor] {
        if (supervisor) supervisor->nudge();
      },
      stems_limit);
  rooms::Bands bands(api::band_writer(), api::band_clock);
  watch_practice(metrics, stems, bands);

  api::StreamKeeper keeper(store, [&log](const std::string& sentence) {
    log.write(net::LogLevel::error, "channel_not_kept", sentence);
  });
  if (auto done = keeper.open(); !done) return session.fail(done.error());
  streams::Options streaming;
  streaming.most_channels = options.stream_channels;
  streaming.redis = options.redis;
  streaming.node = own_name();
  // Read once the server stands, beside it: neither its start nor the first listener waits long.
  std::shared_future<stream::Materials> materials;
  streaming.materials = [&materials] { return materials.get(); };
  streams::Streams streams(streaming, keeper);
  watch_streams(metrics, streams);

  api::Services services;
  services.store = &store;
  services.queue = &queue;
  services.rooms = &rooms;
  services.transports = &transports;
  services.streams = &streams;
  services.stems = &stems;
  services.bands = &bands;
  services.metrics = [&metrics] { return metrics.text(); };
  services.uptime_seconds = [began] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  };
  services.workers = [&supervisor] {
    return supervisor ? supervisor->workers() : std::vector<int>();
  };

  net::ServerOptions listening;
  listening.host = options.host;
  listening.port = options.port < 0 ? 8420 : options.port;
  listening.next_port = options.port < 0;
  listening.page = find_page(options.page);
  listening.gate.hosts = options.hosts;
  listening.gate.origins = options.origins;
  net::Server server(api::make_table(services), services, listening, log, metrics);
  if (auto done = server.listen(); !done) return session.fail(done.error());
  server.stop_on_signals();
  supervisor = std::make_unique<jobs::Supervisor>(store, supervision);
  materials = std::async(std::launch::async, [&log] {
    auto found = jobs::find_materials();
    for (const std::string& sentence : found.missing)
      log.write(net::LogLevel::warning, "stream_materials", sentence);
    return found.materials;
  });

  // The one line on standard output; whoever started this may wait for it.
  session.print("Tutti is open at " + server.address() + "\n");
  std::fflush(stdout);
  log.write(net::LogLevel::debug, "started", "Tutti is open at " + server.address(),
            {{"address", server.address()},
             {"data", folder.string()},
             {"version", api::version()},
             {"page", listening.page.string()},
             {"workers", supervision.workers}});
  if (listening.page.empty())
    log.write(net::LogLevel::warning, "no_page",
              "The page is not built; only the interface for programs is there. Run ./dev build, "
              "or give --page DIR.");
  if (options.open) open_browser(server.address());
  server.run();
  log.write(net::LogLevel::debug, "stopped", "Tutti is closed.");
  // Workers first: they give their jobs back while the library is still open.
  supervisor.reset();
  ::close(*lock);
  return kDone;
}

}  // namespace

fs::path data_folder(const std::string& given) {
  if (!given.empty()) return fs::absolute(given);
  if (const char* share = std::getenv("XDG_DATA_HOME"); share && *share == '/')
    return fs::path(share) / "tutti";
  const char* home = std::getenv("HOME");
  return fs::path(home && *home ? home : "/var/lib") / ".local/share/tutti";
}

void add_serve(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("serve", "Open the studio: the page, projects and jobs at one address");
  auto options = std::make_shared<ServeOptions>();
  command->add_option(
      "--data", options->data,
      "Folder of the library (default $XDG_DATA_HOME/tutti or ~/.local/share/tutti)");
  command->add_option("--page", options->page,
                      "Folder of the built page (default: beside this program or in its build)");
  command->add_option("--host", options->host,
                      "Address to listen at; 0.0.0.0 lets others in (127.0.0.1)");
  command->add_option("--port", options->port, "Port; 0 takes any (8420, or the next that is free)")
      ->check(CLI::Range(0, 65535));
  command
      ->add_option("--workers", options->workers,
                   "Processes for long work; 0 for none (one a core, at most 4)")
      ->check(CLI::Range(0, 64));
  command
      ->add_option("--stream-channels", options->stream_channels,
                   "Channels of endless music that may play at once (64)")
      ->check(CLI::Range(1, 1000));
  command
      ->add_option("--stems-cache", options->stems_gigabytes,
                   "GB that the stems of songs may take; what was not used for longest goes (20)")
      ->check(CLI::Range(0.0, 1e6));
  command->add_option("--redis", options->redis,
                      "redis://HOST:PORT/N: share the channels with other servers");
  command->add_option("--allow-host", options->hosts,
                      "Another name by which this server is reached (may be repeated)");
  command->add_option("--allow-origin", options->origins,
                      "Another page that may use it, as https://name (may be repeated)");
  command->add_flag("--open", options->open, "Show it in a browser, where there is one");
  command->add_flag("--log-json", options->log_json,
                    "Log every event as a line of JSON on standard error");
  command->footer(
      "Examples:\n"
      "  tutti serve --open\n"
      "  tutti serve --data /srv/tutti --workers 4 --log-json\n"
      "  tutti serve --host 0.0.0.0 --allow-host studio.local");
  session.on_run(command, [&session, options] { return serve(session, *options); });
}

}  // namespace tutti::cli
