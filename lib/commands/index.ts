import 'server-only';

export { camel, kebab, optionsOf } from './options';
export { printed } from './print';
export { type Refused, runHere, runThroughApi } from './run';
export { commands } from './table';
