// A reader of MIDI files for tests only, written apart from the engine's so that both must be right.
export function midiNotes(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const division = view.getUint16(12);
  const notes = [];
  let bpm = 120;
  for (let at = 8 + view.getUint32(4); at + 8 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at + 4);
    if (String.fromCharCode(...bytes.subarray(at, at + 4)) === 'MTrk') readTrack(at + 8, end);
    at = end;
  }
  function readTrack(at, end) {
    let tick = 0;
    let status = 0;
    const sounding = new Map();
    const number = () => {
      let value = 0;
      for (;;) {
        const byte = bytes[at++];
        value = value * 128 + (byte & 127);
        if (byte < 128) return value;
      }
    };
    while (at < end) {
      tick += number();
      if (bytes[at] >= 128) status = bytes[at++];
      if (status === 0xff) {
        const kind = bytes[at++];
        const size = number();
        if (kind === 0x51) bpm = 60e6 / ((bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2]);
        at += size;
      } else if (status === 0xf0 || status === 0xf7) {
        at += number();
      } else {
        const [key, velocity] = [bytes[at], bytes[at + 1]];
        at += [0xc0, 0xd0].includes(status & 0xf0) ? 1 : 2;
        const on = (status & 0xf0) === 0x90 && velocity > 0;
        if (on) sounding.set(key, { tick, velocity });
        else if ([0x80, 0x90].includes(status & 0xf0) && sounding.has(key)) {
          const began = sounding.get(key);
          sounding.delete(key);
          notes.push({
            start: began.tick / division,
            duration: (tick - began.tick) / division,
            key,
            velocity: began.velocity,
          });
        }
      }
    }
  }
  notes.sort((a, b) => a.start - b.start || a.key - b.key);
  return { notes, bpm };
}
