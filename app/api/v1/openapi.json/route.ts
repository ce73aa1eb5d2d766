import { openApi } from '@/lib/api';
import { jsonRoute, methods } from '@/lib/http';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: jsonRoute({ access: 'anyone', limit: 'manage' }, async () => Response.json(openApi())),
});
