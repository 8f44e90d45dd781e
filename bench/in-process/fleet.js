// Apps in separate processes, which work in turn.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('worker.js', import.meta.url));

/** Starts a worker; `ask(job)` resolves with its answer. */
export async function startWorker(options, execArgv = []) {
  const child = fork(WORKER, [JSON.stringify(options)], { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let settle;
  child.on('message', (answer) => settle.resolve(answer));
  child.on('exit', (code) =>
    settle?.reject(new Error(`A worker ended with exit code ${code}: ${JSON.stringify(options)}`)),
  );
  const next = () =>
    new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
  await next();
  return {
    ask(job) {
      const answer = next();
      child.send(job);
      return answer;
    },
    stop() {
      settle = undefined;
      child.removeAllListeners('exit');
      child.kill();
    },
  };
}
