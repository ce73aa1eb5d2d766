// A process that answers late, and closes its server when it is told to: see `tests/drain.test.ts`.
import { setTimeout as wait } from 'node:timers/promises';
import { createGracefulServer } from '../../scripts/graceful-server.mjs';

let accepted = 0;
let done = 0;
const server = createGracefulServer(async (_, response) => {
  accepted++;
  await wait(20);
  response.end('whole');
  await wait(50); // what is done after the answer
  done++;
});
await server.listen(0, '127.0.0.1');
process.send(server.http.address().port);
process.once('SIGTERM', async () => {
  await server.close();
  process.send({ accepted, done }, () => process.exit(0));
});
