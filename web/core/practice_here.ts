// A song taken apart in this browser, without a server: decoded by the browser, separated in a worker.
//
// The weights of Instant come from the server once and are kept; where they cannot be had the classical
// separator does it. Such a song lives in this browser only.
import HereWorker from './practice_here.worker?worker';
import type { SongReply } from './practice_api';
import { failureFrom } from './document';
import type { FromHere, ToHere } from './practice_here.worker';
import { sha256Of } from './practice_library';
import { Pieces } from './practice_pieces';
import type { PracticeRoom } from './practice_room';
import { loadModule } from './modules';
import { cancelled, failure } from './problem';
import { PRACTICE_RATE } from '../worklet/practice_protocol';

const MOST = 20 * 60; // s: decoding and stems beside each other take 1 MB a second
const WEIGHTS = 'instant.weights';

export interface HereOptions {
  readonly signal: AbortSignal;
  told(progress: number, sentence: string): void;
  // Opens the song where nothing plays; answers where its pieces go.
  opened(song: SongReply, frames: number): Pieces | null;
}

// Answers the song's id.
export async function separateHere(file: File, room: PracticeRoom, options: HereOptions): Promise<string> {
  const { signal, told } = options;
  told(0, 'Reading the file');
  const bytes = await file.arrayBuffer();
  const name = crypto.subtle ? await sha256Of(bytes) : crypto.randomUUID();
  const audio = await decode(bytes);
  signal.throwIfAborted();
  const frames = audio.length;
  const [module, weights] = await Promise.all([
    loadModule('separate'),
    weightsOf(room, (progress) => told(progress, 'Fetching the network'), signal),
  ]);
  signal.throwIfAborted();
  const song: SongReply = {
    id: `here-${name.slice(0, 32)}`,
    blob: name,
    title: file.name.replace(/\.[^.]*$/, ''),
    artist: '',
    duration: frames / PRACTICE_RATE,
    added: new Date().toISOString(),
    tempo: 0,
    key: '',
    seconds: 0,
    model: 'here',
    stems: `here-${name.slice(0, 32)}`,
  };
  const pieces =
    options.opened(song, frames) ??
    new Pieces(
      { id: song.stems!, frames, model: 'here' },
      { piece: async () => null },
      room.db,
      () => {},
      () => {},
      null,
    );
  const began = performance.now();
  const sentence = weights ? 'Taking the song apart here' : 'Taking the song apart here, without the network';
  await work(module, weights, audio, signal, async (index, stems, progress) => {
    await pieces.put(index, stems);
    const ready = Math.min(song.duration, song.duration * progress);
    pieces.setReady(progress >= 1 ? Infinity : ready);
    told(progress, sentence);
    if (room.get().song?.id === song.id)
      room.set({ ready, progress, sentence: progress < 1 ? sentence : '' });
  });
  await pieces.enter();
  if (room.get().song?.id === song.id)
    room.set({ ready: song.duration, progress: 1, sentence: '', took: (performance.now() - began) / 1000 });
  return song.id;
}

async function decode(bytes: ArrayBuffer): Promise<AudioBuffer> {
  let audio: AudioBuffer;
  try {
    audio = await new OfflineAudioContext(2, 1, PRACTICE_RATE).decodeAudioData(bytes);
  } catch {
    throw failure(
      'unsupported',
      'This browser cannot read this file.',
      'Use MP3, M4A, WAV, FLAC, Ogg or Opus, or let the server take it apart.',
    );
  }
  if (audio.length === 0) throw failure('bad_input', 'This file has no sound in it.', 'Choose another.');
  if (audio.duration > MOST)
    throw failure(
      'too_large',
      'This song is longer than 20 minutes, too long for this browser alone.',
      'Let the server take it apart.',
    );
  return audio;
}

async function weightsOf(
  room: PracticeRoom,
  told: (progress: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const kept = await room.recall<Uint8Array>(WEIGHTS);
  if (kept) return kept;
  try {
    const weights = await room.api.weights(told, signal);
    room.remember(WEIGHTS, weights);
    return weights;
  } catch (error) {
    if (signal.aborted) throw error;
    return null; // the classical separator needs none
  }
}

async function work(
  module: WebAssembly.Module,
  weights: Uint8Array | null,
  audio: AudioBuffer,
  signal: AbortSignal,
  made: (index: number, stems: Int16Array[], progress: number) => Promise<void>,
): Promise<void> {
  const worker = new HereWorker();
  let last = Promise.resolve();
  try {
    await new Promise<void>((resolve, reject) => {
      const abort = () => reject(cancelled());
      signal.addEventListener('abort', abort, { once: true });
      worker.onmessage = ({ data }: MessageEvent<FromHere>) => {
        if (data.type === 'piece') {
          last = last.then(() => made(data.index, data.stems, data.progress));
          last.catch(reject);
        } else if (data.type === 'done') resolve();
        else reject(data.error ? failureFrom(data.error) : stopped());
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(stopped());
      };
      const left = audio.getChannelData(0).slice();
      const right = audio.numberOfChannels > 1 ? audio.getChannelData(1).slice() : left.slice();
      const message: ToHere = { module, weights, left, right };
      worker.postMessage(message, [left.buffer, right.buffer]);
    });
    await last;
  } finally {
    worker.terminate();
  }
}

const stopped = () =>
  failure(
    'internal',
    'Taking the song apart stopped, perhaps for want of memory.',
    'Close other tabs and try again, or let the server do it.',
  );
