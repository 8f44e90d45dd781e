// One app with a gateway that listens, for a client in another process. See measure.js.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { WebSocketGateway } from '@nestjs/websockets';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { corsWebSocketAdapter } from 'nestjs-cors-policy/websockets';
import { entriesOf } from '../traffic.js';

const { framework, adapter, variant, list } = JSON.parse(process.argv[2]);

class ChatGateway {
  handleConnection() {
    // What the app does with a client is not measured.
  }
}
WebSocketGateway()(ChatGateway);
const isOurs = variant === 'ours';
if (isOurs) {
  CorsPolicy({ origin: [...entriesOf(list)], credentials: true })(ChatGateway);
}
class AppModule {}
const root = { module: AppModule, imports: isOurs ? [CorsModule.forRoot()] : [], providers: [ChatGateway] };
const platform =
  framework === 'fastify'
    ? new (await import('@nestjs/platform-fastify')).FastifyAdapter({ logger: false })
    : new (await import('@nestjs/platform-express')).ExpressAdapter();
const app = await NestFactory.create(root, platform, { logger: ['error'] });
const bare =
  adapter === 'ws'
    ? new (await import('@nestjs/platform-ws')).WsAdapter(app)
    : new (await import('@nestjs/platform-socket.io')).IoAdapter(app);
app.useWebSocketAdapter(isOurs ? corsWebSocketAdapter(bare, app) : bare);
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
