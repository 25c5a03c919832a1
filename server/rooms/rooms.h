// Live projects: who is there, what they change, and that it is kept.
//
// An edit is checked against the document, made durable (group commit), and only then acknowledged
// and told to the others, in the order of the revisions. Operations merge (engine/project), so
// sending a batch twice changes nothing. Documents are loaded when first needed and forgotten when
// nobody has needed them for a while. Every 2,000 operations a snapshot is kept and operations that
// later ones made meaningless are dropped, after proof that the rest gives the same document.
//
// Thread-safe. Members are told outside the document's lock; Member::send must not block. Knows
// neither sockets nor SQL.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/project/document.h"
#include "server/store/store.h"

namespace tutti::rooms {

// Somebody who listens, such as a browser tab. Called from any thread, in the order of the
// messages; must return at once.
class Member {
 public:
  virtual ~Member() = default;
  virtual void send(std::shared_ptr<const std::string> message) = 0;
  // The room is over for them (the project was deleted).
  virtual void dismiss(std::string_view reason) = 0;
};

struct View {
  store::ProjectRow project;
  std::string document;  // .tutti text
};

struct RoomCounts {
  std::size_t rooms = 0;  // documents in memory
  std::size_t members = 0;
};

using SeatId = std::uint64_t;

class Rooms {
 public:
  explicit Rooms(store::Store&);
  ~Rooms();

  Result<store::ProjectRow> create(const std::string& title);
  Result<View> view(const std::string& project);
  Result<void> remove(const std::string& project);

  // `operations` is a JSON list. `done` gets the revision after the commit, on another thread;
  // errors of form come before, on the caller's. `seat`: who sent it (0: nobody here); they are not
  // told their own operations. Codes: bad_input, too_large, not_found, io.
  using EditDone = std::function<void(const Result<std::int64_t>&)>;
  void edit(const std::string& project, const std::string& batch, std::string_view operations,
            SeatId seat, EditDone done);
  // The same, waiting for the commit.
  Result<std::int64_t> edit_and_wait(const std::string& project, const std::string& batch,
                                     std::string_view operations);
  // Looks at the document, with edits that are still being committed. `look` must be short.
  Result<void> read(const std::string& project,
                    const std::function<void(const project::Document&)>& look);
  // Edits made here rather than by a page: `work` changes the document and may fail, then nothing
  // has happened. `done` as in edit(), told to everybody there; the revision is 0 where `work`
  // changed nothing.
  using Work = std::function<Result<void>(project::Document&)>;
  void change(const std::string& project, const Work& work, EditDone done);
  Result<std::int64_t> change_and_wait(const std::string& project, const Work& work);

  // "[…]" and the revision it leads to.
  struct Since {
    std::int64_t revision = 0;
    std::string operations;
  };
  Result<Since> since(const std::string& project, std::int64_t revision);

  // Takes a seat: the member is sent {"type":"welcome",…} with what it misses, then everything new.
  Result<SeatId> join(const std::string& project, std::int64_t since,
                      std::shared_ptr<Member> member);
  // A seat without a welcome: only what is new from here on.
  Result<SeatId> listen(const std::string& project, std::shared_ptr<Member> member);
  // Who they are and where they look; `where` is JSON text. Told to everybody there.
  void present(const std::string& project, SeatId seat, const std::string& name,
               const std::string& colour, const std::string& where);
  void leave(const std::string& project, SeatId seat);

  RoomCounts counts() const;

 private:
  struct Room;
  struct State;
  std::shared_ptr<Room> room(const std::string& project);
  // Hands operations that the document already has to the store; with document_mutex held.
  void commit(const std::shared_ptr<Room>&, const std::string& batch,
              std::span<const project::Operation>, SeatId seat, EditDone done);
  std::shared_ptr<State> state_;
};

}  // namespace tutti::rooms
