// The Stream's speed beside its peers: the pad patch, a whole channel, listeners.
//
//   node bench/stream/run.mjs BUILD_FOLDER [ROW …]     (./dev bench stream does this)
//
// Sound: seconds of stereo audio at 48 kHz per second of user CPU on one core. Listeners: real loopback
// sockets, the server on one core and its clients on the other. A peer that is not installed is named as
// absent, never counted as beaten.
import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const build = resolve(process.argv[2] ?? "build/release");
const wanted = process.argv.slice(3);
const wants = (name) => wanted.length === 0 || wanted.some((word) => name.includes(word.toLowerCase()));

function json(program, ...words) {
  const path = join(build, "bench/stream", program);
  if (!existsSync(path)) return null;
  const done = spawnSync("taskset", ["-c", "1", path, ...words], { encoding: "utf8", maxBuffer: 1 << 26 });
  return done.status === 0 ? JSON.parse(done.stdout) : null;
}

const shown = (n) => (!Number.isFinite(n) ? "absent" : n >= 100 ? n.toFixed(0) : n.toFixed(1));
const ratio = (ours, theirs) => (Number.isFinite(ours / theirs) ? `${(ours / theirs).toFixed(1)}` : "-");
const against = (value, target) => (value >= target ? `${target}` : `${target} (missed)`);

if (wants("pad")) {
  const { csoundPad, faustPad } = await import("./pad_peers.mjs");
  const { dry = NaN, plate = NaN, hall = NaN } = json("bench_pad", "--seconds", "60") ?? {};
  const [faust, faustDry, csound] = [await faustPad(), await faustPad(60, { dry: true }), await csoundPad()];
  console.log("| Pad, 8 voices of 3 oscillators | Ours | Faust | csound | Beside Faust | Asked |\n|---|---|---|---|---|---|");
  console.log(`| with the plate | ${shown(plate)} | ${shown(faust)} | ${shown(csound)} | ${ratio(plate, faust)} | ${against(plate, 800)} |`);
  console.log(`| with the hall | ${shown(hall)} | ${shown(faust)} | ${shown(csound)} | ${ratio(hall, faust)} | ${against(hall, 800)} |`);
  console.log(`| dry | ${shown(dry)} | ${shown(faustDry)} | - | ${ratio(dry, faustDry)} | |\n`);
}

if (wants("channel")) {
  const rows = json("bench_channel")?.rows ?? [];
  console.log("| Whole channel | Ours | Asked |\n|---|---|---|");
  for (const { name, realtime } of rows) console.log(`| ${name} | ${shown(realtime)} | ${against(realtime, 300)} |`);
  console.log("");
}

if (wants("listeners")) {
  const done = spawnSync("node", [join(here, "listeners.mjs"), build], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  console.log(done.stdout);
}

if (wants("music")) {
  const done = spawnSync(join(build, "bench/stream/bench_compose_stats"), { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (done.status === 0) console.log(done.stdout);
}
