import type { IncomingMessage } from 'node:http';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
  type WsResponse,
} from '@nestjs/websockets';
import { CorsPolicy } from 'nestjs-cors-policy';
import { WebSocket } from 'ws';
import { Chat, type Message } from './chat.js';

/** The close code of a policy violation. */
const NOT_SIGNED_IN = 1008;

/** The same chat on ws, which does not check origins itself. */
@CorsPolicy('tenant')
@WebSocketGateway({ path: '/chat' })
export class WsChat implements OnGatewayConnection {
  constructor(private readonly chat: Chat) {}

  handleConnection(socket: WebSocket, { headers }: IncomingMessage): void {
    if (!this.chat.signIn(socket, headers.cookie)) {
      socket.close(NOT_SIGNED_IN);
    }
  }

  @SubscribeMessage('history')
  history(@ConnectedSocket() socket: WebSocket): WsResponse<readonly Message[]> {
    return { event: 'history', data: this.chat.history(socket) };
  }

  @SubscribeMessage('say')
  say(@ConnectedSocket() socket: WebSocket, @MessageBody() text: string): WsResponse<readonly Message[]> {
    return { event: 'history', data: this.chat.say(socket, text) };
  }
}
