import 'server-only';

export * from './queries';
