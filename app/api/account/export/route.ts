import { exportAccount } from '@/lib/account';
import { jsonOf, methods } from '@/lib/http';

const headers = { 'content-disposition': 'attachment; filename="latchkey-account.json"' };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonOf(exportAccount, { answer: (account) => Response.json(account, { headers }) }),
});
