const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DELIMITER = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/;
const DAY = /^(\d{1,2})(?:\D|$)/;
const YEAR = /^(\d{2,4})(?:\D|$)/;

/**
 * Reads the date of `Expires` (RFC 6265, 5.1.1), which takes its parts in any order.
 *
 * @returns milliseconds; `undefined` for what is no date, such as `0`: the cookie then ends with the session
 */
export function parseCookieDate(text: string): number | undefined {
  let time: readonly number[] | undefined;
  let day: number | undefined;
  let month = -1;
  let year: number | undefined;
  for (const token of text.split(DELIMITER)) {
    const clock = time === undefined ? TIME.exec(token) : null;
    const date = day === undefined ? DAY.exec(token) : null;
    const named = month < 0 ? MONTHS.indexOf(token.slice(0, 3).toLowerCase()) : -1;
    if (clock !== null) {
      time = clock.slice(1).map(Number);
    } else if (date !== null) {
      day = Number(date[1]);
    } else if (named >= 0) {
      month = named;
    } else if (year === undefined) {
      year = yearOf(YEAR.exec(token)?.[1]);
    }
  }
  const [hour = 24, minute = 60, second = 60] = time ?? [];
  if (year === undefined || month < 0 || day === undefined || year < 1601 || hour > 23 || minute > 59 || second > 59) {
    return undefined;
  }
  const date = new Date(Date.UTC(year, month, day, hour, minute, second));
  return date.getUTCDate() === day ? date.getTime() : undefined;
}

function yearOf(digits: string | undefined): number | undefined {
  const year = digits === undefined ? undefined : Number(digits);
  return year === undefined || year > 99 ? year : year + (year < 70 ? 2000 : 1900);
}
