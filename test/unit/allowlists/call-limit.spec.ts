import { jest } from '@jest/globals';
import { CallLimit, type Place } from '../../../lib/allowlists/call-limit.js';

beforeEach(() => jest.useFakeTimers({ now: 0 }));
afterEach(() => jest.useRealTimers());

function enter(limit: CallLimit): Place {
  expect(limit.hasRoom()).toBe(true);
  return limit.enter();
}

it('has room for as many calls as it is told, those given up included', () => {
  const limit = new CallLimit(2);
  const first = enter(limit);
  const second = enter(limit);
  expect(limit.hasRoom()).toBe(false);
  first.leave();
  enter(limit).leave();
  second.leave();
  expect(limit.hasRoom()).toBe(true);
});

it('frees the place of a call that is answered late', () => {
  const limit = new CallLimit(2);
  const [first, second] = [enter(limit), enter(limit)];
  first.giveUp();
  expect([limit.hasRoom(), limit.hasRoom()]).toEqual([true, true]);
  second.leaveLate();
});

it('writes lost calls off once the provider answers another in time', () => {
  const limit = new CallLimit(3);
  enter(limit).giveUp();
  enter(limit).giveUp();
  enter(limit).leave();
  enter(limit);
  enter(limit);
  enter(limit);
  expect(limit.hasRoom()).toBe(false);
});

it('lets one call in every five seconds through where all places are taken by lost ones', () => {
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
