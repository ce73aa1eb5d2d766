import { openApi } from '@/lib/api';
import { jsonRoute, methods } from '@/lib/http';

const describe = jsonRoute({ access: 'anyone', limit: 'manage' }, async () => Response.json(openApi()));

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({ GET: describe, HEAD: describe });
