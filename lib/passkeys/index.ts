import 'server-only';

export * from './authentication';
export * from './manage';
export { isKnownCredential, listedColumns, markUsed, purgeChallenges, usedNow } from './queries';
export * from './registration';
export * from './schemas';
