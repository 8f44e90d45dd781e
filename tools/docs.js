// The documentation site, made by VitePress, which docs/package.json installs.
//
//   node tools/docs.js          builds it in .artifacts/docs
//   node tools/docs.js --dev    serves it, and shows what you change
import { runSite } from './site/run.js';

process.exitCode = await runSite(process.argv.includes('--dev') ? 'dev' : 'build');
