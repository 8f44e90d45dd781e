/*
 * GraphQL: one path, one policy. No controller serves the path, so an entry of `routes` sets the policy. CORS knows
 * only URLs: resolvers decide who may see which field.
 */
import 'reflect-metadata';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Args, Field, GraphQLModule, ID, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
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
  private readonly orders: Order[] = [{ id: '1', product: 'tea' }];

  @Query(() => [Order])
  allOrders(): Order[] {
    return this.orders;
  }

  @Mutation(() => Order)
  order(@Args('product') product: string): Order {
    const order = { id: String(this.orders.length + 1), product };
    this.orders.push(order);
    return order;
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
          maxAge: 600,
          // Queries and mutations have the same path. A mutation of another origin is refused before a resolver runs.
          enforce: true,
        },
      },
      routes: [{ path: '/graphql', policy: 'partner', methods: ['POST'] }],
    }),
    // Has no `cors` option, because only one CORS layer may decide.
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true, graphiql: false }),
  ],
  providers: [OrdersResolver],
})
class AppModule {}

await start(await NestFactory.create(AppModule, platform(), { logger: ['warn', 'error', 'fatal'] }));
