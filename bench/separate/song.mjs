// A 3-minute song to four files, end to end: decoding, separating, writing.
//
//   node bench/separate/song.mjs [BUILD_FOLDER] [SONG] [MODEL …]
//
// For each model: wall time, CPU time of all threads, peak memory, and when the first stems were
// final. Without SONG one is made here (an ostinato of plucks, bass, noise and a tone). Models that
// are not installed are named as absent. Weights by the test recipe serve as well as real ones for
// HTDemucs: the work is the same; put them into a folder and name it in TUTTI_MODELS. A second
// build with TUTTI_BASE_ISA in its flags shows what narrower instruction sets cost.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";

const kRate = 44100;
const kSeconds = 180;

const build = resolve(process.argv[2] ?? "build/release");
const program = join(build, "tutti");
const folder = mkdtempSync(join(tmpdir(), "tutti-bench-"));
const given = process.argv[3];
const song = given && existsSync(given) ? resolve(given) : made();
const rest = process.argv.slice(given && existsSync(given) ? 4 : 3);
const models = rest.length ? rest : ["classical", "instant", "htdemucs"];

// 16-bit stereo.
function made() {
  const frames = kSeconds * kRate;
  const bytes = Buffer.alloc(44 + frames * 4);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(2, 22);
  bytes.writeUInt32LE(kRate, 24);
  bytes.writeUInt32LE(kRate * 4, 28);
  bytes.writeUInt16LE(4, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(frames * 4, 40);
  let state = 1;
  const noise = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2147483648 - 1;
  const notes = [55, 65.4, 73.4, 82.4];
  for (let i = 0; i < frames; ++i) {
    const t = i / kRate;
    const beat = t % 0.5;
    const hz = notes[Math.floor(t / 2) % 4];
    const common = 0.3 * Math.sin(2 * Math.PI * hz * t) + 0.3 * Math.exp(-30 * beat) * noise();
    const pluck = 0.2 * Math.exp(-4 * beat) * Math.sin(2 * Math.PI * hz * 6 * t);
    const tone = 0.15 * Math.sin(2 * Math.PI * 440 * t + 3 * Math.sin(2 * Math.PI * 5.5 * t));
    bytes.writeInt16LE(Math.round(20000 * (common + tone + pluck)), 44 + i * 4);
    bytes.writeInt16LE(Math.round(20000 * (common + tone - pluck)), 46 + i * 4);
  }
  const path = join(folder, "song.wav");
  writeFileSync(path, bytes);
  return path;
}

// Peak memory comes from the shell's time, as no other child of ours may count.
function measure(model) {
  const report = join(folder, "time.txt");
  const words = ["-f", "%M %e %U %S", "-o", report, program, "separate", song, "-o", join(folder, model), "--model", model, "--json"];
  const done = spawnSync("/usr/bin/time", words, { encoding: "utf8", maxBuffer: 1 << 24 });
  rmSync(join(folder, model), { recursive: true, force: true });
  if (done.error) return { model, absent: "/usr/bin/time is not installed (sudo apt install time)" };
  if (done.status !== 0) return { model, absent: (done.stderr.match(/"message":"([^"]*)/) ?? [])[1] ?? done.stderr.trim() };
  const [memory, wall, user, system] = readFileSync(report, "utf8").trim().split("\n").at(-1).split(" ").map(Number);
  const answer = JSON.parse(done.stdout);
  return { model: answer.model, version: answer.version, seconds: answer.seconds, wall, cpu: user + system, megabytes: memory / 1024, first: answer.ready_seconds, threads: answer.threads };
}

try {
  if (!existsSync(program)) throw new Error(`${program} is not there; build it first`);
  console.log(`${cpus().length} cores, load ${loadavg()[0].toFixed(1)}`);
  console.log("| model | song, s | wall, s | CPU, s | first stems, s | peak memory, MB | threads |");
  console.log("|---|---|---|---|---|---|---|");
  for (const model of models) {
    const row = measure(model);
    if (row.absent) console.log(`| ${model} | absent: ${row.absent} | | | | | |`);
    else console.log(`| ${row.model} ${row.version} | ${row.seconds.toFixed(0)} | ${row.wall.toFixed(2)} | ${row.cpu.toFixed(2)} | ${row.first.toFixed(2)} | ${row.megabytes.toFixed(0)} | ${row.threads} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
