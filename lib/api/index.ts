import 'server-only';

export { openApi } from './openapi';
export { commands, routes } from './routes';
export { serveApi } from './serve';
