"""Learn second-order chord counts from lead sheets and write them as a C++ table.

Usage: learn.py CORPUS_FOLDER OUTPUT.cpp

Chords become states relative to the tonic; a sheet that ends on its relative minor's chord counts
as minor. Repetitions of a chord are one visit. Every fifth sheet is held out: the perplexity
printed is of those; the table is of all sheets.
"""

import collections
import json
import math
import pathlib
import re
import sys

PITCH = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
FAMILY = {
    "major": "maj", "major-seventh": "maj", "major-sixth": "maj", "major-ninth": "maj",
    "maj69": "maj", "suspended-fourth": "dom", "power": "maj",
    "dominant": "dom", "dominant-ninth": "dom", "dominant-13th": "dom", "dominant-11th": "dom",
    "augmented": "dom", "augmented-seventh": "dom", "augmented-ninth": "dom",
    "minor": "min", "minor-seventh": "min", "minor-sixth": "min", "minor-ninth": "min",
    "minor-11th": "min", "minor-13th": "min", "minor-major": "min",
    "diminished": "dim", "diminished-seventh": "dim", "half-diminished": "hdim",
}
# (semitones above the tonic, family) of each state, in the order of engine/compose/progression.h;
# None in the family takes any that no earlier row took.
MAJOR = [("I", 0, "maj"), ("ii", 2, "min"), ("iii", 4, "min"), ("IV", 5, "maj"), ("V", 7, "*"),
         ("vi", 9, "min"), ("vii", 11, "hdim"), ("V/V", 2, "*"), ("V/vi", 4, "*"), ("V/ii", 9, "*"),
         ("V/IV", 0, "dom"), ("V/iii", 11, "*"), ("iv", 5, "min"), ("bVII", 10, "*"),
         ("bVI", 8, "*")]
MINOR = [("i", 0, "min"), ("ii", 2, "hdim"), ("III", 3, "*"), ("iv", 5, "min"), ("V", 7, "*"),
         ("VI", 8, "*"), ("VII", 10, "*"), ("v", 7, "min"), ("V/iv", 0, "*"), ("IV", 5, "*"),
         ("V/V", 2, "*")]


def pitch_of(name):
    return (PITCH[name[0]] + name.count("#") - name[1:].count("b") - name.count("-")) % 12


def state_of(states, root, family):
    # A half-diminished ii of a major key and a diminished chord elsewhere are passing: no state.
    if family == "dim":
        return None
    for i, (_, semitones, wanted) in enumerate(states):
        if semitones == root and (wanted == family or (wanted == "*" and family in ("maj", "dom"))):
            return i
    return None


def runs_of(states, tonic, chords):
    run, runs = [], []
    for root, family in chords:
        state = state_of(states, (root - tonic) % 12, family)
        if state is None:
            runs.append(run)
            run = []
        elif not run or run[-1] != state:
            run.append(state)
    runs.append(run)
    return [r for r in runs if len(r) >= 2]


def lead_sheets(path):
    for line in open(path, encoding="utf-8"):
        sheet = json.loads(line)
        if sheet["key_fifths"] is None or len(sheet["chords"]) < 8:
            continue
        tonic = 7 * sheet["key_fifths"] % 12
        chords = [(pitch_of(root), FAMILY.get(kind)) for _, root, kind in sheet["chords"]]
        minor = (chords[-1][0] - tonic) % 12 == 9 and chords[-1][1] == "min"
        tonic = (tonic + 9) % 12 if minor else tonic
        yield minor, runs_of(MINOR if minor else MAJOR, tonic, chords)


# Folk tunes in ABC: only those in minor keys, of which the lead sheets have next to none.
def folk_tunes(folder):
    for path in sorted(folder.glob("*.abc")):
        for tune in re.split(r"(?m)^X:", path.read_text(encoding="latin-1"))[1:]:
            key = re.search(r"(?m)^K: *([A-G][#b]?)(m?)", tune)
            if not key or not key[2]:
                continue
            chords = []
            for root, rest in re.findall(r'"([A-G][#b]?)([^"]*)"', tune[key.end():]):
                rest = rest.split("/")[0]
                family = ("dim" if "dim" in rest else "min" if rest.startswith("m") else
                          "dom" if rest.startswith("7") else "maj")
                chords.append((pitch_of(root), family))
            yield True, runs_of(MINOR, pitch_of(key[1]), chords)


def count(runs, order):
    counts = collections.Counter()
    for run in runs:
        for i in range(order, len(run)):
            counts[tuple(run[i - order:i + 1])] += 1
    return counts


class Chain:
    """Witten-Bell-like interpolation with the same weight as engine/compose/progression.cpp."""

    WEIGHT = 8.0

    def __init__(self, runs, n):
        self.n = n
        self.one, self.two, self.three = (count(runs, k) for k in range(3))
        self.total = sum(self.one.values())

    def p(self, order, context, state):
        if order == 0:
            return (self.one[(state,)] + 0.5) / (self.total + 0.5 * self.n)
        table = self.two if order == 1 else self.three
        context = context[-order:]
        seen = sum(table[context + (s,)] for s in range(self.n))
        below = self.p(order - 1, context[1:], state)
        return (table[context + (state,)] + self.WEIGHT * below) / (seen + self.WEIGHT)

    def perplexity(self, runs, order):
        loss, n = 0.0, 0
        for run in runs:
            for i in range(2, len(run)):
                # No chord follows itself: the rest is renormalised.
                last = run[i - 1]
                free = 1 - self.p(order, tuple(run[:i]), last)
                loss -= math.log(self.p(order, tuple(run[:i]), run[i]) / free)
                n += 1
        return math.exp(loss / max(n, 1))


def table(name, states, runs):
    three = count(runs, 2)
    lines = [f"// {sum(three.values())} transitions; states: " + " ".join(s[0] for s in states)]
    out = []
    for (a, b, c), n in sorted(three.items()):
        out.append(f"{{{a}, {b}, {c}, {n}}}")
    lines.append(f"constexpr LearnedCount k{name}[] = {{")
    line = "   "
    for item in out:
        if len(line) + len(item) + 2 > 98:
            lines.append(line)
            line = "   "
        line += " " + item + ","
    lines += [line, "};", ""]
    return lines


def main():
    source, target = sys.argv[1:]
    runs = {False: [], True: []}
    held = {False: [], True: []}
    learn = {False: [], True: []}
    corpus = pathlib.Path(source)
    songs = list(lead_sheets(corpus / "openewld_leadsheets.jsonl"))
    songs += folk_tunes(corpus / "nottingham" / "ABC_cleaned")
    for i, (minor, sheet) in enumerate(songs):
        runs[minor] += sheet
        (held if i % 5 == 4 else learn)[minor] += sheet
    for minor, name, states in ((False, "major", MAJOR), (True, "minor", MINOR)):
        chain = Chain(learn[minor], len(states))
        print(name, len(runs[minor]), "runs, held-out perplexity of order 0, 1, 2:",
              " ".join(f"{chain.perplexity(held[minor], k):.2f}" for k in range(3)))
    lines = ["// Written by training/chords/learn.py from OpenEWLD's lead sheets (public domain) and the",
             "// traditional tunes in minor keys of the Nottingham database. Do not edit: run the script",
             "// again.",
             '#include "engine/compose/progression.h"', "", "namespace tutti::compose {",
             "namespace {", "", "// clang-format off"]
    lines += table("Major", MAJOR, runs[False]) + table("Minor", MINOR, runs[True])
    lines += ["// clang-format on", "}  // namespace", "",
              "std::span<const LearnedCount> learned_major() noexcept {", "  return kMajor;", "}",
              "std::span<const LearnedCount> learned_minor() noexcept {", "  return kMinor;", "}",
              "", "}  // namespace tutti::compose", ""]
    open(target, "w", encoding="utf-8").write("\n".join(lines))


main()
