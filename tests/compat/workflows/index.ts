export * from './activities';
export * from './basics';
export * from './cancellation';
export * from './children';
export * from './metadata';
export * from './signals';
export * from './versions';
