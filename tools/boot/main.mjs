import 'reflect-metadata';
import * as common from '@nestjs/common';
import * as core from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import fastifyCors from '@fastify/cors';
import cors from 'cors';
import express from 'express';
import * as lib from 'nestjs-cors-policy';
import { main } from './app.cjs';

const adapters = { express: () => new ExpressAdapter(), fastify: () => new FastifyAdapter() };
main({ common, core, adapters, lib, cors, express, fastifyCors });
