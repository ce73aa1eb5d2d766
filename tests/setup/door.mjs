// A process that answers late, and closes its door when it is told to: see `tests/drain.test.ts`.
import { setTimeout as wait } from 'node:timers/promises';
import { openDoor } from '../../scripts/http-door.mjs';

let accepted = 0;
let done = 0;
const door = openDoor(async (_, response) => {
  accepted++;
  await wait(20);
  response.end('whole');
  await wait(50); // what is done after the answer
  done++;
});
await door.listen(0, '127.0.0.1');
process.send(door.server.address().port);
process.once('SIGTERM', async () => {
  await door.close();
  process.send({ accepted, done }, () => process.exit(0));
});
