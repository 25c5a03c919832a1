// How well a melody network foretells whole tunes, and the tune that training and playing back are
// compared on.
#pragma once

#include "engine/compose/melody_network.h"
#include "native/learn/pieces.h"

namespace tutti::learn {

// What of its surroundings a tune tells.
enum class Told { all, place };  // place: no chords, no density, not where it comes from
Piece telling(Piece, Told);

// Natural-log loss summed over the tokens of the piece, each with at least the 64 events before it
// (where there are as many) in view.
double loss_of(const melody::Network&, const Piece&);

// A made-up tune of 24 events with everything told, the same at all times.
Piece probe_piece();
// The network's input for the piece: its beginning and all tokens.
std::vector<melody::Input> inputs_of(const Piece&, std::size_t first, std::size_t events);

}  // namespace tutti::learn
