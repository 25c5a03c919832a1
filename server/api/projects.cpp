// Projects: list, make, read, delete, change; and the live session over a WebSocket.
#include "engine/base/json.h"
#include "server/api/iso_time.h"
#include "server/api/routes.h"
#include "server/api/socket_words.h"

namespace tutti::api {
namespace {

ProjectInfo info_of(const store::ProjectRow& row) {
  return {row.id, row.title, row.revision, iso_time(row.created), iso_time(row.updated)};
}

Result<std::int64_t> since_of(const Call& call) {
  const auto since = call.asked_number("since", 0);
  if (!since || *since < 0)
    return with_field({Code::bad_input, "since must be a revision, a whole number from 0.",
                       "Give the revision of the last operation that you have."},
                      "since");
  return *since;
}

// One browser tab in a project. The page's messages: ops, me.
class ProjectSocket : public Socket {
 public:
  ProjectSocket(rooms::Rooms& rooms, std::string project, std::int64_t since,
                std::shared_ptr<Peer> peer)
      : rooms_(rooms), project_(std::move(project)), since_(since), peer_(std::move(peer)) {}

  void start() override {
    auto seat = rooms_.join(project_, since_, peer_);
    if (!seat) return refuse(seat.error(), std::nullopt);
    seat_ = *seat;
  }

  void hear(std::string_view text) override {
    auto message = parse_json(text);
    if (!message) return refuse(message.error(), std::nullopt);
    const json::value* type = json_find(*message, "type");
    const std::string kind =
        type && type->if_string() ? std::string(type->if_string()->c_str()) : "";
    if (kind == "ops") return hear_operations(*message);
    if (kind == "me") return hear_presence(*message);
    refuse(
        {Code::bad_input, "There is no message of the type \"" + kind + "\".", "Send ops or me."},
        std::nullopt);
  }

  void closed() override {
    if (seat_ != 0) rooms_.leave(project_, seat_);
  }

 private:
  void refuse(const Error& error, const std::optional<std::string>& batch) {
    api::refuse(*peer_, error, batch);
  }

  void hear_operations(const json::value& message) {
    BadField wrong;
    auto edits = from_json<Edits>(message, wrong);
    if (!edits) return refuse(edits.error(), std::nullopt);
    const std::string batch = edits->batch;
    std::weak_ptr<Peer> peer = peer_;
    rooms_.edit(project_, batch, write_json(edits->ops), seat_,
                [peer, batch](const Result<std::int64_t>& revision) {
                  const auto there = peer.lock();
                  if (!there) return;
                  const json::value answer =
                      revision ? to_json(AckMessage{"ack", batch, *revision})
                               : to_json(ErrorMessage{
                                     "error", std::string(tutti::name_of(revision.error().code)),
                                     revision.error().message, revision.error().next, batch});
                  there->send(std::make_shared<const std::string>(write_json(answer)));
                });
  }

  void hear_presence(const json::value& message) {
    BadField wrong;
    auto me = from_json<MeMessage>(message, wrong);
    if (!me) return refuse(me.error(), std::nullopt);
    const std::string where = write_json(me->where);
    if (me->name.size() > 200 || me->colour.size() > 40 || where.size() > 4096)
      return refuse({Code::too_large, "This says too much about where you are.", "Send less."},
                    std::nullopt);
    rooms_.present(project_, seat_, me->name, me->colour, where);
  }

  rooms::Rooms& rooms_;
  const std::string project_;
  const std::int64_t since_;
  std::shared_ptr<Peer> peer_;
  rooms::SeatId seat_ = 0;
};

}  // namespace

void add_project_routes(Table& table, const Services& services) {
  auto* rooms = services.rooms;
  auto* store = services.store;

  table.routes.push_back(reply_route<ProjectList>(Method::get, "/api/projects", "listProjects",
                                                  "Projects", "All projects, last changed first",
                                                  [store](const Call&) -> Result<ProjectList> {
                                                    auto rows = store->projects();
                                                    if (!rows) return rows.error();
                                                    ProjectList list;
                                                    for (const auto& row : *rows)
                                                      list.projects.push_back(info_of(row));
                                                    return list;
                                                  }));

  Route make = json_route<NewProject, ProjectInfo>(
      Method::post, "/api/projects", "makeProject", "Projects", "Makes an empty project",
      [rooms](const Call&, const NewProject& wanted) -> Result<ProjectInfo> {
        auto row = rooms->create(wanted.title);
        if (!row) return row.error();
        return info_of(*row);
      });
  make.status = 201;
  table.routes.push_back(make);

  table.routes.push_back(reply_route<ProjectFull>(
      Method::get, "/api/projects/{id}", "readProject", "Projects",
      "A project with its whole document", [rooms](const Call& call) -> Result<ProjectFull> {
        auto view = rooms->view(call.part("id"));
        if (!view) return view.error();
        const ProjectInfo info = info_of(view->project);
        auto document = parse_json(view->document);
        if (!document) return document.error();
        return ProjectFull{info.id,      info.title,   info.revision,
                           info.created, info.updated, std::move(*document)};
      }));

  Route remove;
  remove.method = Method::remove;
  remove.path = "/api/projects/{id}";
  remove.id = "deleteProject";
  remove.group = "Projects";
  remove.summary = "Deletes a project for good";
  remove.text = "Its recordings stay, since other projects may use them.";
  remove.status = 204;
  remove.handler = [rooms](const Call& call) -> Result<Answer> {
    if (auto done = rooms->remove(call.part("id")); !done) return done.error();
    Answer answer;
    answer.status = 204;
    answer.type.clear();
    return answer;
  };
  table.routes.push_back(remove);

  Route edit = json_route<Edits, EditsSaved>(
      Method::post, "/api/projects/{id}/ops", "editProject", "Projects", "Changes a project",
      [rooms](const Call& call, const Edits& edits) -> Result<EditsSaved> {
        auto revision = rooms->edit_and_wait(call.part("id"), edits.batch, write_json(edits.ops));
        if (!revision) return revision.error();
        return EditsSaved{*revision};
      });
  edit.text =
      "Answered after the operations are synced to disk. A batch that was sent before, and "
      "operations "
      "whose stamps are there already, change nothing; the answer is the same.";
  table.routes.push_back(edit);

  Route since = reply_route<EditsSince>(
      Method::get, "/api/projects/{id}/ops", "projectEditsSince", "Projects",
      "What changed since a revision", [rooms](const Call& call) -> Result<EditsSince> {
        auto from = since_of(call);
        if (!from) return from.error();
        auto missed = rooms->since(call.part("id"), *from);
        if (!missed) return missed.error();
        auto operations = parse_json(missed->operations);
        if (!operations) return operations.error();
        return EditsSince{missed->revision, std::move(operations->get_array())};
      });
  since.query = {{"since", "integer", "The revision up to which everything is known; 0: nothing."}};
  table.routes.push_back(since);

  SocketRoute socket;
  socket.path = "/ws/projects/{id}";
  socket.id = "liveProject";
  socket.group = "Projects";
  socket.summary = "A project, live";
  socket.text =
      "The server first says welcome with the operations missed since the revision given. Send "
      "{\"type\":\"ops\",\"batch\",\"ops\"}; {\"type\":\"ack\",\"batch\",\"revision\"} comes when "
      "they are synced "
      "to disk, and the others hear them as {\"type\":\"ops\",\"revision\",\"ops\"}. An error "
      "names its batch. "
      "Say who you are with {\"type\":\"me\",\"name\",\"colour\",\"where\"}; everybody hears "
      "{\"type\":\"presence\"}. "
      "Who reads too slowly is disconnected and comes back with since.";
  socket.query = {
      {"since", "integer", "The revision up to which everything is known; 0: nothing."}};
  socket.limit = 16'000'000;
  socket.heard_schema = [](json::object& schemas) -> json::value {
    return {{"oneOf", {schema_of<OpsMessage>(schemas), schema_of<MeMessage>(schemas)}}};
  };
  socket.said_schema = [](json::object& schemas) -> json::value {
    return {{"oneOf",
             {schema_of<WelcomeMessage>(schemas), schema_of<AckMessage>(schemas),
              schema_of<OpsMessage>(schemas), schema_of<ErrorMessage>(schemas),
              schema_of<PresenceMessage>(schemas)}}};
  };
  socket.open = [rooms, store](const Call& call,
                               std::shared_ptr<Peer> peer) -> Result<std::unique_ptr<Socket>> {
    auto since = since_of(call);
    if (!since) return since.error();
    if (auto row = store->project(call.part("id")); !row) return row.error();
    return std::unique_ptr<Socket>(
        std::make_unique<ProjectSocket>(*rooms, call.part("id"), *since, std::move(peer)));
  };
  table.sockets.push_back(socket);
}

}  // namespace tutti::api
