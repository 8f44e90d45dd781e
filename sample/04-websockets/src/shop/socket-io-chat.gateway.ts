import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import { CorsPolicy } from 'nestjs-cors-policy';
import { Socket } from 'socket.io';
import { Chat, type Message } from './chat.js';

/** The chat on socket.io. It has no `cors` option, because the policy decides on both transports. */
@CorsPolicy('tenant')
@WebSocketGateway()
export class SocketIoChat implements OnGatewayConnection {
  constructor(private readonly chat: Chat) {}

  handleConnection(socket: Socket): void {
    if (!this.chat.signIn(socket, socket.handshake.headers.cookie)) {
      socket.disconnect(true);
    }
  }

  @SubscribeMessage('history')
  history(@ConnectedSocket() socket: Socket): readonly Message[] {
    return this.chat.history(socket);
  }

  @SubscribeMessage('say')
  say(@ConnectedSocket() socket: Socket, @MessageBody() text: string): readonly Message[] {
    return this.chat.say(socket, text);
  }
}
