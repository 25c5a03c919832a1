// The eight-voice pad on Faust and csound: seconds of audio per second of user CPU on one core.
//
//   node bench/stream/pad_peers.mjs [--seconds 60]     prints them as JSON
//
// Faust is compiled for this very machine with the options of its own makers, scalar and vector, and
// timed in compute() alone; the better counts. Of csound's time the start without a score is taken
// off. NaN where a peer is not installed.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const has = (program) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

function within(work) {
  const folder = mkdtempSync(join(tmpdir(), "tutti-pad-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// `dry`: without the hall.
export function faustPad(seconds = 60, { dry = false, core = 1 } = {}) {
  if (!has("faust") || !has("g++")) return NaN;
  return within((folder) => {
    const silence = join(folder, "silence.f32");
    writeFileSync(silence, new Uint8Array(seconds * 48000 * 2 * 4));
    let best = NaN;
    for (const [mode, options] of [["scalar", []], ["vector", ["-vec", "-lv", "1", "-vs", "64"]]]) {
      const source = join(folder, `${mode}.cpp`);
      const binary = join(folder, mode);
      try {
        execFileSync("faust", ["-lang", "cpp", "-i", ...options, ...(dry ? ["-pn", "dry"] : []), "-a", join(here, "../mix/peers/faust_host.cpp"), "-I", "/usr/share/faust", join(here, "peers/pad8.dsp"), "-o", source], { stdio: "pipe" });
        execFileSync("g++", ["-O3", "-march=native", "-ffast-math", "-std=c++17", "-w", "-o", binary, source], { stdio: "pipe" });
      } catch {
        continue;
      }
      const run = spawnSync("taskset", ["-c", String(core), binary, silence], { encoding: "utf8" });
      const speed = run.status === 0 ? Number(run.stdout.split(" ")[0]) : NaN;
      if (!(speed <= best)) best = speed;
    }
    return best;
  });
}

export function csoundPad(seconds = 60, { core = 1 } = {}) {
  if (!has("csound")) return NaN;
  return within((folder) => {
    const score = readFileSync(join(here, "peers/pad8.csd"), "utf8");
    const userSeconds = (length) => {
      const file = join(folder, `${length}.csd`);
      writeFileSync(file, score.replaceAll("[SECONDS]", String(length)));
      const times = [0, 1, 2].map(() => {
        const run = spawnSync("bash", ["-c", `TIMEFORMAT=%U; time taskset -c ${core} csound '${file}' >/dev/null 2>&1`], { encoding: "utf8" });
        return run.status === 0 ? Number(run.stderr.trim().split("\n").pop()) : NaN;
      });
      return times.sort((a, b) => a - b)[1];
    };
    return seconds / Math.max(userSeconds(seconds) - userSeconds(0.01), 1e-3);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf("--seconds");
  const seconds = at > 0 ? Number(process.argv[at + 1]) : 60;
  const speeds = { faust: faustPad(seconds), faust_dry: faustPad(seconds, { dry: true }), csound: csoundPad(seconds) };
  console.log(JSON.stringify(speeds));
}
