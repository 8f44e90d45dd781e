require('reflect-metadata');
const { ExpressAdapter } = require('@nestjs/platform-express');
const { FastifyAdapter } = require('@nestjs/platform-fastify');

const adapters = { express: () => new ExpressAdapter(), fastify: () => new FastifyAdapter() };
require('./app.cjs').main({
  common: require('@nestjs/common'),
  core: require('@nestjs/core'),
  adapters,
  lib: require('nestjs-cors-policy'),
  cors: require('cors'),
  express: require('express'),
  fastifyCors: require('@fastify/cors'),
});
