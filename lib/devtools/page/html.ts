/**
 * The page itself. All that it shows is set by its script, as text.
 *
 * @param base where its files are, seen from its own address
 */
export function pageOf(base: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>CORS of this app</title>
<link rel="icon" href="${base}icon.svg">
<link rel="stylesheet" href="${base}style.css">
<script type="module" src="${base}main.js"></script>
</head>
${BODY}
</html>
`;
}

const BODY = `<body>
<a class="skip" href="#routes">To the routes</a>
<header>
<div>
<h1>CORS of this app</h1>
<p id="summary" role="status">Loading…</p>
</div>
<nav aria-label="Sections">
<a href="#routes">Routes</a>
<a href="#matrix">Matrix</a>
<a href="#try">Explain and try</a>
<a href="#allowlists">Allowlists</a>
<a href="#findings">Findings</a>
<a href="#reports">Report-only</a>
</nav>
</header>
<main>

<section id="routes" aria-labelledby="routes-title">
<div class="title"><h2 id="routes-title">Routes</h2><p id="routes-count" role="status"></p></div>
<form id="filter" role="search" aria-label="Filter the routes">
<label>Method <select name="method"><option value="">all</option></select></label>
<label>Policy <select name="policy"><option value="">all</option></select></label>
<label>Path <input name="path" type="search" autocomplete="off" spellcheck="false" placeholder="/orders"></label>
<label class="wide">Text <input name="text" type="search" autocomplete="off" spellcheck="false" placeholder="handler, origin, place, …"></label>
<button type="reset">Clear</button>
</form>
<div id="routes-table"></div>
<p id="routes-empty" hidden>No route fits the filter.</p>
</section>

<section id="matrix" aria-labelledby="matrix-title">
<div class="title"><h2 id="matrix-title">Origins × routes</h2></div>
<p class="soft">What each route is to a page of each origin, asked of the engine that answers real requests. Press a cell
to have it explained; arrow keys move between cells. The filter above holds here too.</p>
<ul id="legend" aria-label="Legend"></ul>
<div id="matrix-table" class="scroll" tabindex="0" role="group" aria-label="Matrix of origins and routes"></div>
<form id="add-origin">
<label>Another origin <input name="origin" type="text" required maxlength="512" autocomplete="off" spellcheck="false" placeholder="https://app.example"></label>
<button type="submit">Add</button>
<p id="matrix-told" role="status"></p>
</form>
</section>

<section id="try" aria-labelledby="try-title">
<div class="title"><h2 id="try-title">Explain and try</h2></div>
<form id="question" autocomplete="off">
<label class="narrow">Method <input name="method" type="text" list="known-methods" value="GET" maxlength="32" spellcheck="false"></label>
<label class="wide">URL <input name="url" type="text" required maxlength="2048" spellcheck="false"></label>
<label class="wide">Origin of the page <input name="origin" type="text" list="known-origins" maxlength="512" spellcheck="false"></label>
<label class="full">Headers that the script sets, one a line <textarea name="headers" rows="2" maxlength="2000" spellcheck="false" placeholder="Content-Type: application/json"></textarea></label>
<label class="check"><input name="credentials" type="checkbox"> with cookies (<code>credentials: 'include'</code>)</label>
<div class="actions">
<button type="submit" id="explain" class="primary">Explain</button>
<fieldset id="live">
<legend class="hidden">Live tester</legend>
<button type="submit" id="send">Send it for real</button>
<label>from <select name="from" aria-describedby="live-note"></select></label>
<span id="live-note" class="soft">It arrives as any other request: handlers run.</span>
</fieldset>
</div>
<datalist id="known-methods"><option value="GET"></option><option value="HEAD"></option><option value="POST"></option><option value="PUT"></option><option value="PATCH"></option><option value="DELETE"></option></datalist>
<datalist id="known-origins"></datalist>
</form>
<p id="told" role="status"></p>
<div id="result"></div>
</section>

<section id="allowlists" aria-labelledby="allowlists-title">
<div class="title"><h2 id="allowlists-title">Allowlists</h2></div>
<div id="allowlists-body" data-label="Allowlists"></div>
</section>

<section id="findings" aria-labelledby="findings-title">
<div class="title"><h2 id="findings-title">Findings of the boot audit</h2></div>
<div id="findings-body" data-label="Findings"></div>
</section>

<section id="reports" aria-labelledby="reports-title">
<div class="title"><h2 id="reports-title">What <code>reportOnly</code> would refuse</h2></div>
<div id="reports-body" data-label="Report-only"></div>
</section>

</main>
<footer><p>For development, on this machine. Nothing here changes the app; what the live tester sends does what the app does with it.</p></footer>
</body>`;
