// <time datetime="…" data-local-time="clock|day|moment|age"> is shown in the reader's own zone and language,
// or in data-zone when given (the contact's). What the server wrote stays where the browser cannot do better.

const STYLES = {
  clock: { hour: "numeric", minute: "2-digit" },
  day: { weekday: "long", month: "long", day: "numeric" },
  moment: { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" },
};
const STEPS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
// Ages are counted by the server's clock: that of a phone, or of a demonstration, may stand elsewhere.
const ahead = Date.parse(document.documentElement.dataset.now) - Date.now() || 0;
const language = document.documentElement.lang || undefined;

function ageOf(moment) {
  const seconds = (moment - Date.now() - ahead) / 1000;
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "narrow" });
  const [unit, length] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ["minute", 60];
  return words.format(Math.trunc(seconds / length), unit);
}

function show(element) {
  const moment = new Date(element.dateTime);
  const style = element.dataset.localTime;
  if (Number.isNaN(moment.valueOf())) return;
  if (style === "age") element.textContent = ageOf(moment);
  else if (STYLES[style]) {
    const options = { ...STYLES[style], timeZone: element.dataset.zone };
    element.textContent = new Intl.DateTimeFormat(language, options).format(moment);
  }
}

const showAll = (root) => root.querySelectorAll("time[data-local-time]").forEach(show);

showAll(document);
document.addEventListener("htmx:load", (event) => showAll(event.target));
setInterval(() => showAll(document), 60_000); // ages grow
