// A new plan in place of the old one: what stays keeps its state, what changes glides or crosses
// over, what goes fades out.
#include <algorithm>
#include <tuple>

#include "engine/graph/player_impl.h"

namespace tutti::graph {
namespace {

Error unknown(const std::string& what, const std::string& kind) {
  return {Code::bad_input,
          "This song uses " + what + " that cannot be played here: \"" + kind + "\".",
          "Open it with a newer version of Tutti."};
}

Fader::Settings settings_of(const PlanNode& node, bool mono) {
  return {node.gain, node.pan, node.mute, node.pan_law, mono};
}

}  // namespace

std::span<const std::unique_ptr<Player::Impl::CurveSet::Item>> Player::Impl::CurveSet::of(
    std::uint64_t node, std::uint64_t owner) const {
  const auto before = [](const std::unique_ptr<Item>& i,
                         const std::pair<std::uint64_t, std::uint64_t>& k) {
    return std::pair(i->node, i->owner) < k;
  };
  const auto after = [](const std::pair<std::uint64_t, std::uint64_t>& k,
                        const std::unique_ptr<Item>& i) {
    return k < std::pair(i->node, i->owner);
  };
  const auto key = std::pair(node, owner);
  const auto first = std::lower_bound(items.begin(), items.end(), key, before);
  return {first, std::upper_bound(first, items.end(), key, after)};
}

Fader::Curves Player::Impl::CurveSet::fader(std::uint64_t node, std::uint64_t owner,
                                            bool& changed) const {
  Fader::Curves curves;
  for (const auto& item : of(node, owner)) {
    if (item->curve.empty()) continue;
    const Curve** place = item->param == "gain_db" ? &curves.gain_db
                          : item->param == "pan"   ? &curves.pan
                          : item->param == "mute"  ? &curves.mute
                                                   : nullptr;
    if (place == nullptr) continue;
    *place = &item->curve;
    changed = changed || item->changed;
  }
  return curves;
}

std::vector<LaneCurve> Player::Impl::CurveSet::lanes(std::uint64_t node,
                                                     std::uint64_t owner) const {
  std::vector<LaneCurve> lanes;
  for (const auto& item : of(node, owner))
    lanes.push_back({item->param, &item->curve, item->changed});
  return lanes;
}

Player::Impl::CurveSet Player::Impl::curves_of(const Plan& plan) const {
  CurveSet set;
  for (const PlanCurve& c : plan.curves) {
    if (c.points.empty()) continue;
    const std::uint64_t node = c.node == PlanCurve::kMasterNode ? kMasterId : plan.nodes[c.node].id;
    auto item = std::make_unique<CurveSet::Item>(
        CurveSet::Item{node, c.owner, c.param, Curve(c.points), true});
    for (const auto& old : curves_.of(node, c.owner)) {
      if (old->param == c.param && old->curve.same_points(item->curve)) item->changed = false;
    }
    set.items.push_back(std::move(item));
  }
  std::stable_sort(set.items.begin(), set.items.end(), [](const auto& a, const auto& b) {
    return std::pair(a->node, a->owner) < std::pair(b->node, b->owner);
  });
  return set;
}

// Nothing is changed before everything is known to be possible.
Result<void> Player::Impl::known_kinds(const Plan& plan, std::vector<std::unique_ptr<Node>>& made) {
  const auto inserts = [&](const std::vector<PlanInsert>& list) -> Result<void> {
    for (const PlanInsert& i : list) {
      if (factory_.effect(i.kind) == nullptr) return unknown("an effect", i.kind);
    }
    return {};
  };
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    const PlanNode& node = plan.nodes[n];
    if (auto known = inserts(node.inserts); !known) return known;
    const Strip* strip = find(node.id);
    if (node.kind == "bus" || (strip != nullptr && strip->plan.kind == node.kind)) continue;
    made[n] = factory_.make(node.kind);
    if (!made[n]) return unknown("something", node.kind);
  }
  return inserts(plan.master_inserts);
}

std::unique_ptr<Strip> Player::Impl::strip_for(const PlanNode& wanted, std::unique_ptr<Node> made,
                                               const CurveSet& curves) {
  const auto known = index_.find(wanted.id);
  std::unique_ptr<Strip> strip;
  const bool fresh = known == index_.end() || !strips_[known->second] ||
                     strips_[known->second]->plan.kind != wanted.kind;
  if (fresh) {
    strip = std::make_unique<Strip>();
    strip->id = wanted.id;
    if (made) strip->performer = std::make_unique<Performer>(std::move(made));
  } else {
    strip = std::move(strips_[known->second]);
  }
  if (!fresh && strip->performer && strip->plan.params != wanted.params)
    strip->performer->forget_told();
  dress(*strip, wanted, curves, fresh);
  if (fresh && prepared_) strip->prepare(rate_, mixer_.chunk());
  if (strip->performer) {
    for (const PlanParam& param : wanted.params)
      strip->performer->node->set_param(param.id, param.value);
  }
  return strip;
}

void Player::Impl::dress(Strip& strip, const PlanNode& wanted, const CurveSet& curves, bool fresh) {
  strip.plan = wanted;
  merge_slots(strip, wanted.inserts, curves, fresh);
  bool changed = false;
  const Fader::Curves own = curves.fader(strip.id, 0, changed);
  const int automated = (own.gain_db ? 1 : 0) | (own.pan ? 2 : 0) | (own.mute ? 4 : 0);
  changed = changed || strip.automated != automated;
  strip.automated = automated;
  strip.fader.set(settings_of(wanted, strip.mono()), own, changed);
}

// Inserts that keep their order stay; others leave where they were, and come anew.
void Player::Impl::merge_slots(Strip& strip, const std::vector<PlanInsert>& wanted,
                               const CurveSet& curves, bool fresh) {
  auto old = std::move(strip.slots);
  for (auto& slot : old) slot->tidy();
  std::vector<std::unique_ptr<Slot>> next;
  std::size_t at = 0;
  const auto leave_until = [&](std::size_t end) {
    for (; at < end; ++at) {
      old[at]->leave();
      if (!old[at]->gone()) next.push_back(std::move(old[at]));
    }
  };
  for (const PlanInsert& insert : wanted) {
    std::size_t found = at;
    while (found < old.size() && (old[found]->leaving() || old[found]->id() != insert.id ||
                                  old[found]->plan().kind != insert.kind))
      ++found;
    if (found < old.size()) {
      leave_until(found);
      next.push_back(std::move(old[at++]));
    } else {
      next.push_back(
          std::make_unique<Slot>(insert, *factory_.effect(insert.kind), prepared_ && !fresh));
      // A strip that is new itself prepares them all.
      if (prepared_ && (!fresh || strip.id == kMasterId))
        next.back()->prepare(rate_, mixer_.chunk());
    }
    next.back()->update(insert, curves.lanes(strip.id, insert.id));
  }
  leave_until(old.size());
  strip.slots = std::move(next);
}

void Player::Impl::merge_edges(Strip& strip, const Plan& plan, std::size_t index,
                               const CurveSet& curves, bool fresh) {
  auto old = std::move(strip.edges);
  strip.edges.clear();
  const auto keep = [&](std::uint64_t send, bool main, bool before_fader, std::uint64_t to) {
    const auto found = std::find_if(old.begin(), old.end(), [&](const Edge& e) {
      return e.send == send && e.main == main && e.before_fader == before_fader && e.to == to;
    });
    if (found != old.end()) {
      strip.edges.push_back(std::move(*found));
      old.erase(found);
      return;
    }
    Edge edge;
    edge.send = send;
    edge.main = main;
    edge.before_fader = before_fader;
    edge.to = to;
    edge.level.prepare(rate_ > 0 ? rate_ : 48000);
    if (!fresh && prepared_) edge.level.rise();
    strip.edges.push_back(std::move(edge));
  };
  if (index < plan.nodes.size()) {
    const PlanNode& node = plan.nodes[index];
    const auto id_of = [&](std::int64_t n) { return plan.nodes[static_cast<std::size_t>(n)].id; };
    keep(0, true, false, node.output == PlanNode::kMaster ? kMasterId : id_of(node.output));
    strip.edges.back().level.set({}, {}, false);
    for (const PlanSend& send : node.sends) {
      keep(send.id, false, send.before_fader, id_of(send.to));
      bool changed = false;
      const Fader::Curves own = curves.fader(strip.id, send.id, changed);
      Edge& edge = strip.edges.back();
      edge.level.set({send.gain, 0, send.mute, PanLaw::balance, false},
                     {own.gain_db, nullptr, nullptr},
                     changed || edge.automated != (own.gain_db != nullptr));
      edge.automated = own.gain_db != nullptr;
    }
  }
  for (const Edge& gone : old) {
    if (gone.line != nullptr)
      gone.line->let_rest(gone.last_left, gone.last_right, static_cast<int>(rate_ * 0.010));
  }
}

Result<void> Player::Impl::adopt(Plan plan) {
  if (auto sound = check(plan); !sound) return sound;
  std::vector<std::unique_ptr<Node>> made(plan.nodes.size());
  if (auto known = known_kinds(plan, made); !known) return known;
  // While nothing sounds everything takes its place at once, as in a player that is new.
  const bool quiet = silent();
  // Those that are gone take their lines along; nobody may point to them any more.
  Strips left;
  for (auto& strip : leaving_) {
    if (!strip->gone()) left.push_back(std::move(strip));
  }
  std::swap(leaving_, left);
  for (auto& strip : leaving_) {
    std::erase_if(strip->edges, [&](const Edge& e) {
      return std::any_of(left.begin(), left.end(),
                         [&](const auto& s) { return s && s->id == e.to; });
    });
  }
  const auto old_tempos = transport_.timeline().map().tempos();
  transport_.adopt(plan.tempos, plan.metres, plan.end);
  const bool retimed = !(old_tempos == transport_.timeline().map().tempos());

  CurveSet curves = curves_of(plan);
  for (auto& item : curves.items) item->curve.time(transport_.timeline());
  std::unique_ptr<Strip> master = std::move(strips_.back());
  Strips next;
  std::vector<bool> fresh;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    next.push_back(strip_for(plan.nodes[i], std::move(made[i]), curves));
    fresh.push_back(quiet || next.back()->edges.empty());
  }
  PlanNode front;
  front.kind = "master";
  front.gain = plan.master_gain;
  front.pan = plan.master_pan;
  front.inserts = plan.master_inserts;
  dress(*master, front, curves, quiet);
  next.push_back(std::move(master));
  strips_.pop_back();
  for (std::size_t i = 0; i + 1 < next.size(); ++i)
    merge_edges(*next[i], plan, i, curves, fresh[i]);
  for (auto& old : strips_) {
    if (!old || quiet) continue;
    if (old->performer) old->performer->leave();
    old->leaving = true;
    old->fader.fade_away(std::max(1, static_cast<int>(rate_ * 0.020)));
    for (auto& slot : old->slots) {
      if (!slot->leaving()) slot->update(slot->plan(), {});
    }
    leaving_.push_back(std::move(old));
  }
  strips_ = std::move(next);
  plan_ = std::move(plan);
  curves_ = std::move(curves);
  index_.clear();
  for (std::size_t i = 0; i < strips_.size(); ++i) index_[strips_[i]->id] = i;
  auto levels = levels_of(plan_);
  levels_ = std::move(*levels);
  share_events();
  time_all();
  if (retimed) history_.restart(transport_.rolling(), transport_.song_frame());
  attach_all();
  if (quiet) {
    for (auto& strip : strips_) strip->settle_now();
  }
  build(quiet);
  resume_all();
  return {};
}

}  // namespace tutti::graph
