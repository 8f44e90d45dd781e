/*
 * Subscriptions of GraphQL: a WebSocket on the same path as queries. A page of any origin can open it, and the browser
 * sends the user's cookies with the handshake. graphql-ws does not check the origin. The entry of `routes` applies to
 * the handshake and to queries, without a further call.
 */
import 'reflect-metadata';
import { EventEmitter, on } from 'node:events';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Args, Field, GraphQLModule, ID, Mutation, ObjectType, Query, Resolver, Subscription } from '@nestjs/graphql';
import { CorsModule } from 'nestjs-cors-policy';
import { platform } from './platform.js';
import { start } from './start.js';

@ObjectType()
class Order {
  @Field(() => ID)
  id!: string;

  @Field()
  product!: string;
}

@Resolver(() => Order)
class OrdersResolver {
  private readonly placed = new EventEmitter();
  private count = 0;

  @Query(() => Number)
  orderCount(): number {
    return this.count;
  }

  @Mutation(() => Order)
  order(@Args('product') product: string): Order {
    this.count += 1;
    const order = { id: String(this.count), product };
    this.placed.emit('order', order);
    return order;
  }

  @Subscription(() => Order)
  async *orderPlaced(): AsyncGenerator<{ orderPlaced: Order }> {
    for await (const [orderPlaced] of on(this.placed, 'order') as AsyncIterable<[Order]>) {
      yield { orderPlaced };
    }
  }
}

@Module({
  imports: [
    CorsModule.forRoot({
      policies: {
        partner: {
          origin: 'https://partner.example',
          credentials: true,
          allowedHeaders: ['Content-Type'],
          enforce: true,
        },
      },
      routes: [{ path: '/graphql', policy: 'partner' }],
    }),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      graphiql: false,
      subscriptions: { 'graphql-ws': true },
    }),
  ],
  providers: [OrdersResolver],
})
class AppModule {}

await start(await NestFactory.create(AppModule, platform(), { logger: ['warn', 'error', 'fatal'] }));
