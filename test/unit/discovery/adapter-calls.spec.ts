import { ModulesContainer } from '@nestjs/core';
import { AdapterCalls } from '../../../lib/discovery/adapter-calls.js';

/** A small adapter. The library wraps its methods. */
class SmallAdapter {
  readonly ran: string[] = [];

  use(name: string): void {
    this.ran.push(name);
  }

  listen(): void {
    this.ran.push('listen');
  }
}

const watched = (adapter: SmallAdapter): AdapterCalls => new AdapterCalls(adapter, new ModulesContainer(), () => '');

describe('3.7: the calls of an adapter', () => {
  it('are recorded until release()', () => {
    const adapter = new SmallAdapter();
    const recorder = watched(adapter);

    adapter.use('cors');
    expect(recorder.calls.map(({ method, args }) => [method, args])).toEqual([['use', ['cors']]]);
    recorder.release();
    adapter.use('other');

    expect(recorder.calls).toEqual([]);
    expect(adapter.ran).toEqual(['cors', 'other']);
  });

  it('run every check before the app listens', () => {
    const adapter = new SmallAdapter();
    const recorder = watched(adapter);
    recorder.beforeListening(() => adapter.ran.push('first'));
    recorder.beforeListening(() => adapter.ran.push('second'));

    adapter.listen();

    expect(adapter.ran).toEqual(['second', 'first', 'listen']);
  });
});

describe('release()', () => {
  it('restores a method that was wrapped twice', () => {
    const adapter = new SmallAdapter();
    const recorder = watched(adapter);
    recorder.beforeListening(() => undefined);
    recorder.beforeListening(() => undefined);

    recorder.release();

    expect(Object.keys(Object.getOwnPropertyDescriptors(adapter))).toEqual(['ran']);
    expect(adapter.listen).toBe(SmallAdapter.prototype.listen);
  });

  it('restores a method that the adapter object itself has', () => {
    const own = (): void => undefined;
    const adapter = Object.assign(new SmallAdapter(), { use: own });

    watched(adapter).release();

    expect(adapter.use).toBe(own);
  });

  it('leaves a method that other code has wrapped since', () => {
    const adapter = new SmallAdapter();
    const recorder = watched(adapter);
    const other = (): void => undefined;
    adapter.use = other;

    recorder.release();

    expect(adapter.use).toBe(other);
  });
});
