// Better Auth on Node.js alone, as its documentation does it. The arguments are those of `next start`.
import { createServer } from 'node:http';
import { toNodeHandler } from 'better-auth/node';
import { auth } from './auth.js';

createServer(toNodeHandler(auth)).listen(Number(process.argv.at(-1)), '127.0.0.1');
