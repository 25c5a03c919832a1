// Our effects and mixes beside the fastest tools that do the same, on the same input, in one run.
//
//   node bench/mix/run.mjs BUILD_FOLDER [ROW …]     (./dev bench mix does this)
//
// Figures are seconds of stereo audio at 48 kHz per second of user CPU on one core. Ours, Faust's and
// the LV2 plugins' are the processing loop alone; of command-line peers the same tool's pass through
// is taken off. A peer that is not installed is named as absent, never counted as beaten.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { makeInputs } from "./inputs.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const build = resolve(process.argv[2] ?? "build/release");
const wanted = process.argv.slice(3);
const kept = process.env.TUTTI_BENCH_FOLDER;
const work = kept ?? mkdtempSync(join(tmpdir(), "tutti-bench-"));
mkdirSync(work, { recursive: true });
if (!kept) process.on("exit", () => rmSync(work, { recursive: true, force: true }));
const kSeconds = 60;

const { stereo, raw, impulse, tracks } = makeInputs(work, kSeconds);
const pinned = ["taskset", "-c", "1"];

function run(command, words) {
  const done = spawnSync(pinned[0], [...pinned.slice(1), command, ...words], { encoding: "utf8", maxBuffer: 1 << 26 });
  return done.status === 0 ? done.stdout : null;
}

// User CPU seconds of a command, median of three.
function userSeconds(words) {
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const times = [0, 1, 2].map(() => {
    const done = spawnSync("bash", ["-c", `TIMEFORMAT=%U; time taskset -c 1 ${quoted} >/dev/null 2>/dev/null </dev/null`], { encoding: "utf8" });
    return done.status === 0 ? Number(done.stderr.trim().split("\n").pop()) : NaN;
  });
  return times.sort((a, b) => a - b)[1];
}

const has = (program) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const ours = (chain, ...words) => {
  const out = run(join(build, "bench/mix/bench_fx"), [chain, "--seconds", String(kSeconds), "--json", ...words]);
  return out ? JSON.parse(out).realtime : NaN;
};
const program = (name, ...words) => {
  const path = join(build, "bench/mix", name);
  const out = existsSync(path) ? run(path, words) : null;
  return out ? Number(out.trim().split(/\s+/)[0]) : NaN;
};

function faust(name) {
  if (!has("faust")) return NaN;
  let best = NaN;
  for (const [mode, options] of [["scalar", []], ["vector", ["-vec", "-lv", "1", "-vs", "64"]]]) {
    const source = join(work, `${name}_${mode}.cpp`);
    const binary = join(work, `${name}_${mode}`);
    try {
      execFileSync("faust", ["-lang", "cpp", "-i", ...options, "-a", join(here, "peers/faust_host.cpp"), "-I", "/usr/share/faust", join(here, `peers/${name}.dsp`), "-o", source], { stdio: "pipe" });
      execFileSync("g++", ["-O3", "-march=native", "-ffast-math", "-std=c++17", "-w", "-o", binary, source], { stdio: "pipe" });
    } catch {
      continue;
    }
    const out = run(binary, [raw]);
    const speed = out ? Number(out.split(" ")[0]) : NaN;
    if (!(speed <= best)) best = speed;
  }
  return best;
}

let host = null;
function lv2(uri, ...settings) {
  if (host === null) {
    host = join(work, "lv2_host");
    const flags = spawnSync("pkg-config", ["--cflags", "--libs", "lilv-0"], { encoding: "utf8" }).stdout?.trim().split(/\s+/) ?? [];
    if (spawnSync("g++", ["-O2", "-std=c++20", "-o", host, join(here, "peers/lv2_host.cpp"), ...flags]).status !== 0) host = "";
  }
  const out = host ? run(host, [raw, uri, ...settings]) : null;
  return out ? Number(out.split(" ")[0]) : NaN;
}

const bases = new Map();
function net(key, base, words) {
  if (!has(words[0])) return NaN;
  if (!bases.has(key)) bases.set(key, userSeconds(base));
  return kSeconds / Math.max(userSeconds(words) - bases.get(key), 0.001);
}
const ffmpegWords = (...middle) => ["ffmpeg", "-v", "error", "-y", "-threads", "1", "-filter_threads", "1", "-i", stereo, ...middle, "-c:a", "pcm_f32le", "-f", "null", "-"];
const ffmpeg = (...middle) => net("ffmpeg", ffmpegWords(), ffmpegWords(...middle));
const soxWords = (...effects) => ["sox", "--single-threaded", stereo, "-t", "f32", "/dev/null", ...effects];
const sox = (...effects) => net("sox", soxWords(), soxWords(...effects));
const whole = (...words) => (has(words[0]) ? kSeconds / userSeconds(words) : NaN);

const lsp = "http://lsp-plug.in/plugins/lv2/";
const bands = [[200, 6, 2], [800, -4, 0.631], [3000, 3, 1.413], [9000, -6, 0.501]];
const eq = `parametric-eq ${bands.map(([f, g], i) => `band${i + 1}_freq=${f} band${i + 1}_gain=${g} band${i + 1}_q=1`).join(" ")}`;
const gainsOf = (i) => [Math.cos((Math.PI / 2) * (i / 49)) * 0.3, Math.sin((Math.PI / 2) * (i / 49)) * 0.3];
const ffmpegMix = (each) => {
  const graph = tracks.map((_, i) => `[${i}:a]${each}pan=stereo|c0=${gainsOf(i)[0].toFixed(4)}*c0|c1=${gainsOf(i)[1].toFixed(4)}*c0[a${i}]`).join(";");
  return ["ffmpeg", "-v", "error", "-y", "-threads", "1", "-filter_complex_threads", "1", ...tracks.flatMap((t) => ["-i", t]), "-filter_complex", `${graph};${tracks.map((_, i) => `[a${i}]`).join("")}amix=inputs=50:normalize=0`, "-c:a", "pcm_f32le", "-f", "null", "-"];
};
const ffmpegEq = bands.map(([f, g]) => `equalizer=f=${f}:t=q:w=1:g=${g}`).join(",");

// [row, target ratio to the fastest peer, ours, [peer, figure]…]
const rows = [
  ["EQ, 4 bells", 2.5, () => ours(eq), ["Faust", () => faust("equaliser")], ["LSP", () => lv2(`${lsp}para_equalizer_x16_stereo`, ...bands.flatMap(([f, , g], i) => [`ft_${i}=1`, `f_${i}=${f}`, `g_${i}=${g}`, `q_${i}=1`]))], ["ffmpeg", () => ffmpeg("-af", ffmpegEq)], ["SoX", () => sox(...bands.flatMap(([f, g]) => ["equalizer", String(f), "1q", String(g)]))]],
  ["Compressor", 1.4, () => ours("compressor threshold=-18 ratio=4 attack=10 release=100"), ["Faust", () => faust("compressor")], ["x42 darc", () => lv2("http://gareus.org/oss/lv2/darc#stereo", "threshold=-20")], ["ffmpeg", () => ffmpeg("-af", "acompressor=threshold=0.125:ratio=4:attack=10:release=100")], ["SoX", () => sox("compand", "0.01,0.1", "6:-40,-40,-20,-20,0,-15", "-3", "-90", "0")], ["Calf", () => lv2("http://calf.sourceforge.net/plugins/Compressor", "threshold=0.1", "ratio=4")]],
  ["Limiter, true peak", 3, () => ours("limiter ceiling=-6"), ["LSP", () => lv2(`${lsp}limiter_stereo`, "th=0.5", "ovs=5")], ["x42 dpl", () => lv2("http://gareus.org/oss/lv2/dpl#stereo", "threshold=-6", "truepeak=1")]],
  ["Freeverb", 2.5, () => ours("freeverb"), ["Faust", () => faust("freeverb")], ["SoX", () => sox("reverb", "50", "50", "100", "100", "0", "0")]],
  ["Hall", 2.5, () => ours("reverb-hall"), ["Faust zita_rev1", () => faust("hall")]],
  ["Plate", 1.5, () => ours("reverb-plate"), ["Faust Dattorro", () => faust("plate")]],
  ["Convolution 2 s, 256 frames late", 2.5, () => ours("convolution-reverb latency=256", "--block", "256"), ["ffmpeg", () => ffmpeg("-i", impulse, "-filter_complex", "[0:a][1:a]afir=gtype=none:minp=256:maxp=8192")]],
  ["Convolution 2 s, offline", 3, () => ours("convolution-reverb latency=offline", "--block", "4096"), ["ffmpeg", () => ffmpeg("-i", impulse, "-filter_complex", "[0:a][1:a]afir=gtype=none")]],
  ["Distortion, 4 times oversampled", 5, () => ours("distortion"), ["Calf", () => lv2("http://calf.sourceforge.net/plugins/Saturator")], ["ffmpeg", () => ffmpeg("-af", "asoftclip=type=tanh:oversample=4")]],
  ["Chorus, 3 voices", 2.5, () => ours("chorus voices=3"), ["ffmpeg", () => ffmpeg("-af", "chorus=0.6:0.9:50|60|40:0.4|0.32|0.3:0.25|0.4|0.3:2|2.3|1.3")], ["Faust", () => faust("chorus")], ["SoX", () => sox("chorus", "0.6", "0.9", "50", "0.4", "0.25", "2", "-t", "60", "0.32", "0.4", "2.3", "-t", "40", "0.3", "0.3", "1.3", "-s")]],
  ["Loudness with true peak", 3, () => program("bench_loudness", "ours", raw), ["libebur128", () => program("bench_loudness", "libebur128", raw)], ["ffmpeg", () => ffmpeg("-af", "ebur128=peak=true")]],
  ["Mix 50, volume and pan", 12, () => program("bench_mix", "plain"), ["SoX", () => whole("sox", "--single-threaded", "-M", ...tracks, "-t", "f32", "/dev/null", "remix", "-m", tracks.map((_, i) => `${i + 1}v${gainsOf(i)[0].toFixed(4)}`).join(","), tracks.map((_, i) => `${i + 1}v${gainsOf(i)[1].toFixed(4)}`).join(","))], ["ffmpeg", () => whole(...ffmpegMix(""))]],
  ["Mix 50, EQ and compressor each", 20, () => program("bench_mix", "full"), ["ffmpeg", () => whole(...ffmpegMix(`${ffmpegEq},aformat=sample_fmts=dbl,acompressor=threshold=0.1:ratio=4,`))]],
];

console.log("| Job | Ours | Fastest peer | Ratio | Target | Others |\n|---|---|---|---|---|---|");
for (const [name, target, mine, ...peers] of rows) {
  if (wanted.length && !wanted.some((word) => name.toLowerCase().includes(word.toLowerCase()))) continue;
  const own = mine();
  const figures = peers.map(([peer, measure]) => [peer, measure()]);
  const found = figures.filter(([, speed]) => Number.isFinite(speed)).sort((a, b) => b[1] - a[1]);
  const absent = figures.filter(([, speed]) => !Number.isFinite(speed)).map(([peer]) => `${peer} absent`);
  const [best, ...others] = found;
  const shown = (n) => (n >= 100 ? n.toFixed(0) : n.toFixed(1));
  const ratio = best && Number.isFinite(own) ? own / best[1] : NaN;
  console.log(`| ${name} | ${Number.isFinite(own) ? shown(own) : "absent"} | ${best ? `${best[0]} ${shown(best[1])}` : "none"} | ${Number.isFinite(ratio) ? `${ratio.toFixed(2)}${ratio < target ? " (missed)" : ""}` : "-"} | ${target} | ${[...others.map(([peer, speed]) => `${peer} ${shown(speed)}`), ...absent].join(", ")} |`);
}
writeFileSync(join(work, "done"), "");
