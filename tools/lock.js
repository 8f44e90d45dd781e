// One process at a time: test files that run side by side may all ask for the same build.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Runs `work` while this process holds the lock file; a lock whose owner is gone is taken over. */
export async function withLock(file, work) {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') {
        throw error;
      }
    }
    let owner;
    try {
      owner = Number(readFileSync(file, 'utf8'));
    } catch {
      continue; // given back meanwhile
    }
    // Zero is an owner that has made the file and not yet written its number.
    if (owner > 0 && !isAlive(owner)) {
      rmSync(file, { force: true });
    } else {
      await sleep(100);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
