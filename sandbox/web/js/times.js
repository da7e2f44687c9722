/** Dates and times as people at the hospital read them: China Standard Time, whatever the computer's zone. */

const ZONE = "Asia/Shanghai";
const OFFSET = "+08:00";
const format = (locale, options) => new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options });

const clockFace = format("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const isoDay = format("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });
const monthDay = format("zh-CN", { month: "long", day: "numeric" });
const weekday = format("zh-CN", { weekday: "short" });
const longWeekday = format("zh-CN", { weekday: "long" });
const full = format("zh-CN", { dateStyle: "long", timeStyle: "medium", hourCycle: "h23" });

const DAY_MS = 86_400_000;

/** "07:30" */
export const timeOf = (date) => clockFace.format(date);

/** "2026-11-22", which also sorts and compares. */
export const dayOf = (date) => isoDay.format(date);

/** "2026年11月22日 07:30:05" */
export const fullOf = (date) => full.format(date);

/** "11月22日 周日" */
export const shortDay = (date) => `${monthDay.format(date)} ${weekday.format(date)}`;

/** The words on a day separator: 今天, 昨天, 11月20日 星期五, and the year when it is another. */
export function dayTitle(date, now) {
  const day = dayOf(date);
  if (day === dayOf(now)) return "今天";
  if (day === dayOf(new Date(now.getTime() - DAY_MS))) return "昨天";
  const year = day.slice(0, 4) === dayOf(now).slice(0, 4) ? "" : `${day.slice(0, 4)}年`;
  return `${year}${monthDay.format(date)} ${longWeekday.format(date)}`;
}

/** The time beside a chat in a list: of today the hour, of another day the date. */
export function briefly(date, now) {
  if (dayOf(date) === dayOf(now)) return timeOf(date);
  if (dayOf(date) === dayOf(new Date(now.getTime() - DAY_MS))) return "昨天";
  return monthDay.format(date);
}

/** For <input type="datetime-local">, and back. */
export const toPicker = (date) => `${dayOf(date)}T${timeOf(date)}`;
export const fromPicker = (value) => `${value}:00${OFFSET}`;
