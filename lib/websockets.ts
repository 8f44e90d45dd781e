export { corsWebSocketAdapter } from './integrations/websockets/cors-websocket-adapter.js';
