// What `tutti analyse` hears beside aubio, on the same songs in one run: beats, tempo, pitch, speed.
//
//   node bench/analyse/run.mjs BUILD_FOLDER [SONGS]     (./dev bench analyse does this)
//
// The songs are rendered from tunes of TUTTI_DATA (default ../shared/data) with known truth; scores are
// mir_eval's, by `tutti evaluate`. Speed is seconds of sound per second of user CPU of the whole
// program, reading included. aubio (Debian: aubio-tools) hears beats and pitch, no chords or key.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const build = resolve(process.argv[2] ?? "build/release");
const count = Number(process.argv[3] ?? 16);
const data = process.env.TUTTI_DATA ?? join(root, "../shared/data");
const work = mkdtempSync(join(tmpdir(), "tutti-bench-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));
const tutti = join(build, "tutti");

// Standard output and user CPU seconds of a command; null where it fails or is not there.
function timed(words) {
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const done = spawnSync("bash", ["-c", `TIMEFORMAT=%U; { time ${quoted} 2>/dev/null; } 2>&1 >'${work}/out'`], { encoding: "utf8" });
  if (done.status !== 0) return null;
  return { text: readFileSync(join(work, "out"), "utf8"), seconds: Number(done.stdout.trim().split("\n").pop()) };
}

function score(kind, truth, text, name) {
  const estimate = join(work, "estimate");
  writeFileSync(estimate, text);
  const done = spawnSync(tutti, ["evaluate", kind, truth, estimate, "--json"], { encoding: "utf8" });
  return done.status === 0 ? JSON.parse(done.stdout)[name] : 0;
}

const made = spawnSync(join(build, "bench/analyse/bench_songs"), [data, work, String(count)], { encoding: "utf8" });
if (made.status !== 0) {
  console.error(made.stderr || "bench_songs is not built.");
  process.exit(1);
}
const numbers = Array.from({ length: count }, (_, i) => join(work, String(i).padStart(2, "0")));
const lengthOf = (path) => (readFileSync(path).length - 44) / 2 / 44100;
const songSeconds = numbers.reduce((sum, n) => sum + lengthOf(`${n}.wav`) / 2, 0);
const voiceSeconds = numbers.reduce((sum, n) => sum + lengthOf(`${n}.voice.wav`), 0);

function median(times) {
  const gaps = times.slice(1).map((t, i) => t - times[i]).sort((a, b) => a - b);
  return gaps.length ? gaps[gaps.length >> 1] : 0;
}
const nearOctave = (bpm, truth) => [1, 2, 0.5, 3, 1 / 3].some((ratio) => Math.abs(bpm / truth / ratio - 1) <= 0.04);

// All songs through one program: mean beat F, share of tempi, speed.
function beats(words) {
  let f = 0;
  let exact = 0;
  let octave = 0;
  let cpu = 0;
  for (const n of numbers) {
    const heard = timed(words(`${n}.wav`));
    if (!heard) return null;
    cpu += heard.seconds;
    f += score("beats", `${n}.beats`, heard.text, "F-measure") / count;
    const bpm = 60 / median(heard.text.trim().split("\n").map(Number));
    const truth = Number(readFileSync(`${n}.tempo`, "utf8"));
    exact += (Math.abs(bpm / truth - 1) <= 0.04) / count;
    octave += nearOctave(bpm, truth) / count;
  }
  return { f, exact, octave, speed: songSeconds / cpu };
}

function pitch(words) {
  let raw = 0;
  let cpu = 0;
  for (const n of numbers) {
    const heard = timed(words(`${n}.voice.wav`));
    if (!heard) return null;
    cpu += heard.seconds;
    raw += score("melody", `${n}.melody`, heard.text, "Raw Pitch Accuracy") / count;
  }
  return { raw, speed: voiceSeconds / cpu };
}

const show = (value, digits = 3) => (value === undefined || Number.isNaN(value) ? "absent" : value.toFixed(digits));
const ours = beats((file) => [tutti, "analyse", file, "--as", "beats"]);
const theirs = beats((file) => ["aubio", "beat", file]);
const ourPitch = pitch((file) => [tutti, "analyse", file, "--as", "melody"]);
const theirPitch = pitch((file) => ["aubio", "pitch", "-m", "yinfft", "-B", "2048", "-H", "256", file]);
console.log(`${count} songs\n\n| | tutti | aubio |\n|---|---|---|`);
console.log(`| Beat F, 70 ms | ${show(ours?.f)} | ${show(theirs?.f)} |`);
console.log(`| Tempo within 4 % | ${show(ours?.exact)} | ${show(theirs?.exact)} |`);
console.log(`| Tempo within 4 % or an octave | ${show(ours?.octave)} | ${show(theirs?.octave)} |`);
console.log(`| Raw pitch of the voice alone | ${show(ourPitch?.raw)} | ${show(theirPitch?.raw)} |`);
console.log(`| Speed, beats (tutti: beats, bars, chords, key, parts, loudness), times real time | ${show(ours?.speed, 0)} | ${show(theirs?.speed, 0)} |`);
console.log(`| Speed, pitch, times real time | ${show(ourPitch?.speed, 0)} | ${show(theirPitch?.speed, 0)} |`);
