// Pedals, knobs and keyboard pedals: MIDI messages and key chords to controls, learnt by moving them.
//
// A note, a program change and a pedal's controller (64 and above on their way down) act once a press;
// volumes and the speed knob follow a controller's value.
import { failure } from './problem';
import type { ControlMapping, PracticeControl } from './practice_types';

const PRESSED = 64;

export const isContinuous = (control: PracticeControl) =>
  control.startsWith('volume') || control === 'speedKnob';

export interface ControlAction {
  readonly control: PracticeControl;
  readonly value: number; // 0 … 1; 1 for a press, 0 for its release
}

export const sameInput = (a: ControlMapping, b: ControlMapping) =>
  a.kind === b.kind && a.channel === b.channel && a.number === b.number && a.key === b.key;

export class Controls {
  private readonly values = new Map<string, number>(); // of controllers, to see them cross

  constructor(
    public mappings: readonly ControlMapping[],
    private readonly act: (action: ControlAction) => void,
    private readonly changed: (mappings: readonly ControlMapping[]) => void,
    private readonly learnt: () => void,
  ) {}
  learning: PracticeControl | null = null;

  midi(data: Uint8Array) {
    const status = data[0]! & 0xf0;
    const channel = data[0]! & 0x0f;
    const number = data[1] ?? 0;
    const value = data[2] ?? 0;
    if (status === 0x90 || status === 0x80) {
      const on = status === 0x90 && value > 0;
      this.input({ kind: 'note', channel, number, key: '' }, on ? 1 : 0, on);
    } else if (status === 0xb0) {
      const id = `${channel}/${number}`;
      const before = this.values.get(id) ?? 0;
      this.values.set(id, value);
      const crossed = before < PRESSED !== value < PRESSED;
      this.input({ kind: 'cc', channel, number, key: '' }, value / 127, value >= PRESSED, crossed);
    } else if (status === 0xc0) this.input({ kind: 'program', channel, number, key: '' }, 1, true);
  }
  key(chord: string): boolean {
    return this.input({ kind: 'key', channel: 0, number: 0, key: chord }, 1, true);
  }

  forget(mapping: ControlMapping) {
    this.set(this.mappings.filter((m) => !(sameInput(m, mapping) && m.control === mapping.control)));
  }

  private input(
    from: Omit<ControlMapping, 'control'>,
    value: number,
    pressed: boolean,
    crossed = true,
  ): boolean {
    if (this.learning) {
      // A knob that trembles at rest is not meant.
      if (!pressed && !(from.kind === 'cc' && isContinuous(this.learning))) return false;
      const mapping: ControlMapping = { ...from, control: this.learning };
      this.learning = null;
      this.set([...this.mappings.filter((m) => !sameInput(m, mapping)), mapping]);
      this.learnt();
      return true;
    }
    const mapped = this.mappings.filter((m) => sameInput(m, { ...from, control: m.control }));
    for (const { control } of mapped) {
      if (isContinuous(control)) this.act({ control, value });
      else if (crossed && (pressed || control.startsWith('solo')))
        this.act({ control, value: pressed ? 1 : 0 });
    }
    return mapped.length > 0;
  }
  private set(mappings: readonly ControlMapping[]) {
    this.mappings = mappings;
    this.changed(mappings);
  }
}

// Every MIDI input there is and comes; answers how to stop. Asks the person once.
export async function listenToMidi(heard: (data: Uint8Array) => void): Promise<() => void> {
  if (!('requestMIDIAccess' in navigator))
    throw failure(
      'unsupported',
      'This browser knows no MIDI.',
      'Use Chrome, Edge or Firefox, or a pedal that types keys.',
    );
  const access = await navigator.requestMIDIAccess().catch(() => {
    throw failure(
      'not_allowed',
      'The browser was not allowed to use MIDI.',
      'Allow it beside the address of this page, then try again.',
    );
  });
  const listen = (event: MIDIMessageEvent) => event.data && heard(event.data);
  const all = () => {
    for (const input of access.inputs.values()) input.onmidimessage = listen;
  };
  access.onstatechange = all;
  all();
  return () => {
    access.onstatechange = null;
    for (const input of access.inputs.values()) input.onmidimessage = null;
  };
}
