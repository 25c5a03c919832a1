// The door of core: everything that ui may use.
export * from './types';
