import type { DecisionEvent } from '../../../../lib/tooling/devtools/protocol.js';
import {
  clear,
  type DecisionFilter,
  type DecisionList,
  isAllowed,
  mainOf,
  MAX_ROWS,
  NO_DECISIONS,
  NO_FILTER,
  pause,
  resume,
  shownRows,
  waiting,
  withMessage,
} from '../../../../lib/tooling/devtools/page/live/decisions.js';

function decision(id: number, rest: Partial<DecisionEvent> = {}): DecisionEvent {
  return {
    id,
    time: id,
    origin: 'https://shop.example',
    method: 'GET',
    url: `/orders/${id}`,
    preflight: false,
    allowed: true,
    reason: 'allowed',
    credentials: false,
    headers: [],
    ...rest,
  };
}

function add(list: DecisionList, decisions: readonly DecisionEvent[], { run = 'one', leftOut = 0 } = {}): DecisionList {
  return withMessage(list, { run, decisions, leftOut });
}

const ids = (list: DecisionList, filter = NO_FILTER): readonly number[] => shownRows(list, filter).map(({ id }) => id);

describe('6.5: live decisions', () => {
  it('are shown with the newest first, each once', () => {
    const list = add(add(NO_DECISIONS, [decision(1), decision(2)]), [decision(2), decision(3)]);
    expect(ids(list)).toEqual([3, 2, 1]);
  });

  it('have a preflight and its request in one row, in one message or in two', () => {
    const first = add(NO_DECISIONS, [decision(1, { preflight: true }), decision(2, { pair: 1 })]);
    expect(first.rows).toHaveLength(1);
    const second = add(first, [decision(3, { preflight: true }), decision(4)]);
    const third = add(second, [decision(5, { pair: 3, allowed: false })]);
    expect(ids(third)).toEqual([4, 3, 1]);
    const [, pair] = third.rows;
    expect([pair?.preflight?.id, pair?.request?.id]).toEqual([3, 5]);
    expect(mainOf(pair!).id).toBe(5);
    expect(isAllowed(pair!)).toBe(false);
  });

  it('have a row for each request, if a browser keeps one preflight for several', () => {
    const list = add(NO_DECISIONS, [
      decision(1, { preflight: true }),
      decision(2, { pair: 1 }),
      decision(3, { pair: 1 }),
    ]);
    expect(ids(list)).toEqual([3, 1]);
  });

  it('are dropped beyond a bound, the oldest first', () => {
    const all = Array.from({ length: MAX_ROWS + 20 }, (_, index) => decision(index + 1));
    const list = add(add(NO_DECISIONS, all.slice(0, 300)), all.slice(300));
    expect(list.rows).toHaveLength(MAX_ROWS);
    expect([list.rows[0]?.id, list.rows.at(-1)?.id]).toEqual([MAX_ROWS + 20, 21]);
  });

  it('count what did not come since the first', () => {
    const first = add(NO_DECISIONS, [decision(41), decision(42)], { leftOut: 40 });
    expect(first.leftOut).toBe(0);
    expect(add(first, [decision(46)], { leftOut: 3 }).leftOut).toBe(3);
    // A stream that begins anew repeats what is there, and counts it as left out where it does not.
    const anew = add(first, [decision(42), decision(43)], { leftOut: 41 });
    expect(anew.leftOut).toBe(0);
    expect(add(add(anew, [decision(50)]), [decision(60)]).leftOut).toBe(6 + 9);
  });

  it('begin anew with another run of the app', () => {
    const list = add(add(NO_DECISIONS, [decision(7)], { leftOut: 2 }), [decision(1)], { run: 'two' });
    expect(ids(list)).toEqual([1]);
    expect(list.leftOut).toBe(0);
  });

  it('are the same object if a message brings nothing new', () => {
    const list = add(NO_DECISIONS, [decision(1)]);
    expect(add(list, [decision(1)])).toBe(list);
  });

  it('do not change while the list is paused, and are all there afterwards', () => {
    const paused = add(pause(add(NO_DECISIONS, [decision(1)])), [decision(2), decision(3)]);
    expect(ids(paused)).toEqual([1]);
    expect(waiting(paused)).toBe(2);
    expect(ids(resume(paused))).toEqual([3, 2, 1]);
    expect(waiting(resume(paused))).toBe(0);
    const nextRun = add(paused, [decision(1)], { run: 'two' });
    expect(ids(nextRun)).toEqual([1]);
  });

  it('count what waits behind a pause, after an empty list and another run too', () => {
    expect(waiting(add(pause(NO_DECISIONS), [decision(1)]))).toBe(1);
    const nextRun = add(pause(add(NO_DECISIONS, [decision(7)])), [decision(1), decision(2)], { run: 'two' });
    expect(waiting(nextRun)).toBe(2);
  });

  it('are gone once they are cleared, and do not come back with a message', () => {
    const list = clear(add(NO_DECISIONS, [decision(1), decision(2)]));
    expect(ids(add(list, [decision(2), decision(3)]))).toEqual([3]);
  });

  it.each<[Partial<DecisionFilter>, number[]]>([
    [{ verdict: 'allowed' }, [6, 5, 4, 1]],
    [{ verdict: 'refused' }, [2]],
    [{ kind: 'preflight' }, [4, 2]],
    [{ kind: 'request' }, [5, 4, 1]],
    [{ kind: 'websocket' }, [6]],
    [{ origin: ' SHOP' }, [6, 4, 2, 1]],
    [{ origin: 'no origin' }, [5]],
    [{ route: 'OrdersController.upd' }, [4]],
    [{ route: 'put' }, [4, 2]],
    [{ route: 'partner', kind: 'request' }, [4]],
    [{ route: 'no such thing' }, []],
  ])('are filtered by %j', (filter, expected) => {
    const list = add(NO_DECISIONS, [
      decision(1),
      decision(2, { preflight: true, allowed: false, method: 'PUT' }),
      decision(4, { preflight: true, method: 'PUT' }),
      decision(3, { id: 5, origin: undefined as never }),
      decision(6, { webSocket: true }),
      decision(7, { pair: 4, method: 'PUT', route: 'OrdersController.update', policy: 'partner' }),
    ]);
    expect(ids(list, { ...NO_FILTER, ...filter })).toEqual(expected);
  });
});
