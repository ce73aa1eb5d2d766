import 'server-only';

export { commands } from '@/lib/api';
export { camel, kebab, optionsOf } from './options';
export { printed } from './print';
export { type Refused, runHere, runThroughApi } from './run';
