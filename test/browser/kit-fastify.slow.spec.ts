import { compareWithChromium } from './kit/beside-chromium.js';

// A file for each platform: these are the longest tests, and files run beside each other.
compareWithChromium('fastify');
