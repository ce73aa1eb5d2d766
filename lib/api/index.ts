import 'server-only';

export { openApi } from './openapi';
export { serveApi } from './serve';
