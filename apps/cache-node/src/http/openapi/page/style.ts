/** The page's style. Colours are chosen for a contrast of at least 4.5 in both schemes. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f6f7f9; --line: #dfe3e8; --ink: #1b2129; --soft: #57606a; --link: #0b5cad;
  --read: #0b6b3a; --write: #8a4b00; --drop: #b42318; --post: #5b3fb5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1318; --raised: #171d24; --line: #2a323c; --ink: #e4e8ed; --soft: #9aa5b1; --link: #78b7ff;
    --read: #5fd39a; --write: #f0b058; --drop: #ff8f85; --post: #b9a4ff;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; display: grid; grid-template-columns: 19rem minmax(0, 1fr); background: var(--ground); color: var(--ink);
  font: 15px/1.6 system-ui, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.25rem; border-right: 1px solid var(--line);
  background: var(--raised); font-size: 14px; }
nav h2 { margin: 1.25rem 0 .25rem; font-size: 12px; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: grid; grid-template-columns: 4em 1fr; padding: .2rem .4rem; border-radius: 4px; color: inherit; text-decoration: none; }
nav li a:hover { background: var(--line); }
.brand { margin: 0; font-weight: 650; font-size: 16px; }
.brand a { color: inherit; text-decoration: none; }
main { padding: 2rem 3rem 6rem; max-width: 62rem; }
h1 { margin: 0 0 .5rem; font-size: 1.9rem; letter-spacing: -.02em; }
main h2 { margin: 3rem 0 .25rem; font-size: 1.35rem; }
h3 { margin: 0; font-size: 1.05rem; font-weight: 500; }
h3 a { color: inherit; text-decoration: none; }
h4 { margin: 1.25rem 0 .4rem; font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); }
p { margin: .4rem 0; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre, .method, .type { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .92em; }
p code, td code, li code, summary code { background: var(--raised); border: 1px solid var(--line); border-radius: 4px;
  padding: 0 .25em; }
pre { overflow-x: auto; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--raised); }
.endpoint { margin: 1.25rem 0; padding: 1.25rem 1.5rem; border: 1px solid var(--line); border-radius: 10px; }
.endpoint:target { border-color: var(--link); }
.summary { font-weight: 600; }
.note, .type { color: var(--soft); font-size: .88em; }
.method { display: inline-block; min-width: 3.6em; font-weight: 700; color: var(--read); }
.method.put, .method.patch { color: var(--write); }
.method.delete, .method.purge { color: var(--drop); }
.method.post { color: var(--post); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .45rem .75rem .45rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top;
  font-weight: 400; }
thead th { border-top: 0; color: var(--soft); font-size: .85em; }
tbody th { white-space: nowrap; }
.response { margin: 0; padding: .35rem 0; border-top: 1px solid var(--line); }
summary { cursor: pointer; }
.status { display: inline-block; min-width: 2.6em; font-weight: 700; color: var(--read); }
.status.same { color: var(--soft); }
.status.bad { color: var(--drop); }
.members { margin: .4rem 0 .4rem .25rem; padding-left: .9rem; border-left: 2px solid var(--line); }
.members dd { margin: 0 0 .45rem 1rem; }
.variants { margin: .4rem 0; padding-left: 1.25rem; }
@media (max-width: 60rem) {
  body { display: block; }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); }
  main { padding: 1.25rem; }
}
@media print { nav { display: none; } body { display: block; } }
`
