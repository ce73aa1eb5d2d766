import 'server-only';

export { isOpenable, seal, unseal } from './cipher';
export { open, reseal } from './open';
export { steadyDigest, steadyKeys } from './steady';
