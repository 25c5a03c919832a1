// Separation: a song end to end, the Instant network on each instruction set, HTDemucs.
//
//   node bench/separate/run.mjs BUILD_FOLDER [song|instant|htdemucs]     (./dev bench separate does this)
//
// Peers of the same kind need Python or weights that this project does not ship, so what is printed is
// ours alone; docs/BENCHMARKS.md sets published figures beside it.
import { spawnSync } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const build = resolve(process.argv[2] ?? "build/release");
const wanted = process.argv.slice(3);
const wants = (name) => wanted.length === 0 || wanted.includes(name);
const run = (program, ...words) => spawnSync(program, words, { stdio: ["ignore", "inherit", "inherit"] });

if (wants("song")) run("node", join(here, "song.mjs"), build);
if (wants("instant")) run(join(build, "bench/separate/bench_separate_instant"), "60", join(here, "../../models/instant.safetensors"));
if (wants("htdemucs")) run(join(build, "bench/separate/bench_separate_htdemucs"), "32", "2");
