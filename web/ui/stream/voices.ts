// The players of the endless music: their order, their colours everywhere, how high they play.
export const VOICES = ['pad', 'choir', 'piano', 'pluck', 'bell', 'bass', 'drums', 'texture'] as const;
export type VoiceName = (typeof VOICES)[number];

const TONES: Record<string, string> = {
  pad: '--other',
  choir: '--vocals',
  piano: '--text',
  pluck: '--green',
  bell: '--teal',
  bass: '--bass',
  drums: '--drums',
  texture: '--mute',
};

export const toneName = (voice: string): string => TONES[voice] ?? '--mute';
export const tone = (voice: string): string => `var(${toneName(voice)})`;
export const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
