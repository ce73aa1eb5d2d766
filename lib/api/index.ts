import 'server-only';

export { openApi } from './openapi';
export { routes } from './routes';
export { serveApi } from './serve';
