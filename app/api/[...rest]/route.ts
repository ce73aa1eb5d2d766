import { jsonRoute, refusal } from '@/lib/http';

const nothingHere = jsonRoute({ access: 'anyone', limit: 'manage' }, async () => refusal('not_found'));

export { nothingHere as DELETE, nothingHere as GET, nothingHere as PATCH, nothingHere as POST, nothingHere as PUT };
