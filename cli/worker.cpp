// `tutti worker`: does the long work that a `tutti serve` on the same library is asked for.
#include "server/jobs/worker.h"

#include <atomic>
#include <csignal>
#include <memory>

#include "cli/server_commands.h"
#include "cli/server_folder.h"
#include "server/net/log.h"
#include "server/store/store.h"

namespace tutti::cli {
namespace {

std::atomic<bool> asked_to_stop{false};

struct WorkerFlags {
  std::string data, name;
  bool supervised = false;
  bool log_json = false;
  double stems_gigabytes = static_cast<double>(jobs::kStemsLimit) * 1e-9;
};

int work(Session& session, const WorkerFlags& flags) {
  store::StoreOptions options;
  options.threads = store::Threads::none;  // this process forks
  options.check = false;                   // the server has done it
  auto store = store::Store::open(data_folder(flags.data), options);
  if (!store) return session.fail(store.error());
  struct sigaction action {};
  action.sa_handler = [](int) { asked_to_stop = true; };
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  const net::Log log(flags.log_json                        ? net::Log::Form::json
                     : flags.supervised || session.quiet() ? net::Log::Form::quiet
                                                           : net::Log::Form::human);
  jobs::WorkerOptions worker;
  worker.name = flags.name;
  worker.supervised = flags.supervised;
  worker.stems_limit = static_cast<std::int64_t>(flags.stems_gigabytes * 1e9);
  worker.log = [&log](const char* event, const std::string& job, const std::string& text) {
    log.write(net::LogLevel::info, std::string("job_") + event,
              (job.empty() ? std::string("Queue") : "Job " + job) + " " + event +
                  (text.empty() ? "" : ": " + text),
              {{"job", job}, {"detail", text}});
  };
  if (!flags.supervised)
    session.say("At work on " + (*store)->folder().string() + "; Ctrl-C ends it.");
  auto done = jobs::run_worker(**store, worker, asked_to_stop);
  if (!done) return session.fail(done.error());
  return flags.supervised || !asked_to_stop ? kDone : kInterrupted;
}

}  // namespace

void add_worker(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "worker", "Do long work (transcribing, rendering) for a running tutti serve");
  auto flags = std::make_shared<WorkerFlags>();
  command->add_option("--data", flags->data, "Folder of the library, as given to serve");
  command->add_option("--name", flags->name, "Its name among the workers (made up)");
  command
      ->add_flag("--supervised", flags->supervised,
                 "Started by serve: standard input wakes it and its end ends it")
      ->group("");
  command
      ->add_option("--stems-cache", flags->stems_gigabytes,
                   "GB that the stems of songs may take, as given to serve (20)")
      ->check(CLI::Range(0.0, 1e6));
  command->add_flag("--log-json", flags->log_json,
                    "Log every event as a line of JSON on standard error");
  command->footer(
      "tutti serve starts workers by itself; start more by hand on the same computer when there is "
      "much to do.\n\n"
      "Examples:\n"
      "  tutti worker\n"
      "  tutti worker --data /srv/tutti");
  session.on_run(command, [&session, flags] { return work(session, *flags); });
}

}  // namespace tutti::cli
