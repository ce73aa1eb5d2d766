export * from './audit-events';
export * from './challenges';
export * from './factors';
export * from './one-time-tokens';
export * from './passkeys';
export * from './rate-limits';
export * from './sessions';
export * from './users';
