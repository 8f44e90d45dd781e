// One app that listens, for a load generator in another process. See measure.js.
import { startNest } from '../apps/nest.js';

const { framework, ...options } = JSON.parse(process.argv[2]);
const app = await startNest({ platform: framework, ...options });
await app.listen(0, '127.0.0.1');
let began;
process.on('message', (message) => {
  if (message === 'begin') {
    began = process.cpuUsage();
    process.send('began');
  } else {
    const { user, system } = process.cpuUsage(began);
    process.send(user + system);
  }
});
process.send(app.getHttpServer().address().port);
