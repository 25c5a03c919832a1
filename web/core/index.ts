// The door of core: everything that ui may use.
export { createSession } from './session';
export * from './types';
