import { jest } from '@jest/globals';
import { CallLimit, type Slot } from '../../../../lib/providers/calls/call-limit.js';

beforeEach(() => jest.useFakeTimers({ now: 0 }));
afterEach(() => jest.useRealTimers());

function enter(limit: CallLimit): Slot {
  expect(limit.hasRoom()).toBe(true);
  return limit.enter();
}

it('has room for the given number of calls, including abandoned ones', () => {
  const limit = new CallLimit(2);
  const first = enter(limit);
  const second = enter(limit);
  expect(limit.hasRoom()).toBe(false);
  first.leave();
  enter(limit).leave();
  second.leave();
  expect(limit.hasRoom()).toBe(true);
});

it('frees the slot of a call that is answered late', () => {
  const limit = new CallLimit(2);
  enter(limit).giveUp();
  enter(limit).giveUp();
  // One more call tests the provider.
  const last = enter(limit);
  last.giveUp();
  expect(limit.hasRoom()).toBe(false);
  last.leaveLate();
  expect(limit.hasRoom()).toBe(true);
});

it('forgets lost calls when the provider answers another one in time', () => {
  const limit = new CallLimit(3);
  enter(limit).giveUp();
  enter(limit).giveUp();
  jest.advanceTimersByTime(10_000);
  enter(limit).leave();
  enter(limit);
  enter(limit);
  enter(limit);
  expect(limit.hasRoom()).toBe(false);
});

it('keeps calls that were abandoned just now, although the provider answers others', () => {
  jest.advanceTimersByTime(60_000);
  const limit = new CallLimit(3);
  enter(limit).giveUp();
  enter(limit).leave();
  enter(limit).giveUp();
  enter(limit).leave();
  enter(limit).giveUp();
  // One more call tests the provider. Further calls are refused.
  enter(limit).giveUp();
  expect(limit.hasRoom()).toBe(false);
});

it('allows one call every five seconds if lost calls take all slots', () => {
  const limit = new CallLimit(2);
  const lost = [enter(limit), enter(limit)];
  lost.forEach((place) => place.giveUp());
  let through = 0;
  for (let second = 0; second < 60; second++) {
    if (limit.hasRoom()) {
      through++;
      limit.enter().giveUp();
    }
    jest.advanceTimersByTime(1_000);
  }
  expect(through).toBe(12);
  lost.forEach((place) => place.leaveLate());
});

it('has no room, probe or not, while all calls are waited for', () => {
  const limit = new CallLimit(1);
  enter(limit);
  jest.advanceTimersByTime(60_000);
  expect(limit.hasRoom()).toBe(false);
});
