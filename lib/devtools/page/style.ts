/** Light and dark after the system's choice; every colour stands beside a sign or a word. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f7f7f5, #14161a);
  --card: light-dark(#ffffff, #1b1e24);
  --ink: light-dark(#1b1d22, #e7e6e2);
  --soft: light-dark(#585d68, #a4a9b4);
  --line: light-dark(#e1e0db, #30353e);
  --field: light-dark(#8d9099, #6d7381);
  --accent: light-dark(#2450b4, #93b7ff);
  --on-accent: light-dark(#ffffff, #10131a);
  --good: light-dark(#0f6130, #86dca3);
  --good-back: light-dark(#e0f2e5, #16351f);
  --part: light-dark(#0d5a6b, #7fd3e6);
  --part-back: light-dark(#dff1f5, #11333c);
  --bad: light-dark(#9c1f16, #ffa79d);
  --bad-back: light-dark(#fbe6e3, #42201d);
  --warn: light-dark(#7a4a00, #f2c46d);
  --warn-back: light-dark(#fbefd5, #3a2c10);
  --mono: ui-monospace, 'Cascadia Code', 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace;
  font: 14px/1.5 system-ui, 'Segoe UI', 'Liberation Sans', sans-serif;
  scroll-padding-top: 5.5rem;
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--paper); color: var(--ink); }
header { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 2rem;
  padding: .7rem max(1.25rem, calc((100vw - 82rem) / 2)); border-bottom: 1px solid var(--line); background: var(--card); }
header div { margin-inline-end: auto; }
h1 { margin: 0; font-size: 1.15rem; letter-spacing: -.01em; }
h2 { margin: 0; font-size: 1.05rem; }
h3 { margin: 0 0 .5rem; font-size: .95rem; }
h4 { margin: 1rem 0 .3rem; font-size: .85rem; }
#summary { margin: 0; color: var(--soft); font-size: .85rem; }
nav { display: flex; flex-wrap: wrap; gap: .15rem .25rem; }
nav a { padding: .3rem .55rem; border-radius: .4rem; color: var(--ink); text-decoration: none; }
nav a:hover { background: var(--paper); color: var(--accent); }
a { color: var(--accent); }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 3; padding: .4rem .8rem; background: var(--card); }
main { max-width: 84.5rem; margin: 0 auto; padding: .5rem 1.25rem 2rem; }
main > section { padding: 1.25rem 0 .75rem; }
.title { display: flex; align-items: baseline; gap: .75rem; margin-bottom: .6rem; }
.title p { margin: 0; color: var(--soft); }
.soft, footer { color: var(--soft); }
section > .soft { max-width: 60rem; margin: 0 0 .6rem; }
footer { max-width: 84.5rem; margin: 0 auto; padding: 0 1.25rem 2rem; font-size: .85rem; }
code, pre, dl.headers, .method { font-family: var(--mono); font-size: .9em; }
code { overflow-wrap: anywhere; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); border: 0; white-space: nowrap; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: .3rem; }

form { display: flex; flex-wrap: wrap; align-items: end; gap: .6rem .75rem; margin: 0 0 .75rem; }
label { display: grid; gap: .15rem; color: var(--soft); font-size: .85rem; }
input, select, textarea, button { padding: .35rem .55rem; border: 1px solid var(--field); border-radius: .4rem;
  background: var(--card); color: var(--ink); font: inherit; font-size: .95rem; }
input, textarea { font-family: var(--mono); font-size: .9rem; }
textarea { resize: vertical; }
::placeholder { color: var(--soft); opacity: 1; }
button { cursor: pointer; }
button:hover { border-color: var(--accent); color: var(--accent); }
button.primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
button.primary:hover { filter: brightness(1.1); }
.wide { flex: 1 1 16rem; }
.narrow { flex: 0 1 8rem; }
.narrow input { width: 100%; }
.full { flex: 1 1 100%; }
.check { display: flex; align-items: center; gap: .4rem; flex: 1 1 100%; color: var(--ink); }
.check input { margin: 0; accent-color: var(--accent); }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem 1.25rem; flex: 1 1 100%; }
fieldset { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .6rem; margin: 0; padding: 0; border: 0; }
fieldset label { display: flex; align-items: center; gap: .4rem; }

.scroll { overflow-x: auto; }
table { width: 100%; border: 1px solid var(--line); border-radius: .5rem; border-spacing: 0; background: var(--card); }
th, td { padding: .4rem .7rem; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; font-weight: inherit; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--soft); font-size: .8rem; font-weight: 600; }
.routes tbody tr:not(.detail):hover > * { background: var(--paper); }
.c-more { text-align: end; white-space: nowrap; }
.c-handler { color: var(--soft); overflow-wrap: anywhere; }
.c-method { white-space: nowrap; }
.method { display: inline-block; min-width: 4.1rem; margin-inline-end: .4rem; color: var(--soft); font-weight: 600; }
.quiet { padding: .1rem .5rem; border-color: transparent; background: none; }
.chevron { display: inline-block; width: .5rem; height: .5rem; border: solid currentcolor; border-width: 0 1.5px 1.5px 0;
  transform: rotate(-45deg); transition: transform .15s; }
[aria-expanded='true'] .chevron { transform: rotate(45deg); }
.detail > td { padding: .6rem 1rem 1rem; background: var(--paper); }
.detail p { margin: 0 0 .5rem; }
.fields { width: auto; min-width: 32rem; max-width: 100%; margin-bottom: .7rem; }
.fields th, .fields td { padding: .2rem .7rem; overflow-wrap: anywhere; }
.unset { color: var(--soft); }
.source { color: var(--soft); font-family: var(--mono); font-size: .85em; }
.tag, .policy { display: inline-block; padding: 0 .45rem; border: 1px solid var(--line); border-radius: .35rem;
  background: var(--paper); color: var(--soft); font-size: .85em; font-weight: 500; white-space: nowrap; }
.c-path .tag { margin-inline-start: .5rem; }
.policy { color: var(--accent); border-color: currentcolor; background: none; }
.policy.closed { color: var(--bad); }
.policy.none { color: var(--soft); border-style: dashed; }
.tag.warn, .finding strong { color: var(--warn); background: var(--warn-back); border-color: transparent; }
.tag.good { color: var(--good); background: var(--good-back); border-color: transparent; }
.tag.bad { color: var(--bad); background: var(--bad-back); border-color: transparent; }
.finding strong { padding: 0 .4rem; border-radius: .35rem; }

#legend { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; margin: 0 0 .7rem; padding: 0; list-style: none; font-size: .85rem; }
#add-origin { margin-top: .75rem; }
#add-origin input { width: min(22rem, 80vw); }
#add-origin p { margin: .3rem 0; color: var(--soft); }
.matrix { width: auto; }
.matrix th, .matrix td { padding: .2rem .6rem; }
.matrix thead th { padding-block: .45rem; vertical-align: bottom; font-weight: 500; }
.matrix thead th:not(:first-child) { min-width: 7rem; max-width: 14rem; color: var(--ink); }
.scheme { display: block; color: var(--soft); font-size: .9em; }
.matrix thead th:not(:first-child), .matrix td { text-align: center; border-inline-start: 1px solid var(--line); }
.matrix tbody th { position: sticky; inset-inline-start: 0; background: var(--card); white-space: nowrap; }
.cell { display: inline-grid; place-items: center; width: 1.9rem; height: 1.5rem; padding: 0; border: 1px solid transparent;
  border-radius: .3rem; font-size: .95rem; line-height: 1; }
button.cell:hover { color: inherit; border-color: var(--accent); }
.with-cookies { background: var(--good-back); color: var(--good); }
.without-cookies { background: var(--part-back); color: var(--part); }
.refused { background: var(--bad-back); color: var(--bad); }
.no-policy, .unknown { background: var(--paper); color: var(--soft); }

#told { min-height: 1.5em; margin: 0 0 .5rem; color: var(--soft); }
#told.problem { color: var(--bad); font-weight: 600; }
.card { min-width: 0; padding: .9rem 1.1rem 1.1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }
.card p { margin: .3rem 0; }
.card ul { margin: 0; padding-inline-start: 1.2rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: .9rem; }
.verdict { display: inline-block; padding: .15rem .7rem; border-radius: .4rem; font-size: 1rem; font-weight: 600; }
.verdict code { font-weight: 400; }
.verdict.allowed { background: var(--good-back); color: var(--good); }
.verdict.blocked { background: var(--bad-back); color: var(--bad); }
.agreement { margin: 0 0 .7rem; padding: .5rem .9rem; border-radius: .5rem; font-weight: 600; }
.agrees { background: var(--good-back); color: var(--good); }
.differs { border: 2px solid currentcolor; background: var(--bad-back); color: var(--bad); font-size: 1.1rem; }
pre { max-height: 16rem; margin: 0; padding: .5rem .7rem; overflow: auto; border-radius: .4rem; background: var(--paper);
  white-space: pre-wrap; overflow-wrap: anywhere; }
dl.headers { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .1rem .9rem; margin: 0; }
dl.headers dt { color: var(--soft); overflow-wrap: anywhere; }
dl.headers dd { margin: 0; overflow-wrap: anywhere; }
details { margin-top: .7rem; }
summary { cursor: pointer; }
details > table { margin-top: .5rem; }
td details { margin: 0; }

@media (max-width: 52rem) {
  .c-handler, .c-cookies { display: none; }
  .routes th, .routes td { padding-inline: .45rem; overflow-wrap: anywhere; }
  .fields { min-width: 0; width: 100%; }
  dl.headers { grid-template-columns: 1fr; }
  dl.headers dd { margin-bottom: .3rem; }
  header { position: static; }
  :root { scroll-padding-top: 1rem; }
}
@media (max-width: 36rem) { .c-origins { display: none; } }
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`;
