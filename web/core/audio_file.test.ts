// Recordings as files: exact samples at the file's own rate, for every layout of PCM.
import { describe, expect, it } from 'vitest';
import { readAiff } from './aiff';
import { rateOf } from './audio_file';
import { kindOf } from './opening';
import { readWav, toMono, writeWav } from './wav';

const text = (t: string) => [...t].map((c) => c.charCodeAt(0));
const le = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) & 255);
const be = (value: number, bytes: number) => le(value, bytes).reverse();

function wav(
  format: number,
  channels: number,
  rate: number,
  bits: number,
  data: number[],
  extra: number[] = [],
) {
  const fmt = [
    ...le(format, 2),
    ...le(channels, 2),
    ...le(rate, 4),
    ...le((rate * channels * bits) / 8, 4),
    ...le((channels * bits) / 8, 2),
    ...le(bits, 2),
    ...extra,
  ];
  const body = [
    ...text('WAVE'),
    ...text('LIST'),
    ...le(3, 4),
    1,
    2,
    3,
    0,
    ...text('fmt '),
    ...le(fmt.length, 4),
    ...fmt,
    ...text('data'),
    ...le(data.length, 4),
    ...data,
  ];
  return Uint8Array.from([...text('RIFF'), ...le(body.length, 4), ...body]).buffer;
}

describe('WAV', () => {
  it.each([
    ['8-bit', 8, [0, 128, 255], [-1, 0, 127 / 128]],
    ['16-bit', 16, [...le(-32768 + 65536, 2), ...le(1, 2), ...le(32767, 2)], [-1, 1 / 32768, 32767 / 32768]],
    ['24-bit', 24, [...le(0x800000, 3), ...le(0xffffff, 3), ...le(0x400000, 3)], [-1, -1 / 8388608, 0.5]],
    ['32-bit', 32, [...le(0x80000000, 4), ...le(0, 4), ...le(0x40000000, 4)], [-1, 0, 0.5]],
  ])('reads %s integers exactly', (_name, bits, data, expected) => {
    const audio = readWav(wav(1, 1, 22050, bits, data))!;
    expect(audio.rate).toBe(22050);
    expect([...audio.channels[0]!]).toEqual(expected.map(Math.fround));
  });

  it('reads floats, several channels and the extensible form', () => {
    const floats = new Uint8Array(new Float32Array([0.1, -0.2, 0.3, -0.4]).buffer);
    const extensible = [
      ...le(22, 2),
      ...le(32, 2),
      ...le(3, 4),
      ...le(3, 2),
      ...new Array<number>(14).fill(0),
    ];
    const audio = readWav(wav(0xfffe, 2, 96000, 32, [...floats], extensible))!;
    expect([...audio.channels[0]!]).toEqual([0.1, 0.3].map(Math.fround));
    expect([...audio.channels[1]!]).toEqual([-0.2, -0.4].map(Math.fround));
    const double = new Uint8Array(new Float64Array([0.25]).buffer);
    expect([...readWav(wav(3, 1, 8000, 64, [...double]))!.channels[0]!]).toEqual([0.25]);
  });

  it('reads what is there of a file that was cut off, at every byte', () => {
    const whole = wav(
      1,
      1,
      8000,
      16,
      Array.from({ length: 20 }, (_, i) => i),
    );
    for (let size = 0; size < whole.byteLength; size++) {
      const audio = readWav(whole.slice(0, size));
      if (audio) expect(audio.channels[0]!.length).toBe(Math.max(0, Math.floor((size - 56) / 2)));
    }
  });

  it('leaves other codings to the browser', () => {
    expect(readWav(wav(2, 1, 8000, 4, [0, 0]))).toBeNull();
    expect(readWav(Uint8Array.from(text('OggS').concat(new Array<number>(60).fill(0))).buffer)).toBeNull();
  });

  it('writes recordings that read back bit for bit', () => {
    const samples = Float32Array.from({ length: 999 }, (_, i) => Math.sin(i) * 1.5);
    const audio = readWav(writeWav(samples, 44100).buffer)!;
    expect(audio.rate).toBe(44100);
    expect(audio.channels).toEqual([samples]);
  });

  it('mixes to mono by the mean', () => {
    const mixed = toMono({ rate: 1, channels: [Float32Array.of(1, 0.5), Float32Array.of(0, -0.5)] });
    expect([...mixed]).toEqual([0.5, 0]);
  });
});

describe('AIFF', () => {
  const rate44100 = [0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0];
  const aiff = (kind: string, bits: number, frames: number, data: number[], coding = '') => {
    const comm = [...be(1, 2), ...be(frames, 4), ...be(bits, 2), ...rate44100, ...text(coding)];
    const ssnd = [...be(0, 4), ...be(0, 4), ...data];
    const body = [
      ...text(kind),
      ...text('COMM'),
      ...be(comm.length, 4),
      ...comm,
      ...text('SSND'),
      ...be(ssnd.length, 4),
      ...ssnd,
    ];
    return Uint8Array.from([...text('FORM'), ...be(body.length, 4), ...body]).buffer;
  };
  it('reads big-endian, little-endian and float samples', () => {
    expect(readAiff(aiff('AIFF', 16, 2, [0x80, 0, 0x40, 0]))).toEqual({
      rate: 44100,
      channels: [Float32Array.of(-1, 0.5)],
    });
    expect(readAiff(aiff('AIFC', 16, 1, [0, 0x40], 'sowt'))!.channels[0]![0]).toBe(0.5);
    expect(readAiff(aiff('AIFC', 32, 1, [0x3e, 0x80, 0, 0], 'fl32'))!.channels[0]![0]).toBe(0.25);
    expect(readAiff(aiff('AIFF', 24, 1, [0xff, 0xff, 0xff]))!.channels[0]![0]).toBe(-1 / 8388608);
  });
  it('refuses what it does not know', () => {
    expect(readAiff(aiff('AIFC', 16, 1, [0, 0], 'ima4'))).toBeNull();
    expect(readAiff(new ArrayBuffer(3))).toBeNull();
  });
});

describe('headers of other files', () => {
  it('tell the rate', () => {
    const flac = new Uint8Array(42);
    flac.set(text('fLaC'));
    flac.set([0x0a, 0xc4, 0x42], 18); // 44100 in 20 bits
    expect(rateOf(flac.buffer)).toBe(44100);
    const mp3 = Uint8Array.from([...text('ID3'), 4, 0, 0, 0, 0, 0, 2, 0, 0, 0xff, 0xfb, 0x98, 0]);
    expect(rateOf(mp3.buffer)).toBe(32000);
    expect(rateOf(Uint8Array.from([0xff, 0xf3, 0x90, 0]).buffer)).toBe(22050);
    const mp4 = new Uint8Array(80);
    mp4.set(text('ftyp'), 4);
    mp4.set(text('mp4a'), 30);
    mp4.set([0xac, 0x44], 58);
    expect(rateOf(mp4.buffer)).toBe(44100);
    expect(rateOf(new ArrayBuffer(10))).toBe(48000);
  });
  it('tell what kind of file it is', () => {
    const of = (t: string) => kindOf(Uint8Array.from(text(t)));
    expect(of('MThd....')).toBe('midi');
    expect(of('RIFF....RMIDdata')).toBe('midi');
    expect(of('\u00ef\u00bb\u00bf \n{"tutti"')).toBe('project');
    expect(of('RIFF....WAVEfmt ')).toBe('audio');
    expect(of('')).toBe('audio');
  });
});
