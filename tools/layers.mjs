// Reads every #include of our own and fails when a room reaches where it must not.
//
// The house is described in ARCHITECTURE.md; `rooms` below is that table. A room may include itself
// and the rooms listed for it, nothing else. Headers of outside libraries that only one room may
// include are listed in `borders`. Cycles between files are refused too.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const engine = (...names) => names.map((name) => `engine/${name}`);
const everyEngine = engine("base", "score", "dsp", "param", "effects", "instruments", "analysis", "transcribe", "nn", "separate", "practice", "compose", "graph", "registry", "stream", "project");

export const rooms = {
  "engine/base": [],
  "engine/score": engine("base"),
  "engine/dsp": engine("base"),
  "engine/param": engine("base", "dsp"),
  "engine/effects": engine("base", "dsp", "param"),
  "engine/instruments": engine("base", "score", "dsp", "param"),
  "engine/analysis": engine("base", "score", "dsp"),
  "engine/transcribe": engine("base", "score", "dsp", "analysis"),
  "engine/nn": engine("base"),
  "engine/separate": engine("base", "dsp", "nn", "analysis"),
  "engine/practice": engine("base", "score", "dsp", "analysis"),
  "engine/compose": engine("base", "score", "param", "nn"),
  "engine/graph": engine("base", "score", "dsp", "param"),
  "engine/registry": engine("base", "dsp", "param", "effects", "instruments", "graph"),
  "engine/stream": engine("base", "score", "dsp", "param", "effects", "instruments", "compose", "graph", "registry"),
  "engine/project": engine("base", "score", "param", "graph", "registry"),
  "native/files": engine("base"),
  "native/render": [...engine("base", "score", "dsp", "param", "effects", "instruments", "graph", "registry"), "native/files"],
  "native/live": engine("base"),
  "native/device": engine("base"),
  "native/separation": [...engine("base", "dsp", "nn", "analysis", "separate"), "native/files"],
  "native/models": [...engine("base", "nn"), "native/files"],
  "native/learn": [...engine("base", "score", "dsp", "param", "effects", "instruments", "analysis", "nn", "separate", "compose", "graph", "registry", "stream"), "native/files"],
  "native/stretch": [...engine("base"), "native/files"],
  "server/store": [...engine("base"), "native/files"],
  "server/streams": [...engine("base", "score", "param", "compose", "instruments", "stream"), "native/live"],
  "server/jobs": [...everyEngine, "native/files", "native/render", "native/stretch", "native/separation", "server/store"],
  "server/rooms": [...engine("base", "score", "practice", "project"), "server/store"],
  "server/api": [...everyEngine, "native/files", "native/separation", "server/store", "server/jobs", "server/rooms", "server/streams"],
  "server/net": ["engine/base", "server/api", "server/rooms", "server/streams"],
  cli: [...everyEngine, "native/files", "native/models", "native/separation", "native/render", "native/stretch", "native/live", "native/device", "server/store", "server/jobs", "server/rooms", "server/streams", "server/api", "server/net"],
  wasm: everyEngine,
};

// Who alone may include an outside library.
const borders = [
  { pattern: /^sqlite3\.h$/, rooms: ["server/store"] },
  { pattern: /^boost\/(beast|asio)/, rooms: ["server/net", "cli"] },
  { pattern: /^(libav|libsw|sndfile|soxr)/, rooms: ["native/files"] },
  { pattern: /^(opus|ogg|lame)/, rooms: ["native/files", "native/live"] },
  { pattern: /^portaudio/, rooms: ["native/device"] },
  { pattern: /^(torch|ATen|c10)/, rooms: ["native/learn"] },
  { pattern: /^hiredis/, rooms: ["server/streams"] },
  { pattern: /^rubberband/, rooms: ["native/stretch"] },
  { pattern: /^curl\//, rooms: ["native/models"] },
  { pattern: /^seccomp/, rooms: ["server/jobs"] },
  { pattern: /^CLI\//, rooms: ["cli"] },
  { pattern: /^(thread|mutex|fstream|filesystem|iostream|condition_variable|chrono|ctime)$/, not: /^(engine|wasm)/ },
];

function* sources(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (/\.(h|hpp|cpp)$/.test(name)) yield path;
  }
}

const roomOf = (path) => Object.keys(rooms).filter((room) => path === room || path.startsWith(`${room}/`)).sort((a, b) => b.length - a.length)[0];
const problems = [];
const graph = new Map();

for (const top of ["engine", "native", "server", "cli", "wasm"]) {
  for (const path of sources(join(root, top))) {
    const file = relative(root, path);
    const room = roomOf(file);
    if (!room) {
      problems.push(`${file}: stands in no room that tools/layers.mjs knows`);
      continue;
    }
    const edges = [];
    const text = readFileSync(path, "utf8");
    for (const [, quoted, angled] of text.matchAll(/^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)/gm)) {
      if (quoted) {
        const target = roomOf(quoted);
        if (!target) {
          problems.push(`${file}: "${quoted}" is not a path from the top of the project`);
          continue;
        }
        if (target !== room && !rooms[room].includes(target)) problems.push(`${file}: ${room} must not include ${target} ("${quoted}")`);
        edges.push(quoted);
      }
      const header = quoted ?? angled;
      for (const border of borders) {
        if (!border.pattern.test(header)) continue;
        if (border.rooms && !border.rooms.includes(room)) problems.push(`${file}: only ${border.rooms.join(", ")} may include <${header}>`);
        if (border.not?.test(file)) problems.push(`${file}: the engine must not include <${header}>`);
      }
    }
    graph.set(file, edges);
  }
}

// Depth-first search for include circles.
const state = new Map();
function visit(file, trail) {
  if (state.get(file) === "done") return;
  if (state.get(file) === "open") {
    problems.push(`include circle: ${[...trail.slice(trail.indexOf(file)), file].join(" → ")}`);
    return;
  }
  state.set(file, "open");
  for (const next of graph.get(file) ?? []) if (graph.has(next)) visit(next, [...trail, file]);
  state.set(file, "done");
}
for (const file of graph.keys()) visit(file, []);

for (const problem of problems) console.error(problem);
if (problems.length) process.exit(1);
console.log(`layers: ${graph.size} files, no arrow where it must not be`);
