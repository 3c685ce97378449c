namespace SocketLab.Diagram;

internal static class HtmlPage
{
    /// <summary>The page around the drawing. At the three marks stand the title, the drawing and the arrows' bytes. Data reaches the document through textContent only.</summary>
    public const string Text = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
        <title>@@@</title>
        <style>
        :root{color-scheme:light dark;--bg:#fff;--fg:#1c1c28;--edge:#9a9aa8;--box:#eef0f6}
        @media (prefers-color-scheme:dark){:root{--bg:#15161c;--fg:#eeeef4;--edge:#6c6c7c;--box:#262833}}
        html,body{margin:0;height:100%;background:var(--bg);color:var(--fg);font:16px ui-sans-serif,system-ui,"DejaVu Sans",sans-serif}
        #view{position:absolute;inset:0;overflow:hidden;cursor:grab;touch-action:none}
        #view.held{cursor:grabbing}
        #sheet{transform-origin:0 0;display:inline-block}
        #tools{position:fixed;right:12px;top:12px;display:flex;gap:6px}
        button{font:inherit;min-width:40px;height:40px;background:var(--box);color:var(--fg);border:1px solid var(--edge);border-radius:8px;cursor:pointer}
        #bytes{position:fixed;left:12px;right:12px;bottom:12px;max-height:45%;overflow:auto;background:var(--box);border:1px solid var(--edge);border-radius:8px;padding:12px 16px}
        #bytes[hidden]{display:none}
        #bytes h2{margin:0 0 4px;font-size:17px}
        #bytes pre{margin:8px 0 0;font:15px ui-monospace,"DejaVu Sans Mono",monospace}
        .arrow{cursor:pointer}
        .arrow:hover .shaft,.arrow:focus .shaft,.arrow.chosen .shaft{stroke-width:5}
        .arrow:focus{outline:none}
        </style>
        </head>
        <body>
        <div id="view"><div id="sheet">@@@</div></div>
        <div id="tools"><button id="out" title="Smaller (-)">−</button><button id="fit" title="Whole width (0)">fit</button><button id="in" title="Larger (+)">+</button></div>
        <div id="bytes" hidden><h2></h2><div></div><pre></pre></div>
        <script type="application/json" id="data">@@@</script>
        <script>
        const data = JSON.parse(document.getElementById('data').textContent);
        const view = document.getElementById('view'), sheet = document.getElementById('sheet'), bytes = document.getElementById('bytes');
        const svg = sheet.querySelector('svg');
        let x = 0, y = 0, zoom = 1, held = null, moved = false;
        const show = () => sheet.style.transform = `translate(${x}px,${y}px) scale(${zoom})`;
        const zoomAt = (px, py, by) => {
          const next = Math.min(8, Math.max(0.05, zoom * by));
          x = px - (px - x) * next / zoom; y = py - (py - y) * next / zoom; zoom = next; show();
        };
        const fit = () => { zoom = Math.min(2, view.clientWidth / svg.width.baseVal.value); x = (view.clientWidth - svg.width.baseVal.value * zoom) / 2; y = 56; show(); };
        const middle = by => zoomAt(view.clientWidth / 2, view.clientHeight / 2, by);
        view.addEventListener('wheel', e => {
          e.preventDefault();
          if (e.ctrlKey || e.metaKey || e.altKey) zoomAt(e.clientX, e.clientY, Math.exp(-e.deltaY / 300));
          else { x -= e.shiftKey ? e.deltaY : e.deltaX; y -= e.shiftKey ? 0 : e.deltaY; show(); }
        }, { passive: false });
        view.addEventListener('pointerdown', e => {
          moved = false;
          if (e.target.closest('text')) return; // text can be selected
          held = { x: e.clientX - x, y: e.clientY - y, sx: e.clientX, sy: e.clientY };
        });
        view.addEventListener('pointermove', e => {
          if (!held) return;
          if (!moved && Math.hypot(e.clientX - held.sx, e.clientY - held.sy) < 4) return;
          if (!moved) { moved = true; view.setPointerCapture(e.pointerId); view.classList.add('held'); }
          x = e.clientX - held.x; y = e.clientY - held.y; show();
        });
        view.addEventListener('pointerup', () => { held = null; view.classList.remove('held'); });
        const choose = arrow => {
          document.querySelectorAll('.chosen').forEach(one => one.classList.remove('chosen'));
          bytes.hidden = !arrow;
          if (!arrow) return;
          arrow.classList.add('chosen');
          const one = data[Number(arrow.id.slice(1))];
          bytes.querySelector('h2').textContent = one.title;
          bytes.querySelector('div').textContent = one.way;
          bytes.querySelector('pre').textContent = one.hex;
        };
        view.addEventListener('click', e => { if (!moved) choose(e.target.closest('.arrow')); });
        document.querySelectorAll('.arrow').forEach(arrow => { arrow.setAttribute('tabindex', '0'); arrow.setAttribute('role', 'button'); });
        document.getElementById('in').onclick = () => middle(1.25);
        document.getElementById('out').onclick = () => middle(0.8);
        document.getElementById('fit').onclick = fit;
        addEventListener('keydown', e => {
          if (e.key === '+' || e.key === '=') middle(1.25);
          else if (e.key === '-') middle(0.8);
          else if (e.key === '0') fit();
          else if (e.key === 'Escape') choose(null);
          else if (e.key === 'Enter' && document.activeElement.classList.contains('arrow')) choose(document.activeElement);
          else if (e.key === 'ArrowDown') { y -= 60; show(); }
          else if (e.key === 'ArrowUp') { y += 60; show(); }
          else if (e.key === 'ArrowLeft') { x += 60; show(); }
          else if (e.key === 'ArrowRight') { x -= 60; show(); }
        });
        fit();
        </script>
        </body>
        </html>

        """;
}
