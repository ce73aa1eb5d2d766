// `npm run db:migrate`: brings the database up to date without starting the server, which does so by itself.
import { closeDb } from '@/db';
import { migrate } from '@/db/migrate';

await migrate();
await closeDb();
console.log('The database is up to date.');
