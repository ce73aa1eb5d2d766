import 'server-only';

export * from './operations';
export { readUsers, showUser } from './read';
