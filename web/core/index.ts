// The door of core: everything that ui may use.
export { createSession } from './session';
export * from './types';
export { type SynthName, synths } from '../contract/synths';
