// The stream's messages: what is right is read to the last bit, what is cut or odd is refused whole.
import { describe, expect, it } from 'vitest';
import { planar, readAudio, readText } from './stream_wire';

function header(kind: number, packets: number, frames: number, frame = 123456789012n, time = 1.7e12 + 0.25) {
  const view = new DataView(new ArrayBuffer(24));
  view.setUint8(0, kind);
  view.setUint16(2, packets, true);
  view.setUint32(4, frames, true);
  view.setBigUint64(8, frame, true);
  view.setFloat64(16, time, true);
  return new Uint8Array(view.buffer);
}
function joined(...parts: ArrayLike<number>[]): ArrayBuffer {
  return Uint8Array.from(parts.flatMap((p) => Array.from(p))).buffer;
}
const pcm = (frames: number) => {
  const samples = Int16Array.from({ length: frames * 2 }, (_, i) => (i * 7919) % 65536);
  return { samples, bytes: joined(header(1, 0, frames), new Uint8Array(samples.buffer)) };
};
const opus = (...sizes: number[]) =>
  joined(
    header(2, sizes.length, sizes.length * 960),
    ...sizes.map((size, p) => [
      size & 255,
      size >> 8,
      ...Array.from({ length: size }, (_, i) => (p * 31 + i) & 255),
    ]),
  );

describe('sound on the wire', () => {
  it('reads samples and times of a binary message', () => {
    const { samples, bytes } = pcm(480);
    const audio = readAudio(bytes)!;
    expect(audio).toMatchObject({ kind: 'pcm', frame: 123456789012, frames: 480, serverTime: 1.7e12 + 0.25 });
    expect(audio.kind === 'pcm' && [...audio.samples]).toEqual([...samples]);
    const [left, right] = planar(samples);
    expect(left[1]! * 32768).toBe(samples[2]);
    expect(right[479]! * 32768).toBe(samples[959]);
  });

  it('reads Opus packets of any size, odd ones too', () => {
    const audio = readAudio(opus(1, 240, 3, 1275, 77))!;
    expect(audio.kind === 'opus' && audio.packets.map((p) => p.length)).toEqual([1, 240, 3, 1275, 77]);
    expect(audio.kind === 'opus' && audio.packets[2]![2]).toBe(64);
  });

  it('refuses a message cut at any byte, and one that is too long', () => {
    for (const whole of [pcm(20).bytes, opus(5, 9, 300)]) {
      for (let end = 0; end < whole.byteLength; end++) expect(readAudio(whole.slice(0, end))).toBeNull();
      expect(readAudio(whole)).not.toBeNull();
      expect(readAudio(joined(new Uint8Array(whole), [0]))).toBeNull();
    }
  });

  it('refuses what says nonsense', () => {
    expect(readAudio(joined(header(3, 1, 960)))).toBeNull(); // unknown kind
    expect(readAudio(joined(header(1, 0, 0)))).toBeNull(); // no frames
    expect(readAudio(joined(header(1, 0, 2 ** 32 - 1)))).toBeNull(); // more than there is
    expect(readAudio(joined(header(2, 0, 960)))).toBeNull(); // no packets
    expect(readAudio(joined(header(2, 1, 960), [0, 0]))).toBeNull(); // an empty packet
    expect(readAudio(joined(header(1, 0, 1, 2n ** 60n), [0, 0, 0, 0]))).toBeNull(); // no such frame
  });

  it('reads base64 samples, and refuses what does not fit', () => {
    const { samples } = pcm(3);
    const data = btoa(String.fromCharCode(...new Uint8Array(samples.buffer)));
    const audio = readText(JSON.stringify({ type: 'audio', data, frame: 9, frames: 3, server_time: 5 }));
    expect(audio).toMatchObject({ kind: 'pcm', frame: 9, frames: 3, serverTime: 5 });
    expect(audio && 'samples' in audio && [...audio.samples]).toEqual([...samples]);
    for (const wrong of [{ frames: 4 }, { frames: 0 }, { data: '%%%' }, { data: 7 }, { frame: 'x' }]) {
      expect(readText(JSON.stringify({ type: 'audio', data, frame: 9, frames: 3, ...wrong }))).toBeNull();
    }
  });

  it('hands on words, and nothing that is none', () => {
    expect(readText('{"type":"pong","t":1,"server_time":2}')).toEqual({ type: 'pong', t: 1, server_time: 2 });
    for (const text of ['', '{', 'null', '7', '"x"', '[]', '{}', '{"type":3}'])
      expect(readText(text)).toBeNull();
  });
});
