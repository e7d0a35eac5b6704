/** The front page while the web pages are not built. */
export const frontPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Phone Proxy</title>
</head>
<body>
<main>
<h1>Phone Proxy</h1>
<p>Gives every real phone number a proxy number, connects calls to the proxy number with the real one, and keeps
a record of every call. Neither side sees the other's number.</p>
<p>The web pages are not built yet: run <code>npm run build:web</code> and load this page again.</p>
<h2>Upload a CSV file with real numbers</h2>
<form action="/upload" method="post" enctype="multipart/form-data">
<input type="file" name="file" accept=".csv,.txt,text/csv" required aria-label="CSV file">
<button>Upload</button>
</form>
<h2>API</h2>
<ul>
<li><code>POST /upload</code> – a CSV file in the form field <code>file</code></li>
<li><a href="/mappings"><code>GET /mappings</code></a> – all mappings, newest first</li>
<li><code>GET /lookup/real/{proxy number}</code> – the real number behind a proxy number</li>
<li><code>GET /lookup/fake/{real number}</code> – the proxy number of a real number</li>
<li><a href="/export/csv"><code>GET /export/csv</code></a> – all mappings as CSV</li>
<li><a href="/health"><code>GET /health</code></a> – the state of each part</li>
<li><a href="/health/live"><code>GET /health/live</code></a>, <a href="/health/ready"><code>GET /health/ready</code></a> – for restarts and load balancers</li>
<li><a href="/metrics"><code>GET /metrics</code></a> – for Prometheus</li>
</ul>
</main>
</body>
</html>
`;
