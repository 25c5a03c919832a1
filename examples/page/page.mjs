// The page of the example: plays a sound through a chain in an AudioWorklet, with a slider a parameter,
// or processes it here at once and tells how fast that went.
import { Tutti } from './tutti.mjs';

const $ = (id) => document.getElementById(id);
const engine = await Tutti.load(new URLSearchParams(location.search).get('engine') ?? 'engine.wasm');
let context = null;
let playing = null;
let file = null;

// A plucked chord, by strings of the Karplus–Strong kind.
function chord(rate) {
  const buffer = new AudioBuffer({ length: 4 * rate, numberOfChannels: 2, sampleRate: rate });
  [110, 164.81, 220, 277.18, 329.63].forEach((hz, k) => {
    const line = Float32Array.from({ length: Math.round(rate / hz) }, () => 0.25 * (2 * Math.random() - 1));
    const start = Math.round(0.12 * k * rate);
    for (let c = 0; c < 2; c++) {
      const out = buffer.getChannelData(c);
      const string = line.slice();
      for (let i = start, at = 0; i < out.length; i++) {
        const next = (at + 1) % string.length;
        out[i] += string[at];
        string[at] = 0.499 * (string[at] + string[next]);
        at = next;
      }
    }
  });
  return buffer;
}

async function sound() {
  context ??= new AudioContext();
  await context.resume();
  return file ? context.decodeAudioData(await file.arrayBuffer()) : chord(context.sampleRate);
}

function say(text, problem = false) {
  $('said').textContent = text;
  $('said').className = problem ? 'problem' : '';
}

function knobs(effects, set) {
  $('knobs').replaceChildren(
    ...effects.flatMap((effect, place) => [
      Object.assign(document.createElement('h3'), { textContent: effect.name }),
      ...effect.parameters
        .filter((p) => ['linear', 'logarithmic'].includes(p.scale) && !p.structural)
        .slice(0, 8)
        .map((p) => {
          const row = document.createElement('label');
          const input = Object.assign(document.createElement('input'), { type: 'range', min: 0, max: 1, step: 0.001 });
          const shown = document.createElement('output');
          const log = p.scale === 'logarithmic';
          input.value = log ? Math.log(p.initial / p.min) / Math.log(p.max / p.min) : (p.initial - p.min) / (p.max - p.min);
          input.oninput = () => {
            const t = Number(input.value);
            const value = log ? p.min * (p.max / p.min) ** t : p.min + t * (p.max - p.min);
            shown.textContent = `${value.toPrecision(3)} ${p.unit}`;
            set(place, p.id, value);
          };
          shown.textContent = `${p.initial} ${p.unit}`;
          row.append(p.name, input, shown);
          return row;
        }),
    ]),
  );
}

async function play() {
  playing?.stop();
  const text = $('chain').value;
  const chain = engine.chain(text, 48000); // tells at once what is wrong with the text
  const { effects } = chain;
  chain.close();
  const buffer = await sound();
  await context.audioWorklet.addModule('worklet.mjs');
  const node = new AudioWorkletNode(context, 'tutti-chain', {
    outputChannelCount: [2],
    processorOptions: { module: engine.module, chain: text },
  });
  const source = new AudioBufferSourceNode(context, { buffer, loop: true });
  source.connect(node).connect(context.destination);
  source.start();
  playing = {
    stop() {
      source.stop();
      node.disconnect();
    },
  };
  knobs(effects, (place, parameter, value) => node.port.postMessage({ place, parameter, value }));
  say('Playing');
}

async function render() {
  const buffer = await sound();
  const chain = engine.chain($('chain').value, buffer.sampleRate);
  const left = buffer.getChannelData(0).slice();
  const right = buffer.getChannelData(buffer.numberOfChannels > 1 ? 1 : 0).slice();
  const began = performance.now();
  chain.process(left, right);
  const took = performance.now() - began;
  const peak = 20 * Math.log10(Math.max(...[left, right].map((c) => c.reduce((a, v) => Math.max(a, Math.abs(v)), 0))));
  const times = (buffer.duration * 1000) / took;
  say(`${buffer.duration.toFixed(1)} s in ${took.toFixed(1)} ms (${Math.round(times)} × real time), peak ${peak.toFixed(1)} dBFS, ${chain.latency} frames late`);
  chain.close();
  globalThis.rendered = { left, right };
}

const guarded = (work) => () => work().catch((error) => say(error.message, true));
$('play').onclick = guarded(play);
$('render').onclick = guarded(render);
$('file').onchange = (event) => {
  file = event.target.files[0] ?? null;
  $('source').textContent = file ? file.name : '';
};
globalThis.ready = true;
